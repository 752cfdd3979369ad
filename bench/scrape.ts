// What a scrape is at the size of a large installation: its series, its bytes and its time in each of the formats that a
// scraper may ask for, and compressed. The events are folded as those of a journal are.
import { gzipSync } from 'node:zlib'
import { memoryJournal } from '../src/journal/memory.ts'
import { loadMetrics, type Metrics, type ScrapeState } from '../src/projections/metrics/metrics.ts'
import { countSeries } from '../src/projections/metrics/exposition/exposition.ts'
import type { Registry } from '../src/registry/registry.ts'
import { readRegistry } from '../src/runtime.ts'
import { figure, setting, type Bench, type Figure } from './bench.ts'
import { median } from './compare/ratios.ts'
import { realisticEvents } from './fold.ts'
import { registryText } from './load.ts'

type Size = { readonly profiles: number; readonly tools: number }

/** Copies of what is shipped, under other names. */
function copies<T extends { readonly name: string }>(of: Readonly<Record<string, T>>, count: number) {
  const shipped = Object.values(of)
  const made = Array.from({ length: count }, (_, index) => {
    const one = shipped[index % shipped.length]
    if (!one) throw new TypeError('the registry names none')
    return { ...one, name: index < shipped.length ? one.name : `${one.name}_${index}` }
  })
  return Object.fromEntries(made.map((one) => [one.name, one]))
}

const grown = (registry: Registry, { profiles, tools }: Size): Registry => ({
  ...registry,
  profiles: copies(registry.profiles, profiles),
  tools: copies(registry.tools, tools),
})

const stateAt = (now: number): ScrapeState => ({
  disk: null,
  freezes: [],
  waitingRuns: new Map(),
  adapterLoads: [],
  batches: { running: 0, notBegun: 0, oldest: null },
  journalPosition: 1,
  positions: new Map(),
  workers: { busy: 0, idle: 64 },
  pending: () => ({ count: 0, oldestAt: null, expiresAt: null }),
  spanCounts: { exported: 0, dropped: 0, failed: 0 },
  now,
})

const FORMATS = ['text', 'openmetrics', 'protocol buffers'] as const
type Shown = (typeof FORMATS)[number]

const bodyOf = async (metrics: Metrics, format: Shown, state: ScrapeState): Promise<Buffer> => {
  if (format === 'protocol buffers') return (await metrics.scrapeNative(state)).body
  // To the bytes that are sent: a text that was only put together is not laid out in memory yet.
  return Buffer.from((await metrics.scrape(format, state)).body)
}

type Measured = { readonly metrics: Metrics; readonly state: ScrapeState; readonly rounds: number }

async function figuresOf(format: Shown, { metrics, state, rounds }: Measured): Promise<Figure[]> {
  const times: number[] = []
  let body: Buffer = Buffer.alloc(0)
  for (let round = 0; round < rounds; round += 1) {
    const begun = performance.now()
    body = await bodyOf(metrics, format, state)
    times.push(performance.now() - begun)
  }
  return [
    figure(`${format}: time, median`, median(times), 'ms'),
    figure(`${format}: bytes`, body.length, 'B'),
    figure(`${format}: bytes, gzip`, gzipSync(body).length, 'B'),
  ]
}

export const bench: Bench = {
  name: 'scrape',
  question: 'How many series, bytes and milliseconds is a scrape with 200 tenants, 20 profiles and 60 tools?',
  settings: { tenants: 200, profiles: 20, tools: 60, events: 100_000, rounds: 100 },
  durability: 'none',
  run: async (settings, progress) => {
    const shipped = readRegistry(await registryText())
    const registry = grown(shipped, {
      profiles: setting(settings, 'profiles'),
      tools: setting(settings, 'tools'),
    })
    const events = realisticEvents(registry, setting(settings, 'events'), setting(settings, 'tenants'))
    const now = events.at(-1)?.at ?? 0
    const metrics = await loadMetrics({
      journal: memoryJournal(),
      registry,
      build: { version: 'bench', revision: 'bench' },
      adapterEnabled: ({ enabled }) => enabled,
      clock: () => now,
    })
    for (const event of events) metrics.projection.fold(event)
    progress(0.3)
    const measured = { metrics, state: stateAt(now), rounds: setting(settings, 'rounds') }
    const { body } = await metrics.scrape('text', measured.state)
    const figures = [figure('series', countSeries(body), '')]
    for (const [index, format] of FORMATS.entries()) {
      figures.push(...(await figuresOf(format, measured)))
      progress(0.3 + (0.7 * (index + 1)) / FORMATS.length)
    }
    return { curves: [], figures }
  },
}
