import * as fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { rulesPlanner } from '../../src/planner/rules.ts'
import { toMicro, type AdapterSpec } from '../../src/registry/registry.ts'
import {
  adapter,
  goodPlan,
  inputOf,
  planOf,
  problemsOf,
  refusal,
  tool,
  toolsOf,
  type Sample,
} from './sample.ts'

const write = tool(
  'write_letter',
  { needs: { template: ['context.template'], person: ['context.person.name'] }, gives: ['letter'] },
  {
    domain: 'engagement',
    description: 'Writes a letter to a customer.',
    side_effects: 'propose',
    retry: { strategy: 'linear', base_ms: 1, factor: 1, cap_ms: 1, jitter: 0, attempts: 3 },
    cost: toMicro(1.1),
  },
)
const check = tool(
  'check_letter',
  { needs: { letter: ['write_letter.letter', 'context.letter'] } },
  { domain: 'engagement', description: 'Checks a letter for mistakes.' },
)
const visit = tool(
  'visit_customer',
  {},
  { domain: 'territory', description: 'Plans a visit.', adapter: 'crm' },
)
const tools = [write, check, visit]
const goal = 'write the letter, check it and plan the visit'
const context = { template: 'x', person: { name: 'y' } }
const sample: Sample = { tools, goal, context }

const shuffled = <T>(value: T, order: readonly number[]): T => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const entries = Object.entries(value).map(([key, inner], at): [number, string, unknown] => [
    order[at % order.length] ?? 0,
    key,
    shuffled<unknown>(inner, order),
  ])
  return Object.fromEntries(entries.sort(([a], [b]) => a - b).map(([, key, inner]) => [key, inner])) as T
}

describe('the offline planner', () => {
  it('gives steps with the policy of the registry, an explanation and the worst case', async () => {
    const plan = await goodPlan(sample)
    expect(
      plan.steps.map(({ step_id, tool, depends_on, review, reason }) => ({
        step_id,
        tool,
        depends_on,
        review,
        reason,
      })),
    ).toEqual([
      {
        step_id: 's1',
        tool: 'visit_customer',
        depends_on: [],
        review: 'none',
        reason: 'matches: plans, visit',
      },
      {
        step_id: 's2',
        tool: 'write_letter',
        depends_on: [],
        review: 'output',
        reason: 'matches: write, letter',
      },
      {
        step_id: 's3',
        tool: 'check_letter',
        depends_on: ['s2'],
        review: 'none',
        reason: 'matches: letter, check',
      },
    ])
    expect(plan).toMatchObject({
      estimatedCost: 2.1,
      worstCase: { calls: 5, cost: 4.3, approvals: 1 },
      overBudget: [],
      fallbackReason: null,
    })
    expect(plan.explanation).toBe(
      [
        '3 steps for profile sample.',
        's1 visit_customer (territory, read-only): matches: plans, visit.',
        's2 write_letter (engagement, propose): matches: write, letter. Takes person from context.person.name, template from context.template. A person approves what it makes before anyone gets it.',
        's3 check_letter (engagement, read-only): matches: letter, check. Takes letter from s2.letter.',
        'At most 5 calls, 4.3 cost units and 1 approval.',
      ].join('\n'),
    )
  })

  it('gives the same plan a hundred times, byte for byte, from a planner that has seen nothing else', async () => {
    const first = JSON.stringify(await planOf(sample))
    const warm = rulesPlanner()
    for (let time = 0; time < 100; time += 1) {
      expect(JSON.stringify(await warm.plan(inputOf(sample), AbortSignal.timeout(10_000)))).toBe(first)
    }
  })

  it('does not depend on the order of keys, neither of the context nor of the registry', async () => {
    const input = inputOf(sample)
    const first = JSON.stringify(await planOf(sample))
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(), { minLength: 20, maxLength: 20 }), async (order) => {
        const other = {
          ...input,
          context: shuffled(input.context, order),
          registry: shuffled(input.registry, order),
        }
        const result = await rulesPlanner().plan(other, AbortSignal.timeout(10_000))
        expect(JSON.stringify(result)).toBe(first)
      }),
    )
  })

  it('whatever the goal and the context, a plan is valid and uses nothing that is not there', async () => {
    const words = fc.constantFrom(
      'write',
      'letter',
      'check',
      'plan',
      'visit',
      'and',
      ',',
      'customer',
      'zebra',
      '__proto__',
    )
    const given = fc.record(
      { template: fc.string(), person: fc.record({ name: fc.string() }), letter: fc.string() },
      { requiredKeys: [] },
    )
    await fc.assert(
      fc.asyncProperty(fc.array(words), given, async (parts, facts) => {
        const input = inputOf({ tools, goal: parts.join(' '), context: facts })
        const result = await rulesPlanner().plan(input, AbortSignal.timeout(10_000))
        expect(result.ok ? problemsOf(result.steps, input) : []).toEqual([])
        expect(result.ok ? result.explanation : result.why).not.toBe('')
        expect(result.ranking.map((row) => row.tool).sort()).toEqual(tools.map(({ name }) => name).sort())
      }),
    )
  })

  it('text of the goal is in no part of the result', async () => {
    const personal = 'Zyxwina Qvortrup zyxwina@qvortrup.example +49 170 5550123'
    for (const [text, facts] of [
      [`${goal} for ${personal}`, context],
      [`write the letter for ${personal}`, {}],
      [personal, context],
    ] as const) {
      const result = JSON.stringify(await planOf({ tools, goal: text, context: facts }))
      for (const secret of personal.split(/[\s@+]+/).filter((word) => word.length > 2)) {
        expect(result.toLowerCase()).not.toContain(secret.toLowerCase())
      }
    }
  })

  it('a word is matched in the words of the registry, whatever its form in the goal', async () => {
    const rank = tool('rank_leads', {}, { purpose: 'Prioritise leads.' })
    for (const form of [
      'prioritise',
      'Prioritize',
      'prioritising',
      'PRIORITIZED',
      'prioritisation',
      'priritise',
    ]) {
      const plan = await goodPlan({ tools: [rank, visit], goal: form })
      expect(plan.steps.map(({ reason }) => reason)).toEqual(['matches: prioritise'])
    }
  })

  it('of two tools that fit alike, the first by name is taken', async () => {
    const twins = ['b_call', 'a_call'].map((name) => tool(name, {}, { description: 'Phones a customer.' }))
    expect(toolsOf(await goodPlan({ tools: twins, goal: 'phone the customer' }))).toEqual(['a_call'])
  })
})

describe('what may not be used', () => {
  it('a goal that matches nothing is refused with the tools that are allowed', async () => {
    expect(
      await refusal({ ...sample, goal: 'zebra crossing', profile: { allowed_tools: ['check_letter'] } }),
    ).toMatchObject({
      why: 'No tool of profile sample matches the goal. It may use: check_letter.',
      missing: [],
    })
  })

  it('a profile without tools gets no plan', async () => {
    const { why, ranking } = await refusal({ ...sample, profile: { allowed_tools: [] } })
    expect(why).toContain('It may use no tool at all.')
    expect(ranking).toEqual([])
  })

  it('a tool that is switched off is left out, and the explanation and what is not done say so', async () => {
    const off = { ...visit, enabled: false }
    const plan = await goodPlan({ ...sample, tools: [write, check, off] })
    expect(toolsOf(plan)).toEqual(['write_letter', 'check_letter'])
    expect(plan.explanation).toContain('Left out, not usable with profile sample: visit_customer.')
    expect(plan.unserved).toEqual(['visit_customer, which profile sample cannot use'])
  })

  it('names of tools that every object has are not tools', async () => {
    const profile = { allowed_tools: ['constructor', 'toString', 'check_letter'] }
    const plan = await goodPlan({ ...sample, goal: 'check the letter', context: { letter: 'x' }, profile })
    expect(plan.ranking.map((row) => row.tool)).toEqual(['check_letter'])
  })

  it('a plan of more than a hundred steps is refused', async () => {
    const names = Array.from({ length: 101 }, (_, at) => `t${at}`)
    const many = names.map((name, at) =>
      tool(
        name,
        { needs: at === 0 ? {} : { o: [`t${at - 1}.o`] }, gives: ['o'] },
        at === 100 ? { purpose: 'Finish.' } : {},
      ),
    )
    expect((await refusal({ tools: many, goal: 'finish' })).why).toBe(
      'The goal needs 101 steps; a plan has at most 100.',
    )
  })
})

// The plan names the interface only: until 0.1.0 it chose an adapter, without knowing which are switched on.
test('a step names the interface of its tool, whatever adapters there are', async () => {
  const plan = (adapters: readonly AdapterSpec[]) =>
    goodPlan({ tools, goal: 'plan a visit', adapters, profile: { allowed_adapters: ['one'] } })
  const [step] = (await plan([adapter('one', true)])).steps
  expect(step).toMatchObject({ interface: 'crm' })
  expect(step).not.toHaveProperty('adapter')
  expect((await plan([])).steps).toEqual([step])
})
