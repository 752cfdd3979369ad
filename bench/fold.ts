// How fast the metrics are folded: events a second on one thread, over whole runs of four steps.
import { readFile } from 'node:fs/promises'
import { figure, setting, type Bench } from './bench.ts'
import { EMPTY_HASH, type StoredEvent } from '../src/events/event.ts'
import { fold } from '../src/projections/metrics/fold.ts'
import { knownValues } from '../src/projections/labels.ts'
import { createMetricsState, learn } from '../src/projections/metrics/metrics-state.ts'
import { parseRegistry } from '../src/registry/parse.ts'
import type { Registry } from '../src/registry/registry.ts'
import { draftsOf, type StepShape } from './run-events.ts'

async function shippedRegistry(): Promise<Registry> {
  const parsed = parseRegistry(await readFile(new URL('../registry.yaml', import.meta.url), 'utf8'))
  if (!parsed.ok) throw new Error('registry.yaml is not valid')
  return parsed.registry
}

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0')

type Place = { readonly number: number; readonly from: number; readonly tenants: number }

function runEvents(registry: Registry, { number, from, tenants }: Place): StoredEvent[] {
  const tools = Object.values(registry.tools)
  const profiles = Object.keys(registry.profiles)
  const steps = [0, 1, 2, 3].map((index): StepShape => {
    const tool = tools[(number + index) % tools.length]
    if (!tool) throw new Error('the registry has no tools')
    return {
      tool: tool.name,
      domain: tool.domain,
      approval: index === 3 ? 'approved' : 'none',
      quorum: 1,
      fails: number % 10 === index ? ['system_timeout'] : [],
      end: 'complete',
      reconciled: false,
      ms: 20 + (number % 500),
    }
  })
  const run = {
    runId: `run_${number}`,
    profile: profiles[number % profiles.length] ?? '',
    tenant: `tenant_${number % tenants}`,
    at: 1_700_000_000_000 + number * 10,
    planner: number % 2 === 0 ? ('rules' as const) : ('llm' as const),
    steps,
    status: 'succeeded' as const,
    cause: null,
    finishes: true,
  }
  return draftsOf(run).map((draft, index) => ({
    ...draft,
    position: from + index,
    id: `e_${from + index}`,
    run_id: run.runId,
    seq: index + 1,
    trace_id: hex(number + 1, 32),
    span_id: hex(from + index, 16),
    at: run.at,
    tenant: run.tenant,
    writer: 'bench',
    prev: EMPTY_HASH,
  }))
}

/** At least `events` realistic events, whole runs, of so many tenants by turns. */
export function realisticEvents(registry: Registry, events: number, tenants = 50): StoredEvent[] {
  const made: StoredEvent[] = []
  for (let number = 0; made.length < events; number += 1) {
    made.push(...runEvents(registry, { number, from: made.length + 1, tenants }))
  }
  return made
}

/** Folds at least `events` events once; the time to make them is not counted. */
export async function foldRate(events: number): Promise<{ eventsPerSecond: number }> {
  const registry = await shippedRegistry()
  const state = createMetricsState()
  learn(state, 0, knownValues(registry))
  const made = realisticEvents(registry, events)
  const startedAt = performance.now()
  for (const event of made) fold(state, event)
  return { eventsPerSecond: Math.round((made.length / (performance.now() - startedAt)) * 1000) }
}

export const bench: Bench = {
  name: 'fold',
  question: 'How many events a second can be folded into metrics?',
  settings: { events: 400_000, rounds: 5 },
  durability: 'none',
  run: async (settings, progress) => {
    const rates: number[] = []
    const rounds = setting(settings, 'rounds')
    for (let round = 0; round < rounds; round += 1) {
      rates.push((await foldRate(setting(settings, 'events'))).eventsPerSecond)
      progress((round + 1) / rounds)
    }
    const sorted = rates.toSorted((a, b) => a - b)
    return {
      curves: [],
      figures: [
        figure('events, median', sorted[Math.floor(sorted.length / 2)] ?? 0, '/s'),
        figure('events, slowest', sorted[0] ?? 0, '/s'),
        figure('events, fastest', sorted.at(-1) ?? 0, '/s'),
      ],
    }
  },
}
