// Times of single requests, every one of them kept: percentiles come from the histogram, never from averages.
import { createHistogram } from 'node:perf_hooks'
import { figure, type Curve, type Figure } from './bench.ts'

/** Milliseconds of the figures are exact to 3 digits. */
export type Latency = {
  /** Milliseconds. */
  readonly record: (ms: number) => void
  /** Milliseconds at a percentile from 0 to 100. */
  readonly at: (percentile: number) => number
  readonly count: () => number
  readonly figures: (name: string) => Figure[]
  readonly curve: (plot: string, name: string) => Curve
}

/** Percentiles of a distribution's plot, closer together towards the slow end. */
const POINTS = [0, 10, 20, 30, 40, 50, 60, 70, 75, 80, 85, 90, 92.5, 95, 97, 98, 99, 99.5, 99.9, 99.99, 100]

export function latency(): Latency {
  const histogram = createHistogram({ lowest: 1, highest: 600_000_000, figures: 3 })
  const at = (percentile: number): number =>
    histogram.count === 0
      ? 0
      : (percentile >= 100 ? histogram.max : histogram.percentile(Math.max(percentile, 0.001))) / 1000
  return {
    record: (ms) => histogram.record(Math.max(1, Math.round(ms * 1000))),
    at,
    count: () => histogram.count,
    figures: (name) => [
      figure(`${name}: P50`, at(50), 'ms'),
      figure(`${name}: P95`, at(95), 'ms'),
      figure(`${name}: P99`, at(99), 'ms'),
      figure(`${name}: P99.9`, at(99.9), 'ms'),
      figure(`${name}: longest`, at(100), 'ms'),
    ],
    curve: (plot, name) => ({
      plot,
      name,
      kind: 'distribution',
      x: 'percentile',
      y: 'ms',
      points: POINTS.map((percentile) => [percentile, at(percentile)] as const),
    }),
  }
}
