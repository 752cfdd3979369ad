// What version 0.1.0 left is taken up by today's program, in both stores: nothing is lost, what was under way is
// decided as it promised, and the journal is as sound afterwards as before.
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Journal } from '../../src/journal/journal.ts'
import { postgresJournal } from '../../src/journal/postgres/postgres.ts'
import { sqliteJournal } from '../../src/journal/sqlite/sqlite.ts'
import { verifyChains } from '../../src/journal/verify.ts'
import { createProjections } from '../../src/projections/projections.ts'
import { verifyMetrics } from '../../src/projections/metrics/recompute.ts'
import type { Account } from '../../src/run/budgets/ledger.ts'
import type { RunState } from '../../src/run/state.ts'
import { operator, registryFrom, scripted, world } from '../engine/world.ts'
import { clusterOfFile } from '../journal/cluster.ts'
import { dataDirectory, GOES_ON_AT, unpacked, verified } from './journals.ts'
import { SECOND } from './registries.ts'

const cluster = clusterOfFile()
const registry = registryFrom(SECOND)
const tools = Object.keys(registry.tools).map((name) =>
  scripted(name, () => ({ value: 'x', receipt: 'y', status: 'draft', count: 1 })),
)

type Store = {
  readonly open: (writer: string) => Promise<Journal>
  readonly counts: typeof verified.postgres
}

async function sqliteStore(): Promise<Store> {
  const { dir, remove } = dataDirectory()
  onTestFinished(remove)
  return { open: (writer) => sqliteJournal({ dir, writer }), counts: verified }
}

async function postgresStore(): Promise<Store> {
  const url = await cluster().create()
  await cluster().run(url, unpacked('journal-0.1.0.sql.gz').toString('utf8'))
  return { open: (writer) => postgresJournal({ url, writer }), counts: verified.postgres }
}

const byOwner = (accounts: readonly Account[]): Account[] =>
  accounts.toSorted((a, b) =>
    JSON.stringify([a.owner, a.scope, a.key, a.unit]) < JSON.stringify([b.owner, b.scope, b.key, b.unit])
      ? -1
      : 1,
  )

/** Takes up what is open, at a fixed moment, until everything waits for a person, the clock, or nothing more. */
async function goOn(journal: Journal, openRuns: readonly string[]): Promise<ReadonlyMap<string, RunState>> {
  const begun = performance.now()
  const clock = (): number => GOES_ON_AT + Math.round(performance.now() - begun)
  const w = await world({ registry, tools, journal, clock, writer: 'today' })
  const projections = await createProjections({
    journal,
    registry,
    version: 'test',
    revision: 'test',
    workers: w.engine.workers,
    clock,
    onFailure: (error) => w.failures.push(error),
  })
  expect(await w.engine.recover()).toEqual({ open: openRuns.length })
  const states = new Map<string, RunState>()
  for (const runId of openRuns) {
    const isSettled = (state: RunState): boolean =>
      Object.keys(state.openCalls).length === 0 &&
      (state.finished !== null ||
        state.waitingSince !== null ||
        Object.values(state.steps).some(({ retryAt }) => (retryAt ?? 0) > GOES_ON_AT + 60_000))
    states.set(runId, await w.when(runId, isSettled))
  }
  const runs = await projections.views.runs({ limit: 200 })
  expect(runs.items).toHaveLength(verified.runs - 1)
  expect(w.failures).toEqual([])
  await w.engine.stop(1000)
  await projections.views.stop()
  return states
}

describe.each([
  ['SQLite', sqliteStore],
  ['PostgreSQL', postgresStore],
] as const)('a journal of 0.1.0 in %s', (_name, makeStore) => {
  test('is read whole: chains, books, metrics, open runs', async () => {
    const { open, counts } = await makeStore()
    const journal = await open('reader')
    expect(journal.position()).toBe(counts.head_position)
    const { runs, events, problems } = await verifyChains(journal)
    expect({ runs, events, problems }).toEqual({ runs: counts.runs, events: counts.events, problems: [] })
    expect(byOwner(await journal.accounts())).toEqual(byOwner(counts.accounts))
    expect((await journal.openRuns('', 100)).map(({ runId }) => runId)).toEqual(
      counts.open_runs.map(({ runId }) => runId),
    )
    expect(await verifyMetrics(journal, registry)).toEqual([])
    await journal.close()
  })

  test('goes on: cut calls are repeated or said to be unknown, and all of it verifies', async () => {
    const { open, counts } = await makeStore()
    const journal = await open('today')
    const openRuns = counts.open_runs.map(({ runId }) => runId)
    const states = await goOn(journal, openRuns)
    const running = [...states.values()].flatMap(({ steps }) =>
      Object.values(steps).filter(({ status }) => status === 'running'),
    )
    expect(running).toEqual([])
    expect([...states.values()].filter(({ plan, finished }) => plan === null && finished === null)).toEqual(
      [],
    )
    await journal.close()

    const again = await open('reader')
    expect((await verifyChains(again)).problems).toEqual([])
    expect(await verifyMetrics(again, registry)).toEqual([])
    for (const { owner, reserved, spent, limit } of await again.accounts()) {
      expect({ reserved, owner }).toEqual({ reserved: 0, owner })
      expect(spent).toBeLessThanOrEqual(limit)
    }
    await again.close()
  })

  test('remembers idempotency keys: a request that 0.1.0 took gives the run it made', async () => {
    const { open } = await makeStore()
    const journal = await open('today')
    const holder = await journal.peek('ana|order-1')
    expect(holder).not.toBeNull()
    expect((await journal.stream(holder?.runId ?? ''))?.salt).toBe('')
    await journal.close()
  })
})

test('an open run of 0.1.0 that is cancelled says by whom, and is cancelled for 0.1.0’s reasons too', async () => {
  const { open, counts } = await sqliteStore()
  const journal = await open('today')
  const w = await world({ registry, tools, journal, clock: () => GOES_ON_AT, writer: 'today' })
  for (const { runId } of counts.open_runs) {
    const state = await w.engine.cancel(runId, { by: operator, reason: 'No longer needed.' })
    expect(state.cancelled).toBe(true)
  }
  const events = await journal.readAll(counts.head_position, 10_000)
  const cancelled = events.flatMap((event) => (event.type === 'run_cancelled' ? [event.data.by] : []))
  expect(new Set(cancelled)).toEqual(new Set([operator.id]))
  expect(w.failures).toEqual([])
  await w.engine.stop(1000)
  await journal.close()
})
