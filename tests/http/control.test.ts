import type { z } from 'zod'
import { describe, expect, it } from 'vitest'
import { AppError } from '../../src/errors.ts'
import * as answers from '../../src/http/answers.ts'
import * as plans from '../../src/http/plan-answers.ts'
import type { Account } from '../../src/run/budgets/ledger.ts'
import { AT, planStep, registry } from './fixtures.ts'
import { asJson, openDoor } from './door.ts'

const account = (patch: Partial<Account>): Account => ({
  scope: 'run',
  key: 'run_abc',
  unit: 'cost',
  owner: 'run_abc',
  spent: 2_700_000,
  reserved: 0,
  limit: 100_000_000,
  window_end: null,
  warned: false,
  ...patch,
})

const booksOf = async (accounts: Account[]) => {
  const door = await openDoor()
  return openDoor({ journal: { ...door.journal, accounts: async () => accounts } })
}

describe('GET /v1/budgets', () => {
  it('shows every scope in units, with the end of its window', async () => {
    const end = AT + 1000
    const tenant = account({
      scope: 'tenant',
      key: 'default',
      owner: `default@${end}`,
      unit: 'llm_usd',
      window_end: end,
    })
    const door = await booksOf([account({}), tenant])
    const body = await asJson(await door.get('/v1/budgets'))
    const items = answers.budgetAccount.array().parse(body.items)
    expect(items).toMatchObject([
      {
        scope: 'run',
        run_id: 'run_abc',
        unit: 'cost',
        spent: 2.7,
        limit: 100,
        utilisation: 0.027,
        window_end: null,
      },
      { scope: 'tenant', key: 'default', run_id: null, unit: 'llm_micro_usd', spent: 2_700_000 },
    ])
    expect(items[1]?.window_end).toBe(new Date(end).toISOString())
  })

  it('names tenant, profile, window and zone of each limit', async () => {
    const end = Date.UTC(2026, 0, 3)
    const limit = account({
      scope: 'tenant',
      key: 'acme',
      unit: 'calls',
      window_end: end,
      limit: 9,
      spent: 3,
    })
    const owners = [`acme@${end}/day/profile/demo`, `acme@${end}/month/tenant`, `acme@${end}`]
    const door = await booksOf(owners.map((owner) => ({ ...limit, owner })))
    const { items } = answers
      .pageOf(answers.budgetAccount)
      .parse(await (await door.get('/v1/budgets')).json())
    const acme = { tenant: 'acme', run_id: null, window_end: '2026-01-03T00:00:00.000Z' }
    expect(items).toMatchObject([
      { ...acme, window: 'day', limit_of: 'profile', profile: 'demo', time_zone: 'UTC' },
      { ...acme, window: 'month', limit_of: 'tenant', profile: null, left: 6, time_zone: null },
      { ...acme, window: null, limit_of: null, profile: null, time_zone: null },
    ])
  })

  it('leaves windows out that have ended, unless something is still held in them', async () => {
    const ended = { scope: 'tenant' as const, key: 't', window_end: AT - 1 }
    const door = await booksOf([
      account({ ...ended, owner: 't@1', spent: 1 }),
      account({ ...ended, owner: 't@2', spent: 0, reserved: 5_000_000 }),
    ])
    expect((await asJson(await door.get('/v1/budgets'))).items).toMatchObject([{ reserved: 5 }])
  })

  it('comes with the fullest first, of runs or of tenants alone, page after page', async () => {
    const end = AT + 1000
    const books = [1, 9, 3, 10, 7].map((spent) =>
      account({ scope: 'tool', key: `k${spent}`, limit: 10_000_000, spent: spent * 1_000_000 }),
    )
    const tenant = account({ scope: 'tenant', key: 'acme', owner: `acme@${end}`, window_end: end })
    const door = await booksOf([tenant, ...books])
    const pageSchema = answers.pageOf(answers.budgetAccount)
    const keys: string[] = []
    for (let cursor: string | null = ''; cursor !== null;) {
      const more = cursor === '' ? '' : `&cursor=${cursor}`
      const response = await door.get(`/v1/budgets?order=fullest&of=runs&limit=2${more}`)
      const page: z.output<typeof pageSchema> = pageSchema.parse(await response.json())
      keys.push(...page.items.map((item) => item.key))
      cursor = page.next_cursor
    }
    expect(keys).toEqual(['k10', 'k9', 'k7', 'k3', 'k1'])
    expect((await asJson(await door.get('/v1/budgets?of=tenants'))).items).toMatchObject([{ key: 'acme' }])
    expect((await door.get('/v1/budgets?of=nobody')).status).toBe(400)
  })

  it('comes in pages that together show every account once', async () => {
    const door = await booksOf(['c', 'a', 'e', 'b', 'd'].map((key) => account({ scope: 'tool', key })))
    const keys: string[] = []
    const pageSchema = answers.pageOf(answers.budgetAccount)
    for (let cursor: string | null = ''; cursor !== null;) {
      const more = cursor === '' ? '' : `&cursor=${cursor}`
      const response = await door.get(`/v1/budgets?limit=2${more}`)
      const page: z.output<typeof pageSchema> = pageSchema.parse(await response.json())
      keys.push(...page.items.map((item) => item.key))
      cursor = page.next_cursor
    }
    expect(keys).toEqual(['a', 'b', 'c', 'd', 'e'])
  })

  it('calls a limit of 0 unused until something is spent', async () => {
    const door = await booksOf([account({ limit: 0, spent: 0 })])
    expect((await asJson(await door.get('/v1/budgets'))).items).toMatchObject([{ utilisation: 0, left: 0 }])
  })
})

describe('the control plane', () => {
  it('shows tools with their cost in units', async () => {
    const door = await openDoor()
    const body = await asJson(await door.get('/v1/tools'))
    expect(answers.tool.array().parse(body.items)).toMatchObject([
      { name: 'draft_outbound_message', cost: 1, judges: null },
    ])
  })

  it('shows profiles with their limits in units', async () => {
    const door = await openDoor()
    const body = await asJson(await door.get('/v1/profiles'))
    expect(answers.profile.array().parse(body.items)[0]?.limits).toMatchObject({
      run: { calls: 50, cost: 100, llm_micro_usd: 500_000 },
      domain: { engagement: { calls: 20 } },
      timeout_seconds: 30,
    })
  })

  it('reloads the registry in the name of the caller and shows what changed', async () => {
    const calls: unknown[] = []
    const door = await openDoor({
      reloadRegistry: async (text, by) => {
        calls.push([text, by.id])
        return { added: ['a'], removed: [], changed: [] }
      },
    })
    const response = await door.post('/v1/registry/reload', {}, { 'x-cugar-actor': 'carol' })
    expect([response.status, await asJson(response)]).toEqual([
      200,
      { added: ['a'], removed: [], changed: [] },
    ])
    expect(calls).toEqual([[null, 'carol']])
  })

  it('refuses a bad registry with every problem', async () => {
    const problems = [
      { path: 'line 3', message: 'unknown key' },
      { path: 'line 9', message: 'no such tool' },
    ]
    const door = await openDoor({
      reloadRegistry: async () => {
        throw new AppError('REGISTRY_INVALID', {}, { problems })
      },
    })
    const response = await door.post('/v1/registry/reload')
    expect(response.status).toBe(422)
    expect(await asJson(response)).toMatchObject({ code: 'REGISTRY_INVALID', errors: problems })
  })
})

describe('POST /v1/plans', () => {
  it('shows the plan, its ranking and its worst case', async () => {
    const door = await openDoor()
    const response = await door.post('/v1/plans', { goal: 'g', profile: 'demo', planner: 'rules' })
    expect(plans.planPreview.parse(await response.json())).toMatchObject({
      planner: 'rules',
      steps: [{ tool: 'draft_outbound_message', cost: 1 }],
      worst_case: { calls: 3, cost: 3, approvals: 1 },
      fits_budget: true,
    })
    expect(door.called).toEqual([
      { name: 'preview', with: [{ goal: 'g', profile: 'demo', context: {}, planner: 'rules' }] },
    ])
  })

  // Which planners there are is the registry's to say, so that the list is no longer part of the schema.
  it.each(['/v1/plans', '/v1/runs'])(
    'asks for no planner that the registry does not name (%s)',
    async (path) => {
      const door = await openDoor()
      for (const planner of ['oracle', 'constructor', 'Rules']) {
        const response = await door.post(path, { goal: 'g', profile: 'demo', planner })
        expect(response.status).toBe(400)
        expect(await asJson(response)).toMatchObject({
          code: 'INVALID_REQUEST',
          errors: [{ path: 'planner' }],
        })
      }
      expect(door.called).toEqual([])
      const own = { ...registry, planners: ['rules', 'nurse'] }
      const ward = await openDoor({ engine: { registry: () => own } })
      const asked = await ward.post(path, { goal: 'g', profile: 'demo', planner: 'nurse' })
      expect(asked.status).toBeLessThan(300)
      const unnamed = await ward.post(path, { goal: 'g', profile: 'demo', planner: 'llm' })
      expect((await asJson(unnamed)).errors).toEqual([
        { path: 'planner', message: 'must be one of auto, rules, nurse' },
      ])
    },
  )

  it.each(['llm', 'compare'])('says that no LLM planner is set up (%s)', async (planner) => {
    const door = await openDoor()
    const response = await door.post('/v1/plans', { goal: 'g', profile: 'demo', planner })
    expect([response.status, (await asJson(response)).code]).toEqual([422, 'PLANNER_UNAVAILABLE'])
  })

  it('compares both planners where there are two', async () => {
    const plan = (planner: 'rules' | 'llm', tools: readonly string[], estimatedCost: number) => ({
      planner,
      steps: tools.map((tool, index) => planStep(`s${index}`, tool)),
      explanation: '',
      unserved: [],
      ranking: [],
      estimatedCost,
      worstCase: { calls: 1, cost: 1, approvals: 0 },
      fitsBudget: true,
      overBudget: [],
    })
    const door = await openDoor({
      engine: {
        preview: async ({ planner }) =>
          planner === 'llm' ? plan('llm', ['a', 'c'], 3) : plan('rules', ['a', 'b'], 2),
      },
    })
    const response = await door.post('/v1/plans', { goal: 'g', profile: 'demo', planner: 'compare' })
    expect(plans.planComparison.parse(await response.json()).differences).toEqual({
      only_rules: ['b'],
      only_llm: ['c'],
      same_order: false,
      estimated_cost: 1,
    })
  })
})

describe('signals, metrics and health', () => {
  it.each([
    ['', 900],
    ['?window=90s', 90],
    ['?window=2h', 7200],
    ['?window=7d', 604_800],
  ])('GET /v1/signals%s covers %i seconds', async (query, seconds) => {
    const door = await openDoor()
    const body = answers.signalsReport.parse(await (await door.get(`/v1/signals${query}`)).json())
    expect(body.window_seconds).toBe(seconds)
  })

  it.each([
    ['*/*', 'text'],
    ['text/plain', 'text'],
    ['application/openmetrics-text', 'openmetrics'],
    [
      'application/openmetrics-text;version=1.0.0;q=0.6,text/plain;version=0.0.4;q=0.5,*/*;q=0.1',
      'openmetrics',
    ],
    ['text/plain, application/openmetrics-text;q=0.5', 'text'],
    ['application/openmetrics-text;q=0', 'text'],
  ])('a scraper that accepts %s gets %s', async (accept, format) => {
    const door = await openDoor()
    const response = await door.get('/metrics', { accept })
    expect(await response.text()).toBe(`# ${format}\n`)
    expect(response.headers.get('content-type')).toContain(
      format === 'text' ? 'version=0.0.4' : 'openmetrics',
    )
  })

  const proto = 'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily'
  it.each([
    [`${proto};encoding=delimited`, true],
    [
      `${proto};encoding=delimited;q=0.7,application/openmetrics-text;version=1.0.0;q=0.6,text/plain;q=0.5`,
      true,
    ],
    [`${proto}; encoding="delimited"; q=0.5, application/openmetrics-text; q=0.6`, false],
    [`${proto};encoding=text`, false],
    [`${proto};encoding=delimited;q=0`, false],
    ['application/vnd.google.protobuf;proto=other.Family;encoding=delimited', false],
  ])('whether a scraper that accepts %s gets protocol buffers: %s', async (accept, isProto) => {
    const door = await openDoor()
    const response = await door.get('/metrics', { accept })
    const type = response.headers.get('content-type') ?? ''
    expect(type.startsWith('application/vnd.google.protobuf')).toBe(isProto)
    if (!isProto) return
    expect(type).toBe(
      'application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited',
    )
    expect([...new Uint8Array(await response.arrayBuffer())]).toEqual([1, 128, 255])
  })

  it('is alive and ready', async () => {
    const door = await openDoor()
    expect(await asJson(await door.get('/healthz'))).toEqual({ status: 'ok', version: '0.0.0-test' })
    const ready = answers.readiness.parse(await (await door.get('/readyz')).json())
    expect(ready).toEqual({ status: 'ready', registry: registry.digest, position: 0, lag: 0 })
  })

  it('is not ready when the journal cannot be written, the views lag, or the process stops', async () => {
    const store = await openDoor()
    const check = async (): Promise<void> => {
      throw new AppError('JOURNAL_BROKEN', { why: 'disk full at /secret/path' })
    }
    const broken = await openDoor({ journal: { ...store.journal, check } })
    const lagging = await openDoor({ views: { lag: () => 11 }, limits: { lagEvents: 10 } })
    const stopping = await openDoor()
    stopping.closing.abort()
    for (const door of [broken, lagging, stopping]) {
      const response = await door.get('/readyz')
      const body = await asJson(response)
      expect([response.status, body.code]).toEqual([503, 'NOT_READY'])
      expect(JSON.stringify(body)).not.toContain('/secret/path')
      expect((await door.get('/healthz')).status).toBe(200)
    }
  })
})
