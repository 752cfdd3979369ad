import { describe, expect, test } from 'vitest'
import { diffRegistries } from '../../src/registry/diff.ts'
import { parsed } from './parsed.ts'
import { problemsIn, toldIn, type Row } from './refused.ts'
import { GOOD, plus, replaced } from './texts.ts'

const tenants = (text: string): string => plus(`tenants:\n${text}`)
const budget = (tenant: string): string =>
  replaced(6, `  solo: { allowed_tools: [look], timeout_seconds: 10, budget: { tenant: ${tenant} } }`)

describe('the windows of a profile', () => {
  test('are one map or a list, in units of the ledger; one in UTC is what it always was', () => {
    const one = parsed(budget('{ window: day, calls: 5, llm_usd: 0.5 }')).profiles['solo']
    expect(one?.limits).toMatchObject({ tenant: { calls: 5, llm_usd: 500_000 }, window: 'day' })
    expect(one).not.toHaveProperty('windows')
    const two = parsed(
      budget('[{ window: hour, calls: 5 }, { window: month, time_zone: Europe/Berlin, cost: 2 }]'),
    )
    expect(two.profiles['solo']?.limits).toMatchObject({ tenant: { calls: 5 }, window: 'hour' })
    expect(two.profiles['solo']?.windows).toEqual([
      { window: 'hour', time_zone: 'UTC', amounts: { calls: 5 } },
      { window: 'month', time_zone: 'Europe/Berlin', amounts: { cost: 2_000_000 } },
    ])
  })
})

describe('the tenants', () => {
  test('are known by name, pattern and default; what a pattern is for shares its budget', () => {
    const registry = parsed(
      tenants(
        '  unknown: refuse\n  acme: { limits: { window: week, calls: 5 }, allowed_profiles: [solo] }\n' +
          '  eu-*: { warning_threshold: 0.5 }\n  default: { shared: false }',
      ),
    )
    const rest = { allowed_profiles: null, limits: [], warning_threshold: 0.8 }
    expect(registry.tenants).toEqual({
      unknown: 'refuse',
      entries: {
        acme: {
          name: 'acme',
          limits: [{ window: 'week', time_zone: 'UTC', amounts: { calls: 5 } }],
          allowed_profiles: ['solo'],
          shared: false,
          warning_threshold: 0.8,
        },
        'eu-*': { ...rest, name: 'eu-*', shared: true, warning_threshold: 0.5 },
        default: { ...rest, name: 'default', shared: false },
      },
    })
  })

  test('change nothing of a registry that does not name them, its digest neither', () => {
    expect(parsed(GOOD)).not.toHaveProperty('tenants')
    const [none, some] = [parsed(GOOD), parsed(tenants('  acme: {}'))]
    expect(diffRegistries(none, some)).toEqual({
      added: ['tenants.acme', 'tenants.unknown'],
      removed: [],
      changed: [],
    })
  })

  const WRONG: readonly Row[] = [
    ['no map', plus('tenants: [acme]'), 7, 'tenants', 'must be a map'],
    ['another word', tenants('  unknown: allow'), 8, 'tenants.unknown', 'default, refuse'],
    ['a bad name', tenants('  a/b: {}'), 8, 'tenants.a/b', 'the name of a tenant'],
    ['the name of the rest', tenants('  other: {}'), 8, 'tenants.other', 'metrics call those so'],
    ['two stars', tenants("  'a*b*': {}"), 8, 'tenants.a*b*', 'one *'],
    ['an unknown key', tenants('  acme: { limit: {} }'), 8, 'tenants.acme.limit', 'not a known key'],
    [
      'an unknown unit',
      tenants('  acme: { limits: { euros: 1 } }'),
      8,
      'tenants.acme.limits.euros',
      'llm_usd',
    ],
    [
      'an unknown zone',
      tenants('  acme:\n    limits:\n      - { window: day, time_zone: Mars/Base, calls: 1 }'),
      10,
      'tenants.acme.limits.0.time_zone',
      'Europe/Berlin',
    ],
    [
      'one window twice',
      tenants('  acme:\n    limits:\n      - { window: day, calls: 1 }\n      - { window: day, cost: 1 }'),
      11,
      'tenants.acme.limits.1.window',
      'day is there twice',
    ],
    [
      'an unknown profile',
      tenants('  acme: { allowed_profiles: [duo] }'),
      8,
      'tenants.acme.allowed_profiles.0',
      'duo',
    ],
    ['sharing with nobody', tenants('  acme: { shared: true }'), 8, 'tenants.acme.shared', 'one tenant'],
    [
      'less than a millionth',
      budget('{ cost: 0.0000001 }'),
      6,
      'profiles.solo.budget.tenant.cost',
      'at least',
    ],
    ['no window', budget('[]'), 6, 'profiles.solo.budget.tenant', 'at least 1'],
  ]
  test.each(WRONG)('are refused with line, path and reason: %s', (...row) => {
    expect(problemsIn(row)).toContainEqual(toldIn(row))
  })
})
