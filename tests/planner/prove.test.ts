// Every problem of a plan that somebody gives, with its place; and that a plan without one is filled in by registry
// and profile alone.
import { describe, expect, it } from 'vitest'
import { provePlan } from '../../src/planner/prove.ts'
import { planDraftSchema, type PlanDraftInput } from '../../src/registry/plan/draft.ts'
import { inputOf, noLimits, tool, type Sample } from './sample.ts'

const tools = [
  tool(
    'find',
    { needs: { name: ['context.name'] }, gives: ['account', 'score'] },
    { side_effects: 'read-only' },
  ),
  tool('write', { needs: { about: ['find.account'] }, takes: { tone: ['context.tone'] }, gives: ['letter'] }),
  tool('send', { needs: { letter: ['write.letter'] } }, { side_effects: 'execute' }),
  tool('shred', {}, { enabled: false }),
]
const sample: Sample = { tools, goal: '', context: { name: 'x' } }

const proofOf = (draft: PlanDraftInput, given: Sample = sample) =>
  provePlan(
    { draft: planDraftSchema.parse(draft), giver: 'caller', reason: 'as the caller says' },
    inputOf(given),
  )

const problemsOf = (draft: PlanDraftInput): string[] => {
  const proof = proofOf(draft)
  return proof.ok ? [] : proof.problems.map(({ path, message }) => `${path}: ${message}`)
}

describe('a plan that is given', () => {
  it('takes what it does not say from the registry, by whatever names its steps have', () => {
    const proof = proofOf({
      steps: [{ id: 'who', tool: 'find' }, { tool: 'write' }, { id: 'out', tool: 'send' }],
    })
    expect(
      proof.ok && proof.plan.steps.map(({ step_id, inputs, depends_on }) => [step_id, inputs, depends_on]),
    ).toEqual([
      ['who', { name: { context: 'name' } }, []],
      ['write', { about: { step: 'who', output: 'account' } }, ['who']],
      ['out', { letter: { step: 'write', output: 'letter' } }, ['write']],
    ])
  })

  it('has its costs and reviews from registry and profile, and its worst case', () => {
    const proof = proofOf({ steps: [{ tool: 'find' }, { tool: 'write' }, { tool: 'send' }] })
    expect(proof.ok && proof.plan.steps.map(({ side_effects, review }) => [side_effects, review])).toEqual([
      ['read-only', 'none'],
      ['read-only', 'none'],
      ['execute', 'call'],
    ])
    expect(proof.ok && proof.plan.worstCase).toEqual({ calls: 3, cost: 1.5, approvals: 1 })
  })

  it('says which limits even one call of each step would break', () => {
    const limits = { ...noLimits, run: { calls: 1 } }
    const draft = { steps: [{ tool: 'find' }, { tool: 'write' }] }
    const proof = provePlan(
      { draft: planDraftSchema.parse(draft), giver: 'caller', reason: '' },
      { ...inputOf(sample), limits },
    )
    expect(proof.ok && proof.plan.overBudget).toEqual(['The run needs 2 calls; 1 are allowed.'])
  })

  it('waits for every source of a list, and keeps those that can give something', () => {
    const proof = proofOf({
      steps: [
        { id: 'a', tool: 'find' },
        { id: 'b', tool: 'find' },
        {
          tool: 'write',
          inputs: { about: ['b.account', 'context.nowhere', 'a.account', { value: 'nobody' }, 'a.score'] },
        },
      ],
    })
    const step = proof.ok ? proof.plan.steps[2] : undefined
    expect(step?.inputs).toEqual({
      about: [{ step: 'b', output: 'account' }, { step: 'a', output: 'account' }, { value: 'nobody' }],
    })
    expect([step?.depends_on, step?.after]).toEqual([[], ['a', 'b']])
  })

  it('is ordered by `after`, without data', () => {
    const proof = proofOf({
      steps: [
        { id: 'a', tool: 'find' },
        { id: 'b', tool: 'find', after: ['a'] },
      ],
    })
    expect(proof.ok && proof.plan.steps.map(({ after }) => after)).toEqual([undefined, ['a']])
  })

  it('is refused with every problem at once', () => {
    expect(
      problemsOf({
        steps: [
          { id: 'a', tool: 'find', inputs: { name: 'context.nowhere' } },
          { id: 'a', tool: 'shred' },
          { id: 'b', tool: 'write', inputs: { about: 'c.letter', tune: { value: 1 } }, after: ['d'] },
          { id: 'c', tool: 'write', inputs: { about: 'b.nothing' } },
          { id: 'e', tool: 'scream' },
        ],
      }),
    ).toEqual([
      'plan.steps.0.inputs.name: context.nowhere is not given',
      'plan.steps.1.id: a is there twice; give each step its own id',
      expect.stringMatching(
        /^plan\.steps\.1\.tool: shred cannot be used: profile \w+ may use find, write, send$/,
      ),
      'plan.steps.2.after.0: there is no step d',
      'plan.steps.2.inputs.tune: write takes no tune; it takes about, tone',
      'plan.steps.2.inputs.about: c does not come before it',
      'plan.steps.3.inputs.about: write gives no nothing; it gives letter',
      expect.stringMatching(
        /^plan\.steps\.4\.tool: no tool is called scream: profile \w+ may use find, write, send$/,
      ),
    ])
  })

  it('is told what a step without a source needs', () => {
    expect(problemsOf({ steps: [{ tool: 'write' }] })).toEqual([
      'plan.steps.0.inputs.about: has no source: give a step of find before it',
    ])
  })

  it.each(['plan', 'llm', 'context', 'item', 'true', 'in', 'constructor', 'Big', '1st', 'a-b', ''])(
    'cannot call a step %j',
    (id) => {
      expect(planDraftSchema.safeParse({ steps: [{ id, tool: 'find' }] }).success).toBe(false)
    },
  )
})
