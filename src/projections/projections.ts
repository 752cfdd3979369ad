// How it all looks: follows the journal for every projection and answers lists, signals and scrapes. Built by main and
// runtime; used by http and cli through `Views`. Promises that an answer covers every event committed before it was
// asked, and that asking changes nothing in the journal.
import type { Journal } from '../journal/journal.ts'
import type { Registry } from '../registry/registry.ts'
import type { Followed } from './follow.ts'
import { followAll, type Followers } from './followers.ts'
import { LISTS, loadLists, type Lists } from './lists/lists.ts'
import type { Views } from './lists/views.ts'
import { highestLine } from './metrics/budgets/lines.ts'
import type { AdapterEnabled } from './metrics/fold-control.ts'
import type { AdapterCall, AdapterLoad, HttpStats } from './metrics/live.ts'
import { readDisk } from './metrics/disk.ts'
import { loadMetrics, type Metrics, type ScrapeState } from './metrics/metrics.ts'
import { METRICS } from './metrics/recompute.ts'

export type ProjectionsOptions = {
  readonly journal: Journal
  readonly registry: Registry
  readonly version: string
  readonly revision: string
  readonly workers: () => { readonly busy: number; readonly idle: number }
  /** Is the adapter in use? By default the registry alone says so. */
  readonly adapterEnabled?: AdapterEnabled
  /** Tells of every operation of an adapter that ended; by default there are none. */
  readonly observeAdapters?: (listener: (call: AdapterCall) => void) => void
  readonly adapterLoads?: () => readonly AdapterLoad[]
  /** Projections besides the metrics and the lists: spans, the log. They are followed and stopped with these. */
  readonly others?: readonly Followed[]
  /** What has become of the spans of this process; by default there are none. */
  readonly spanCounts?: () => ScrapeState['spanCounts']
  /** What is frozen, and since when (epoch milliseconds); by default nothing. */
  readonly freezes?: () => ScrapeState['freezes']
  /** Where the journal keeps its files; null, as by default: nowhere. */
  readonly dataDir?: string | null
  /** Epoch milliseconds. */
  readonly clock: () => number
  /** A follower could not go on: the process must end, for an event is never skipped. */
  readonly onFailure: (error: unknown) => void
  /** Real milliseconds between checkpoints of metrics and lists while events come; 1000 by default. */
  readonly checkpointMs?: number
}

export type Projections = {
  readonly views: Views
  readonly http: HttpStats
  /** Knows the label values of a reloaded registry; what was known stays. Errors: REGISTRY_INVALID. */
  readonly adoptRegistry: (registry: Registry) => void
  /** A registry was refused, and the one before stays in force. */
  readonly refusedRegistry: () => void
}

type Built = {
  readonly options: ProjectionsOptions
  readonly metrics: Metrics
  readonly lists: Lists
  readonly followers: Followers
}

/** The projections that answers come from. Spans are none of them: they may wait for a collector. */
const ANSWERING = [METRICS, LISTS]

const NO_SPANS: ScrapeState['spanCounts'] = { exported: 0, dropped: 0, failed: 0 }

/** A disk that cannot be read is no reason to show nothing: what was read of it last stays. */
async function diskOf({ dataDir = null }: ProjectionsOptions): Promise<ScrapeState['disk']> {
  if (dataDir === null) return null
  const [read] = await Promise.allSettled([readDisk(dataDir)])
  return read.status === 'fulfilled' ? read.value : null
}

/** Everything that is read at a scrape, from after the wait. */
function scrapeStateOf({ options, lists, followers }: Omit<Built, 'metrics'>): () => Promise<ScrapeState> {
  const { journal, clock, workers, spanCounts, freezes } = options
  return async () => {
    const [disk] = await Promise.all([diskOf(options), followers.caughtUp(ANSWERING)])
    const now = clock()
    return {
      disk,
      freezes: freezes?.() ?? [],
      waitingRuns: lists.waitingRuns,
      adapterLoads: options.adapterLoads?.() ?? [],
      batches: lists.batches.open(),
      journalPosition: journal.position(),
      positions: followers.positions(),
      workers: workers(),
      pending: (risk) => lists.pending.of(risk, now),
      spanCounts: spanCounts?.() ?? NO_SPANS,
      now,
    }
  }
}

function viewsOf({ options, metrics, lists, followers }: Built): Views {
  const { clock } = options
  const scrapeState = scrapeStateOf({ options, lists, followers })
  return {
    runs: async (query) => {
      await followers.caughtUp([LISTS])
      return lists.runs(query)
    },
    approvals: async (query) => {
      await followers.caughtUp([LISTS])
      return lists.approvals(query)
    },
    batches: async (query) => {
      await followers.caughtUp([LISTS])
      return lists.batches.page(query)
    },
    batch: async (batchId) => {
      await followers.caughtUp([LISTS])
      return lists.batches.one(batchId)
    },
    itemsOfBatch: async (query) => {
      await followers.caughtUp([LISTS])
      return lists.batches.items(query)
    },
    signals: async (windowSeconds) => {
      await followers.caughtUp(ANSWERING)
      const now = clock()
      const lines = Map.groupBy(metrics.budgetLines(now), ({ profile }) => profile)
      const utilisation = (profile: string): number | null =>
        highestLine(lines.get(profile) ?? [])?.share ?? null
      return lists.signals.report({ windowSeconds, now, utilisation, profiles: metrics.profiles() })
    },
    series: async ({ window, step, profile }) => {
      await followers.caughtUp([LISTS])
      return lists.signals.series({ window, step, profile, now: clock() })
    },
    budgetLines: async () => {
      await followers.caughtUp([METRICS])
      return metrics.budgetLines(clock())
    },
    metrics: async (format) => metrics.scrape(format, await scrapeState()),
    nativeMetrics: async () => metrics.scrapeNative(await scrapeState()),
    lag: () => followers.lag(ANSWERING),
    stop: followers.stop,
  }
}

/** Loads the checkpoints and follows the journal from there. Errors: REGISTRY_INVALID (too many series). */
export async function createProjections(options: ProjectionsOptions): Promise<Projections> {
  const { journal, version, revision, clock, onFailure, others = [], checkpointMs = 1000 } = options
  const adapterEnabled = options.adapterEnabled ?? (({ enabled }) => enabled)
  const metrics = await loadMetrics({ ...options, build: { version, revision }, adapterEnabled })
  options.observeAdapters?.(metrics.adapterCalled)
  const lists = await loadLists(journal, { clock, isProfile: metrics.isProfile })
  const own = [metrics, lists].map(({ projection, from }) => ({ projection, from, checkpointMs }))
  const followers = followAll({
    journal,
    followed: [...own, ...others],
    onFailure,
    onFolded: (name, events) => metrics.folded(name, events, clock()),
  })
  return {
    views: viewsOf({ options, metrics, lists, followers }),
    http: metrics.http,
    refusedRegistry: metrics.refusedRegistry,
    adoptRegistry: (next) => metrics.adoptRegistry(next, followers.positions().get(METRICS) ?? 0),
  }
}
