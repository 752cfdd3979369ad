import { afterEach, expect, test, vi } from 'vitest'
import { askedWithin } from '../../src/http/callers/rate.ts'

const NOON = Date.UTC(2026, 2, 2, 12)
afterEach(() => {
  vi.useRealTimers()
})

test.each([-3_600_000, 3_600_000, 1])(
  'a wall clock that is set by %d ms neither keeps out who asks in turn nor lets in who asks too often',
  async (jump) => {
    vi.useFakeTimers({ toFake: ['Date'], now: NOON })
    let now = 0
    const asked = askedWithin(() => now)
    const times: number[] = []
    for (const pauseMs of [400, 400, 300, 0, 0, 5000]) {
      const { totalHits, resetTime } = await asked.increment('ann')
      times.push(totalHits)
      expect((resetTime?.getTime() ?? 0) - Date.now()).toBeGreaterThan(0)
      vi.setSystemTime(NOON + jump)
      now += pauseMs
    }
    times.push((await asked.increment('ann')).totalHits, (await asked.increment('bob')).totalHits)
    expect(times).toEqual([1, 2, 3, 1, 2, 3, 1, 1])
  },
)
