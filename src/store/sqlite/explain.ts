import type { Model } from '../../edm/entity-type.ts'
import type { ReadPlan } from '../../plan/plan.ts'
import { compileApplyPage, compileCount, compileReadEntity, compileReadPage } from '../../sql/compile-read.ts'
import type { SqlStatement } from '../../sql/fragment.ts'
import { Connection } from './connection.ts'
import { migrate } from './migrate.ts'
import { tablesOf } from './writer.ts'

/** A statement, and the steps in which SQLite would carry it out. */
export interface ExplainedStatement extends SqlStatement {
  readonly steps: readonly string[]
}

/** The statements of a read and their query plans, on an empty database of the same schema. */
export function explainRead(plan: ReadPlan, model: Model): readonly ExplainedStatement[] {
  const table = tablesOf(model).get(plan.entitySet)
  if (!table) throw new Error(`No table keeps ${plan.entitySet}`)
  const connection = new Connection(':memory:', { readOnly: false })
  try {
    migrate(connection)
    const statements =
      plan.kind === 'readEntity'
        ? [compileReadEntity(plan, table)]
        : plan.kind === 'count'
          ? [compileCount(plan, table)]
          : [
              plan.kind === 'apply' ? compileApplyPage(plan, table) : compileReadPage(plan, table),
              ...(plan.count ? [compileCount(plan, table)] : []),
            ]
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
