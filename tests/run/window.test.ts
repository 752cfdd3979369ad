import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { windowEnd, windowStart } from '../../src/run/budgets/window.ts'

const HOUR = 3_600_000
const WINDOWS = ['hour', 'day', 'week', 'month'] as const
const ZONES = ['UTC', ...Intl.supportedValuesOf('timeZone')]

const endOf = (time: string, window: (typeof WINDOWS)[number], zone: string): string =>
  new Date(windowEnd(Date.parse(time), window, zone)).toISOString()

describe('the end of a budget window', () => {
  test.each([
    ['hour', '2025-12-31T23:59:59.999Z', '2026-01-01T00:00:00.000Z'],
    ['hour', '2025-06-01T10:00:00.000Z', '2025-06-01T11:00:00.000Z'],
    ['day', '2024-02-28T12:00:00.000Z', '2024-02-29T00:00:00.000Z'],
    ['day', '2024-02-29T00:00:00.000Z', '2024-03-01T00:00:00.000Z'],
    ['day', '2025-03-30T01:30:00.000Z', '2025-03-31T00:00:00.000Z'],
    ['day', '2025-12-31T23:59:59.999Z', '2026-01-01T00:00:00.000Z'],
    ['week', '2026-11-28T12:00:00.000Z', '2026-11-30T00:00:00.000Z'],
    ['week', '2026-11-29T23:59:59.999Z', '2026-11-30T00:00:00.000Z'],
    ['week', '2026-11-30T00:00:00.000Z', '2026-12-07T00:00:00.000Z'],
    ['week', '2026-12-31T00:00:00.000Z', '2027-01-04T00:00:00.000Z'],
    ['month', '2024-01-31T23:59:59.999Z', '2024-02-01T00:00:00.000Z'],
    ['month', '2024-02-01T00:00:00.000Z', '2024-03-01T00:00:00.000Z'],
    ['month', '2025-12-15T00:00:00.000Z', '2026-01-01T00:00:00.000Z'],
  ] as const)('of a %s at %s is %s, in UTC', (window, time, end) => {
    expect(endOf(time, window, 'UTC')).toBe(end)
  })

  test.each([
    ['Europe/Berlin', 'day', '2026-01-31T22:59:59Z', '2026-01-31T23:00:00.000Z'],
    ['Europe/Berlin', 'month', '2026-01-31T22:59:59Z', '2026-01-31T23:00:00.000Z'],
    ['Europe/Berlin', 'month', '2026-01-31T23:00:00Z', '2026-02-28T23:00:00.000Z'],
    ['America/New_York', 'month', '2026-02-01T04:59:00Z', '2026-02-01T05:00:00.000Z'],
    ['Asia/Kolkata', 'hour', '2026-02-01T04:59:00Z', '2026-02-01T05:30:00.000Z'],
    ['Asia/Kolkata', 'day', '2026-02-01T18:29:00Z', '2026-02-01T18:30:00.000Z'],
    // A day of 23 hours, of 25 hours; the hour that comes twice is two hours.
    ['Europe/Berlin', 'day', '2026-03-28T23:00:00Z', '2026-03-29T22:00:00.000Z'],
    ['Europe/Berlin', 'day', '2026-10-24T22:00:00Z', '2026-10-25T23:00:00.000Z'],
    ['Europe/Berlin', 'hour', '2026-10-25T00:30:00Z', '2026-10-25T01:00:00.000Z'],
    ['Europe/Berlin', 'hour', '2026-10-25T01:30:00Z', '2026-10-25T02:00:00.000Z'],
    // A midnight that there is not, one that comes twice, a change of half an hour, a day that there is not.
    ['Africa/Cairo', 'day', '2026-04-23T12:00:00Z', '2026-04-23T22:00:00.000Z'],
    ['America/Havana', 'day', '2026-11-01T03:30:00Z', '2026-11-01T04:00:00.000Z'],
    ['America/Havana', 'day', '2026-11-01T04:30:00Z', '2026-11-02T05:00:00.000Z'],
    ['Australia/Lord_Howe', 'hour', '2026-04-04T14:40:00Z', '2026-04-04T15:30:00.000Z'],
    ['Pacific/Apia', 'day', '2011-12-30T09:00:00Z', '2011-12-30T10:00:00.000Z'],
    ['Pacific/Apia', 'day', '2011-12-30T10:00:00Z', '2011-12-31T10:00:00.000Z'],
    // Clocks that go back from 00:01 to 23:01: it is still the new day.
    ['America/St_Johns', 'day', '2010-11-07T03:00:00Z', '2010-11-08T03:30:00.000Z'],
  ] as const)('in %s of a %s at %s is %s', (...[zone, window, time, end]) => {
    expect(endOf(time, window, zone)).toBe(end)
  })

  test('leaves no gap in any zone: whoever asks within a window is told the same end, also around changed clocks', () => {
    const instant = fc.integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2037, 0, 1) })
    fc.assert(
      fc.property(
        fc.record({ zone: fc.constantFrom(...ZONES), window: fc.constantFrom(...WINDOWS) }),
        instant,
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        ({ zone, window }, at, share) => {
          const end = windowEnd(at, window, zone)
          expect(end).toBeGreaterThan(at)
          const within = at + Math.floor((end - at) * share)
          // So that it is not remembered.
          windowEnd(0, window, zone)
          expect(windowEnd(within, window, zone)).toBe(end)
          expect(windowEnd(end, window, zone)).toBeGreaterThan(end)
        },
      ),
      { numRuns: 1500 },
    )
  })

  test('has its start where the one before ends', () => {
    fc.assert(
      fc.property(
        fc.record({ zone: fc.constantFrom(...ZONES), window: fc.constantFrom(...WINDOWS) }),
        fc.integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2037, 0, 1) }),
        ({ zone, window }, at) => {
          const end = windowEnd(at, window, zone)
          const start = windowStart(end, window, zone)
          expect(start).toBeLessThanOrEqual(at)
          expect(windowEnd(start - 1, window, zone)).toBe(start)
          expect(windowEnd(start, window, zone)).toBe(end)
        },
      ),
      { numRuns: 500 },
    )
  })

  test('makes as many hours as a day has, and days between 22 and 26 hours', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('Europe/Berlin', 'America/New_York', 'Australia/Sydney', 'America/Santiago', 'UTC'),
        fc.integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2030, 0, 1) }),
        (zone, at) => {
          const start = windowEnd(at, 'day', zone)
          const end = windowEnd(start, 'day', zone)
          let hours = 0
          for (let hour = start; hour < end; hour = windowEnd(hour, 'hour', zone)) hours += 1
          expect(hours).toBe((end - start) / HOUR)
          expect([23, 24, 25]).toContain(hours)
        },
      ),
      { numRuns: 60 },
    )
  })
})
