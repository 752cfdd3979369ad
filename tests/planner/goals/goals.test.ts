import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { digestOf } from '../../../src/events/digest.ts'
import { rulesPlanner } from '../../../src/planner/rules.ts'
import { parseRegistry } from '../../../src/registry/parse.ts'
import type { Registry } from '../../../src/registry/registry.ts'
import { context, goals, laterGoals, laterTools } from './table.ts'
import { problemsOf, tool, toolsOf } from '../sample.ts'

function shipped(): Registry {
  const parsed = parseRegistry(readFileSync('registry.yaml', 'utf8'))
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return parsed.registry
}

/** The shipped registry with the tools that a whole sales pack has besides: more rivals for every word. */
function crowded(registry: Registry): Registry {
  const more = laterTools.map(([name, domain, description, purpose]) =>
    tool(name, {}, { domain, description, purpose }),
  )
  const tools = { ...Object.fromEntries(more.map((spec) => [spec.name, spec])), ...registry.tools }
  return { ...registry, tools, digest: digestOf(tools) }
}

const everything = (registry: Registry, name: string) => {
  const profile = registry.profiles[name]
  if (!profile) throw new Error(name)
  return { ...profile, allowed_tools: Object.keys(registry.tools) }
}

const planner = rulesPlanner()
const real = shipped()
const crowd = crowded(real)

async function toolsFor(goal: string, registry: Registry, profile = everything(registry, 'technical')) {
  const input = { goal, context, profile, limits: profile.limits, registry }
  const result = await planner.plan(input, AbortSignal.timeout(10_000))
  const steps = result.ok ? result.steps : []
  expect(problemsOf(steps, input)).toEqual(steps.length > 0 ? [] : ['plan.steps: has no steps'])
  return toolsOf(result)
}

describe('goals and the tools they get', () => {
  it.each(goals)('"%s" with the shipped registry', async (goal, expected) => {
    expect(await toolsFor(goal, real)).toEqual(expected)
  })

  it.each([...goals, ...laterGoals])('"%s" among many more tools', async (goal, expected) => {
    expect(await toolsFor(goal, crowd)).toEqual(expected)
  })

  it('there are at least thirty goals', () => {
    expect(goals.length).toBeGreaterThanOrEqual(30)
  })
})

describe('profiles', () => {
  const demo = real.profiles['demo']

  it('the goal of the demo gives the four steps of the demo, for 2.7 units', async () => {
    if (!demo) throw new Error('demo')
    const goal = 'Prioritise Acme, draft the outreach, assess the message and qualify the opportunity'
    const result = await planner.plan(
      { goal, context, profile: demo, limits: demo.limits, registry: real },
      AbortSignal.timeout(10_000),
    )
    expect(toolsOf(result)).toEqual([
      'score_account_fit',
      'draft_outbound_message',
      'assess_message_quality',
      'qualify_opportunity',
    ])
    expect(result).toMatchObject({ ok: true, estimatedCost: 2.7, overBudget: [] })
  })

  it('a goal for a tool that the profile does not allow is refused, not served by a lesser tool', async () => {
    if (!demo) throw new Error('demo')
    const goal = 'simulate moving two accounts'
    const result = await planner.plan(
      { goal, context, profile: demo, limits: demo.limits, registry: real },
      AbortSignal.timeout(10_000),
    )
    expect(result).toMatchObject({
      ok: false,
      why: expect.stringContaining(
        'The goal asks for simulate_territory_change, which profile demo cannot use. It may use: draft_outbound_message',
      ),
    })
  })
})
