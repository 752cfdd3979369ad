import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { toolCallId } from '../../src/run/calls/call.ts'
import { reserve, settle } from '../../src/run/budgets/charge.ts'
import { post, type Account, type Posting, type PostingEntry } from '../../src/run/budgets/ledger.ts'
import { predictState } from '../../src/run/line.ts'
import { oldOwner } from '../../src/run/budgets/tenant-account.ts'
import { chargeOf } from '../../src/run/calls/tool-call.ts'
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
    const entries = reserve(state, chargeOf(stepIn(state)), NOON).flatMap((posting) => posting.entries)
    const midnight = Date.parse('2025-02-01T00:00:00Z')
    expect(entries.map(({ scope, key, unit, owner, amount }) => [scope, key, unit, owner, amount])).toEqual([
      ['run', 'run_1', 'calls', 'run_1', 1],
      ['run', 'run_1', 'cost', 'run_1', 1_000_000],
      ['domain', 'intelligence', 'calls', 'run_1', 1],
      ['tool', 'find', 'cost', 'run_1', 1_000_000],
      ['tenant', 'team', 'calls', `team@${midnight}/day/profile/test`, 1],
    ])
    expect(entries.map(({ window_end }) => window_end)).toEqual([null, null, null, null, midnight])
  })

  test('is closed in the window it was held in: spent when the call was made, given back when it was not', () => {
    const held = predictState(state, reserve(state, chargeOf(stepIn(state)), NOON), NOON)
    for (const made of [true, false]) {
      const lines = settle(held, held.openCalls[toolCallId('s1', 1)], made ? 'as_reserved' : 'nothing')
      expect(lines.map(({ kind }) => kind)).toEqual([made ? 'settle' : 'release'])
      const entries = lines.flatMap((line) => line.entries)
      expect(entries.map(({ held: amount }) => amount)).toEqual([1, 1_000_000, 1, 1_000_000, 1])
      expect(entries.at(-1)?.owner).toBe(`team@${Date.parse('2025-02-01T00:00:00Z')}/day/profile/test`)
      const after = predictState(held, lines, NOON)
      expect(after.openCalls[toolCallId('s1', 1)]?.holds).toEqual([])
      expect(after.budget.every(({ reserved }) => reserved === 0)).toBe(true)
    }
  })
})

describe('the account of a tenant', () => {
  const MONTHS_LAST_EVENING = Date.parse('2025-01-31T23:30:00Z')
  const ownersOf = (window: 'hour' | 'day' | 'month'): string[] => {
    const under = given(
      at(NOON, runStarted({ limits: { ...LIMITS, tenant: { calls: 9 }, window } })),
      at(NOON, planned({})),
    )
    const postings = reserve(under, chargeOf(stepIn(under)), MONTHS_LAST_EVENING)
    return postings
      .flatMap(({ entries }) => entries)
      .flatMap(({ scope, owner }) => (scope === 'tenant' ? [owner] : []))
  }

  test('is another one for each length of its window, also where they end together', () => {
    const owners = (['hour', 'day', 'month'] as const).flatMap(ownersOf)
    expect(new Set(owners).size).toBe(3)
    expect(new Set(owners.map(oldOwner)).size).toBe(1)
  })

  test('of 0.1.0 settles what it holds, where an event does not say the window', () => {
    const held = predictState(state, reserve(state, chargeOf(stepIn(state)), NOON), NOON)
    const call = held.openCalls[toolCallId('s1', 1)]
    if (call === undefined) throw new Error('no open call')
    const old = { ...call, holds: call.holds.map(({ window: _1, limit_of: _2, ...hold }) => hold) }
    const [posting] = settle(held, old, 'as_reserved')
    expect(posting?.entries.at(-1)?.owner).toBe(`team@${Date.parse('2025-02-01T00:00:00Z')}`)
  })
})

describe('an account', () => {
  const base = { scope: 'run', key: 'run_1', unit: 'calls', owner: 'run_1', window_end: null } as const

  test('never holds and spends more than its limit, and warns once', () => {
    const moves = fc.array(fc.record({ amount: fc.nat(5), made: fc.boolean(), close: fc.boolean() }))
    fc.assert(
      fc.property(fc.nat(30), moves, (limit, todo) => {
        let account: Account | undefined
        let warnings = 0
        const held: number[] = []
        const take = (kind: Posting['kind'], entry: PostingEntry): boolean => {
          const posted = post(account, entry, { kind, threshold: 0.8 })
          if (!posted.ok) {
            const { spent, reserved } = posted
            if (spent + reserved + entry.amount <= limit) throw new Error('refused although it fits')
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
            if (!take('reserve', { ...base, amount, held: 0, limit })) held.pop()
          } else {
            const kind = made ? 'settle' : 'release'
            take(kind, { ...base, amount: made ? open : 0, held: open, limit })
          }
        }
        expect(warnings).toBe(account !== undefined && limit > 0 && account.spent >= 0.8 * limit ? 1 : 0)
      }),
    )
  })
})
