import type { PrimitiveValue, Property } from '../../edm/entity-type.ts'
import { printValue } from '../../edm/primitives.ts'
import { countOf } from '../progress.ts'
import { type Difference, nameOf, type Step } from './step.ts'

/** How many customers came to what. */
export interface Counts {
  created: number
  changed: number
  left: number
  deleted: number
  refused: number
}

export function noCounts(): Counts {
  return { created: 0, changed: 0, left: 0, deleted: 0, refused: 0 }
}

const counted = { create: 'created', change: 'changed', leave: 'left', refuse: 'refused' } as const

export function countStep(counts: Counts, { kind }: Step): void {
  counts[counted[kind]]++
}

/** A step of a plan as lines for people: + for what would be created, ~ for what would be changed and how, ! for what is refused. */
export function printStep(step: Step): string[] {
  const { row, values } = step.candidate
  const line = `line ${row.line}`
  switch (step.kind) {
    case 'create':
      return [`+ ${line}  ${nameOf(values)}  (${String(values.azureTenantId)})`]
    case 'change':
      return [`~ ${line}  ${step.name}  (${step.id})`, ...step.differences.map(printDifference)]
    case 'leave':
      return []
    case 'refuse':
      return [`! ${line}  ${step.reasons.join(' ')}`]
  }
}

function printDifference({ property, from, to }: Difference): string {
  return `    ${property.name}: ${shown(property, from)} → ${shown(property, to)}`
}

/** As JSON has it, with what a code means. */
function shown(property: Property, value: PrimitiveValue): string {
  const meaning = typeof value === 'number' ? property.labels?.[value] : undefined
  return `${printValue(property, value)}${meaning === undefined ? '' : ` ${meaning}`}`
}

/** The same for programs: one JSON object a line. */
export function stepAsJson(step: Step): string {
  const { line } = step.candidate.row
  const jsonOf = (property: Property, value: PrimitiveValue): unknown => JSON.parse(printValue(property, value))
  switch (step.kind) {
    case 'create':
      return JSON.stringify({ action: 'create', line, azureTenantId: step.entity.azureTenantId, displayName: step.entity.displayName })
    case 'change': {
      const changes = step.differences.map(
        ({ property, from, to }) => [property.name, { from: jsonOf(property, from), to: jsonOf(property, to) }] as const,
      )
      return JSON.stringify({ action: 'change', line, id: step.id, displayName: step.name, changes: Object.fromEntries(changes) })
    }
    case 'leave':
      return JSON.stringify({ action: 'leave', line })
    case 'refuse':
      return JSON.stringify({ action: 'refuse', line, reasons: step.reasons })
  }
}

/** What was done, or would be, in one line. */
export function summarize(counts: Counts, dryRun: boolean, deletes: boolean): string {
  const { created, changed, left, deleted, refused } = counts
  if (dryRun)
    return `Plan: ${countOf(created)} to create, ${countOf(changed)} to change, ${countOf(left)} to leave as they are${deletes ? `, ${countOf(deleted)} to delete` : ''}, ${countOf(refused)} refused. Nothing was changed.`
  return `${countOf(created)} created, ${countOf(changed)} changed, ${countOf(left)} left as they were${deletes ? `, ${countOf(deleted)} deleted` : ''}, ${countOf(refused)} refused.`
}
