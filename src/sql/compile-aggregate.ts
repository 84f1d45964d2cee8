import { type Aggregate, comparisonOf, type ValueType } from '../plan/expression.ts'
import { compileCompared, compileValue, type ExpressionContext } from './compile-expression.ts'
import { type SqlFragment, sql } from './fragment.ts'

/** The value of an aggregate, and for strings what it compares by. */
export function compileAggregate(of: NonNullable<Aggregate['of']>, type: ValueType, context: ExpressionContext): readonly SqlFragment[] {
  const compared = compileCompared(of.expression, context)
  switch (of.method) {
    case 'countdistinct':
      return [sql`count(distinct ${compared})`]
    case 'average':
      return [sql`avg(cast(${compared} as double precision))`]
    case 'sum':
      // Added as fractions, a sum of integers cannot overflow; it is exact as far as a program can hold it.
      return [sql`sum(cast(${compared} as double precision))`]
    default: {
      if (type !== 'Edm.String' || comparisonOf(of.expression) === 'exact')
        return [of.method === 'min' ? sql`min(${compared})` : sql`max(${compared})`]
      // The spelling comes along behind a character that no text holds.
      const { separator, position } = context.dialect
      const both = sql`${compared} || ${separator} || ${compileValue(of.expression, context, 'exact')}`
      const found = of.method === 'min' ? sql`min(${both})` : sql`max(${both})`
      const at = position(found, separator)
      return [sql`substr(${found}, ${at} + 1)`, sql`substr(${found}, 1, ${at} - 1)`]
    }
  }
}
