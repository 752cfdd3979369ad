// A real server on loopback before a scripted engine: what the door asks of the engine is recorded in order.
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:http'
import { Writable } from 'node:stream'
import { pino } from 'pino'
import { onTestFinished } from 'vitest'
import type { AdapterNow } from '../../src/engine/vendors.ts'
import type { AdapterSpec } from '../../src/registry/registry.ts'
import type { Engine, PlanPreview } from '../../src/engine/engine.ts'
import { fieldsOf } from '../../src/tools/summary.ts'
import { PROTOBUF_TYPE } from '../../src/projections/metrics/exposition/metric-proto.ts'
import { AppError } from '../../src/errors.ts'
import { createApp } from '../../src/http/app.ts'
import { newKey, parseKeys } from '../../src/http/callers/keys.ts'
import type { DoorParts } from '../../src/http/route.ts'
import { memoryJournal } from '../../src/journal/memory.ts'
import { verifyChains } from '../../src/journal/verify.ts'
import type { Signals, Views } from '../../src/projections/lists/views.ts'
import type { HttpStats } from '../../src/projections/metrics/live.ts'
import { APPROVAL_ID, AT, PAYLOADS, RUN_ID, digests, planStep, registry, waitingRun } from './fixtures.ts'

export type Called = { readonly name: string; readonly with: readonly unknown[] }
type Sample = Parameters<HttpStats['request']>[0]

const preview: PlanPreview = {
  planner: 'rules',
  steps: [planStep('s1', 'draft_outbound_message')],
  explanation: 'A draft.',
  unserved: ['send: email'],
  ranking: [{ tool: 'draft_outbound_message', score: 1, matched: ['draft'] }],
  estimatedCost: 1,
  worstCase: { calls: 3, cost: 3, approvals: 1 },
  fitsBudget: true,
  overBudget: [],
}

const known = async (runId: string) => {
  if (runId !== RUN_ID) throw new AppError('RUN_NOT_FOUND', { run_id: runId })
  return waitingRun
}

const accepted = { runId: RUN_ID, traceId: 'a'.repeat(32), created: true, plannedBy: null }

const noBatch = async (batchId: string) => {
  throw new AppError('BATCH_NOT_FOUND', { batch_id: batchId })
}

/** A door that knows of no batch; those of a whole runtime are tested in batches.test.ts. */
const noBatches: Engine['batches'] = {
  start: async () => ({ batchId: 'bat_1', items: 1, rejected: 0, created: true }),
  held: () => null,
  state: noBatch,
  order: noBatch,
  rejected: noBatch,
  items: noBatch,
  openRuns: noBatch,
  cancel: noBatch,
  resume: noBatch,
}

export const adapterNow = (spec: AdapterSpec): AdapterNow => ({
  spec,
  state: spec.enabled ? 'enabled' : 'disabled',
  module: spec.module,
  order: null,
  last: null,
  problems: [],
  figures: null,
})

function adapterOf(name: string): AdapterSpec {
  const spec = registry.adapters[name]
  if (spec === undefined) throw new AppError('ADAPTER_NOT_FOUND', { adapter: name, known: '' })
  return spec
}

function scriptedEngine(called: Called[], script: Partial<Engine>): Engine {
  const record =
    <A extends readonly unknown[], R>(name: keyof Engine, act: (...given: A) => Promise<R>) =>
    async (...given: A): Promise<R> => {
      called.push({ name, with: given })
      return act(...given)
    }
  const bodies = new Map<string, unknown>(
    Object.entries(PAYLOADS).map(([name, value]) => [digests[name as keyof typeof PAYLOADS], value]),
  )
  return {
    start: record('start', script.start ?? (async () => accepted)),
    preview: record(
      'preview',
      script.preview ??
        (async (request) => {
          if (request.planner === 'llm') throw new AppError('PLANNER_UNAVAILABLE', { planner: 'llm' })
          return preview
        }),
    ),
    state: record('state', script.state ?? known),
    settled: record('settled', script.settled ?? known),
    paused: record('paused', script.paused ?? known),
    planned: record('planned', known),
    cancel: record('cancel', script.cancel ?? known),
    resume: record('resume', script.resume ?? (async () => accepted)),
    reconcile: record('reconcile', script.reconcile ?? known),
    revise: record('revise', script.revise ?? known),
    decide: record('decide', script.decide ?? (async () => waitingRun)),
    payload: script.payload ?? (async (_runId, digest) => bodies.get(digest) ?? null),
    words: script.words ?? (async (_tool, output) => fieldsOf(output)),
    stored: script.stored ?? (async () => []),
    registry: script.registry ?? (() => registry),
    adapters: {
      list: () => script.adapters?.list() ?? Object.values(registry.adapters).map(adapterNow),
      isOn: ({ enabled }) => enabled,
      change: script.adapters?.change ?? (async (name, _change, _by) => adapterNow(adapterOf(name))),
      check:
        script.adapters?.check ??
        (async (name) => ({
          now: adapterNow(adapterOf(name)),
          operation: 'getAccount',
          isFine: true,
          durationMs: 1,
          problem: null,
        })),
      compare: script.adapters?.compare ?? (async () => ({ answers: [], fields: [] })),
      observe: () => undefined,
    },
    adopt: record('adopt', async () => ({ added: [], removed: [], changed: [] })),
    access: {
      keysAre: async () => undefined,
      taken: async () => undefined,
    },
    freezes: script.freezes ?? (() => []),
    freeze: record(
      'freeze',
      script.freeze ??
        (async ({ scope, key }, by) => ({
          scope,
          key,
          frozen: true,
          cause: 'manual',
          by: by.id,
          reason: digests.reason,
          at: AT,
        })),
    ),
    lift: record('lift', script.lift ?? (async () => true)),
    applyAlerts: record(
      'applyAlerts',
      script.applyAlerts ?? (async (alerts) => ({ frozen: [], ignored: alerts.length })),
    ),
    batches: script.batches ?? noBatches,
    workers: () => ({ busy: 0, idle: 1 }),
    recover: async () => ({ open: 0 }),
    stop: async () => undefined,
  }
}

const signals: Signals = {
  runs: 0,
  success_rate: null,
  latency: { p50: null, p95: null, p99: null },
  tool_error_rate: null,
  mean_steps: null,
  approval_wait: { count: 0, mean: null, p95: null },
  budget_utilisation: null,
}

const scriptedViews = (called: Called[]): Views => ({
  runs: async (query) => {
    called.push({ name: 'runs', with: [query] })
    const row = {
      run_id: RUN_ID,
      trace_id: 'a'.repeat(32),
      status: 'waiting',
      profile: 'demo',
      tenant: 'default',
      requester: 'alice',
      goal: null,
      started_at: AT,
      finished_at: null,
      steps: 2,
      steps_completed: 1,
      approvals_pending: 1,
      cost: null,
      planned_by: 'LLM: offline mode (rule-based), no key',
      batch_id: null,
      item: null,
    } as const
    return { items: [row], next_cursor: '17' }
  },
  approvals: async (query) => {
    called.push({ name: 'approvals', with: [query] })
    const row = {
      approval_id: APPROVAL_ID,
      run_id: RUN_ID,
      step_id: 's2',
      revision: 2,
      tool: 'draft_outbound_message',
      domain: 'engagement',
      side_effects: 'propose',
      review: 'output',
      risk: 'medium',
      status: 'pending',
      profile: 'demo',
      tenant: 'default',
      consequences: [],
      requested_at: AT,
      expires_at: AT,
      required: 1,
      approved_by: [],
      requester: 'alice',
      goal: null,
      subject: null,
      judgements: [],
      decided_by: [],
    } as const
    return { items: [row], next_cursor: null }
  },
  batches: async () => ({ items: [], next_cursor: null }),
  batch: async () => null,
  itemsOfBatch: async () => [],
  signals: async (windowSeconds) => ({
    window_seconds: windowSeconds,
    all: signals,
    by_profile: {},
    by_domain: {},
  }),
  series: async () => ({ stepSeconds: 60, points: [] }),
  budgetLines: async () => [],
  metrics: async (format) => ({
    contentType:
      format === 'text'
        ? 'text/plain; version=0.0.4; charset=utf-8'
        : 'application/openmetrics-text; version=1.0.0; charset=utf-8',
    body: `# ${format}\n`,
  }),
  nativeMetrics: async () => ({ contentType: PROTOBUF_TYPE, body: Buffer.from([1, 128, 255]) }),
  lag: () => 0,
  stop: async () => undefined,
})

export type Setup = Partial<Omit<DoorParts, 'engine' | 'views'>> & {
  readonly engine?: Partial<Engine>
  readonly views?: Partial<Views>
}

/** Opens a door that closes when the test ends. */
export async function openDoor(setup: Setup = {}) {
  const called: Called[] = []
  const samples: Sample[] = []
  const clients: number[] = []
  const lines: string[] = []
  const log = new Writable({
    write: (chunk, _encoding, done) => {
      lines.push(String(chunk))
      done()
    },
  })
  const closing = new AbortController()
  const journal = memoryJournal({ writer: 'test' })
  const parts: DoorParts = {
    journal,
    http: {
      request: (sample) => samples.push(sample),
      streamClients: (count) => clients.push(count),
      expect: () => undefined,
    },
    keys: null,
    verifyJournal: () => verifyChains(journal),
    reloadRegistry: async () => ({ added: ['a'], removed: [], changed: ['b'] }),
    compareRegistry: async () => ({ added: [], removed: ['c'], changed: [] }),
    logger: pino({ level: 'info' }, log),
    version: '0.0.0-test',
    clock: () => AT,
    stopping: closing.signal,
    ...setup,
    engine: scriptedEngine(called, setup.engine ?? {}),
    views: { ...scriptedViews(called), ...setup.views },
  }
  const app = createApp(parts)
  const server = createServer(app)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    closing.abort()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  const { port } = server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}`
  const get = (path: string, headers: Record<string, string> = {}) => fetch(url + path, { headers })
  const post = (path: string, body: unknown = {}, headers: Record<string, string> = {}) =>
    fetch(url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
  return { parts, url, port, get, post, called, samples, clients, lines, journal, closing }
}

export type Door = Awaited<ReturnType<typeof openDoor>>

/** One key for each list of roles, its id the first role. */
export function keyring(...roleLists: readonly string[][]) {
  const made = roleLists.map((roles) => ({ roles, id: roles[0] ?? 'none', ...newKey() }))
  const text = JSON.stringify({ keys: made.map(({ id, sha256, roles }) => ({ id, sha256, roles })) })
  const bearer = Object.fromEntries(made.map(({ id, key }) => [id, { authorization: `Bearer ${key}` }]))
  return { keys: parseKeys(text), bearer }
}

export const asJson = async (response: Response): Promise<Record<string, unknown>> => {
  const value: unknown = await response.json()
  return value as Record<string, unknown>
}
