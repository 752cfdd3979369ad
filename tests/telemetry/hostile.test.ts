// Label values that somebody chose to do harm: 100,000 different ones through every door that reaches a metric.
import { Agent, createServer, METHODS, request, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { readFileSync } from 'node:fs'
import { describe, expect, onTestFinished, test } from 'vitest'
import { DIGEST, draftsOf } from '../../bench/run-events.ts'
import {
  EMPTY_HASH,
  storedEventSchema,
  type Draft,
  type EventType,
  type StoredEvent,
} from '../../src/events/event.ts'
import { worstCaseSeries } from '../../src/projections/metrics/cardinality.ts'
import { countSeries, createExposition } from '../../src/projections/metrics/exposition/exposition.ts'
import { fold } from '../../src/projections/metrics/fold.ts'
import { CLOSED, knownValues } from '../../src/projections/labels.ts'
import { createMetricsState, learn, type MetricsState } from '../../src/projections/metrics/metrics-state.ts'
import { serialise } from '../../src/projections/metrics/metrics-text.ts'
import { createRuntime } from '../../src/runtime.ts'
import { pathOf } from '../dashboards/shipped.ts'
import { NOON, registry, run, step, valueOf } from '../projections/world.ts'

const VALUES = 100_000

/** Ends a label, ends a line, names what every object has, is long, and looks like a second series. */
const SHAPES: readonly ((number: number) => string)[] = [
  (number) => `x${number}`,
  (number) => `"} 1\nevil_metric{number="${number}`,
  (number) => `__proto__\t${number}`,
  (number) => `constructor${'\\'.repeat(number % 7)}${number}`,
  (number) => `${'a'.repeat(150)}${number}`,
  (number) => `\u202Eкл\u0000юч${number}`,
]
/** What no exposition may show. */
const WORDS = /evil_metric|__proto__|constructor|aaaa|кл|"x\d/
const hostile = (number: number): string => SHAPES[number % SHAPES.length]?.(number) ?? ''

/** A tunnel (CONNECT) is no request: the server hangs up. */
const VERBS = METHODS.filter((method) => method !== 'CONNECT')

const eventOf = (draft: Draft, tenant = 'acme'): StoredEvent => ({
  ...draft,
  position: 1,
  id: 'e1',
  run_id: 'run_1',
  seq: 1,
  trace_id: '0af7651916cd43dd8448eb211c80319c',
  span_id: 'b7ad6b7169203331',
  at: NOON,
  tenant,
  writer: 'test',
  prev: EMPTY_HASH,
})

const story = draftsOf(
  run({ planner: 'llm', steps: [step({ approval: 'approved', quorum: 2, fails: ['system_timeout'] })] }),
)
const budget = { scope: 'tenant', key: 'acme', unit: 'calls', profile: 'demo' } as const
const control: Draft[] = [
  { type: 'budget_warning', data: { ...budget, spent: 8, limit: 10, threshold: 0.8 } },
  {
    type: 'budget_exceeded',
    data: { ...budget, call_id: 's1/1', step_id: 's1', spent: 9, reserved: 1, requested: 1, limit: 10 },
  },
  {
    type: 'adapter_changed',
    data: { adapter: 'mock', from: 'enabled', to: 'open', reason: 'tripped', by: 'engine' },
  },
  {
    type: 'freeze_changed',
    data: { scope: 'profile', key: 'demo', frozen: true, cause: 'manual', by: 'a', reason: null },
  },
  { type: 'registry_changed', data: { digest: DIGEST, added: [], removed: [], changed: [], by: 'a' } },
  { type: 'step_skipped', data: { step_id: 's1', reason: 'cancelled' } },
  {
    type: 'approval_timeout',
    data: {
      approval_id: 'apr_1_1',
      step_id: 's1',
      domain: 'engagement',
      risk: 'high',
      cause: 'expired',
      wait_ms: 1,
    },
  },
]
const examples = [...story, ...control]

/** Fields that carry somebody's words or ids: those that are no closed set. */
const OPEN_FIELDS = [
  'profile',
  'tool',
  'provider',
  'model',
  'adapter',
  'key',
  'approval_id',
  'step_id',
  'plan_id',
]

const spoiled = (draft: Draft, value: string): Draft => {
  const fields = Object.keys(draft.data).filter((field) => OPEN_FIELDS.includes(field))
  const data = Object.fromEntries(fields.map((field) => [field, value]))
  return { ...draft, data: { ...draft.data, ...data } } as Draft
}

const fresh = (): MetricsState => {
  const state = createMetricsState()
  learn(state, 0, knownValues(registry))
  return state
}

const flood = (state: MetricsState, from: number, to: number): void => {
  for (let number = from; number < to; number += 1) {
    const value = hostile(number)
    for (const draft of examples) fold(state, eventOf(spoiled(draft, value), value))
  }
}

const textOf = async ({ series }: MetricsState): Promise<string> =>
  (await createExposition(() => [series], false)('text')).body

const overflowOf = (state: MetricsState, metric: string, label: string): number =>
  state.series.overflow.get(`${metric}\t${label}`) ?? 0

describe('100,000 hostile label values', () => {
  test('in every field of every event make no more series, no more memory, and are counted', async () => {
    const state = fresh()
    flood(state, 0, 2000)
    const [early, earlySize] = [countSeries(await textOf(state)), serialise(state).length]
    flood(state, 2000, VALUES)
    const body = await textOf(state)
    expect(countSeries(body)).toBe(early)
    expect(early).toBeLessThanOrEqual(worstCaseSeries(registry))
    // What is kept of tenants goes up and down below its bound; counts get more digits.
    expect(serialise(state).length).toBeLessThan(earlySize + 300_000)
    for (const tenants of state.books.values()) expect(tenants.size).toBeLessThanOrEqual(1000)
    expect(state.quorums.size).toBe(0)
    expect(body).not.toMatch(WORDS)
    const ofStory = (type: EventType): number =>
      examples.filter((draft) => draft.type === type).length * VALUES
    expect({
      profile: overflowOf(state, 'cugar_runs_started_total', 'profile'),
      budget: overflowOf(state, 'cugar_budget_events_total', 'budget'),
      tool: overflowOf(state, 'cugar_tool_call_errors_total', 'tool'),
      provider: overflowOf(state, 'cugar_llm_calls_total', 'provider'),
      model: overflowOf(state, 'cugar_llm_calls_total', 'model'),
      frozen: overflowOf(state, 'cugar_profile_frozen', 'profile'),
    }).toEqual({
      profile: ofStory('run_started'),
      budget: ofStory('budget_warning') + ofStory('budget_exceeded'),
      tool: ofStory('tool_call_error'),
      provider: ofStory('llm_call'),
      model: ofStory('llm_call'),
      frozen: ofStory('freeze_changed'),
    })
    expect(overflowOf(state, 'cugar_adapter_state', 'adapter')).toBeGreaterThanOrEqual(VALUES)
    expect(valueOf(body, 'cugar_runs_started_total{profile="other"}')).toBe(VALUES)
  })

  test('where a set is closed are refused with the event, or never become a label', async () => {
    const closed = new Set<unknown>(Object.values(CLOSED).flat())
    const state = fresh()
    let refused = 0
    for (const [index, draft] of examples.entries()) {
      const event = eventOf(draft)
      expect(storedEventSchema.parse(event)).toMatchObject({ type: draft.type })
      expect(storedEventSchema.safeParse({ ...event, type: hostile(index) }).success).toBe(false)
      // Names of the registry are no closed set, but they are names: a text is refused with the event all the same.
      const fields = Object.entries(draft.data).filter(
        ([field, value]) => closed.has(value) || ['domain', 'planner', 'purpose'].includes(field),
      )
      for (const [field] of fields) {
        const bad = { ...event, data: { ...draft.data, [field]: hostile(index) } }
        const { success } = storedEventSchema.safeParse(bad)
        if (success) fold(state, bad as StoredEvent)
        else refused += 1
      }
    }
    expect(refused).toBeGreaterThan(20)
    expect(await textOf(state)).not.toMatch(WORDS)
  })

  test('at the door of a running server leave no word of theirs in the metrics', async () => {
    const runtime = await createRuntime({
      registry: readFileSync(pathOf('registry.yaml'), 'utf8'),
      dataDir: null,
      limits: { requestsPerSecond: 1_000_000 },
    })
    const server = createServer(runtime.router).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const agent = new Agent({ keepAlive: true, maxSockets: 50 })
    onTestFinished(async () => {
      agent.destroy()
      await runtime.stop()
      server.closeAllConnections()
      server.close()
    })
    const { port } = server.address() as AddressInfo
    const send = async (method: string, path: string, body?: object): Promise<string> => {
      const sent = request({ port, method, path, agent, headers: { 'content-type': 'application/json' } })
      sent.end(body === undefined ? undefined : JSON.stringify(body))
      const [response] = (await once(sent, 'response')) as [IncomingMessage]
      return text(response)
    }
    const goal = 'Score the account'
    const context = { account: {}, icp_criteria: {} }
    const labels = (number: number) => ({ alertname: hostile(number), budget: hostile(number) })
    const knocks = (number: number): Promise<string>[] => [
      send('GET', `/${encodeURIComponent(hostile(number))}`),
      send('GET', `/v1/runs/${encodeURIComponent(hostile(number))}`),
      send(VERBS[number % VERBS.length] ?? 'GET', '/v1/runs'),
      send('POST', '/v1/runs', { goal, context, profile: hostile(number) }),
      send('POST', '/v1/runs', { goal: hostile(number), context, profile: 'demo' }),
      send('POST', '/v1/runs', { goal, context, profile: 'demo', tenant: `evil_metric.x${number}` }),
      send('POST', '/v1/freezes', {
        scope: 'tenant',
        key: `evil_metric.x${number}`,
        reason: hostile(number),
      }),
      send('POST', '/v1/hooks/alertmanager', {
        version: '4',
        alerts: [{ status: 'firing', labels: labels(number), startsAt: '2026-01-01T00:00:00Z' }],
      }),
    ]
    for (let number = 0; number < 300; number += 10) {
      await Promise.all(Array.from({ length: 10 }, (_, index) => knocks(number + index)).flat())
    }
    const body = await send('GET', '/metrics')
    expect(valueOf(body, 'cugar_tenants_frozen')).toBe(300)
    expect(countSeries(body)).toBeLessThanOrEqual(worstCaseSeries(registry))
    expect(body).not.toMatch(WORDS)
    expect(body).not.toContain('%')
  })
})
