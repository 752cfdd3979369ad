import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { StoredEvent } from '../../src/events/event.ts'
import type { RunState } from '../../src/run/state.ts'
import {
  EXPIRY_S,
  goalFor,
  registryOf,
  scenario,
  toolsOf,
  type Invocation,
  type Scenario,
} from './generated.ts'
import { lawsBroken } from './laws.ts'
import { actions, perform, type Action, type Surroundings } from './people.ts'
import { only, planOf } from './story.ts'
import { isPaused, requester, world, type World } from './world.ts'

/** Ends every run: approves, and settles what is unknown. */
const PATIENT: readonly Action[] = ['approve', 'approve_second', 'approve_third', 'revise', 'happened']

async function carryOn(around: Surroundings, todo: readonly Action[]): Promise<RunState> {
  const { world: w, runId } = around
  for (let turn = 0; turn < 200; turn += 1) {
    const state = await w.when(runId, isPaused)
    if (state.finished !== null) return state
    const action = todo[turn] ?? PATIENT[turn % PATIENT.length] ?? 'approve'
    await perform(action, state, around)
  }
  throw new Error('the run does not come to an end')
}

type Told = {
  readonly w: World
  readonly runId: string
  readonly made: Invocation[]
  readonly state: RunState
}

async function tell(made: Scenario, todo: readonly Action[], cancelAfter: number): Promise<Told> {
  const calls: Invocation[] = []
  let ahead = 0
  const w = await world({
    registry: registryOf(made),
    tools: toolsOf(made, calls),
    clock: () => Date.now() + ahead,
    settings: { parallelCalls: made.parallel },
  })
  const runId = await w.run({ goal: goalFor(made.tools.length) })
  let commits = 0
  w.journal.onCommit(() => {
    commits += 1
    // At whatever moment that is; a run that is over already says so.
    if (commits === cancelAfter)
      w.engine.cancel(runId, { by: requester, reason: null }).catch(() => undefined)
  })
  const around: Surroundings = {
    world: w,
    runId,
    expire: () => (ahead += EXPIRY_S * 1000),
    edits: { inputs: { in_0: 'edited' }, output: { value: 'edited' } },
    lost: { value: 'found', status: 'fine' },
  }
  return { w, runId, made: calls, state: await carryOn(around, todo) }
}

const bodyOf = async ({ w, runId }: Told, digest: string | null): Promise<Record<string, unknown>> =>
  (digest === null ? {} : await w.engine.payload(runId, digest)) as Record<string, unknown>

/** Every bound input is what the step it comes from had released. */
async function bindingsBroken(told: Told, events: readonly StoredEvent[]): Promise<string[]> {
  const broken: string[] = []
  const edited = new Set([
    ...only(events, 'approval_received').flatMap(({ data }) =>
      data.edits === 'inputs' ? [data.step_id] : [],
    ),
    ...only(events, 'step_revised').map(({ data }) => data.step_id),
  ])
  for (const { data } of only(events, 'tool_call_start')) {
    const step = planOf(events).find(({ step_id }) => step_id === data.step_id)
    if (step === undefined || edited.has(step.step_id)) continue
    // A judge sees what is not released, and each revision of it; what it said last is of what was released.
    const judged = told.state.steps[step.step_id]
    if (step.judges !== undefined && (judged?.attempt !== data.attempt || judged.status !== 'completed'))
      continue
    const inputs = await bodyOf(told, data.inputs)
    for (const [name, source] of Object.entries(step.inputs)) {
      if (!('step' in source)) continue
      const from = told.state.steps[source.step]
      const output = await bodyOf(told, from?.output ?? null)
      if (from?.status !== 'completed') broken.push(`${name} comes from a step that is ${from?.status}`)
      if (inputs[name] !== output[source.output]) broken.push(`${name} is not what was released`)
    }
  }
  return broken
}

/** Events of one append belong together: books and refusals are not cut from what they stand beside. */
function firstHalf(events: readonly StoredEvent[]): readonly StoredEvent[] {
  const half = events.slice(0, Math.ceil(events.length / 2))
  return half.slice(0, half.findLastIndex(({ type }) => !type.startsWith('budget_')) + 1)
}

describe('whatever the tools do and people decide', () => {
  test('every run keeps the order of its events, at every moment of it', { timeout: 300_000 }, async () => {
    const moments = fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 40 }))
    await fc.assert(
      fc.asyncProperty(scenario, actions, moments, async (made, todo, cancelAfter) => {
        const told = await tell(made, todo, cancelAfter)
        const events = await told.w.events(told.runId)
        const steps = planOf(events).length
        expect([0, made.tools.length]).toContain(steps)
        expect(lawsBroken(events)).toEqual([])
        expect(lawsBroken(firstHalf(events))).toEqual([])
        expect(await bindingsBroken(told, events)).toEqual([])
        expect(told.w.failures).toEqual([])
        const keys = told.made.map(({ key }) => key)
        expect(new Set(keys).size).toBe(keys.length)
        const books = await told.w.journal.accounts()
        expect(books.filter(({ reserved }) => reserved !== 0)).toEqual([])
      }),
      { numRuns: 200 },
    )
  })
})
