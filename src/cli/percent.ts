/** Tells on a terminal how much of something is done; in a pipe it is quiet. */
export function showPercent(what: string, stream: NodeJS.WriteStream = process.stderr): (done: number) => void {
  if (!stream.isTTY) return () => undefined
  return (done) => stream.write(done < 1 ? `\r${what} ${Math.floor(done * 100)} %` : '\r\x1b[K')
}
