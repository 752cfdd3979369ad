// The numbers of an exposition that come from the journal: every counter, and every bucket, sum and count.
import type { Journal } from '../../src/journal/journal.ts'
import { METRIC_NAMES, specOf } from '../../src/projections/metrics/catalogue.ts'
import { createExposition } from '../../src/projections/metrics/exposition/exposition.ts'
import { recompute } from '../../src/projections/metrics/recompute.ts'
import type { Registry } from '../../src/registry/registry.ts'

const OF_THE_JOURNAL = new Set<string>(
  METRIC_NAMES.filter((name) => specOf(name).source === 'journal' && specOf(name).type !== 'gauge'),
)

const nameOf = (series: string): string => series.split('{')[0] ?? ''
const isOfTheJournal = (series: string): boolean => {
  const name = nameOf(series)
  return OF_THE_JOURNAL.has(name) || OF_THE_JOURNAL.has(name.replace(/_(bucket|sum|count)$/, ''))
}

export type Numbers = Readonly<Record<string, number>>

export function numbersOf(body: string): Numbers {
  const numbers: Record<string, number> = {}
  for (const line of body.split('\n')) {
    const end = line.lastIndexOf(' ')
    const series = line.slice(0, end)
    if (!line.startsWith('#') && isOfTheJournal(series)) numbers[series] = Number(line.slice(end + 1))
  }
  return numbers
}

/** The same numbers, folded once more from the first event up to `upTo`, the end of the journal by default. */
export async function recomputedNumbers(
  journal: Journal,
  registry: Registry,
  upTo?: number,
): Promise<Numbers> {
  const { series } = await recompute(journal, registry, upTo)
  const { body } = await createExposition(() => [series], false)('text')
  return numbersOf(body)
}

/** Series whose numbers are not the same, with both; empty: equal. */
export const unequal = (shown: Numbers, folded: Numbers): string[] =>
  Object.keys({ ...shown, ...folded })
    .filter((series) => shown[series] !== folded[series])
    .map((series) => `${series}: ${shown[series]} shown, ${folded[series]} folded`)

/** Series that are lower than they were, or gone. */
export const wentBack = (before: Numbers, after: Numbers): string[] =>
  Object.keys(before)
    .filter((series) => !((after[series] ?? Number.NaN) >= (before[series] ?? 0)))
    .map((series) => `${series}: ${before[series]}, then ${after[series]}`)
