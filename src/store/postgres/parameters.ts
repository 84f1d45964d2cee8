import type { SqlStatement, SqlValue } from '../../sql/fragment.ts'

/** A statement as PostgreSQL has it: numbered places, each with its type. */
export interface Numbered {
  readonly text: string
  readonly values: readonly unknown[]
}

/** Numbers the places of a statement. Every parameter says its type, so that nothing is guessed from what stands beside it; text compares by code point. */
export function numberParameters({ text, parameters }: SqlStatement): Numbered {
  const values: unknown[] = []
  let at = 0
  const numbered = text.replace(/\?/g, () => {
    const value = parameters[at++] ?? null
    // An untyped null fits everywhere, which a typed one does not.
    if (value === null) return 'null'
    values.push(sent(value))
    return `$${values.length}::${typeOf(value)}`
  })
  return { text: numbered, values }
}

function typeOf(value: Exclude<SqlValue, null>): string {
  switch (typeof value) {
    case 'string':
      return 'text collate "C"'
    case 'boolean':
      return 'boolean'
    case 'bigint':
      return isLong(value) ? 'bigint' : 'numeric'
    case 'number':
      return Number.isSafeInteger(value) ? 'bigint' : 'double precision'
    default:
      return `${value.elements}[]`
  }
}

function isLong(value: bigint): boolean {
  return BigInt.asIntN(64, value) === value
}

function sent(value: Exclude<SqlValue, null>): unknown {
  switch (typeof value) {
    case 'string':
      // PostgreSQL has no NUL. No value that is stored holds a control character, so another one compares alike.
      return value.replaceAll('\0', '\u0001')
    case 'object':
      return value.values
    default:
      return String(value)
  }
}
