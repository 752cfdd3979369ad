// Native histograms of Prometheus: buckets whose bounds are powers of one base, so that nobody chooses them, and only
// those that have counts are kept. Schema 3: eight to a doubling, each 9 % wide.

export const SCHEMA = 3
const TO_DOUBLING = 2 ** SCHEMA
const MASK = TO_DOUBLING - 1

/** Half open, as `frexp` answers: the bounds between a half and one, as Prometheus has them. */
const FRACTIONS = Array.from({ length: TO_DOUBLING }, (_, index) => 2 ** (index / TO_DOUBLING - 1))

/** The zero bucket reaches up to it, a microsecond: nothing that is measured here is as short and told apart. */
export const ZERO_THRESHOLD = 2 ** -20

/** Whether a value has a bucket of its own above the zero bucket. */
export const isAboveZero = (value: number): boolean => value > ZERO_THRESHOLD && Number.isFinite(value)

/** Upper bound of a bucket; the one below it is the lower, which does not belong to it. */
export const nativeBound = (index: number): number =>
  (FRACTIONS[index & MASK] ?? 1) * 2 ** ((index >> SCHEMA) + 1)

/** Index of the bucket of a value that `isAboveZero`. */
export function nativeIndex(value: number): number {
  // The logarithm is right up to its last digits: at a bound it may be on the wrong side.
  const near = Math.ceil(Math.log2(value) * TO_DOUBLING)
  if (value > nativeBound(near)) return near + 1
  return value <= nativeBound(near - 1) ? near - 1 : near
}

/** Buckets next to each other: the distance of the first from the last one before (for the first span, its index). */
export type Span = { readonly offset: number; readonly deltas: readonly number[] }

/** Counts in the order of their buckets, each as its difference from the one before, over all spans. */
export function spansOf(counts: ReadonlyMap<number, number>): readonly Span[] {
  const spans: { offset: number; deltas: number[] }[] = []
  let [next, before] = [0, 0]
  for (const [index, count] of [...counts].toSorted(([a], [b]) => a - b)) {
    const last = spans.at(-1)
    if (last === undefined || index !== next) spans.push({ offset: index - next, deltas: [count - before] })
    else last.deltas.push(count - before)
    ;[next, before] = [index + 1, count]
  }
  return spans
}
