import {
  type Aggregate,
  type ComputedProperty,
  comparisonOf,
  type OrderKey,
  type Transformation,
  type ValueType,
} from '../plan/expression.ts'
import type { ApplyPlan } from '../plan/plan.ts'
import { compileAggregate } from './compile-aggregate.ts'
import { compileCompared, compileCondition, compileValue, type ExpressionContext, readable } from './compile-expression.ts'
import { compileOrder, type OrderTerm } from './compile-order.ts'
import { count, countColumn } from './counts.ts'
import { column, empty, identifier, join, type SqlFragment, type SqlStatement, sql } from './fragment.ts'
import { type Column, columnName, foldedName, ownColumns, type Table } from './table.ts'

// A sequence of transformations is a sequence of common table expressions, each a select on the one before.

/** The rows that the transformations begin with. */
export interface Rows {
  readonly from: SqlFragment
  readonly where: SqlFragment
  /** Where each row stands for as many entities as its column `count` says: the columns that it has besides. */
  readonly counted?: readonly Column[]
}

/** How many entities rows stand for. */
export function countOf({ counted }: Pick<Rows, 'counted'>): SqlFragment {
  return counted ? sql`cast(coalesce(sum(${count}), 0) as bigint)` : sql`count(*)`
}

/** What one transformation has made. */
interface Relation {
  readonly name: string
  /** Columns by property name. */
  readonly columns: ReadonlyMap<string, RelationColumn>
  /** The order that the instances have so far; what it leaves open is settled in the end. */
  readonly order: readonly OrderTerm[]
  /** The names that each kind of instance has. With several, the column `variant` tells which kind a row is. */
  readonly variants: readonly (readonly string[])[]
  /** Whether the rows are entities, with their managing tenant, key and version. */
  readonly entity: boolean
  /** Whether rows were taken away, so that groups may have become empty. */
  readonly reduced: boolean
  /** Present where a row stands for several entities. */
  readonly counted?: readonly Column[]
}

interface RelationColumn {
  readonly type: ValueType
  /** The value, and what it compares by: the same but for strings that compare without regard to case. */
  readonly exact: string
  readonly compared: string
}

/** The groups in which a transformation works: a `groupby` around it. */
interface Partition {
  readonly properties: readonly string[]
  readonly columns: readonly RelationColumn[]
  /** A relation with one row for each group. */
  readonly groups?: string
}

const undivided: Partition = { properties: [], columns: [] }

/** The statement of a page of what `$apply` makes. The columns stand as the plan has them, then the kind of each row, then those of an entity. */
export function compileApply(plan: ApplyPlan, table: Table, base: Rows): SqlStatement {
  const build = new Sequence(table, plan.now, base)
  const relation = build.run(plan.transformations, build.start(), undivided)
  const shown = plan.columns.map(({ name, type }) => readable(column(columnOf(relation, name).exact), type))
  const columns = [
    ...shown,
    relation.variants.length > 1 ? column('variant') : sql`0`,
    ...(plan.entity ? [ownColumns.managingTenant, columnName(table.type.key), ownColumns.version].map(column) : []),
  ]
  const order = compileOrder([...relation.order, ...build.lastTerms(relation)], table.dialect)
  const offset = plan.skip > 0 ? sql` offset ${plan.skip}` : empty
  return sql`with ${build.expressions()} select ${join(columns, ', ')} from ${identifier(relation.name)} order by ${order} limit ${plan.size + (plan.last ? 0 : 1)}${offset}`
}

/** How many instances `$apply` makes. */
export function compileApplyCount(plan: Pick<ApplyPlan, 'transformations' | 'now'>, table: Table, base: Rows): SqlStatement {
  const build = new Sequence(table, plan.now, base)
  const relation = build.run(plan.transformations, build.start(), undivided)
  return sql`with ${build.expressions()} select count(*) from ${identifier(relation.name)}`
}

function columnOf(relation: Relation, name: string): RelationColumn {
  const found = relation.columns.get(name)
  if (!found) throw new Error(`No column holds ${name}`)
  return found
}

function ascending(name: string): OrderTerm {
  return { value: column(name), descending: false, nullable: false }
}

/** The common table expressions of one statement, as they are made. */
class Sequence {
  readonly #table: Table
  readonly #now: string
  readonly #base: Rows
  readonly #expressions: SqlFragment[] = []
  #made = 0

  constructor(table: Table, now: string, base: Rows) {
    this.#table = table
    this.#now = now
    this.#base = base
  }

  expressions(): SqlFragment {
    return join(this.#expressions, ', ')
  }

  /** The rows that the address stands for. */
  start(): Relation {
    const { counted } = this.#base
    const own = counted ? [countColumn] : [ownColumns.managingTenant, ownColumns.version]
    const kept = [...own, ...(counted ?? this.#table.columns).map(({ name }) => name)]
    const properties = this.#table.type.properties.filter((property) => !counted || property.counted)
    const columns = properties.map((property): [string, RelationColumn] => {
      const exact = columnName(property.name)
      return [property.name, { type: property.type, exact, compared: property.comparison === 'folded' ? foldedName(property.name) : exact }]
    })
    return {
      name: this.#add(sql`select ${join(kept.map(column), ', ')} from ${this.#base.from} where ${this.#base.where}`),
      columns: new Map(columns),
      order: [],
      variants: [properties.map((property) => property.name)],
      // Counts have no keys, and need none: they are added up before anything else is made of them.
      entity: true,
      reduced: false,
      ...(counted ? { counted } : {}),
    }
  }

  run(transformations: readonly Transformation[], from: Relation, partition: Partition): Relation {
    return transformations.reduce((relation, transformation) => this.#transform(transformation, relation, partition), from)
  }

  /** What settles every order: the key of an entity, or else all values. Rows that are alike in all of them may change places unseen. */
  lastTerms(relation: Relation): readonly OrderTerm[] {
    const term = (name: string): OrderTerm => ({ value: column(name), descending: false, nullable: true })
    const kinds = relation.variants.length > 1 ? [term('variant')] : []
    if (relation.entity) return [...kinds, term(ownColumns.managingTenant), term(columnName(this.#table.type.key))]
    return [
      ...kinds,
      ...[...relation.columns.values()].flatMap(({ exact, compared }) => (exact === compared ? [exact] : [compared, exact])).map(term),
    ]
  }

  #add(select: SqlFragment): string {
    const name = `step_${++this.#made}`
    this.#expressions.push(sql`${identifier(name)} as (${select})`)
    return name
  }

  #fresh(what: string): string {
    return `${what}_${++this.#made}`
  }

  #context(relation: Relation): ExpressionContext {
    return {
      now: this.#now,
      dialect: this.#table.dialect,
      column: (name, spelling) => {
        const { exact, compared } = columnOf(relation, name)
        return column(spelling === 'folded' ? compared : exact)
      },
      these: (aggregate, spelling) => {
        const [exact = empty, compared = exact] = aggregate.of
          ? compileAggregate(aggregate.of, aggregate.type, this.#context(relation))
          : [countOf(relation)]
        return sql`(select ${spelling === 'folded' ? compared : exact} from ${identifier(relation.name)})`
      },
      isDefined: (name) => {
        const kinds = relation.variants.flatMap((names, i) => (names.includes(name) ? [sql`${BigInt(i)}`] : []))
        return sql`(${column('variant')} in (${join(kinds, ', ')}))`
      },
    }
  }

  #transform(transformation: Transformation, from: Relation, partition: Partition): Relation {
    const source = identifier(from.name)
    switch (transformation.kind) {
      case 'filter': {
        const condition = compileCondition(transformation.condition, this.#context(from))
        return { ...from, name: this.#add(sql`select * from ${source} where ${this.#table.dialect.tick} and ${condition}`), reduced: true }
      }
      case 'compute':
        return this.#compute(transformation.properties, from)
      case 'orderby':
        return { ...from, order: [...this.#orderTerms(transformation.keys, from), ...from.order] }
      case 'skip':
      case 'top': {
        const place = this.#place(from, partition, from.order)
        const condition =
          transformation.kind === 'top'
            ? sql`${column(place.column)} <= ${transformation.count}`
            : sql`${column(place.column)} > ${transformation.count}`
        return {
          ...from,
          name: this.#add(sql`select * from ${identifier(place.relation)} where ${condition}`),
          order: [ascending(place.column)],
          reduced: true,
        }
      }
      case 'topBottom':
        return this.#topBottom(transformation, from, partition)
      case 'aggregate':
        return this.#aggregate(transformation.aggregates, from, partition)
      case 'groupby':
        return this.#groupby(transformation, from, partition)
      case 'concat':
        return this.#concat(transformation.sequences, from, partition)
    }
  }

  #compute(properties: readonly ComputedProperty[], from: Relation): Relation {
    const context = this.#context(from)
    const columns = new Map(from.columns)
    const selected = properties.map(({ name, expression }) => {
      const exact = this.#fresh('computed')
      const text = expression.type === 'Edm.String' && comparisonOf(expression) === 'folded'
      const compared = text ? `${exact}_folded` : exact
      columns.set(name, { type: expression.type, exact, compared })
      const value = sql`${compileValue(expression, context, 'exact')} as ${identifier(exact)}`
      return text ? sql`${value}, ${compileValue(expression, context, 'folded')} as ${identifier(compared)}` : value
    })
    const names = properties.map(({ name }) => name)
    return {
      ...from,
      name: this.#add(sql`select *, ${join(selected, ', ')} from ${identifier(from.name)}`),
      columns,
      variants: from.variants.map((variant) => [...variant, ...names]),
    }
  }

  #orderTerms(keys: readonly OrderKey[], from: Relation): readonly OrderTerm[] {
    const context = this.#context(from)
    return keys.map(({ expression, descending }) => ({ value: compileCompared(expression, context), descending, nullable: true }))
  }

  /** Adds the place of each row within its group. */
  #place(from: Relation, partition: Partition, order: readonly OrderTerm[]): { readonly relation: string; readonly column: string } {
    const place = this.#fresh('place')
    const over = this.#over(partition, [...order, ...this.lastTerms(from)])
    return {
      relation: this.#add(sql`select *, row_number() over (${over}) as ${identifier(place)} from ${identifier(from.name)}`),
      column: place,
    }
  }

  #over(partition: Partition, order: readonly OrderTerm[]): SqlFragment {
    const groups = partition.columns.map(({ compared }) => column(compared))
    return sql`${groups.length > 0 ? sql`partition by ${join(groups, ', ')} ` : empty}${order.length > 0 ? sql`order by ${compileOrder(order, this.#table.dialect)}` : empty}`
  }

  /** Data Aggregation 4.0, 3.3.1: instances in the order of their values, until the condition is met for the first time. */
  #topBottom(
    { measure, amount, expression, descending }: Extract<Transformation, { kind: 'topBottom' }>,
    from: Relation,
    partition: Partition,
  ): Relation {
    const value = compileCompared(expression, this.#context(from))
    const order: readonly OrderTerm[] = [{ value, descending, nullable: true }, ...from.order]
    const taken = (relation: string, condition: SqlFragment): Relation => ({
      ...from,
      name: this.#add(sql`select * from ${identifier(relation)} where ${condition}`),
      order: [ascending(place.column)],
      reduced: true,
    })
    const place = this.#place(from, partition, order)
    // Of the input set, before the places were added.
    const limit = compileValue(amount, this.#context(from), 'exact')
    if (measure === 'count') return taken(place.relation, sql`${column(place.column)} <= ${limit}`)
    const [before, most, least] = [this.#fresh('sum'), this.#fresh('most'), this.#fresh('least')]
    const inOrder = this.#over(partition, [ascending(place.column)])
    const sum = sql`coalesce(sum(${value}) over (${inOrder} rows between unbounded preceding and 1 preceding), 0)`
    const whole = sql`sum(${value}) over (${this.#over(partition, [])})`
    const measured = measure === 'sum' ? sum : sql`coalesce(${sum} * 100.0 / nullif(${whole}, 0), 0)`
    const sums = this.#add(sql`select *, ${measured} as ${identifier(before)} from ${identifier(place.relation)}`)
    // Once it is met it stays met, whatever comes after.
    const sofar = sql`over (${inOrder} rows between unbounded preceding and current row)`
    const extremes = this.#add(
      sql`select *, max(${column(before)}) ${sofar} as ${identifier(most)}, min(${column(before)}) ${sofar} as ${identifier(least)} from ${identifier(sums)}`,
    )
    return taken(extremes, sql`(case when ${limit} >= 0 then ${column(most)} < ${limit} else ${column(least)} > ${limit} end)`)
  }

  /** One row for each group, or one for all rows. A group that a filter has emptied still has its row (Data Aggregation 4.0, 3.2.3.1, step 3). */
  #aggregate(aggregates: readonly Aggregate[], from: Relation, partition: Partition): Relation {
    const context = this.#context(from)
    const columns = new Map<string, RelationColumn>()
    const grouping = partition.properties.flatMap((name, i) => {
      const { type, exact, compared } = partition.columns[i] ?? columnOf(from, name)
      columns.set(name, { type, exact, compared })
      // Of the spellings that compare alike, the least by code point stands for all.
      return exact === compared ? [column(exact)] : [column(compared), sql`min(${column(exact)}) as ${identifier(exact)}`]
    })
    const made = aggregates.flatMap((aggregate) => {
      const exact = this.#fresh('aggregate')
      const text = aggregate.type === 'Edm.String' && aggregate.of && comparisonOf(aggregate.of.expression) === 'folded'
      const compared = text ? `${exact}_folded` : exact
      columns.set(aggregate.name, { type: aggregate.type, exact, compared })
      const values = aggregate.of ? compileAggregate(aggregate.of, aggregate.type, context) : [countOf(from)]
      return values.map((value, i) => ({ value, name: i === 0 ? exact : compared }))
    })
    const selected = [...grouping, ...made.map(({ value, name }) => sql`${value} as ${identifier(name)}`)]
    const groups = partition.columns.map(({ compared }) => column(compared))
    const groupBy = groups.length > 0 ? sql` group by ${join(groups, ', ')}` : empty
    let name = this.#add(sql`select ${join(selected, ', ')} from ${identifier(from.name)}${groupBy}`)
    if (from.reduced && partition.groups !== undefined) {
      const values = made.map((each) => each.name)
      const counts = aggregates.filter(({ of }) => !of || of.method === 'countdistinct').map((each) => columns.get(each.name)?.exact)
      name = this.#withEmptyGroups(name, partition, partition.groups, values, new Set(counts))
    }
    return { name, columns, order: [], variants: [[...columns.keys()]], entity: false, reduced: false }
  }

  /** The aggregates with a row for each group: of an empty one the counts are 0, and the rest is null. */
  #withEmptyGroups(
    name: string,
    partition: Partition,
    groups: string,
    values: readonly string[],
    counts: ReadonlySet<string | undefined>,
  ): string {
    const of = (relation: string, kept: string) => sql`${identifier(relation)}.${identifier(kept)}`
    const kept = [...new Set(partition.columns.flatMap(({ exact, compared }) => [exact, compared]))]
    const same = partition.columns.map(({ compared }) => sql`${of(groups, compared)} is not distinct from ${of(name, compared)}`)
    const aggregated = values.map((value) =>
      counts.has(value) ? sql`coalesce(${of(name, value)}, 0) as ${identifier(value)}` : of(name, value),
    )
    return this.#add(
      sql`select ${join([...kept.map((each) => of(groups, each)), ...aggregated], ', ')} from ${identifier(groups)} left join ${identifier(name)} on ${join(same, ' and ')}`,
    )
  }

  #groupby({ properties, transformations }: Extract<Transformation, { kind: 'groupby' }>, from: Relation, outer: Partition): Relation {
    const names = [...outer.properties, ...properties.filter((name) => !outer.properties.includes(name))]
    const columns = names.map((name) => columnOf(from, name))
    const partition: Partition = { properties: names, columns }
    if (!transformations) return this.#aggregate([], from, partition)
    // An expression that nothing names costs nothing.
    const groups = this.#aggregate([], { ...from, reduced: false }, partition).name
    return this.run(transformations, { ...from, reduced: false }, { ...partition, groups })
  }

  /** The sequences one after the other, each in its own order (Data Aggregation 4.0, 3.2.2). */
  #concat(sequences: readonly (readonly Transformation[])[], from: Relation, partition: Partition): Relation {
    const parts = sequences.map((sequence) => this.run(sequence, from, partition))
    const entity = parts.every((part) => part.entity)
    const columns = new Map<string, RelationColumn>()
    for (const part of parts)
      for (const [name, { type, exact, compared }] of part.columns) {
        const known = columns.get(name)
        if (!known || known.type === 'null') columns.set(name, { exact, compared, ...known, type })
      }
    const own = entity ? [ownColumns.managingTenant, ownColumns.version] : []
    let before = 0
    const place = this.#fresh('place')
    const selects = parts.map((part) => {
      const values = [...columns].flatMap(([name, united]) => {
        const value = part.columns.get(name)
        const pairs: (readonly [string | undefined, string])[] = [[value?.exact, united.exact]]
        if (united.compared !== united.exact) pairs.push([value?.compared, united.compared])
        return pairs.map(
          ([given, as]) => sql`${given === undefined ? this.#table.dialect.nullOf(united.type) : column(given)} as ${identifier(as)}`,
        )
      })
      const variant = part.variants.length > 1 ? sql`${column('variant')} + ${BigInt(before)}` : sql`${BigInt(before)}`
      before += part.variants.length
      const order = [...part.order, ...this.lastTerms(part)]
      return sql`select ${join([...values, ...own.map(column)], ', ')}, ${variant} as ${identifier('variant')}, row_number() over (${this.#over(partition, order)}) as ${identifier(place)} from ${identifier(part.name)} where ${this.#table.dialect.tick}`
    })
    return {
      name: this.#add(join(selects, ' union all ')),
      columns,
      order: ['variant', place].map(ascending),
      variants: parts.flatMap(({ variants }) => variants),
      entity,
      reduced: parts.some(({ reduced }) => reduced),
    }
  }
}
