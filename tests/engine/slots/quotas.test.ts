import { expect, test } from 'vitest'
import type { VendorQuota } from '../../../src/adapters/adapter.ts'
import { createQuotas } from '../../../src/engine/slots/quotas.ts'

const quota = (given: Partial<VendorQuota>): VendorQuota => ({
  window: 'burst',
  remaining: 5,
  limit: 10,
  resetMs: 1000,
  ...given,
})

function at() {
  const clock = { now: 1_000_000 }
  return { clock, quotas: createQuotas({ steady: () => clock.now, wall: () => clock.now }) }
}

test('a vendor that has said nothing takes everything', () => {
  const { quotas } = at()
  for (let calls = 0; calls < 1000; calls += 1) quotas.begin()
  expect([quotas.waitMs(), quotas.read()]).toEqual([0, []])
})

test('as many calls are let out as the vendor takes, and the next one when the window begins anew', () => {
  const { clock, quotas } = at()
  quotas.tell(quota({ remaining: 2 }), 0)
  quotas.begin()
  expect(quotas.waitMs()).toBe(0)
  quotas.begin()
  clock.now += 400
  expect(quotas.waitMs()).toBe(600)
  clock.now += 600
  expect(quotas.waitMs()).toBe(0)
  // All that the window has, and no more.
  for (let calls = 0; calls < 10; calls += 1) {
    expect(quotas.waitMs()).toBe(0)
    quotas.begin()
  }
  expect(quotas.waitMs()).toBe(1000)
})

test('calls that are on their way count as not counted yet', () => {
  const { quotas } = at()
  quotas.tell(quota({ remaining: 2 }), 2)
  expect(quotas.waitMs()).toBe(1000)
})

test('a newer word takes the place of an older one of the same window, and the longer wait holds', () => {
  const { clock, quotas } = at()
  quotas.tell(quota({ window: 'day', remaining: 0, resetMs: null }), 0)
  quotas.tell(quota({ remaining: 0 }), 0)
  expect(quotas.waitMs()).toBe(60_000)
  quotas.tell(quota({ window: 'day', remaining: 7, resetMs: null }), 0)
  expect(quotas.waitMs()).toBe(1000)
  expect(quotas.read()).toEqual([
    { ...quota({ remaining: 0 }), at: clock.now },
    { ...quota({ window: 'day', remaining: 7, resetMs: null }), at: clock.now },
  ])
})

test('a vendor that takes none at all is asked once a window all the same', () => {
  const { clock, quotas } = at()
  quotas.tell(quota({ remaining: 0, limit: 0, resetMs: null }), 0)
  expect(quotas.waitMs()).toBe(1000)
  clock.now += 1000
  expect(quotas.waitMs()).toBe(0)
  quotas.begin()
  expect(quotas.waitMs()).toBe(1000)
})
