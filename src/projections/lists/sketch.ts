// Percentiles of positive values with a relative error of at most 1 %, in logarithmic buckets that can be added
// up. Method: DDSketch (Masson, Rim, Lee, VLDB 2019).

/** Below 1 %, so that rounding does not reach it. */
const ACCURACY = 0.0099
const GAMMA = (1 + ACCURACY) / (1 - ACCURACY)
const LOG_GAMMA = Math.log(GAMMA)
/** Seconds; what is shorter counts as 0. */
const SMALLEST = 1e-4
/** A year in seconds: what is longer counts as that, so that a sketch has at most 1,400 buckets. */
const LARGEST = 31_536_000
const ZERO = 'zero'

/** Number of values by bucket. JSON. */
export type Sketch = Record<string, number>

const bucketOf = (value: number): string =>
  value < SMALLEST ? ZERO : String(Math.ceil(Math.log(Math.min(value, LARGEST)) / LOG_GAMMA))

const middleOf = (bucket: string): number =>
  bucket === ZERO ? 0 : (2 * GAMMA ** Number(bucket)) / (GAMMA + 1)

export function addTo(sketch: Sketch, value: number): void {
  const bucket = bucketOf(value)
  sketch[bucket] = (sketch[bucket] ?? 0) + 1
}

export function mergeInto(sketch: Sketch, other: Sketch): void {
  for (const [bucket, count] of Object.entries(other)) sketch[bucket] = (sketch[bucket] ?? 0) + count
}

/** The value at nearest rank `share` (0 to 1); null for an empty sketch. */
export function percentile(sketch: Sketch, share: number): number | null {
  const buckets = Object.entries(sketch)
    .map(([bucket, count]) => ({ value: middleOf(bucket), count }))
    .sort((a, b) => a.value - b.value)
  const total = buckets.reduce((sum, { count }) => sum + count, 0)
  let left = Math.max(1, Math.ceil(share * total))
  for (const { value, count } of buckets) {
    left -= count
    if (left <= 0) return value
  }
  return null
}
