import type { Entity } from '../../edm/entity-type.ts'
import type { ManagingTenant } from '../../plan/access.ts'
import { addUp, type Counted, compileAddCount, compileForgetCount, countedBy } from '../../sql/counts.ts'
import type { Table } from '../../sql/table.ts'
import type { Connection } from './connection.ts'

/** The entities that the writes of one transaction make come and go: in the end each combination of counted values is written once. */
export class Counts {
  readonly #counted: { readonly tenantId: string; readonly table: Table; readonly counted: Counted }[] = []

  add({ tenantId }: ManagingTenant, table: Table, before: Entity | undefined, after: Entity | undefined): void {
    for (const counted of countedBy(before, after, table.type)) this.#counted.push({ tenantId, table, counted })
  }

  mark(): number {
    return this.#counted.length
  }

  undoTo(mark: number): void {
    this.#counted.length = mark
  }

  write(connection: Connection): void {
    for (const [table, inTable] of Map.groupBy(this.#counted, (each) => each.table)) {
      for (const [tenantId, own] of Map.groupBy(inTable, (each) => each.tenantId)) {
        const access: ManagingTenant = { kind: 'managingTenant', tenantId }
        const counted = own.map((each) => each.counted)
        for (const values of addUp(counted, table)) {
          const [left] = connection.get(compileAddCount(access, values, table)) ?? []
          if (left === 0) connection.run(compileForgetCount(access, values.slice(0, -1), table))
        }
      }
    }
  }
}
