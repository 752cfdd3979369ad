// Where values stand on a plot: percentiles stretched towards the slow end, as HDR histograms are drawn, and
// concurrency by doublings.
import { scaleLinear, scaleLog } from 'd3-scale'
import { shown } from '../table.ts'

export type Tick = { readonly at: number; readonly text: string }
export type Axis = {
  readonly label: string
  readonly place: (value: number) => number
  readonly ticks: readonly Tick[]
}
type Range = readonly [from: number, to: number]

const PERCENTILES = [0, 50, 90, 95, 99, 99.9, 99.99, 99.999]
/** How far the longest stands behind the last percentile, in decades. */
const BEHIND = 0.4

/** Decades of slowness: 90 is 1, 99 is 2, 99.9 is 3. */
const decades = (percentile: number): number => -Math.log10(1 - percentile / 100)

const extent = (values: readonly number[]): Range => [Math.min(...values), Math.max(...values)]

export function percentileAxis(values: readonly number[], [from, to]: Range): Axis {
  const known = values.filter((value) => value < 100)
  const [, last] = extent(known.length > 0 ? known : [90])
  const end = decades(last) + BEHIND
  const scale = scaleLinear([0, end], [from, to])
  const place = (value: number): number => scale(value >= 100 ? end : decades(Math.max(0, value)))
  const ticks = PERCENTILES.filter((value) => value <= last).map((value) => ({
    at: place(value),
    text: `P${value}`,
  }))
  const longest = values.some((value) => value >= 100) ? [{ at: place(100), text: 'longest' }] : []
  return { label: 'percentile', place, ticks: [...ticks, ...longest] }
}

const ticksOf = (scale: (value: number) => number, values: readonly number[]): Tick[] =>
  values.map((value) => ({ at: scale(value), text: shown(value) }))

/** Few values that double again and again: each of them is a tick. */
const isLadder = (values: readonly number[]): boolean => {
  const [least, most] = extent(values)
  return least > 0 && most / least >= 16 && new Set(values).size <= 12
}

export function lineAxis(label: string, values: readonly number[], [from, to]: Range): Axis {
  const [least, most] = extent(values)
  if (isLadder(values)) {
    const scale = scaleLog([least, most], [from, to])
    return {
      label,
      place: scale,
      ticks: ticksOf(
        scale,
        [...new Set(values)].toSorted((a, b) => a - b),
      ),
    }
  }
  const scale = scaleLinear([least, most], [from, to])
  return { label, place: scale, ticks: ticksOf(scale, scale.ticks(7)) }
}

const WIDE = 50

/** From zero; over more than a decade and a half, by powers of ten, and the label says so. */
export function valueAxis(label: string, values: readonly number[], [from, to]: Range): Axis {
  const [least, most] = extent(values)
  if (least > 0 && most / least > WIDE) {
    const scale = scaleLog([least, most], [from, to]).nice()
    const ticks = scale.ticks().filter((value) => /^[125](?:e|$)/.test(value.toExponential(0)))
    const sparse = ticks.length > 8 ? ticks.filter((value) => value.toExponential(0).startsWith('1')) : ticks
    return { label: `${label}, logarithmic`, place: scale, ticks: ticksOf(scale, sparse) }
  }
  const scale = scaleLinear([Math.min(0, least), most > 0 ? most : 1], [from, to]).nice()
  return { label, place: scale, ticks: ticksOf(scale, scale.ticks(6)) }
}
