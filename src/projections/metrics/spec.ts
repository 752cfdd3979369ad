// What the table of metrics is written with.
import type { LabelSet } from '../labels.ts'

export type MetricSource = 'journal' | 'process' | 'state'
export type LabelSets = Readonly<Record<string, LabelSet>>

const named = <S extends MetricSource>(source: S) => ({
  counter: <const L extends LabelSets>(labels: L, help: string) => ({
    type: 'counter' as const,
    source,
    labels,
    help,
  }),
  gauge: <const L extends LabelSets>(labels: L, help: string) => ({
    type: 'gauge' as const,
    source,
    labels,
    help,
  }),
  histogram: <const L extends LabelSets>(buckets: readonly number[], labels: L, help: string) => ({
    type: 'histogram' as const,
    source,
    labels,
    help,
    buckets,
  }),
})
export const journal = named('journal')
export const process = named('process')
export const state = named('state')

/** Combinations that a metric may have where its labels have no known values (routes); beyond it: `other`. */
export const capped = <T extends object>(cap: number, spec: T) => ({ ...spec, cap })
