import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { PlanStep } from '../../src/events/plan.ts'
import { answerOf, answerPayloads } from '../../src/run/answer.ts'
import { summaryOf, fieldsOf } from '../../src/tools/summary.ts'
import { tool as draft } from '../../src/tools/engagement/draft-outbound-message.ts'
import type { RunState } from '../../src/run/state.ts'
import * as past from './history.ts'

const { ACTING, asked, at, broke, called, done, given, planned, runStarted, skipped, voted } = past

const begun = (...steps: readonly Partial<PlanStep>[]) => [at(0, runStarted()), at(1, planned(...steps))]

/** Every payload is the same text here. */
const answer = (state: RunState) =>
  answerOf(state, { valueOf: () => 'not now', wordsOf: (tool, value) => [`${tool} says ${String(value)}`] })

describe('the answer of a run', () => {
  test('has each released result in words, what it cost, and why the rest is missing', () => {
    const moments = begun({}, { depends_on: ['s1'] }, { depends_on: ['s2'] }, {})
    const state = given(
      ...moments,
      at(2, called('s1')),
      at(3, done('s1')),
      at(4, called('s2')),
      at(5, broke('s2', 'user_conflict')),
      at(6, skipped('s3', 'dependency_failed')),
    )
    expect(answerPayloads(state)).toEqual([past.BODY])
    expect(answer(state)).toEqual({
      results: [{ step_id: 's1', tool: 'find', lines: ['find says not now'] }],
      leftOut: [],
      degraded: [],
      missing: ['s2 find failed: ', 's3 find was not done: it needs find', 's4 find is still to come'],
      spent: '2 calls, 2.0 cost units',
      waiting: [],
    })
  })

  test('says what waits for whom, and who said no', () => {
    const moments = begun(ACTING)
    const request = at(10, asked(given(...moments)))
    const waiting = answer(given(...moments, request))
    expect([waiting.missing, waiting.waiting]).toEqual([
      [],
      [
        {
          kind: 'approval',
          step_id: 's1',
          approval_id: 'apr_1_1',
          text: 's1 find may not be called before a person approves it (risk low)',
        },
      ],
    ])
    const said = { reason: past.BODY }
    const back = answer(given(...moments, request, at(11, voted('apr_1_1', 'changes_requested', said))))
    expect(back.waiting).toEqual([
      {
        kind: 'revision',
        step_id: 's1',
        approval_id: null,
        text: 's1 find was sent back by bob: "not now"; alice may revise it',
      },
    ])
    const denied = given(
      ...moments,
      request,
      at(11, voted('apr_1_1', 'denied', said)),
      at(11, skipped('s1', 'approval_denied')),
    )
    expect(answer(denied).missing).toEqual(['s1 find was not done: denied by bob: "not now"'])
    const lost = given(...moments, at(2, called('s1')), at(3, broke('s1', 'system_unknown_outcome')))
    expect(answer(lost).waiting).toMatchObject([{ kind: 'reconciliation', approval_id: null }])
  })
})

describe('an output in words', () => {
  test('is what its tool says, and field by field where that says nothing', async () => {
    const output = {
      value: 1.5,
      is_open: true,
      tags: ['a', 'b'],
      text: 'one\ntwo',
      none: null,
      rows: [{ n: 1 }],
    }
    expect(fieldsOf(output)).toEqual([
      'value: 1.5',
      'is open: yes',
      'tags: a, b',
      'text:',
      '    one',
      '    two',
      'rows:',
      '  - {"n":1}',
    ])
    expect(await summaryOf(undefined, 'x')).toEqual(['result: x'])
  })

  test('of an older version of its tool, or that its words fail with, is shown field by field', async () => {
    expect(await summaryOf(draft, { message_draft: 'Hello' })).toEqual(['message draft: Hello'])
    const summary = (): never => {
      throw new TypeError('no words')
    }
    expect(await summaryOf({ ...draft, output: z.unknown(), summary }, { n: 1 })).toEqual(['n: 1'])
  })
})
