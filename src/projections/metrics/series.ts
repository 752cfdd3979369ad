// The metrics' state as our own: counters, gauges and histograms that can be saved and restored, behind types
// that accept no wrong name and no missing label. Used by the folds and by the process's own measurements.
import type {
  CounterName,
  ExemplarName,
  GaugeName,
  HistogramName,
  LabelsOf,
  MetricName,
  MetricSource,
} from './catalogue.ts'
import { specOf } from './catalogue.ts'
import { createFamilies, type Exemplar, type Families, type Family } from './families.ts'
import type { GuardedSet, KnownValues } from '../labels.ts'
import { isAboveZero, nativeIndex } from './native.ts'

/** `times`: how often the value was observed; once by default. */
export type Observation = { readonly value: number; readonly times?: number; readonly exemplar?: Exemplar }
/** Only metrics that carry exemplars accept one. */
type ObservationOf<N extends HistogramName> = N extends ExemplarName
  ? Observation
  : Omit<Observation, 'exemplar'>

export type Series = {
  readonly add: <N extends CounterName | GaugeName>(name: N, labels: LabelsOf<N>, value?: number) => void
  readonly set: <N extends GaugeName>(name: N, labels: LabelsOf<N>, value: number) => void
  readonly observe: <N extends HistogramName>(name: N, labels: LabelsOf<N>, seen: ObservationOf<N>) => void
  /** Makes more label values known, and starts their combinations at 0. What was known stays; what is not named any more is not shown. */
  readonly know: (values: KnownValues) => void
  readonly knows: (set: GuardedSet, value: string) => boolean
  readonly families: ReadonlyMap<MetricName, Family>
  /** Collapsed values by `<metric>\t<label>`. */
  readonly overflow: Map<string, number>
  /** The cell of exactly these values, made when missing: for restoring, and for what is counted elsewhere. */
  readonly cell: Families['cell']
}

/** Index of the first bound that holds the value; the number of bounds when none does. */
export function bucketIndex(bounds: readonly number[], value: number): number {
  let index = 0
  // By index: an iterator would allocate a number for each bound that it passes.
  while (index < bounds.length && !(value <= (bounds[index] ?? 0))) index += 1
  return index
}

/** State of the metrics of the given sources. */
export function createSeries(sources: readonly MetricSource[]): Series {
  const { all, at, cell, know, knows, overflow } = createFamilies(sources)
  return {
    add: (name, labels, value = 1) => {
      at(name, labels).value += value
    },
    set: (name, labels, value) => {
      at(name, labels).value = value
    },
    observe: (name, labels, seen: Observation) => {
      const target = at(name, labels)
      const index = bucketIndex(specOf(name).buckets ?? [], seen.value)
      const times = seen.times ?? 1
      target.value += seen.value * times
      target.counts[index] = (target.counts[index] ?? 0) + times
      if (isAboveZero(seen.value)) {
        const bucket = nativeIndex(seen.value)
        target.native.set(bucket, (target.native.get(bucket) ?? 0) + times)
      }
      if (seen.exemplar) target.exemplars[index] = seen.exemplar
    },
    know,
    knows,
    families: all,
    overflow,
    cell,
  }
}
