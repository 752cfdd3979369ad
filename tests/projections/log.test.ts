import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Writable } from 'node:stream'
import { pino } from 'pino'
import { describe, expect, onTestFinished, test } from 'vitest'
import { draftsOf } from '../../bench/run-events.ts'
import { EVENT_TYPES, type Draft } from '../../src/events/event.ts'
import type { Journal } from '../../src/journal/journal.ts'
import { memoryJournal } from '../../src/journal/memory.ts'
import { followAll, type Followers } from '../../src/projections/followers.ts'
import { followedLog, type LineWriter } from '../../src/projections/log.ts'
import { createRuntime, type Runtime } from '../../src/runtime.ts'
import { scripted } from '../engine/world.ts'
import { collect } from './spans/collector.ts'
import { record, recordRun, run, step } from './world.ts'

type Line = Readonly<Record<string, unknown>>

function capture(level = 'info') {
  const texts: string[] = []
  const stream = new Writable({
    write: (chunk, _encoding, done) => {
      texts.push(String(chunk))
      done()
    },
  })
  const lines = (): Line[] => texts.map((text) => JSON.parse(text) as Line)
  return { logger: pino({ level, base: null }, stream), texts, lines }
}

function startLog(journal: Journal, logger: LineWriter, from: number): Followers {
  const log = followedLog(logger, from)
  return followAll({
    journal,
    followed: log === null ? [] : [log],
    onFailure: (error) => {
      throw error
    },
    onFolded: () => undefined,
  })
}

async function told(drafts: readonly Draft[], level?: string): Promise<Line[]> {
  const journal = memoryJournal()
  const { logger, lines } = capture(level)
  const log = startLog(journal, logger, 0)
  await record(journal, run(), drafts)
  await log.stop()
  return lines()
}

const wholeRun = (): Draft[] =>
  draftsOf(
    run({
      steps: [
        step({ approval: 'approved', fails: ['system_timeout'] }),
        step({ approval: 'expired' }),
        step({ end: 'system_unknown_outcome', reconciled: true }),
      ],
      status: 'partial',
    }),
  )

const INFO = 30
const WARN = 40
const ERROR = 50

describe('the log of a run', () => {
  test('has a line for each milestone and each trouble, and none for the rest', async () => {
    const lines = await told(wholeRun())
    expect(lines.map(({ level, msg }) => [level, msg])).toEqual([
      [INFO, 'run accepted'],
      [INFO, 'plan adopted'],
      [INFO, 'approval requested'],
      [INFO, 'approval decided'],
      [WARN, 'tool call failed'],
      [INFO, 'approval requested'],
      [WARN, 'approval ended without a decision'],
      [ERROR, 'outcome unknown: a person must settle it'],
      [INFO, 'unknown outcome settled'],
      [WARN, 'run finished'],
    ])
  })

  test('names the event, the run, the trace and the tenant in every line, and nobody', async () => {
    const lines = await told(wholeRun())
    for (const line of lines) {
      expect(EVENT_TYPES).toContain(line['event'])
      expect(line).toMatchObject({
        run_id: 'run_1',
        trace_id: '0af7651916cd43dd8448eb211c80319c',
        tenant: 'acme',
      })
      expect(line).not.toHaveProperty('by')
      expect(line).not.toHaveProperty('requester')
      expect(line).not.toHaveProperty('reason')
    }
    expect(lines[0]).toMatchObject({ event: 'run_started', profile: 'demo', planner: 'auto' })
    expect(lines[4]).toMatchObject({ mode: 'system_timeout', attempt: 1, retried: true, duration_ms: 100 })
  })

  test('warns of budgets by account, and of a tenant by the tenant alone', async () => {
    const account = { key: 'engagement', unit: 'calls', profile: 'demo' } as const
    const lines = await told([
      { type: 'budget_warning', data: { ...account, scope: 'domain', spent: 8, limit: 10, threshold: 0.8 } },
      {
        type: 'budget_exceeded',
        data: {
          ...account,
          scope: 'tenant',
          call_id: 's1/1',
          step_id: 's1',
          spent: 10,
          reserved: 0,
          requested: 1,
          limit: 10,
        },
      },
    ])
    expect(lines.map(({ level, msg, account: name }) => [level, msg, name])).toEqual([
      [WARN, 'budget near its limit', 'engagement'],
      [WARN, 'budget exceeded', undefined],
    ])
  })

  test('says when an adapter, the registry or a freeze changes, but neither why nor by whom', async () => {
    const by = 'alice'
    const lines = await told([
      { type: 'adapter_changed', data: { adapter: 'crm', from: 'enabled', to: 'open', reason: 'why', by } },
      {
        type: 'registry_changed',
        data: { digest: `sha256:${'0'.repeat(64)}`, added: ['a'], removed: [], changed: ['b', 'c'], by },
      },
      {
        type: 'freeze_changed',
        data: { scope: 'profile', key: 'demo', frozen: true, cause: 'manual', by, reason: null },
      },
    ])
    expect(lines).toMatchObject([
      { level: WARN, adapter: 'crm', from: 'enabled', to: 'open' },
      { level: INFO, added: 1, removed: 0, changed: 2 },
      { level: WARN, scope: 'profile', key: 'demo', cause: 'manual' },
    ])
    expect(JSON.stringify(lines)).not.toMatch(/alice|why/)
  })

  test('keeps to the level of the logger', async () => {
    expect((await told(wholeRun(), 'error')).map(({ msg }) => msg)).toEqual([
      'outcome unknown: a person must settle it',
    ])
    expect(await told(wholeRun(), 'silent')).toEqual([])
  })

  test('is not told again by the next start, and leaves no checkpoint', async () => {
    const journal = memoryJournal()
    await recordRun(journal, run())
    const { logger, lines } = capture()
    const from = journal.position()
    const log = startLog(journal, logger, from)
    await recordRun(journal, run({ runId: 'run_2' }))
    await log.stop()
    expect(new Set(lines().map((line) => line['run_id']))).toEqual(new Set(['run_2']))
    expect(await journal.loadCheckpoint('log')).toBeNull()
  })
})

describe('what a person wrote', () => {
  const CANARY = 'canary-7f3a'
  const as = (name: string) => ({ 'x-cugar-actor': `${CANARY}.${name}`, 'content-type': 'application/json' })
  const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

  async function served(runtime: Runtime): Promise<string> {
    const server = createServer(runtime.router).listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    })
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  const problem = (status: number, text: string): string => {
    // With a conflict comes the present state, for who may read it: it is no part of the error.
    const { state: _, ...rest } = JSON.parse(text) as Record<string, unknown>
    return `${status} ${JSON.stringify(rest)}`
  }

  type Answer = {
    readonly run_id: string
    readonly finished_at: string | null
    readonly pending_approvals: readonly { readonly approval_id: string }[]
  }

  /** Speaks to the door as several people, and keeps the errors. */
  function people(url: string) {
    const errors: string[] = []
    const post = async (path: string, body: unknown, name: string): Promise<Answer> => {
      const headers = { ...as(name), 'idempotency-key': `${CANARY}-${name}` }
      const response = await fetch(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
      const text = await response.text()
      if (!response.ok) errors.push(problem(response.status, text))
      return JSON.parse(text) as Answer
    }
    const get = async (runId: string): Promise<Answer> =>
      (await fetch(`${url}/v1/runs/${runId}`, { headers: as('reader') })).json() as Promise<Answer>
    return { errors, post, get }
  }

  const context = {
    account: { account_id: CANARY, name: CANARY, revenue: 1 },
    icp_criteria: { industries: [CANARY] },
    template: `Subject: ${CANARY} {{company}}\n\n${CANARY} {{role}}`,
    prospect: { company: CANARY, role: CANARY, industry: CANARY, trigger: CANARY },
    channel: 'email',
    opportunity: { opportunity_id: CANARY, criteria: {}, notes: CANARY },
  }
  const goal = `Prioritise the ${CANARY} account, draft the outreach message and qualify the opportunity`
  const asked = { goal, profile: 'demo', context }
  const changes = { output: { subject: CANARY } }

  test('comes into no line of the log, no span, no metric and no error', async () => {
    const collector = await collect()
    const { logger, texts } = capture('trace')
    const runtime = await createRuntime({
      registry: read('registry.yaml'),
      dataDir: null,
      logger,
      otelEndpoint: collector.endpoint,
      tracing: { intervalMs: 5 },
      tools: [
        scripted('score_account_fit', () => {
          throw new TypeError(`${CANARY} in a vendor's error`)
        }),
      ],
    })
    onTestFinished(() => runtime.stop(0).catch(() => undefined))
    const { errors, post, get } = people(await served(runtime))

    const decide = async (approvalId: string, last: object, by: string): Promise<void> => {
      const path = `/v1/approvals/${approvalId}/decision`
      await post(path, { decision: 'approve', reason: CANARY }, by)
      await post(path, { decision: 'request_changes', reason: CANARY, changes: CANARY }, 'reviewer')
      await post(path, last, 'reviewer')
      await post(path, { decision: 'approve', reason: CANARY }, 'late')
    }
    const play = async (by: string, decisions: readonly object[]): Promise<void> => {
      const { run_id } = await post('/v1/runs', asked, by)
      const left = [...decisions]
      for (;;) {
        const position = runtime.journal.position()
        const { finished_at, pending_approvals: pending } = await get(run_id)
        if (finished_at !== null) return
        if (pending[0]) await decide(pending[0].approval_id, left.shift() ?? {}, by)
        else await runtime.journal.changed(position, AbortSignal.timeout(5000))
      }
    }
    await play('first', [{ decision: 'deny', reason: CANARY }])
    await play('second', [
      { decision: 'request_changes', reason: CANARY, changes },
      { decision: 'approve', reason: CANARY },
    ])
    await post('/v1/runs', { ...asked, goal: 7, limits: { calls: CANARY } }, 'bad')
    await post('/v1/runs', { ...asked, limits: { calls: 1_000_000 } }, 'loose')
    await post('/v1/runs', { ...asked, goal: `another ${CANARY}` }, 'first')
    const isRoot = ({ name }: { name: string }): boolean => name.startsWith('invoke_agent')
    await collector.until((spans) => spans.filter(isRoot).length === 2)
    const { body: metrics } = await runtime.views.metrics('openmetrics')
    await runtime.stop()

    const refused = ['APPROVER_IS_REQUESTER', 'INVALID_REQUEST', 'APPROVAL_DECIDED']
    expect(errors.map((text) => /"code":"(\w+)"/.exec(text)?.[1])).toEqual([
      ...refused,
      ...refused,
      // Who has changed it does not approve it alone, and so is not too early for the last one.
      'APPROVER_IS_REQUESTER',
      'INVALID_REQUEST',
      'APPROVER_IS_REQUESTER',
      'INVALID_REQUEST',
      'LIMIT_LOOSENED',
      'IDEMPOTENCY_CONFLICT',
    ])
    const messages = texts.map((text) => (JSON.parse(text) as { msg: string }).msg)
    for (const message of ['run finished', 'tool call failed', 'approval decided'])
      expect(messages).toContain(message)
    for (const text of [...texts, ...collector.raw, metrics, ...errors]) expect(text).not.toContain(CANARY)
  })
})
