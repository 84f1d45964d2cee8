/** A piece of SQL: text with `?` for each parameter. The only way to put SQL together, so that no value ever becomes text. */
export interface SqlFragment {
  readonly text: string
  readonly parameters: readonly SqlValue[]
}

/** A bigint is an integer for the database; a number may reach it as a fraction, and divide as one. */
export type SqlValue = string | number | bigint | boolean | null | SqlList

/** A list as one parameter, for a database that takes one. */
export interface SqlList {
  readonly elements: 'text' | 'bigint' | 'integer' | 'boolean'
  readonly values: readonly (string | number | boolean | null)[]
}

/** A whole statement. */
export type SqlStatement = SqlFragment

const brand: unique symbol = Symbol('identifier')

/** A name from the model, quoted. */
export interface Identifier {
  readonly [brand]: true
  readonly quoted: string
}

/** What a function makes of a name is made once: names come from the model, so there are few, and every statement has dozens. At most so many are kept. */
export function remembering<T>(make: (name: string) => T, limit = 1_000): (name: string) => T {
  const known = new Map<string, T>()
  return (name) => {
    let made = known.get(name)
    if (made === undefined) {
      made = make(name)
      if (known.size >= limit) known.clear()
      known.set(name, made)
    }
    return made
  }
}

/** Quotes a name that the model gave. Anything but lower-case letters, digits and `_` is a fault of ours. */
export const identifier = remembering((name: string): Identifier => {
  if (!/^[a-z][a-z0-9_]*$/.test(name)) throw new Error(`Not a name for SQL: ${name}`)
  return { [brand]: true, quoted: `"${name}"` }
})

/** Tagged template: a fragment is spliced in, an identifier is quoted, anything else becomes a parameter. */
export function sql(strings: TemplateStringsArray, ...parts: readonly (SqlFragment | Identifier | SqlValue)[]): SqlFragment {
  let text = strings[0] ?? ''
  const parameters: SqlValue[] = []
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i] ?? null
    if (part !== null && typeof part === 'object') {
      if ('quoted' in part) text += part.quoted
      else if ('elements' in part) {
        text += '?'
        parameters.push(part)
      } else {
        text += part.text
        for (const parameter of part.parameters) parameters.push(parameter)
      }
    } else {
      text += '?'
      parameters.push(part)
    }
    text += strings[i + 1] ?? ''
  }
  return { text, parameters }
}

/** A truth value as a word that every database knows. */
export function truth(value: boolean): SqlFragment {
  return { text: value ? 'true' : 'false', parameters: [] }
}

export const empty: SqlFragment = { text: '', parameters: [] }

/** Joins fragments by a text of ours. */
export function join(fragments: readonly SqlFragment[], separator: ', ' | ' and ' | ' or ' | ' ' | ' union all '): SqlFragment {
  let text = ''
  const parameters: SqlValue[] = []
  for (let i = 0; i < fragments.length; i++) {
    const fragment = fragments[i] ?? empty
    text += i === 0 ? fragment.text : separator + fragment.text
    for (const parameter of fragment.parameters) parameters.push(parameter)
  }
  return { text, parameters }
}

/** A column by name. */
export const column = remembering((name: string): SqlFragment => ({ text: identifier(name).quoted, parameters: [] }))

/**
 * A text that names values more than once, each value standing in it once: an operand that stood twice would stand 2ⁿ times when n operations are nested.
 * The names are those of a select without a table; its limit keeps a planner from putting the values back where the names stand. `body` may use nothing but the names and constants.
 */
export function once(values: readonly SqlFragment[], body: (...names: readonly SqlFragment[]) => SqlFragment): SqlFragment {
  if (values.every(isName)) return body(...values)
  const names = values.map((_, i) => column(`v${i}`))
  const bound = join(
    values.map((value, i) => sql`${value} as ${identifier(`v${i}`)}`),
    ', ',
  )
  return sql`(select ${body(...names)} from (select ${bound} limit 1) as "v")`
}

/** A column or a parameter: it may stand as often as it likes. */
function isName({ text }: SqlFragment): boolean {
  return text === '?' || /^"[a-z0-9_]+"$/.test(text)
}
