import { expect, test } from 'vitest'
import { budgetRows } from '../../src/run/budgets/budget-rows.ts'
import type { Account } from '../../src/run/budgets/ledger.ts'
import { parsed } from '../registry/parsed.ts'
import { plus } from '../registry/texts.ts'

const NOON = Date.parse('2026-11-20T12:00:00Z')
const MIDNIGHT = Date.parse('2026-11-21T00:00:00Z')

const registryOf = (calls: number) =>
  parsed(
    plus(`tenants:
  acme:
    limits: [{ window: hour, cost: 2 }, { window: day, time_zone: Asia/Tokyo, calls: ${calls} }]
  eu-*: { limits: { calls: 9 } }
  us-*: { limits: { calls: 9 }, shared: false }`).replace(
      'timeout_seconds: 10',
      `timeout_seconds: 10, budget: { tenant: { calls: ${calls} } }`,
    ),
  )

const account = (patch: Partial<Account>): Account => ({
  scope: 'tenant',
  key: 'team',
  unit: 'calls',
  owner: `team@${MIDNIGHT}/day/profile/solo`,
  spent: 3,
  reserved: 1,
  limit: 5,
  window_end: MIDNIGHT,
  warned: true,
  ...patch,
})

const shown = (accounts: readonly Account[], calls = 5) =>
  [...budgetRows(accounts, { registry: registryOf(calls), now: NOON }).values()].map(
    ({ key, unit, spent, limit, window, limit_of, profile, time_zone, window_end }) => [
      `${key} ${unit} ${window} of ${profile ?? limit_of}: ${spent} of ${limit}`,
      time_zone,
      window_end === null ? null : new Date(window_end).toISOString(),
    ],
  )

const OWN = [
  ['acme cost hour of tenant: 0 of 2000000', 'UTC', '2026-11-20T13:00:00.000Z'],
  ['acme calls day of tenant: 0 of 5', 'Asia/Tokyo', '2026-11-20T15:00:00.000Z'],
  ['eu-* calls day of tenant: 0 of 9', 'UTC', '2026-11-21T00:00:00.000Z'],
]

test("the registry's own limits on tenants are there before anything is spent", () => {
  expect(shown([])).toEqual(OWN)
})

test('each limit is a line, with its window and zone; an account takes the place of the empty line', () => {
  const end = Date.parse('2026-11-20T15:00:00Z')
  const own = account({ key: 'acme', owner: `acme@${end}/day/tenant`, window_end: end })
  expect(shown([account({}), own])).toEqual([
    OWN[0],
    ['acme calls day of tenant: 3 of 5', 'Asia/Tokyo', '2026-11-20T15:00:00.000Z'],
    OWN[2],
    ['team calls day of solo: 3 of 5', 'UTC', '2026-11-21T00:00:00.000Z'],
  ])
})

test('a limit that was changed shows as it holds for the next call, but in the present window alone', () => {
  const ended = account({ owner: `team@${NOON}/day/profile/solo`, window_end: NOON })
  expect(shown([account({}), ended], 2).slice(3)).toEqual([
    ['team calls day of solo: 3 of 2', 'UTC', '2026-11-21T00:00:00.000Z'],
    ['team calls day of solo: 3 of 5', null, '2026-11-20T12:00:00.000Z'],
  ])
})

test('what the registry does not know any more, or 0.1.0 named, is shown as it stands', () => {
  const gone = account({ owner: `team@${MIDNIGHT}/week/profile/gone` })
  const old = account({ owner: `team@${MIDNIGHT}` })
  const run = account({ scope: 'run', key: 'run_1', owner: 'run_1', window_end: null })
  expect(shown([gone, old, run]).slice(3)).toEqual([
    ['team calls week of gone: 3 of 5', null, '2026-11-21T00:00:00.000Z'],
    ['team calls undefined of undefined: 3 of 5', null, '2026-11-21T00:00:00.000Z'],
    ['run_1 calls undefined of undefined: 3 of 5', null, null],
  ])
})
