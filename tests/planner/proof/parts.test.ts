import { describe, expect, it } from 'vitest'
import { digestOf } from '../../../src/events/digest.ts'
import type { ProposedStep } from '../../../src/events/plan.ts'
import { provePlan } from '../../../src/planner/prove.ts'
import { goodPlan, inputOf, problemsOf, tool, type Sample } from '../sample.ts'
import type { PlannerInput } from '../../../src/planner/planner.ts'

const tools = [
  tool('write_letter', { needs: { template: ['context.template'] }, gives: ['letter'] }),
  tool('check_letter', { needs: { letter: ['write_letter.letter'] }, takes: { tone: ['context.tone'] } }),
  tool('send_letter', { needs: { letter: ['write_letter.letter'] } }, { side_effects: 'execute' }),
  tool('shred_letter', {}, { enabled: false }),
]
const sample: Sample = { tools, goal: 'write the letter, check it', context: { template: 'x' } }
const input = inputOf(sample)

const steps = async (): Promise<[ProposedStep, ProposedStep]> => {
  const [first, second] = (await goodPlan(sample)).steps
  if (!first || !second) throw new Error('two steps')
  return [first, second]
}
const provedWith = (plan: readonly ProposedStep[], asked: PlannerInput = input) => {
  const proof = provePlan({ parts: { steps: plan, blocks: [] }, giver: 'test' }, asked)
  if (!proof.ok) throw new Error(JSON.stringify(proof.problems))
  return proof.plan
}
const problems = (plan: readonly ProposedStep[], asked: PlannerInput = input) => {
  const proof = provePlan({ parts: { steps: plan, blocks: [] }, giver: 'test' }, asked)
  return proof.ok
    ? []
    : proof.problems.map(({ path, message }) => `${path.replace('plan.', '')}: ${message}.`)
}

describe('a plan, whoever made it', () => {
  it('is valid as the offline planner makes it', async () => {
    expect([problemsOf(await steps(), input), provedWith(await steps()).overBudget]).toEqual([[], []])
  })

  it('has between one and a hundred steps', async () => {
    const [first] = await steps()
    const many = Array.from({ length: 101 }, (_, at) => ({ ...first, step_id: `s${at + 1}` }))
    expect(problems([])).toEqual(['steps: has no steps.'])
    expect(problems(many)).toEqual(['steps: has 101 steps; 100 are allowed.'])
  })

  it.each([
    ['send_money', 's1: send_money is not registered.'],
    ['constructor', 's1: constructor is not registered.'],
    ['shred_letter', 's1: shred_letter cannot be used with this profile.'],
  ])('uses no tool like %s', async (name, problem) => {
    const [first] = await steps()
    expect(problems([{ ...first, tool: name }])).toEqual([problem])
  })

  it('uses no tool that the profile does not list', async () => {
    const [first, second] = await steps()
    const narrow = inputOf({ ...sample, profile: { allowed_tools: ['write_letter'] } })
    expect(problems([first, second], narrow)).toEqual(['s2: check_letter cannot be used with this profile.'])
  })

  it('has no circle, in whichever order its steps stand', async () => {
    const [first, second] = await steps()
    expect(problems([second, first])).toEqual([])
    const waits = 'waits for a step that waits for it.'
    expect(problems([{ ...first, depends_on: ['s2'] }, second])).toEqual([`s1: ${waits}`, `s2: ${waits}`])
  })

  it.each<[string, ProposedStep['inputs'], string]>([
    ['an unknown step', { letter: { step: 's9', output: 'letter' } }, 's2: letter: there is no step s9.'],
    [
      'an unknown output',
      { letter: { step: 's1', output: 'poem' } },
      's2: letter: write_letter has no output poem.',
    ],
    [
      'what objects inherit',
      { letter: { step: 's1', output: 'constructor' } },
      's2: letter: write_letter has no output constructor.',
    ],
    ['an absent context', { letter: { context: 'letter' } }, 's2: letter: context.letter is not given.'],
    ['nothing at all', {}, 's2: letter has no source.'],
  ])('takes no value from %s', async (_, inputs, problem) => {
    const [first, second] = await steps()
    expect(problems([first, { ...second, inputs }])).toEqual([problem])
  })

  it('binds no input that the tool does not have', async () => {
    const [first, second] = await steps()
    const inputs = { ...second.inputs, colour: { context: 'template' } }
    expect(problems([first, { ...second, inputs }])).toEqual(['s2: check_letter has no input colour.'])
  })

  it('names the steps it depends on, and no step twice', async () => {
    const [first, second] = await steps()
    expect(problems([first, { ...second, depends_on: [] }])).toEqual(['s2: depends_on does not name s1.'])
    expect(problems([first, { ...second, depends_on: ['s1', 's7'] }])).toEqual([
      's2: depends_on names s7, which does not exist.',
    ])
    expect(problems([first, first])).toEqual(['s1: its id is used twice.'])
  })

  it('cannot talk itself out of an approval, a price or a limit: registry and profile say them', async () => {
    const [first, second] = await steps()
    const sent = { ...second, tool: 'send_letter', side_effects: 'read-only', review: 'none' } as const
    const cheap = {
      ...first,
      cost: 0,
      retry: { ...first.retry, attempts: 9 },
      interface: 'crm',
      adapter: 'mock',
    }
    expect(provedWith([cheap, sent]).steps).toEqual([
      first,
      { ...sent, side_effects: 'execute', review: 'call' },
    ])
  })

  it('keeps what an earlier run completed, whatever the registry says of it by now', async () => {
    const [first, second] = await steps()
    const done = { ...first, tool: 'gone', cost: 7, carried: digestOf('letter') }
    expect(problems([done, second])).toEqual([])
    expect(problems([{ ...done, step_id: 's2' }, second])).toContain('s2: its id is used twice.')
    const limits = { ...input.limits, run: { calls: 1 } }
    expect(provedWith([done, second], { ...input, limits }).overBudget).toEqual([])
  })

  it('is told which limits it could never keep', async () => {
    const limits = { ...input.limits, run: { calls: 1 } }
    expect(provedWith(await steps(), { ...input, limits }).overBudget).toEqual([
      'The run needs 2 calls; 1 are allowed.',
    ])
  })
})
