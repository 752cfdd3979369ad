import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { ADAPTER_CAUSES, type AdapterAspect } from '../../src/events/control.ts'
import { ADAPTER_STATES } from '../../src/run/calls/slot.ts'
import {
  AS_REGISTERED,
  evolveStandings,
  orderOf,
  standingOf,
  type AdapterStandings,
} from '../../src/run/calls/standing.ts'

const NAMES = ['a', 'b', 'constructor']
type Change = Parameters<typeof evolveStandings>[1]['data']
const after = (changes: readonly Change[]): AdapterStandings =>
  changes.reduce<AdapterStandings>((before, data) => evolveStandings(before, { data, at: 1 }), {})

const said = { from: 'x', reason: 'r', by: 'p' }
const adapter = fc.constantFrom(...NAMES)
const cause = fc.option(fc.constantFrom(...ADAPTER_CAUSES), { nil: undefined })
const anyState = fc.constantFrom(...ADAPTER_STATES)
const anyChange: fc.Arbitrary<Change> = fc
  .oneof(
    fc.record({ adapter, cause, aspect: fc.constant('state' as const), to: anyState }),
    // Before 0.2.0 nothing said what was changed: another module was a change like any other.
    fc.record({ adapter, cause, to: fc.oneof(anyState, fc.constant('hubspot_v2')) }),
    fc.record({
      adapter,
      cause,
      aspect: fc.constant('module' as const),
      to: fc.constantFrom('open', 'm2', AS_REGISTERED),
    }),
    fc.record({
      adapter,
      cause,
      aspect: fc.constant('order' as const),
      to: fc.constantFrom('1', '2', AS_REGISTERED),
    }),
  )
  .map(({ cause: why, ...change }) => ({ ...said, ...change, ...(why && { cause: why }) }))

const isState = (change: Change): boolean =>
  change.aspect === 'state' ||
  (change.aspect === undefined && ADAPTER_STATES.some((state) => state === change.to))

test('each aspect of an adapter is what its last change says; only people switch it on and off', () => {
  fc.assert(
    fc.property(fc.array(anyChange), (changes) => {
      const standings = after(changes)
      for (const name of NAMES) {
        const own = changes.filter((change) => change.adapter === name)
        const last = (aspect: AdapterAspect) =>
          own.findLast((change) => (aspect === 'state' ? isState(change) : change.aspect === aspect))?.to
        const standing = standingOf(standings, name)
        expect(standing === undefined).toBe(own.length === 0)
        expect(standing?.state ?? null).toBe(last('state') ?? null)
        const module = last('module')
        expect(standing?.module ?? null).toBe(module === AS_REGISTERED ? null : (module ?? null))
        const order = last('order')
        expect(standing?.order ?? null).toBe(
          order === undefined || order === AS_REGISTERED ? null : Number(order),
        )
        const person = own.findLast((change) => isState(change) && change.cause === 'person')
        expect(standing?.isOn ?? null).toBe(person ? person.to !== 'disabled' : null)
      }
    }),
  )
})

test('nobody gave a place: there is no order', () => {
  expect(orderOf(after([{ ...said, adapter: 'a', to: 'open' }]))).toBeUndefined()
  expect(orderOf(after([{ ...said, adapter: 'a', aspect: 'order', to: '3' }]))).toEqual({ a: 3 })
})
