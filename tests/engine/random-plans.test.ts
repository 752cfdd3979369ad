// Random plans on the real engine: whatever happens in them, the certificate is not exceeded, a replay is what was live,
// nothing that was done is done again and every step comes to an end.
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { RunState } from '../../src/run/state.ts'
import { isDeterministic, promisesBroken } from './plan-promises.ts'
import { chance, isApproved, RANDOM_REGISTRY, randomContext, randomPlan, randomTools } from './random-plan.ts'
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
      const asked = { goal: undefined, plan: randomPlan(seed), context: randomContext(seed) }
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
      expect(promisesBroken(events, end)).toEqual([])
      expect(isDeterministic(events)).toBe(true)
    },
  )
  await fc.assert(property, settings(300))
  console.info(JSON.stringify(seen))
  expect(Math.min(...Object.values(seen))).toBeGreaterThan(5)
})
