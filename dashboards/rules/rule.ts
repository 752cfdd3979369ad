import type { Expr, Selector } from '../promql.ts'
import { lastOverTime, within } from '../promql.ts'

/** Metrics of ours are known by their names, whatever the job is called. */
export const { counter, gauge, buckets, sumOf, countOf, outside } = within('')

/** How long a scrape may be missing before what it would have said is unknown. */
const GAP = '5m'
/** The state as last seen: a scrape that is missed ends no alert and begins none anew. */
export const lately = <L extends string>(of: Selector<L, 'gauge'>): Expr<L> => lastOverTime(of, GAP)

export type Recording<L extends string = string> = {
  readonly record: string
  readonly expr: Expr<L>
  readonly labels?: Readonly<Record<string, string>>
}
/** Rules of one group are evaluated in order: one that reads another stands after it. */
export type Group<R> = {
  readonly name: string
  /** Absent: as often as Prometheus evaluates by itself. */
  readonly interval?: `${number}m`
  readonly rules: readonly R[]
}

/** `level:metric:operations`. */
export const recording = <L extends string>(record: string, expr: Expr<L>): Recording<L> => ({ record, expr })
