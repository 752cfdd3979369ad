import { expect, test } from 'vitest'
import { diffRegistries } from '../../src/registry/diff.ts'
import { parsed } from './parsed.ts'
import { GOOD, look, plus } from './texts.ts'

const MODEL = 'models: { m-1: { input_usd_per_mtok: 1, output_usd_per_mtok: 2 } }'
const ADAPTER = 'adapters: { mock: { interface: crm, module: mock, enabled: true } }'

test('a first registry only adds', () => {
  expect(diffRegistries(null, parsed(plus(`${MODEL}\n${ADAPTER}`)))).toEqual({
    added: [
      'adapters.mock',
      'domains',
      'labels.max_series',
      'labels.operations',
      'metadata',
      'models.m-1',
      'planners',
      'profiles.solo',
      'tools.look',
    ],
    removed: [],
    changed: [],
  })
})

test('a reload names each entry that came, went or changed', () => {
  const after = look({ cost: ', cost: 2' })
    .replace("version: '1'", "version: '2'")
    .replace('  solo:', '  duo:')
  expect(
    diffRegistries(parsed(plus(MODEL)), parsed(`${after}\n${ADAPTER}\nlabels: { max_series: 1 }`)),
  ).toEqual({
    added: ['adapters.mock', 'profiles.duo'],
    removed: ['models.m-1', 'profiles.solo'],
    changed: ['labels.max_series', 'metadata', 'tools.look'],
  })
})

test('a rule for an alert is an entry like any other', () => {
  const [none, some] = [parsed(GOOD), parsed(plus('alerts: { BudgetGone: { freeze: tenant } }'))]
  expect(none.alerts).toEqual({})
  expect(some.alerts).toEqual({ BudgetGone: { freeze: 'tenant' } })
  expect(diffRegistries(none, some)).toEqual({ added: ['alerts.BudgetGone'], removed: [], changed: [] })
  expect(diffRegistries(some, none).removed).toEqual(['alerts.BudgetGone'])
})

test('a retry policy that changes shows at the tools that use it', () => {
  const after = parsed(plus('retry: { default: { strategy: linear, base_ms: 1, cap_ms: 1, attempts: 2 } }'))
  expect(diffRegistries(parsed(GOOD), after).changed).toEqual(['tools.look'])
})

test('the same content written in another order is no change', () => {
  const entries = MODEL.replace(
    'input_usd_per_mtok: 1, output_usd_per_mtok: 2',
    'output_usd_per_mtok: 2, input_usd_per_mtok: 1',
  )
  const nothing = { added: [], removed: [], changed: [] }
  expect(diffRegistries(parsed(plus(MODEL)), parsed(plus(entries)))).toEqual(nothing)
})
