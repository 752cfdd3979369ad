import { describe, expect, test } from 'vitest'
import { completeRegistry } from '../../src/registry/complete.ts'
import { diffRegistries } from '../../src/registry/diff.ts'
import { DEFAULT_NAMES } from '../../src/registry/names.ts'
import { parseRegistry } from '../../src/registry/parse.ts'
import { parsed } from './parsed.ts'
import { GOOD, look, plus, replaced } from './texts.ts'

const problemsOf = (text: string) => {
  const result = parseRegistry(text)
  return result.ok ? [] : result.problems
}

describe('the domains of a registry', () => {
  test('are those of the sales pack where it lists none', () => {
    expect(parsed(GOOD).domains).toEqual([
      'territory',
      'intelligence',
      'knowledge',
      'engagement',
      'qualification',
      'governance',
    ])
  })

  test('are its own, in its order, and the one that planning is charged to', () => {
    const ward = look({ domain: 'triage' }).replace(
      'timeout_seconds: 10',
      'timeout_seconds: 10, budget: { domain: { triage: { calls: 3 }, governance: { llm_usd: 1 } } }',
    )
    const registry = parsed(`${ward}\ndomains: [triage, care]`)
    expect(registry.domains).toEqual(['triage', 'care', 'governance'])
    expect(registry.tools.look?.domain).toBe('triage')
    expect(registry.profiles.solo?.limits.domain).toEqual({
      triage: { calls: 3 },
      governance: { llm_usd: 1_000_000 },
    })
    expect(parsed(plus('domains: [governance, intelligence]')).domains).toEqual([
      'governance',
      'intelligence',
    ])
  })

  test('are the only ones that tools and budgets may name', () => {
    expect(problemsOf(plus('domains: [care]'))).toEqual([
      { path: 'line 4: tools.look.domain', message: 'must be one of care, governance' },
    ])
    const budget = replaced(6, '  solo: { timeout_seconds: 1, budget: { domain: { cares: { calls: 1 } } } }')
    expect(problemsOf(`${budget}\ndomains: [care, intelligence]`)).toEqual([
      {
        path: 'line 6: profiles.solo.budget.domain.cares',
        message: 'no domain is called cares; known are care, intelligence, governance',
      },
    ])
  })

  test.each([
    ['a name that is there twice', '[intelligence, care, care]', '.2', 'care is there twice'],
    ['what is no name', '[intelligence, ../care]', '.1', 'must be a name'],
    ['what every object has', '[intelligence, constructor]', '.1', 'must be a name'],
    ['an empty list', '[]', '', 'at least 1'],
    ['what is no list', 'care', '', 'must be a list'],
  ])('are refused with %s, which says nothing of the tools', (...[, list, at, message]) => {
    expect(problemsOf(`${look({ domain: 'care' })}\ndomains: ${list}`)).toEqual([
      { path: `line 7: domains${at}`, message: expect.stringContaining(message) },
    ])
  })
})

describe('planners, operations and providers', () => {
  test('are those of the runtime where a registry lists none', () => {
    expect(parsed(GOOD)).toMatchObject({
      planners: ['rules', 'llm'],
      operations: ['decompose', 'rank', 'explain', 'repair', 'improve'],
    })
  })

  test('are its own, and the planner that needs no model', () => {
    const model = '{ input_usd_per_mtok: 1, output_usd_per_mtok: 2 }'
    const more = [
      'planners: [llm, nurse]',
      'labels: { operations: [triage] }',
      `models: { a: ${model}, b: { provider: ward, ${model.slice(2)} }`,
    ].join('\n')
    const registry = parsed(plus(more))
    expect(registry.planners).toEqual(['llm', 'nurse', 'rules'])
    expect(registry.operations).toEqual(['triage'])
    expect(registry.models).toMatchObject({ a: { provider: 'openai' }, b: { provider: 'ward' } })
  })

  test.each(['auto', 'compare'])('no planner is called %s, which requests say', (name) => {
    expect(problemsOf(plus(`planners: [rules, ${name}]`))).toEqual([
      { path: 'line 7: planners.1', message: 'auto, compare, caller and playbook are no names of planners' },
    ])
  })
})

test('a registry that 0.1.0 kept has the lists that it was written against', () => {
  const now = parsed(
    plus(
      'models: { m: { input_usd_per_mtok: 1, output_usd_per_mtok: 2 } }\nalerts: { A: { freeze: tenant } }',
    ),
  )
  const { domains, planners, operations, alerts, ...kept } = now
  const models = { m: { input: 1_000_000, output: 2_000_000 } }
  const read = completeRegistry(JSON.parse(JSON.stringify({ ...kept, models })))
  expect({ domains, planners, operations }).toEqual(DEFAULT_NAMES)
  expect(read).toEqual({ ...now, alerts: {} })
  expect(diffRegistries(read, { ...now, alerts: {} })).toEqual({ added: [], removed: [], changed: [] })
  expect(completeRegistry(JSON.parse(JSON.stringify(now)))).toEqual(now)
  expect(alerts).toEqual({ A: { freeze: 'tenant' } })
})
