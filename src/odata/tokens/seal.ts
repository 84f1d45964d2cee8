/**
 * A value as an opaque text, bound by a checksum to what it belongs to: a link changed by hand is refused, not misread.
 * It is no signature, for a token opens nothing that its bearer may not see.
 */
export function seal(value: unknown, binding: string): string {
  const text = encode(JSON.stringify(value))
  return `${text}.${checksum(text, binding)}`
}

/** The value that was sealed; undefined when the text was changed, or belongs to something else. */
export function unseal(text: string, binding: string): unknown {
  const dot = text.lastIndexOf('.')
  const body = text.slice(0, dot)
  return dot < 1 || checksum(body, binding) !== text.slice(dot + 1) ? undefined : decode(body)
}

/** UTF-8 in base64url, by what every runtime has. */
function encode(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
}

function decode(text: string): unknown {
  try {
    const bytes = Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.charCodeAt(0))
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return undefined
  }
}

/** FNV-1a over UTF-16 units, twice with different offsets: 64 bits against slips of hand. */
export function checksum(text: string, binding: string): string {
  let a = 0x811c9dc5
  let b = 0x9747b28c
  const whole = `${text}\n${binding}`
  for (let i = 0; i < whole.length; i++) {
    const unit = whole.charCodeAt(i)
    a = Math.imul(a ^ unit, 0x01000193)
    b = Math.imul(b ^ unit ^ (i & 0xff), 0x01000193)
  }
  return (a >>> 0).toString(16).padStart(8, '0') + (b >>> 0).toString(16).padStart(8, '0')
}
