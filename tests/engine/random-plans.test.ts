// Random plans on the real engine: whatever happens in them, the certificate is not exceeded, a replay is what was live,
// nothing that was done is done again and every step comes to an end.
import { isDeepStrictEqual } from 'node:util'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { StoredEvent } from '../../src/events/event.ts'
import { PLANNING, next } from '../../src/run/next.ts'
import { handOver, replay } from '../../src/run/replay.ts'
import type { RunState } from '../../src/run/state.ts'
import { lawsBroken } from './laws.ts'
import { chance, isApproved, RANDOM_REGISTRY, randomPlan, randomTools } from './random-plan.ts'
import { openStore } from './store.ts'
import { only } from './story.ts'
import { approve, deny, isPaused, operator, reviewer, world, type World } from './world.ts'

const isRefused = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 'PLAN_INVALID'

/** Decides all that waits, and settles what nobody knows. */
async function attendOnce(w: World, seed: number, state: RunState): Promise<void> {
  const pending = Object.values(state.approvals).find(({ status }) => status === 'pending')
  if (pending !== undefined) {
    const decision = isApproved(seed, pending.stepId) ? approve : deny
    await w.engine.decide(pending.approvalId, decision, reviewer)
    return
  }
  const unknown = Object.values(state.steps).find(({ status }) => status === 'unknown')
  if (unknown === undefined) throw new Error('waits for nobody')
  const outcome = chance(seed, 'happened', unknown.plan.step_id) < 0.5 ? 'happened' : 'did_not_happen'
  const output = outcome === 'happened' ? { n: 0.5, ok: true } : null
  await w.engine.reconcile(state.runId, unknown.plan.step_id, {
    outcome,
    output,
    reason: 'looked',
    by: reviewer,
  })
}

async function toEnd(w: World, seed: number, runId: string): Promise<RunState> {
  for (;;) {
    const state = await w.when(runId, isPaused)
    if (state.finished !== null) return state
    await attendOnce(w, seed, state)
  }
}

/** What is wrong with the story of a run that is over. */
function broken(events: readonly StoredEvent[], end: RunState): string[] {
  const found = [...lawsBroken(events)]
  const certificate = only(events, 'plan_created')[0]?.data.worst_case
  // A call that a process died in is made once more, and charged once more, or a person says what became of it and has it
  // asked for anew: no plan can know of that.
  const errors = only(events, 'tool_call_error')
  const unknown = errors.filter(({ data }) => data.mode === 'system_unknown_outcome')
  const lost = [...errors.filter(({ data }) => data.cut === true), ...unknown]
  const asked = only(events, 'approval_requested').length - unknown.length
  const calls = end.calls - lost.length
  const spentCost = end.spentCost - lost.reduce((sum, { data }) => sum + data.cost * 1e6, 0)
  if (certificate === undefined) return [...found, 'no plan']
  if (calls > certificate.calls) found.push(`${calls} calls, certified ${certificate.calls}`)
  if (spentCost / 1e6 > certificate.cost) found.push(`cost ${spentCost}, certified ${certificate.cost}`)
  if (asked > certificate.approvals) found.push(`${asked} approvals, certified ${certificate.approvals}`)
  const open = Object.values(end.steps).filter(
    ({ status }) => status !== 'completed' && status !== 'failed' && status !== 'skipped',
  )
  if (open.length > 0) found.push(`open: ${open.map(({ plan }) => plan.step_id).join(' ')}`)
  const twice = only(events, 'tool_call_complete').map(({ data }) => data.step_id)
  if (new Set(twice).size < twice.length) found.push('a step was completed twice')
  const left = Object.values(end.approvals).filter(
    ({ status, used }) => status === 'pending' || (status === 'approved' && !used),
  )
  if (left.length > 0) found.push(`left: ${left.map(({ stepId }) => stepId).join(' ')}`)
  // A process that only reads a run has it in its own hands.
  const replayed = replay(events)
  const again = replayed && handOver(replayed, end.writer, end.updatedAt)
  const others = Object.entries(end).filter(
    ([name, value]) => !isDeepStrictEqual(value, again == null ? null : Reflect.get(again, name)),
  )
  if (others.length > 0) found.push(`a replay has another ${others.map(([name]) => name).join(' ')}`)
  return found
}

/** What follows from a state is the same, however often it is asked and whoever replayed it. */
function isDeterministic(events: readonly StoredEvent[]): boolean {
  const around = { now: events.at(-1)?.at ?? 0, busy: new Set([PLANNING]), parallel: 4 }
  let live: RunState | null = null
  return events.every((event, index) => {
    live = replay([event], live)
    const again = index % 5 === 0 ? replay(events.slice(0, index + 1)) : live
    return (
      live !== null &&
      again !== null &&
      JSON.stringify(next(live, around)) === JSON.stringify(next(again, around))
    )
  })
}

/** Every run is worked on by processes that are killed after so many appends each. */
async function told(seed: number, deaths: readonly number[]) {
  const store = openStore()
  const lives = [...deaths, Infinity]
  let runId = ''
  for (const [index, appends] of lives.entries()) {
    const { journal, kill } = store.open(`life-${index}`)
    const before = store.written.length
    let counted = 0
    const { promise: dead, resolve } = Promise.withResolvers<null>()
    const mortal: typeof journal = {
      ...journal,
      append: async (append) => {
        const result = await journal.append(append)
        counted += 1
        if (counted < appends || runId === '') return result
        kill()
        resolve(null)
        return new Promise(() => {})
      },
    }
    const w = await world({
      registry: RANDOM_REGISTRY,
      tools: randomTools(seed),
      journal: mortal,
      writer: `life-${index}`,
    })
    if (runId === '') {
      const context = { n: chance(seed, 'n'), items: [0.2, 0.8] }
      const asked = { goal: undefined, plan: randomPlan(seed), context }
      runId = await w.run(asked, operator)
    } else await w.engine.recover()
    const end = await Promise.race([toEnd(w, seed, runId), dead])
    if (end !== null)
      return {
        events: await w.events(runId),
        end,
        processes: index + 1,
        appends: store.written.length - before,
      }
  }
  throw new Error('never over')
}

const settings = (numRuns: number) => ({ numRuns, seed: 15, endOnFailure: true }) as const

test('random plans keep what is promised of every plan', { timeout: 120_000 }, async () => {
  const seen = {
    runs: 0,
    revised: 0,
    replanned: 0,
    expanded: 0,
    branches: 0,
    failed: 0,
    denied: 0,
    killed: 0,
  }
  const property = fc.asyncProperty(
    fc.integer({ min: 0, max: 1_000_000 }),
    fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 2 }),
    async (seed, deaths) => {
      const run = await told(seed, deaths).catch((error: unknown) => {
        if (isRefused(error)) return null
        throw error
      })
      if (run === null) return
      const { events, end } = run
      seen.runs += 1
      seen.killed += run.processes - 1
      for (const { data } of only(events, 'plan_created')) {
        if (data.cause === 'rule') seen.revised += 1
        if (data.cause === 'planner') seen.replanned += 1
        if (data.cause === 'expanded') seen.expanded += 1
      }
      seen.branches += only(events, 'branch_taken').length
      seen.failed += end.finished?.failed.length ?? 0
      seen.denied += only(events, 'approval_received').filter(({ data }) => data.decision === 'denied').length
      expect(broken(events, end)).toEqual([])
      expect(isDeterministic(events)).toBe(true)
    },
  )
  await fc.assert(property, settings(300))
  console.info(JSON.stringify(seen))
  expect(Math.min(...Object.values(seen))).toBeGreaterThan(5)
})
