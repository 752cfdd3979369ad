// The metrics folded once more from the whole journal, and how they differ from those that were saved: the proof that
// the metrics equal the journal.
import type { Journal } from '../../journal/journal.ts'
import type { Registry } from '../../registry/registry.ts'
import { fold } from './fold.ts'
import { specOf, type MetricName } from './catalogue.ts'
import { labelValues } from './cardinality.ts'
import { createMetricsState, learn, type Epoch, type MetricsState } from './metrics-state.ts'
import { restore, type Restored } from './metrics-text.ts'
import type { Cell } from './families.ts'
import type { Series } from './series.ts'

const BATCH = 1000
/** Name of the checkpoint. */
export const METRICS = 'metrics'

/** The state at the last checkpoint and the position it covers; null before the first one. */
export async function savedMetrics(
  journal: Journal,
): Promise<({ readonly position: number } & Restored) | null> {
  const saved = await journal.loadCheckpoint(METRICS)
  if (saved === null || saved.state === null) return null
  return { position: saved.position, ...restore(saved.state) }
}

/**
 * The metrics to go on with, and the position that they cover. A checkpoint of an older version is not continued: its
 * buckets may have other bounds. The journal up to it is folded once more instead, so that metrics still equal it.
 */
export async function loadState(
  journal: Journal,
  registry: Registry,
): Promise<{ readonly position: number; readonly state: MetricsState }> {
  const saved = await savedMetrics(journal)
  if (saved === null) return { position: 0, state: createMetricsState() }
  if (saved.isCurrent) return saved
  return { position: saved.position, state: await recompute(journal, registry, saved.position) }
}

/** How an event was labelled depends on which label values were known at its position. */
const epochsOf = (saved: MetricsState | undefined, registry: Registry): Epoch[] =>
  saved && saved.epochs.length > 0 ? [...saved.epochs] : [{ position: 0, values: labelValues(registry) }]

/**
 * Folds the journal from its beginning up to `upTo` (its end by default) into fresh series.
 * The registry says which label values are known where no checkpoint says since when.
 */
export async function recompute(
  journal: Journal,
  registry: Registry,
  upTo: number = journal.position(),
): Promise<MetricsState> {
  const epochs = epochsOf((await savedMetrics(journal))?.state, registry)
  const state = createMetricsState()
  let position = 0
  const learnUpTo = (): void => {
    while (epochs[0] !== undefined && epochs[0].position <= position) {
      const { position: since, values } = epochs[0]
      learn(state, since, values)
      epochs.shift()
    }
  }
  learnUpTo()
  while (position < upTo) {
    const events = await journal.readAll(position, Math.min(BATCH, upTo - position))
    if (events.length === 0) break
    for (const event of events) {
      fold(state, event)
      position = event.position
      learnUpTo()
    }
  }
  return state
}

type Numbers = Pick<Cell, 'value' | 'native'> & { readonly counts: readonly number[] }
const NOTHING: Numbers = { value: 0, counts: [], native: new Map() }

const named = (name: MetricName, { labels }: Cell): string =>
  `${name}{${Object.entries(labels)
    .map(([label, value]) => `${label}="${value}"`)
    .join(',')}}`

/** Both add sums up in the journal's order: they are equal to the last bit, or one of them is wrong. */
function differences(name: string, a: Numbers, b: Numbers): string[] {
  const found = a.value === b.value ? [] : [`${name}: ${a.value} and ${b.value}`]
  for (let index = 0; index < Math.max(a.counts.length, b.counts.length); index += 1) {
    const [left, right] = [a.counts[index] ?? 0, b.counts[index] ?? 0]
    if (left !== right) found.push(`${name} bucket ${index}: ${left} and ${right}`)
  }
  for (const index of new Set([...a.native.keys(), ...b.native.keys()])) {
    const [left, right] = [a.native.get(index) ?? 0, b.native.get(index) ?? 0]
    if (left !== right) found.push(`${name} native bucket ${index}: ${left} and ${right}`)
  }
  return found
}

/** Every counter and every bucket and sum of a histogram that is not the same in both; empty: equal. */
export function compare(a: MetricsState, b: MetricsState): string[] {
  return [...a.series.families.keys()]
    .filter((name) => specOf(name).type !== 'gauge')
    .flatMap((name) => compareFamily(name, a.series, b.series))
}

function compareFamily(name: MetricName, a: Series, b: Series): string[] {
  const left = a.families.get(name)?.cells ?? new Map<string, Cell>()
  const right = b.families.get(name)?.cells ?? new Map<string, Cell>()
  return [...new Map([...left, ...right])].flatMap(([key, cell]) =>
    differences(named(name, cell), left.get(key) ?? NOTHING, right.get(key) ?? NOTHING),
  )
}

/** Differences between the last checkpoint's metrics and the journal up to it; empty: they are equal. */
export async function verifyMetrics(journal: Journal, registry: Registry): Promise<string[]> {
  const saved = await savedMetrics(journal)
  // One of an older version is never continued: there is nothing to compare.
  if (saved === null || !saved.isCurrent) return []
  return compare(saved.state, await recompute(journal, registry, saved.position))
}
