import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { draftsOf } from '../../../bench/run-events.ts'
import type { Draft } from '../../../src/events/event.ts'
import { memoryJournal } from '../../../src/journal/memory.ts'
import { sqliteJournal } from '../../../src/journal/sqlite/sqlite.ts'
import { NOON, record, recordRun, run, start, step, valueOf } from '../world.ts'

const upTo = (drafts: readonly Draft[], type: Draft['type']): Draft[] =>
  drafts.slice(0, drafts.findIndex((draft) => draft.type === type) + 1)

describe('the list of runs', () => {
  test('a run is accepted, running, waiting, running and over, as its events say', async () => {
    const journal = memoryJournal()
    const { views } = await start(journal)
    const shape = run({ steps: [step({ approval: 'approved' })] })
    const drafts = draftsOf(shape)
    const expected: Partial<Record<Draft['type'], string>> = {
      run_started: 'accepted',
      plan_created: 'running',
      approval_requested: 'waiting',
      approval_received: 'running',
      tool_call_start: 'running',
      run_finished: 'succeeded',
    }
    for (const draft of drafts) {
      await record(journal, shape, [draft])
      const { items } = await views.runs({ limit: 10 })
      const status = items[0]?.status
      expect(`${draft.type}: ${status}`).toBe(`${draft.type}: ${expected[draft.type] ?? status}`)
      expect((await views.runs({ limit: 10, status })).items).toEqual(items)
    }
    const { items } = await views.runs({ limit: 10 })
    expect(items).toEqual([
      {
        run_id: 'run_1',
        trace_id: '0af7651916cd43dd8448eb211c80319c',
        status: 'succeeded',
        profile: 'demo',
        tenant: 'acme',
        requester: 'alice',
        goal: `sha256:${'0'.repeat(64)}`,
        started_at: NOON,
        finished_at: NOON,
        steps: 1,
        steps_completed: 1,
        approvals_pending: 0,
        cost: 1,
        planned_by: 'LLM: offline mode (rule-based), no key',
        batch_id: null,
        item: null,
      },
    ])
    await views.stop()
  })

  test('pages go from the newest to the oldest, each run once', async () => {
    const journal = memoryJournal()
    const { views } = await start(journal)
    for (let number = 1; number <= 25; number += 1) await recordRun(journal, run({ runId: `run_${number}` }))
    const ids: string[] = []
    let cursor: string | undefined
    do {
      const page = await views.runs({ limit: 10, cursor })
      ids.push(...page.items.map(({ run_id }) => run_id))
      cursor = page.next_cursor ?? undefined
    } while (cursor !== undefined)
    expect(ids).toEqual(Array.from({ length: 25 }, (_, index) => `run_${25 - index}`))
    await expect(views.runs({ limit: 10, cursor: 'nonsense' })).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
    })
    await views.stop()
  })

  test('a run that was half done at a restart is finished from its row', async () => {
    const journal = memoryJournal()
    const shape = run({ steps: [step(), step({ approval: 'approved' })] })
    const drafts = draftsOf(shape)
    const first = upTo(drafts, 'approval_requested')
    const before = await start(journal)
    await record(journal, shape, first)
    await before.views.stop()
    const { views } = await start(journal)
    expect((await views.runs({ limit: 1 })).items[0]).toMatchObject({ status: 'waiting', steps_completed: 1 })
    await record(journal, shape, drafts.slice(first.length))
    expect((await views.runs({ limit: 1 })).items[0]).toMatchObject({
      status: 'succeeded',
      steps_completed: 2,
    })
    await views.stop()
  })
})

describe('asking for a list', () => {
  test('saves nothing: the checkpoint stays where it was, and the page is up to date all the same', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'cugar-lists-'))
    const journal = await sqliteJournal({ dir, writer: 'test' })
    onTestFinished(async () => {
      await journal.close()
      rmSync(dir, { recursive: true, force: true })
    })
    const { views } = await start(journal, { checkpointMs: 3_600_000 })
    const shape = run({ steps: [step({ approval: 'approved' })] })
    await record(journal, shape, upTo(draftsOf(shape), 'approval_requested'))
    expect((await views.runs({ limit: 10, status: 'waiting' })).items).toHaveLength(1)
    expect((await views.approvals({ limit: 10 })).items).toHaveLength(1)
    expect(await journal.loadCheckpoint('views')).toBeNull()
    expect(await journal.rows({ view: 'runs', limit: 10 })).toEqual([])
    await views.stop()
    expect((await journal.loadCheckpoint('views'))?.position).toBe(journal.position())
  })
})

describe('the list of approvals', () => {
  test('an approval is pending until enough people approve, with its run’s profile', async () => {
    const journal = memoryJournal()
    const { views } = await start(journal)
    const shape = run({ steps: [step({ approval: 'approved', quorum: 2 })] })
    const drafts = draftsOf(shape)
    const asked = upTo(drafts, 'approval_received')
    await record(journal, shape, asked)
    const { items } = await views.approvals({ limit: 10, status: 'pending' })
    expect(items).toMatchObject([
      { profile: 'demo', tenant: 'acme', required: 2, approved_by: ['approver_0'] },
    ])
    await record(journal, shape, drafts.slice(asked.length))
    expect((await views.approvals({ limit: 10, status: 'pending' })).items).toEqual([])
    const [decided] = (await views.approvals({ limit: 10 })).items
    expect(decided).toMatchObject({ status: 'approved', approved_by: ['approver_0', 'approver_1'] })
    await views.stop()
  })

  test('an approval that was asked for before a restart, with one vote of three, is resolved once', async () => {
    const journal = memoryJournal()
    const shape = run({ steps: [step({ approval: 'approved', quorum: 3 })] })
    const drafts = draftsOf(shape)
    const asked = upTo(drafts, 'approval_received')
    const before = await start(journal)
    await record(journal, shape, asked)
    await before.views.stop()
    const { views } = await start(journal)
    const resolved = async (): Promise<number> =>
      valueOf(
        (await views.metrics('text')).body,
        'cugar_approvals_resolved_total{domain="intelligence",risk="medium",decision="approved"}',
      )
    expect(await resolved()).toBe(0)
    await record(journal, shape, drafts.slice(asked.length))
    expect(await resolved()).toBe(1)
    expect((await views.approvals({ limit: 1 })).items[0]).toMatchObject({
      status: 'approved',
      approved_by: ['approver_0', 'approver_1', 'approver_2'],
    })
    expect(valueOf((await views.metrics('text')).body, 'cugar_approvals_pending{risk="medium"}')).toBe(0)
    await views.stop()
  })

  test.each(['denied', 'changes_requested', 'expired', 'cancelled'] as const)(
    'an approval can end as %s',
    async (end) => {
      const journal = memoryJournal()
      const { views } = await start(journal)
      await recordRun(journal, run({ steps: [step({ approval: end })] }))
      expect((await views.approvals({ limit: 1 })).items[0]?.status).toBe(end)
      await views.stop()
    },
  )

  test('those whose time is over are found among the expired at once, page by page, and not among the pending', async () => {
    const journal = memoryJournal()
    let now = NOON
    const { views } = await start(journal, { now: () => now })
    for (const number of [1, 2, 3, 4]) {
      const shape = run({ runId: `run_${number}`, steps: [step({ approval: 'expired' })] })
      const drafts = draftsOf(shape)
      // Of the even ones nobody has noticed yet that they expired.
      await record(journal, shape, number % 2 === 0 ? upTo(drafts, 'approval_requested') : drafts)
    }
    const count = async (status: 'pending' | 'expired') =>
      (await views.approvals({ limit: 9, status })).items.length
    const waiting = async () => {
      const rows = (await views.runs({ limit: 9 })).items.map(({ approvals_pending }) => approvals_pending)
      const { body } = await views.metrics('text')
      const gauges = ['cugar_approvals_pending', 'cugar_approval_next_expiry_timestamp_seconds']
      return [rows, ...gauges.map((name) => valueOf(body, `${name}{risk="medium"}`))]
    }
    expect([await count('pending'), await count('expired')]).toEqual([2, 2])
    expect(await waiting()).toEqual([[1, 0, 1, 0], 2, expect.any(Number)])
    now = (await views.approvals({ limit: 9 })).items[0]?.expires_at ?? 0
    expect([await count('pending'), await count('expired')]).toEqual([0, 4])
    expect(await waiting()).toEqual([[0, 0, 0, 0], 0, 0])
    const paged: string[] = []
    for (let cursor: string | null | undefined; cursor !== null;) {
      const page = await views.approvals({ limit: 1, status: 'expired', ...(cursor && { cursor }) })
      paged.push(...page.items.map(({ run_id, status }) => `${run_id} ${status}`))
      cursor = page.next_cursor
    }
    expect(paged).toEqual([4, 3, 2, 1].map((number) => `run_${number} expired`))
    await views.stop()
  })

  test('the waiting ones and the oldest of them are gauges, after a restart too', async () => {
    const journal = memoryJournal()
    const first = await start(journal)
    for (const number of [1, 2, 3]) {
      const shape = run({
        runId: `run_${number}`,
        at: NOON + number * 1000,
        steps: [step({ approval: 'approved' })],
      })
      const drafts = draftsOf(shape)
      await record(journal, shape, number === 1 ? drafts : upTo(drafts, 'approval_requested'))
    }
    await first.views.stop()
    const { views } = await start(journal)
    const { body } = await views.metrics('text')
    expect(valueOf(body, 'cugar_approvals_pending{risk="medium"}')).toBe(2)
    const oldest = 'cugar_approval_oldest_pending_timestamp_seconds'
    expect(valueOf(body, `${oldest}{risk="medium"}`)).toBe(NOON / 1000 + 2)
    expect(valueOf(body, `${oldest}{risk="high"}`)).toBe(0)
    await views.stop()
  })
})

describe('budgets of tenants', () => {
  test('the highest tenant of a profile is shown until its window ends', async () => {
    const journal = memoryJournal()
    let now = NOON
    const { views } = await start(journal, { now: () => now })
    await recordRun(journal, run())
    const { body } = await views.metrics('text')
    const share = 'cugar_budget_utilization_ratio{budget="demo",resource="calls"}'
    expect(valueOf(body, share)).toBe(0.002)
    expect((await views.signals(60)).by_profile['demo']?.budget_utilisation).toBe(0.002)
    now += 86_400_000
    expect(valueOf((await views.metrics('text')).body, share)).toBe(0)
    await views.stop()
  })
})
