import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { closings, reservations } from '../../src/run/budget.ts'
import { post, type Account, type Posting } from '../../src/run/ledger.ts'
import { foresee } from '../../src/run/line.ts'
import { LIMITS, at, given, planned, runStarted, stepIn } from './history.ts'

const NOON = Date.parse('2025-01-31T12:00:00Z')
const limits = {
  ...LIMITS,
  run: { calls: 9, cost: 9_000_000 },
  domain: { intelligence: { calls: 5 }, engagement: { calls: 1 } },
  tool: { find: { cost: 7_000_000 } },
  tenant: { calls: 100 },
}
const state = given(at(NOON, runStarted({ limits })), at(NOON, planned({})))

describe('what a call is charged to', () => {
  test('is every account that has a limit, and no other; a tenant by its window', () => {
    const postings = reservations(state, stepIn(state), NOON)
    const midnight = Date.parse('2025-02-01T00:00:00Z')
    expect(postings.map(({ scope, key, unit, owner, amount }) => [scope, key, unit, owner, amount])).toEqual([
      ['run', 'run_1', 'calls', 'run_1', 1],
      ['run', 'run_1', 'cost', 'run_1', 1_000_000],
      ['domain', 'intelligence', 'calls', 'run_1', 1],
      ['tool', 'find', 'cost', 'run_1', 1_000_000],
      ['tenant', 'team', 'calls', `team@${midnight}`, 1],
    ])
    expect(postings.map(({ window_end }) => window_end)).toEqual([null, null, null, null, midnight])
  })

  test('is closed in the window it was held in: spent when the call was made, given back when it was not', () => {
    const held = foresee(state, reservations(state, stepIn(state), NOON), NOON)
    for (const made of [true, false]) {
      const lines = closings(held, stepIn(held), made)
      expect(lines.map(({ kind }) => kind)).toEqual(
        Array.from({ length: 5 }, () => (made ? 'settle' : 'release')),
      )
      expect(lines.map(({ held: amount }) => amount)).toEqual([1, 1_000_000, 1, 1_000_000, 1])
      expect(lines.at(-1)?.owner).toBe(`team@${Date.parse('2025-02-01T00:00:00Z')}`)
      const after = foresee(held, lines, NOON)
      expect(stepIn(after).holds).toEqual([])
      expect(after.budget.every(({ reserved }) => reserved === 0)).toBe(true)
    }
  })
})

describe('an account', () => {
  const base = {
    type: 'posting',
    step_id: 's1',
    profile: 'test',
    scope: 'run',
    key: 'run_1',
    unit: 'calls',
    owner: 'run_1',
    threshold: 0.8,
    window_end: null,
  } as const
  const reserve = (amount: number, limit: number): Posting => ({
    ...base,
    kind: 'reserve',
    amount,
    held: 0,
    limit,
  })

  test('never holds and spends more than its limit, and warns once', () => {
    const moves = fc.array(fc.record({ amount: fc.nat(5), made: fc.boolean(), close: fc.boolean() }))
    fc.assert(
      fc.property(fc.nat(30), moves, (limit, todo) => {
        let account: Account | undefined
        let warnings = 0
        const held: number[] = []
        const take = (posting: Posting): boolean => {
          const posted = post(account, posting)
          if (!posted.ok) {
            const { spent, reserved } = posted.refusal
            if (spent + reserved + posting.amount <= limit) throw new Error('refused although it fits')
            return false
          }
          account = posted.account
          if (posted.warns) warnings += 1
          expect(account.spent + account.reserved).toBeLessThanOrEqual(limit)
          expect(account.reserved).toBe(held.reduce((sum, one) => sum + one, 0))
          return true
        }
        for (const { amount, made, close } of todo) {
          const open = close ? held.shift() : undefined
          if (open === undefined) {
            held.push(amount)
            if (!take(reserve(amount, limit))) held.pop()
          } else {
            const kind = made ? 'settle' : 'release'
            take({ ...base, kind, amount: made ? open : 0, held: open, limit })
          }
        }
        expect(warnings).toBe(account !== undefined && limit > 0 && account.spent >= 0.8 * limit ? 1 : 0)
      }),
    )
  })
})
