// Queries that come in the same form again and again.
import * as q from './promql.ts'
import type { Query } from './query.ts'

const INTERVAL = '$__rate_interval'

/** A legend of more lines tells nobody which is which. */
const MOST_LINES = 8

/** One line for each of the busiest combinations of labels, what never happened in the shown range left out. */
export const busiest = <L extends string>(by: readonly L[], of: q.Selector<L, 'counter'>): Query => ({
  expr: q.busiest(q.sum(by, q.rate(of, INTERVAL)), { by, of, count: MOST_LINES }),
  legend: by.map((label) => `{{${label}}}`).join(' '),
})

/** One line for each value of a label. */
export const bySeries = <L extends string>(label: L, of: q.Selector<L, 'counter'>): Query =>
  busiest([label], of)

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
