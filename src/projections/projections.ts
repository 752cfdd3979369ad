// How it all looks: starts the followers and answers lists, signals and scrapes. Built by main and runtime; used
// by http and cli through `Views`. Promises that an answer covers every event committed before it was asked.
import type { StoredEvent } from '../events/event.ts'
import type { Journal } from '../journal/journal.ts'
import type { Registry } from '../registry/registry.ts'
import { APPROVALS_VIEW, showApproval } from './lists/approvals.ts'
import { highestShare } from './metrics/budget-books.ts'
import { checkCardinality } from './metrics/cardinality.ts'
import { countSeries, createExposition } from './metrics/exposition.ts'
import { fold } from './metrics/fold.ts'
import { startAdapters, type AdapterEnabled } from './metrics/fold-control.ts'
import { follow, type Follower, type Projection } from './follow.ts'
import { knownValues } from './labels.ts'
import { LISTS, loadLists, type Lists } from './lists/lists.ts'
import { createLive, refresh, type Live } from './metrics/live.ts'
import { createMetricsState, learn, type MetricsState } from './metrics/metrics-state.ts'
import { serialise } from './metrics/metrics-text.ts'
import { pageOf } from './lists/pages.ts'
import { METRICS, savedMetrics } from './metrics/recompute.ts'
import { RUNS_VIEW, showRun } from './lists/runs.ts'
import type { HttpStats, Views } from './lists/views.ts'

export type ProjectionsOptions = {
  readonly journal: Journal
  readonly registry: Registry
  readonly version: string
  readonly revision: string
  readonly workers: () => { readonly busy: number; readonly idle: number }
  /** Is the adapter in use; by default the registry alone says so. */
  readonly adapterEnabled?: AdapterEnabled
  /** Epoch milliseconds. */
  readonly clock: () => number
  /** A follower could not go on: the process must end, for an event is never skipped. */
  readonly onFailure: (error: unknown) => void
  /** Real milliseconds between checkpoints while events come; 1000 by default. */
  readonly checkpointMs?: number
}

export type Projections = {
  readonly views: Views
  readonly http: HttpStats
  /** What the span exporter reports of itself. */
  readonly spans: Live['spans']
  /** Where the spans stand, for /metrics; nothing is shown of them until it is told. */
  readonly spansAt: (position: number) => void
  /** Takes in that these events have become spans now. */
  readonly spansFolded: (events: readonly StoredEvent[]) => void
  /** Knows the label values of a reloaded registry; what was known stays. Errors: REGISTRY_INVALID. */
  readonly adoptRegistry: (registry: Registry) => void
}

type Parts = {
  readonly options: ProjectionsOptions
  readonly metrics: MetricsState
  readonly lists: Lists
  readonly live: Live
  readonly followers: { readonly metrics: Follower; readonly lists: Follower }
  readonly spansPosition: () => number | undefined
  readonly profiles: () => readonly string[]
}

const metricsProjection = (state: MetricsState): Projection => ({
  name: METRICS,
  prepare: async () => undefined,
  fold: (event) => fold(state, event),
  take: () => ({ state: serialise(state), rows: [] }),
  saved: () => undefined,
  unsaved: () => 0,
})

function adopt(
  { options, metrics, live }: Pick<Parts, 'options' | 'metrics' | 'live'>,
  registry: Registry,
  position: number,
): void {
  checkCardinality(registry)
  const values = knownValues(registry)
  learn(metrics, position, values)
  live.series.know(values)
  startAdapters(metrics.series, registry, options.adapterEnabled ?? (({ enabled }) => enabled))
}

function scrapesOf(parts: Parts): Views['metrics'] {
  const { options, metrics, live, followers, lists } = parts
  const expose = createExposition(() => [metrics.series, live.series], true)
  return async (format) => {
    const journalPosition = options.journal.position()
    await Promise.all([
      followers.metrics.caughtUp(journalPosition),
      followers.lists.caughtUp(journalPosition),
    ])
    const startedAt = performance.now()
    const spans = parts.spansPosition()
    refresh(live, {
      journalPosition: options.journal.position(),
      positions: {
        metrics: followers.metrics.position(),
        views: followers.lists.position(),
        ...(spans !== undefined && { spans }),
      },
      workers: options.workers(),
      pending: lists.pending,
      books: metrics.books,
      profiles: parts.profiles(),
      now: options.clock(),
      foldedOverflow: metrics.series.overflow,
    })
    const answer = await expose(format)
    live.rendered((performance.now() - startedAt) / 1000, countSeries(answer.body))
    return answer
  }
}

function viewsOf(parts: Parts): Views {
  const { options, metrics, lists, followers } = parts
  const { journal, clock } = options
  const current = async (): Promise<void> => {
    await followers.lists.caughtUp(journal.position())
    await followers.lists.flush()
  }
  return {
    runs: async (query) => {
      await current()
      return pageOf(journal, { view: RUNS_VIEW, show: showRun }, query)
    },
    approvals: async (query) => {
      await current()
      return pageOf(journal, { view: APPROVALS_VIEW, show: showApproval }, query)
    },
    signals: async (windowSeconds) => {
      const position = journal.position()
      await Promise.all([followers.metrics.caughtUp(position), followers.lists.caughtUp(position)])
      const now = clock()
      const utilisation = (profile: string): number | null => highestShare(metrics.books, profile, now)
      return lists.signals.report({ windowSeconds, now, utilisation, profiles: parts.profiles() })
    },
    metrics: scrapesOf(parts),
    lag: () =>
      Math.max(
        ...[followers.metrics, followers.lists].map((follower) => journal.position() - follower.position()),
      ),
    stop: async () => {
      await Promise.all([followers.metrics.stop(), followers.lists.stop()])
    },
  }
}

function startFollowers(
  parts: Pick<Parts, 'options' | 'metrics' | 'lists' | 'live'>,
  from: { readonly metrics: number; readonly lists: number },
): Parts['followers'] {
  const { journal, clock, onFailure, checkpointMs = 1000 } = parts.options
  const { folded } = parts.live
  const lagOf = (projection: 'metrics' | 'views') => (events: readonly StoredEvent[]) =>
    folded(projection, events, clock())
  const common = { journal, checkpointMs, onFailure }
  return {
    metrics: follow({
      ...common,
      projection: metricsProjection(parts.metrics),
      from: from.metrics,
      onFolded: lagOf('metrics'),
    }),
    lists: follow({
      ...common,
      projection: parts.lists.projection,
      from: from.lists,
      onFolded: lagOf('views'),
    }),
  }
}

/** Loads the checkpoints and follows the journal from there. Errors: REGISTRY_INVALID (too many series). */
export async function createProjections(options: ProjectionsOptions): Promise<Projections> {
  const { journal, registry, version, revision, clock } = options
  checkCardinality(registry)
  const saved = await savedMetrics(journal)
  const metrics = saved?.state ?? createMetricsState()
  const listsFrom = (await journal.loadCheckpoint(LISTS))?.position ?? 0
  const isProfile = (name: string): boolean => metrics.series.knows('profile', name)
  const lists = await loadLists(journal, { clock, isProfile })
  const live = createLive(journal, { version, revision })
  const profiles = new Set(Object.keys(registry.profiles))
  let spansPosition: number | undefined
  adopt({ options, metrics, live }, registry, saved?.position ?? 0)
  const built = { options, metrics, lists, live }
  const followers = startFollowers(built, { metrics: saved?.position ?? 0, lists: listsFrom })
  return {
    views: viewsOf({
      ...built,
      followers,
      spansPosition: () => spansPosition,
      profiles: () => [...profiles],
    }),
    http: live.http,
    spans: live.spans,
    spansAt: (position) => {
      spansPosition = position
    },
    spansFolded: (events) => {
      live.folded('spans', events, clock())
      spansPosition = events.at(-1)?.position ?? spansPosition
    },
    adoptRegistry: (next) => {
      adopt(built, next, followers.metrics.position())
      for (const profile of Object.keys(next.profiles)) profiles.add(profile)
    },
  }
}
