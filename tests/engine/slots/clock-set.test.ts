// What vendors and breakers are waited for goes on steadily, however the wall clock is set meanwhile.
import { setImmediate as breath } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createFigures } from '../../../src/engine/slots/figures.ts'
import { createQuotas } from '../../../src/engine/slots/quotas.ts'
import { createSlot, type AdapterSlot, type Trip } from '../../../src/engine/slots/slot.ts'
import { createTurns } from '../../../src/engine/slots/turns.ts'
import { CallError } from '../../../src/run/failure.ts'

const HOUR = 3_600_000
const NOON = Date.UTC(2026, 2, 2, 12)
const JUMPS = [-HOUR, HOUR, -400 * 24 * HOUR]

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: NOON })
})
afterEach(() => {
  vi.useRealTimers()
})

const time = () => ({ signal: new AbortController().signal, waitMs: 30_000 })
const down = () => Promise.reject(new CallError('system_unavailable', 'Down.', { happened: 'no' }))
const well = () => Promise.resolve('well')

function slotOf(breaker: { readonly failures: number; readonly open_ms: number }) {
  const trips: Trip[] = []
  const slot = createSlot({
    name: 'north',
    limits: { parallel: 2, per_second: 2 },
    breaker,
    figures: createFigures(),
    turns: createTurns('north', { parallel: 2, per_second: 2 }),
    quotas: createQuotas(),
    onTrip: (trip) => trips.push(trip),
    onCall: () => undefined,
  })
  return { slot, trips }
}

/** A vendor that is cut off is asked again and again, until it is not. */
async function untilWell(slot: AdapterSlot): Promise<void> {
  for (const end = performance.now() + 20_000; performance.now() < end; await breath()) {
    const answer = await slot.run(well, time()).catch((error: unknown) => error)
    if (answer === 'well') return
  }
  throw new Error('It is cut off for longer than its breaker is open.')
}

describe.each(JUMPS)('a wall clock that is set by %d ms', (jump) => {
  test('keeps nobody waiting for a turn', async () => {
    const { slot } = slotOf({ failures: 9, open_ms: 1000 })
    await Promise.all([slot.run(well, time()), slot.run(well, time())])
    vi.setSystemTime(NOON + jump)
    expect(await slot.run(well, time())).toBe('well')
  })

  test('neither holds a breaker open nor closes it early', async () => {
    const { slot, trips } = slotOf({ failures: 1, open_ms: 1000 })
    await expect(slot.run(down, time())).rejects.toMatchObject({ mode: 'system_unavailable' })
    vi.setSystemTime(NOON + jump)
    await expect(slot.run(well, time())).rejects.toThrow('cut off')
    await untilWell(slot)
    expect(trips).toEqual(['open', 'half_open', 'closed'])
  })

  test('makes the pause that a vendor asked for neither longer nor shorter', async () => {
    const quotas = createQuotas()
    quotas.pause(60_000)
    vi.setSystemTime(NOON + jump)
    expect(quotas.waitMs()).toBeGreaterThan(50_000)
    expect(quotas.waitMs()).toBeLessThanOrEqual(60_000)
  })
})
