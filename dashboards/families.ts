// Queries that come in the same form again and again.
import * as q from './promql.ts'
import type { Query } from './query.ts'

const INTERVAL = '$__rate_interval'

/** One line for each value of a label. */
export const bySeries = <L extends string>(label: L, of: q.Selector<L, 'counter'>): Query => ({
  expr: q.sum([label], q.rate(of, INTERVAL)),
  legend: `{{${label}}}`,
})

/** P50, P95 and P99; traces of single observations on the last two. */
export const latency = <L extends string>(
  buckets: q.Selector<L | 'le', 'counter'>,
  { exemplars }: { readonly exemplars: boolean },
): Query[] =>
  [0.5, 0.95, 0.99].map((level) => ({
    expr: q.percentile(level, ['le'], q.rate(buckets, INTERVAL)),
    legend: `P${level * 100}`,
    exemplars: exemplars && level > 0.5,
  }))
