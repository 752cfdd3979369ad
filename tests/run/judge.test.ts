import { describe, expect, test } from 'vitest'
import type { PlanStep } from '../../src/events/plan.ts'
import { RULES } from '../../src/events/run.ts'
import { withJudges } from '../../src/run/judge.ts'
import { next } from '../../src/run/next.ts'
import { registryFrom } from '../engine/world.ts'
import * as past from './history.ts'

const { asked, at, called, done, given, planned, planStep, runStarted, skipped, voted } = past

const registry = registryFrom(`
version: v1
metadata: { name: test, version: "1" }
tools:
  write: { domain: engagement, description: w, side_effects: propose, outputs: { text: { type: string }, tone: { type: string } }, cost: 1 }
  judge:
    { domain: engagement, description: j, inputs: { text: { type: string }, about: { type: any } },
      binds: { text: write.text }, judges: write.text, outputs: { grade: { type: string } }, cost: 1 }
profiles: { test: { allowed_tools: [write, judge], timeout_seconds: 10 } }
`)

const WRITE: Partial<PlanStep> = { tool: 'write', side_effects: 'propose', review: 'output' }
const JUDGE: Partial<PlanStep> = {
  step_id: 's2',
  tool: 'judge',
  inputs: { text: { step: 's1', output: 'text' } },
  depends_on: ['s1'],
}

const judgedIn = (write: Partial<PlanStep>, judge: Partial<PlanStep>, others: readonly PlanStep[] = []) =>
  withJudges([planStep({ ...WRITE, ...write }), planStep({ ...JUDGE, ...judge }), ...others], registry)[1]
    ?.judges

describe('a step of a plan judges', () => {
  test('what its tool declares, where it depends on nothing else', () => {
    expect(judgedIn({}, {})).toBe('s1')
    const other = planStep({ step_id: 's3' })
    expect(judgedIn({}, { depends_on: ['s1', 's3'] }, [other])).toBeUndefined()
    expect(judgedIn({}, { inputs: { text: { step: 's1', output: 'tone' } } })).toBeUndefined()
    expect(judgedIn({}, { inputs: { text: { context: 'text' } }, depends_on: [] })).toBeUndefined()
  })

  test('nothing that is not reviewed, or was completed before; and not if it is reviewed itself', () => {
    expect(judgedIn({ review: 'none' }, {})).toBeUndefined()
    expect(judgedIn({ review: 'call' }, {})).toBeUndefined()
    expect(judgedIn({ carried: past.BODY }, {})).toBeUndefined()
    expect(judgedIn({}, { review: 'output' })).toBeUndefined()
    expect(judgedIn({}, { side_effects: 'propose' })).toBeUndefined()
    expect(judgedIn({}, { carried: past.BODY })).toBeUndefined()
  })

  test('as it is now, whatever the plan of an earlier run said', () => {
    expect(judgedIn({ review: 'none' }, { judges: 's1' })).toBeUndefined()
  })
})

describe('what happens next', () => {
  const judged = { ...JUDGE, judges: 's1' }
  const begun = [at(0, runStarted()), at(1, planned(WRITE, judged)), at(2, called('s1')), at(3, done('s1'))]
  const around = { now: 100, busy: new Set<string>(), parallel: 8 }
  const moves = (...moments: readonly past.Moment[]) => next(given(...begun, ...moments), around)
  const said = [at(4, called('s2')), at(5, done('s2'))]

  test('is the judge, then the person, then both are done', () => {
    expect(moves()).toEqual([{ do: 'call', stepId: 's2' }])
    expect(moves(...said)).toEqual([{ do: 'request_approval', stepId: 's1', review: 'output' }])
    const request = at(6, asked(given(...begun, ...said), 's1', 'output'))
    expect(moves(...said, request)).toEqual([])
    expect(given(...begun, ...said, request).waitingSince).toBe(6)
    const released = given(...begun, ...said, request, at(7, voted('apr_1_1', 'approved')))
    expect([released.steps['s1']?.status, released.steps['s2']?.status]).toEqual(['completed', 'completed'])
    expect(next(released, around)).toEqual([{ do: 'finish' }])
  })

  test('is the person at once where the judge cannot speak, and no judge where the proposal is gone', () => {
    expect(moves(at(4, skipped('s2', 'budget_exceeded')))).toMatchObject([{ do: 'request_approval' }])
    const request = at(6, asked(given(...begun, ...said), 's1', 'output'))
    const denied = [voted('apr_1_1', 'denied'), skipped('s1', 'approval_denied')].map((fact) => at(7, fact))
    expect(moves(...said, request, ...denied)).toEqual([
      { do: 'skip', stepId: 's2', reason: 'dependency_failed' },
    ])
  })

  test('is the requester where it was sent back, for as long as an approver has', () => {
    const request = at(6, asked(given(...begun, ...said), 's1', 'output'))
    const back = [...begun, ...said, request, at(10, voted('apr_1_1', 'changes_requested'))]
    const state = given(...back)
    expect(state.steps['s1']).toMatchObject({ status: 'changes_requested', revision: 1 })
    expect([state.status, next(state, around)]).toEqual(['waiting', []])
    const late = { ...around, now: 10 + past.APPROVERS.timeout_s * 1000 }
    expect(next(state, late)).toEqual([{ do: 'skip', stepId: 's1', reason: 'approval_timeout' }])
  })

  test('is the person first in a run that began under older rules', () => {
    const rules = RULES.filter((rule) => rule !== 'judged_before_review')
    const old = given(at(0, runStarted({ rules })), at(1, planned(WRITE, JUDGE)), ...begun.slice(2))
    expect(next(old, around)).toEqual([{ do: 'request_approval', stepId: 's1', review: 'output' }])
  })
})
