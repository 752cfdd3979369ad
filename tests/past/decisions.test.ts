// A run that started under version 0.1.0 does not change its mind: what a newer program decides after any append of
// it is what 0.1.0 decided.
import { beforeAll, describe, expect, test } from 'vitest'
import { storedEventSchema, type StoredEvent } from '../../src/events/event.ts'
import { sqliteJournal } from '../../src/journal/sqlite/sqlite.ts'
import { toolCallId } from '../../src/run/calls/call.ts'
import { next, wakeAt, type Move } from '../../src/run/next.ts'
import { handOver, replay } from '../../src/run/replay.ts'
import type { RunState } from '../../src/run/state.ts'
import { dataDirectory, decisions, ownDecisions, states, type Decision, type OldState } from './journals.ts'

const streams = new Map<string, StoredEvent[]>()

beforeAll(async () => {
  const { dir, remove } = dataDirectory()
  const journal = await sqliteJournal({ dir, writer: 'reader' })
  for (const event of await journal.readAll(0, 10_000))
    streams.set(event.run_id, [...(streams.get(event.run_id) ?? []), event])
  await journal.close()
  remove()
})

/** What 0.1.0 called `ask` is called request_approval today. */
const asOld = (move: Move): unknown => (move.do === 'request_approval' ? { ...move, do: 'ask' } : move)

function stateAt({ run_id, seq }: Decision): RunState {
  const state = replay((streams.get(run_id) ?? []).slice(0, seq))
  if (state === null) throw new Error(`no run ${run_id}`)
  return state
}

const decide = (state: RunState, now: number, busy: ReadonlySet<string>) => ({
  moves: next(state, { now, busy, parallel: 8 }).map(asOld),
  wake_at: wakeAt(state),
})

test('there are decisions of 0.1.0 for every append of every run', () => {
  expect(decisions.length).toBeGreaterThan(200)
  expect(new Set(decisions.map(({ run_id }) => run_id)).size).toBe(states.length)
})

test('every event of 0.1.0 is read in a shape that today’s schemas take', () => {
  const wrong = [...streams.values()].flat().filter((event) => !storedEventSchema.safeParse(event).success)
  expect(wrong).toEqual([])
})

describe('after each append of a run of 0.1.0', () => {
  test('the next process does what 0.1.0 would have done', () => {
    for (const past of decisions) {
      const state = handOver(stateAt(past), 'next-process', past.now)
      const { moves, wake_at } = past
      expect({ past, ...decide(state, past.now, new Set()) }).toEqual({ past, moves, wake_at })
    }
  })

  test('the same process goes on as 0.1.0 did, with its time limits', () => {
    for (const past of ownDecisions) {
      const state = stateAt(past)
      const running = Object.values(state.steps).filter(({ status }) => status === 'running')
      const busy = new Set(running.map(({ plan, attempt }) => toolCallId(plan.step_id, attempt)))
      const { moves, wake_at } = past
      expect({ past, ...decide(state, past.now, busy) }).toEqual({ past, moves, wake_at })
    }
  })
})

const holdsOf = (state: RunState, stepId: string): unknown[] =>
  Object.values(state.openCalls)
    .filter((call) => call.stepId === stepId)
    .flatMap(({ holds }) => holds)

/** The state of today in the words of 0.1.0, as far as both have them. */
function inOldWords(state: RunState, old: OldState): unknown {
  const steps = Object.fromEntries(
    Object.entries(state.steps).map(([id, { plan: _plan, cuts: _cuts, ...step }]) => [
      id,
      { ...step, holds: holdsOf(state, id) },
    ]),
  )
  const today: Readonly<Record<string, unknown>> = { ...state, steps }
  return Object.fromEntries(Object.keys(old).map((key) => [key, today[key]]))
}

test('every run of 0.1.0 is replayed to the state that 0.1.0 had of it', () => {
  for (const old of states) {
    const state = replay(streams.get(old.runId) ?? [])
    if (state === null) throw new Error(`no run ${old.runId}`)
    expect(inOldWords(state, old)).toEqual(old)
  }
})
