// The metrics as a whole: the projection that folds the journal into series, what this process measures beside it,
// and the text of both for a scrape.
import type { StoredEvent } from '../../events/event.ts'
import type { Journal } from '../../journal/journal.ts'
import type { Registry } from '../../registry/registry.ts'
import type { Projection } from '../follow.ts'
import { linesNow, type BudgetLineNow } from './budgets/lines.ts'
import { checkCardinality, labelValues } from './cardinality.ts'
import { countSeries, createExposition, type Exposition } from './exposition/exposition.ts'
import { createProtoExposition, type ProtoExposition } from './exposition/exposition-proto.ts'
import type { Format } from './exposition/format.ts'
import { fold } from './fold.ts'
import { startAdapters, type AdapterEnabled } from './fold-control.ts'
import { createLive, refresh, type Build, type HttpStats, type Live, type Snapshot } from './live.ts'
import { learn, type MetricsState } from './metrics-state.ts'
import { serialise } from './metrics-text.ts'
import { loadState, METRICS } from './recompute.ts'

export type MetricsOptions = {
  /** Epoch milliseconds. */
  readonly clock: () => number
  readonly journal: Journal
  readonly registry: Registry
  readonly build: Build
  /** Is the adapter in use? */
  readonly adapterEnabled: AdapterEnabled
}

/** State that is read at a scrape and that the metrics do not hold themselves. */
export type ScrapeState = Omit<Snapshot, 'books' | 'registry' | 'profiles' | 'foldedOverflow'>

export type Metrics = {
  readonly projection: Projection
  /** Position of the loaded checkpoint; 0 before the first one. */
  readonly from: number
  readonly http: HttpStats
  /** A projection has folded these events; `now` in epoch milliseconds. */
  readonly adapterCalled: Live['adapterCalled']
  readonly folded: (projection: string, events: readonly StoredEvent[], now: number) => void
  /** Knows the registry's label values from `position` on; what was known stays. Errors: REGISTRY_INVALID. */
  readonly adoptRegistry: (registry: Registry, position: number) => void
  /** A registry was refused, and the one before stays in force. */
  readonly refusedRegistry: () => void
  readonly isProfile: (name: string) => boolean
  /** Of every registry that was adopted. */
  readonly profiles: () => readonly string[]
  /** How the budgets of tenants stand, those that something was spent of; `now` in epoch milliseconds. */
  readonly budgetLines: (now: number) => readonly BudgetLineNow[]
  readonly scrape: (format: Format, state: ScrapeState) => ReturnType<Exposition>
  /** With native histograms beside the classic ones, as protocol buffers. */
  readonly scrapeNative: (state: ScrapeState) => ReturnType<ProtoExposition>
}

const projectionOf = (state: MetricsState): Projection => ({
  name: METRICS,
  fold: (event) => fold(state, event),
  drain: () => ({ state: serialise(state), rows: [] }),
})

type Shown = { readonly text: Exposition; readonly native: ProtoExposition }

/** Each scrape begins with the state as it is, and says how long it took. */
function scrapingOf(
  live: Live,
  refreshed: (read: ScrapeState) => void,
  { text, native }: Shown,
): Pick<Metrics, 'scrape' | 'scrapeNative'> {
  return {
    scrape: async (format, read) => {
      const began = performance.now()
      refreshed(read)
      const answer = await text(format)
      live.rendered((performance.now() - began) / 1000, countSeries(answer.body))
      return answer
    },
    scrapeNative: async (read) => {
      const began = performance.now()
      refreshed(read)
      const answer = await native()
      live.rendered((performance.now() - began) / 1000, answer.series)
      return answer
    },
  }
}

/** The metrics as the last checkpoint left them. Errors: REGISTRY_INVALID (too many series). */
export async function loadMetrics({
  journal,
  registry,
  build,
  adapterEnabled,
  clock,
}: MetricsOptions): Promise<Metrics> {
  checkCardinality(registry)
  const { position: from, state } = await loadState(journal, registry)
  const live = createLive(journal, build)
  const profiles = new Set<string>()
  let inForce = registry
  const parts = () => [state.series, live.series]
  const startedAt = clock()
  const adoptRegistry = (next: Registry, position: number): void => {
    checkCardinality(next)
    inForce = next
    const values = labelValues(next)
    learn(state, position, values)
    live.series.know(values)
    startAdapters(state.series, next, adapterEnabled)
    for (const profile of Object.keys(next.profiles)) profiles.add(profile)
    live.reloaded(true, clock())
  }
  adoptRegistry(registry, from)
  const refreshed = (read: ScrapeState): void =>
    refresh(live, {
      ...read,
      books: state.books,
      registry: inForce,
      profiles: [...profiles],
      foldedOverflow: state.series.overflow,
    })
  return {
    projection: projectionOf(state),
    from,
    http: live.http,
    adapterCalled: live.adapterCalled,
    folded: live.folded,
    adoptRegistry,
    refusedRegistry: () => live.reloaded(false, clock()),
    isProfile: (name) => state.series.knows('profile', name),
    profiles: () => [...profiles],
    budgetLines: (now) => linesNow({ books: state.books, registry: inForce, now }),
    ...scrapingOf(live, refreshed, {
      text: createExposition(parts, true),
      native: createProtoExposition(() =>
        parts().map((series) => ({
          series,
          since: ((series === state.series ? state.since : null) ?? startedAt) / 1000,
        })),
      ),
    }),
  }
}
