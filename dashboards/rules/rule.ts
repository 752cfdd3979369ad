import type { Expr } from '../promql.ts'
import { within } from '../promql.ts'

/** Every rule reads our own jobs only. */
export const SCOPE = 'job=~"cugar.*"'
export const { counter, gauge, buckets, sumOf, countOf, outside } = within(SCOPE)

export type Recording<L extends string = string> = {
  readonly record: string
  readonly expr: Expr<L>
  readonly labels?: Readonly<Record<string, string>>
}
/** Rules of one group are evaluated in order: one that reads another stands after it. */
export type Group<R> = { readonly name: string; readonly rules: readonly R[] }

/** `level:metric:operations`. */
export const recording = <L extends string>(record: string, expr: Expr<L>): Recording<L> => ({ record, expr })
