import type { Model } from '../../edm/entity-type.ts'
import type { ChangesPlan, ReadPlan } from '../../plan/plan.ts'
import { compileChangedEntities, compileHistory } from '../../sql/compile-changes.ts'
import { compileApplyPage, compileCount, compileReadEntity, compileReadPage, leadingCondition } from '../../sql/compile-read.ts'
import { sqlite } from '../../sql/dialects/sqlite.ts'
import type { SqlStatement } from '../../sql/fragment.ts'
import { candidatesOf } from '../../sql/search-index.ts'
import { type Table, tablesOf } from '../../sql/table.ts'
import { livingPage, sinceOf } from '../history.ts'
import { Connection } from './connection.ts'
import { migrate } from './migrate.ts'

/** A statement, and the steps in which SQLite would carry it out. */
export interface ExplainedStatement extends SqlStatement {
  readonly steps: readonly string[]
}

/** The statements of a read and their query plans, on an empty database of the same schema. */
export function explainRead(plan: ReadPlan, model: Model): readonly ExplainedStatement[] {
  const table = tablesOf(model, sqlite).get(plan.entitySet)
  if (!table) throw new Error(`No table keeps ${plan.entitySet}`)
  const connection = new Connection(':memory:', { readOnly: false })
  try {
    migrate(connection)
    const statements = compileAll(plan, table)
    return statements.map((statement) => ({
      ...statement,
      steps: connection
        .all({ text: `explain query plan ${statement.text}`, parameters: statement.parameters })
        .map((row) => String(row[3])),
    }))
  } finally {
    connection.close()
  }
}

function compileAll(plan: ReadPlan, table: Table): readonly SqlStatement[] {
  if (plan.kind === 'readEntity') return [compileReadEntity(plan, table)]
  return plan.kind === 'changes' ? compileDelta(plan, table) : compileRows(plan, table)
}

function compileDelta(plan: ChangesPlan, table: Table): readonly SqlStatement[] {
  if (plan.from.kind === 'changes') return [compileChangedEntities(plan, plan.from, table)]
  const history = compileHistory(plan.access, sinceOf(plan.from))
  return plan.from.kind === 'latest' ? [history] : [history, compileReadPage(livingPage(plan, table.type), table)]
}

/** On a real database the search index is asked only where it proposes few rows; here it is shown wherever it could be. */
function compileRows(plan: Exclude<ReadPlan, { kind: 'readEntity' | 'changes' }>, table: Table): readonly SqlStatement[] {
  const condition = leadingCondition(plan)
  const candidates = condition && candidatesOf(condition, table)
  if (plan.kind === 'count') return [compileCount(plan, table, candidates)]
  const page = plan.kind === 'apply' ? compileApplyPage(plan, table, candidates) : compileReadPage(plan, table, candidates)
  return plan.count ? [page, compileCount(plan, table, candidates)] : [page]
}
