import { describe, expect, it } from 'vitest'
import { digestOf } from '../../src/events/digest.ts'
import type { ProposedStep } from '../../src/events/plan.ts'
import { validatePlan } from '../../src/planner/validate.ts'
import { goodPlan, inputOf, tool, type Sample } from './sample.ts'

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
const problems = (plan: readonly ProposedStep[]) => validatePlan(plan, input).problems

describe('a plan, whoever made it', () => {
  it('is valid as the offline planner makes it', async () => {
    expect(validatePlan(await steps(), input)).toEqual({ problems: [], overBudget: [] })
  })

  it('has between one and a hundred steps', async () => {
    const [first] = await steps()
    const many = Array.from({ length: 101 }, (_, at) => ({ ...first, step_id: `s${at + 1}` }))
    expect(problems([])).toEqual(['The plan has no steps.'])
    expect(problems(many)).toEqual(['The plan has 101 steps; 100 are allowed.'])
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
    expect(validatePlan([first, second], narrow).problems).toEqual([
      's2: check_letter cannot be used with this profile.',
    ])
  })

  it('takes values only from steps before it, so that it has no circle', async () => {
    const [first, second] = await steps()
    expect(problems([second, first])).toEqual([
      's2: letter: s1 does not come before it.',
      's2: depends_on names s1, which does not come before it.',
    ])
    expect(
      problems([{ ...first, inputs: { template: { step: 's1', output: 'letter' } }, depends_on: ['s1'] }]),
    ).toEqual([
      's1: template: s1 does not come before it.',
      's1: depends_on names s1, which does not come before it.',
    ])
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

  it('cannot talk itself out of an approval, a price or a limit', async () => {
    const [first, second] = await steps()
    const sent = { ...second, tool: 'send_letter', side_effects: 'execute' } as const
    expect(problems([first, sent])).toEqual(['s2: review is not what the registry says.'])
    expect(problems([first, { ...sent, review: 'call' }])).toEqual([])
    expect(problems([{ ...first, cost: 0, retry: { ...first.retry, attempts: 9 } }])).toEqual([
      's1: cost is not what the registry says.',
      's1: retry is not what the registry says.',
    ])
  })

  // Which adapter serves is chosen at the call: a plan names the interface, and may not choose for itself.
  it('names the interface that the registry gives its tool, and no adapter', async () => {
    const [first] = await steps()
    expect(problems([{ ...first, interface: 'crm' }])).toEqual([
      's1: interface is not what the registry says.',
    ])
    expect(problems([{ ...first, adapter: 'mock' }])).toEqual(['s1: adapter is not what the registry says.'])
  })

  it('keeps what an earlier run completed, whatever the registry says of it by now', async () => {
    const [first, second] = await steps()
    const done = { ...first, tool: 'gone', cost: 7, carried: digestOf('letter') }
    expect(problems([done, second])).toEqual([])
    expect(problems([{ ...done, step_id: 's2' }, second])).toContain('s2: its id is used twice.')
    const limits = { ...input.limits, run: { calls: 1 } }
    expect(validatePlan([done, second], { ...input, limits }).overBudget).toEqual([])
  })

  it('is told which limits it could never keep', async () => {
    const limits = { ...input.limits, run: { calls: 1 } }
    expect(validatePlan(await steps(), { ...input, limits }).overBudget).toEqual([
      'The run needs 2 calls; 1 are allowed.',
    ])
  })
})
