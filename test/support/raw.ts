import { connect } from 'node:net'

/** Sends bytes as they are, which no HTTP client would, and gives what came back until the connection closed or went quiet. */
export function sendRaw(
  url: string,
  bytes: string | Uint8Array,
): Promise<{ readonly status: number; readonly headers: ReadonlyMap<string, string>; readonly body: string }> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname)
    let text = ''
    const finish = () => {
      socket.destroy()
      const [head = '', ...rest] = text.split('\r\n\r\n')
      const [first = '', ...lines] = head.split('\r\n')
      const headers = new Map(
        lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
      )
      resolve({ status: Number(first.split(' ')[1] ?? 0), headers, body: rest.join('\r\n\r\n') })
    }
    socket.setTimeout(5_000, finish)
    socket.on('data', (chunk) => {
      text += chunk.toString('utf8')
      const length = /content-length: (\d+)/i.exec(text)?.[1]
      const end = text.indexOf('\r\n\r\n')
      if (end >= 0 && length !== undefined && Buffer.byteLength(text.slice(end + 4)) >= Number(length)) finish()
    })
    socket.on('close', finish)
    socket.on('error', (error: NodeJS.ErrnoException) =>
      text === '' && error.code !== 'ECONNRESET' && error.code !== 'EPIPE' ? reject(error) : finish(),
    )
    socket.write(bytes)
  })
}
