// The limits of an adapter hold whatever becomes of its slot: calls that are under way count against the next one, a
// pause that its vendor asked for stays, and those that waited for it do not begin all at once.
import { expect, test } from 'vitest'
import { createFigures } from '../../../src/engine/slots/figures.ts'
import { createQuotas } from '../../../src/engine/slots/quotas.ts'
import { createSlot, type AdapterSlot } from '../../../src/engine/slots/slot.ts'
import { createTurns } from '../../../src/engine/slots/turns.ts'
import type { AdapterLimits } from '../../../src/registry/registry.ts'
import { CallError } from '../../../src/run/failure.ts'

function adapter(first: AdapterLimits) {
  const kept = { figures: createFigures(), turns: createTurns('north', first), quotas: createQuotas() }
  const slot = (limits: AdapterLimits): AdapterSlot => {
    kept.turns.limit(limits)
    return createSlot({
      ...kept,
      name: 'north',
      limits,
      breaker: { failures: 3, open_ms: 60_000 },
      onTrip: () => undefined,
      onCall: () => undefined,
    })
  }
  return { ...kept, slot }
}

/** Operations that end when they are told to; how many were under way at most. */
function operations() {
  const open: (() => void)[] = []
  const seen = { now: 0, most: 0, begun: 0 }
  const operation = async (): Promise<string> => {
    seen.now += 1
    seen.begun += 1
    seen.most = Math.max(seen.most, seen.now)
    await new Promise<void>((resolve) => open.push(resolve))
    seen.now -= 1
    return 'answered'
  }
  return { operation, seen, endAll: () => open.splice(0).forEach((end) => end()) }
}

const time = (waitMs: number) => ({ signal: new AbortController().signal, waitMs })
const modeOf = (error: unknown): unknown => (error instanceof CallError ? error.mode : error)
const turnOfLoop = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('calls that are under way in one slot count against the next one, whatever its limits', async () => {
  const { slot } = adapter({ parallel: 2 })
  const { operation, seen, endAll } = operations()
  const before = slot({ parallel: 2 })
  const first = [1, 2].map(() => before.run(operation, time(60_000)))
  await turnOfLoop()
  const after = slot({ parallel: 2 })
  const second = [1, 2].map(() => after.run(operation, time(60_000)))
  await turnOfLoop()
  expect([seen.begun, after.figures().waiting, after.figures().inFlight]).toEqual([2, 2, 2])
  const wider = slot({ parallel: 3 })
  const third = wider.run(operation, time(60_000))
  await turnOfLoop()
  expect([seen.begun, wider.figures().waiting]).toEqual([3, 2])
  const all = Promise.all([...first, ...second, third])
  while (seen.begun < 5) {
    endAll()
    await turnOfLoop()
  }
  endAll()
  expect(await all).toEqual(Array.from({ length: 5 }, () => 'answered'))
  expect([seen.most, wider.figures().calls.success]).toEqual([3, 5])
})

test('an adapter without limits that gets one counts what it had begun', async () => {
  const { slot } = adapter({})
  const { operation, seen, endAll } = operations()
  const free = slot({})
  const first = [1, 2, 3].map(() => free.run(operation, time(60_000)))
  await turnOfLoop()
  const limited = slot({ parallel: 1 })
  const last = limited.run(operation, time(60_000))
  await turnOfLoop()
  expect(seen.begun).toBe(3)
  endAll()
  await Promise.all(first)
  await turnOfLoop()
  expect([seen.begun, seen.now]).toEqual([4, 1])
  endAll()
  expect(await last).toBe('answered')
})

test('those that waited for a pause of the vendor begin as its limits allow, and not all at once', async () => {
  const { slot, quotas } = adapter({ per_second: 1 })
  const one = slot({ per_second: 1 })
  quotas.pause(20)
  const began: number[] = []
  const calls = Array.from({ length: 10 }, (_, at) =>
    one.run(async () => began.push(at), time(900)).catch(modeOf),
  )
  const ended = await Promise.all(calls)
  expect(began).toHaveLength(1)
  expect(ended.filter((mode) => mode === 'resource_rate_limited')).toHaveLength(9)
  expect(one.figures().calls).toMatchObject({ success: 1, refused: 9 })
})

test('another pace counts what began in the second before it', async () => {
  const { slot } = adapter({ per_second: 1 })
  const slow = slot({ per_second: 1 })
  await slow.run(async () => 'first', time(1000))
  const quick = slot({ per_second: 2 })
  const soon = await Promise.all([1, 2, 3].map(() => quick.run(async () => 'soon', time(500)).catch(modeOf)))
  expect(soon).toEqual(Array.from({ length: 3 }, () => 'resource_rate_limited'))
  expect(await quick.run(async () => 'later', time(60_000))).toBe('later')
})

test('a pause that the vendor asked for outlives the slot, until another vendor is behind the adapter', async () => {
  const { slot, quotas } = adapter({})
  const busy = async (): Promise<never> => {
    throw new CallError('resource_rate_limited', 'slow down', { happened: 'no', retryAfterMs: 3_600_000 })
  }
  expect(await slot({}).run(busy, time(100)).catch(modeOf)).toBe('resource_rate_limited')
  const next = slot({})
  let asked = 0
  const ask = async () => (asked += 1)
  expect(await next.run(ask, time(100)).catch(modeOf)).toBe('resource_rate_limited')
  expect([asked, next.figures().pausedMs > 3_000_000]).toEqual([0, true])
  quotas.forget()
  expect([await next.run(ask, time(100)), next.figures().pausedMs]).toEqual([1, 0])
})
