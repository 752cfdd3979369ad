// Two sides by turns: medians of each, and the ratio of every round, so that a mood of the machine meets both.
import type { Comparison, Result } from '../result.ts'

export type Round = { readonly base: readonly Result[]; readonly head: readonly Result[] }
type Side = keyof Round
type Compared = Comparison['figures'][number]

/** Of an even number the mean of the middle two. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const half = sorted.length / 2
  return ((sorted[Math.ceil(half) - 1] ?? Number.NaN) + (sorted[Math.floor(half)] ?? Number.NaN)) / 2
}

const digits = (value: number): number => Number(value.toPrecision(6))

/** Nothing stays nothing; from nothing to something there is no ratio. */
const ratioOf = (base: number, head: number): number => (base === 0 && head === 0 ? 1 : head / base)

/** Two rounds are on one side of 1 by chance every other time. */
const ENOUGH = 3

type Named = Pick<Compared, 'bench' | 'name' | 'unit'>

const keyOf = ({ bench, name, unit }: Named): string => JSON.stringify([bench, name, unit])

const named = (results: readonly Result[]): (Named & { readonly value: number })[] =>
  results.flatMap(({ bench, figures }) => figures.map((figure) => ({ bench, ...figure })))

/** The values of each figure that this side has in every round. */
function valuesOf(rounds: readonly Round[], side: Side): Map<string, number[]> {
  const all = new Map<string, number[]>()
  for (const round of rounds) {
    for (const figure of named(round[side])) {
      const key = keyOf(figure)
      all.set(key, [...(all.get(key) ?? []), figure.value])
    }
  }
  return new Map([...all].filter(([, values]) => values.length === rounds.length))
}

function compared(figure: Named, base: readonly number[], head: readonly number[]): Compared {
  const ratios = base.map((value, round) => ratioOf(value, head[round] ?? Number.NaN))
  const hasRatio = ratios.every((ratio) => Number.isFinite(ratio))
  const [lowest, highest] = [Math.min(...ratios), Math.max(...ratios)]
  return {
    ...figure,
    base: digits(median(base)),
    head: digits(median(head)),
    ratio: hasRatio ? digits(median(ratios)) : null,
    lowest: hasRatio ? digits(lowest) : null,
    highest: hasRatio ? digits(highest) : null,
    differs: hasRatio && ratios.length >= ENOUGH ? lowest > 1 || highest < 1 : null,
  }
}

const OTHER: Readonly<Record<Side, Side>> = { base: 'head', head: 'base' }

/** What this side has and the other has not. */
function onlyIn(side: Side, rounds: readonly Round[]): string[] {
  const others = new Set(valuesOf(rounds, OTHER[side]).keys())
  const own = new Map(rounds.flatMap((round) => named(round[side])).map((figure) => [keyOf(figure), figure]))
  return [...own]
    .filter(([key]) => !others.has(key))
    .map(([, { bench, name, unit }]) => `only in ${side}: ${bench}: ${name}${unit === '' ? '' : `, ${unit}`}`)
}

export function compareRounds(rounds: readonly Round[]): Pick<Comparison, 'figures' | 'missing'> {
  const [base, head] = [valuesOf(rounds, 'base'), valuesOf(rounds, 'head')]
  const order = new Map(named(rounds[0]?.head ?? []).map((figure) => [keyOf(figure), figure]))
  return {
    figures: [...order].flatMap(([key, { bench, name, unit }]) => {
      const [before, after] = [base.get(key), head.get(key)]
      return before && after ? [compared({ bench, name, unit }, before, after)] : []
    }),
    missing: [...onlyIn('base', rounds), ...onlyIn('head', rounds)],
  }
}

/** The results of one benchmark over the rounds as one: medians of figures, and of the curves' points. */
function merged(results: readonly Result[], commit: string): Result | null {
  const [first] = results
  if (!first) return null
  const figures = first.figures.map((figure) => {
    const found = results.flatMap((each) => each.figures.find(({ name }) => name === figure.name) ?? [])
    return { ...figure, value: digits(median(found.map(({ value }) => value))) }
  })
  const curves = first.curves.map((curve) => {
    const found = results.flatMap(
      (each) => each.curves.find(({ plot, name }) => plot === curve.plot && name === curve.name) ?? [],
    )
    const points = curve.points.map(([x], index): [number, number] => {
      const here = found.flatMap((each) => each.points[index]?.[1] ?? [])
      return [x, digits(median(here))]
    })
    return { ...curve, points }
  })
  return { ...first, commit, figures, curves }
}

/** One result for each benchmark of this side. */
export const mergeRounds = (rounds: readonly Round[], side: Side, commit: string): Result[] =>
  [
    ...Map.groupBy(
      rounds.flatMap((round) => round[side]),
      ({ bench }) => bench,
    ).values(),
  ].flatMap((results) => merged(results, commit) ?? [])
