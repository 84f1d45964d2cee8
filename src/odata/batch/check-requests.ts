import type { IndividualRequest } from './batch.ts'
import type { Fault } from './read-headers.ts'

/** An id that can stand in a header. Only those of letters, digits and `-._~` can be referred to (OData ABNF, request-id). */
const idPattern = /^[\x21-\x7e](?:[\x20-\x7e]{0,126}[\x21-\x7e])?$/

/** What the requests of a batch must be to each other (OData JSON 4.01, 19.1): ids unique, groups in one piece, dependencies backwards. */
export function checkRequests(requests: readonly IndividualRequest[], fault: Fault): void {
  const groups = new Set(requests.flatMap(({ group }) => group ?? []))
  const ids = new Set(requests.flatMap(({ id }) => id ?? []))
  const seen = new Set<string>()
  const ended = new Set<string>()
  requests.forEach(({ id, group, dependsOn }, i) => {
    const at = `requests/${i}`
    const before = requests[i - 1]?.group
    if (before !== undefined && before !== group) ended.add(before)
    for (const name of [id, group]) {
      if (name !== undefined && !idPattern.test(name)) fault(`${at}/id`, 'An id has 1 to 128 characters of ASCII.')
    }
    if (id !== undefined && seen.has(id)) fault(`${at}/id`, `The id '${id}' is given more than once.`)
    if (id !== undefined && groups.has(id)) fault(`${at}/id`, `'${id}' is the name of an atomicity group, too.`)
    if (group !== undefined && ended.has(group))
      fault(`${at}/atomicityGroup`, `The requests of the atomicity group '${group}' do not follow each other.`)
    for (const name of dependsOn) {
      if (seen.has(name) || ended.has(name)) continue
      const known = groups.has(name) || ids.has(name)
      fault(
        `${at}/dependsOn`,
        known
          ? `A request depends on what stands before it: '${name.slice(0, 80)}' does not.`
          : `No request and no atomicity group is called '${name.slice(0, 80)}'.`,
      )
    }
    if (id !== undefined) seen.add(id)
  })
}
