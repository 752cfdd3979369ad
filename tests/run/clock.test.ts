import { describe, expect, test } from 'vitest'
import { next, wakeAt } from '../../src/run/next.ts'
import { handOver } from '../../src/run/replay.ts'
import { activeMs, deadline } from '../../src/run/waiting.ts'
import { ACTING, asked, at, broke, called, done, given, planned, runStarted, voted } from './history.ts'

const start = [at(0, runStarted()), at(100, planned(ACTING, {}))]
const waits = [at(0, runStarted()), at(100, planned(ACTING))]
const request = at(100, asked(given(...waits)))
const idle = { busy: new Set<string>(), parallel: 8 }

describe('working time', () => {
  test('runs while there is something to do without a person', () => {
    const state = given(...start, at(100, asked(given(...start))), at(200, called('s2')))
    expect(state).toMatchObject({ status: 'running', waitingSince: null })
    expect(activeMs(state, 5000)).toBe(5000)
    expect(deadline(state)).toBe(10_000)
  })

  test('stands still while only a person can act, and goes on with the decision', () => {
    const waiting = given(...waits, request)
    expect(waiting).toMatchObject({ status: 'waiting', waitingSince: 100 })
    expect(deadline(waiting)).toBeNull()
    expect(activeMs(waiting, 50_000)).toBe(100)
    const decided = given(...waits, request, at(50_000, voted('apr_1_1', 'approved')))
    expect(decided).toMatchObject({ status: 'running', waitingSince: null, waitedMs: 49_900 })
    expect(activeMs(decided, 50_100)).toBe(200)
    expect(deadline(decided)).toBe(59_900)
  })

  test('stands still for a call that nobody knows the end of', () => {
    const state = given(...waits, at(150, called('s1')), at(200, broke('s1', 'system_unknown_outcome')))
    expect(state).toMatchObject({ status: 'waiting', waitingSince: 200 })
  })

  test('goes on while a retry is due', () => {
    const state = given(
      at(0, runStarted()),
      at(1, planned({})),
      at(2, called('s1')),
      at(3, broke('s1', 'system_network', 900)),
    )
    expect(state).toMatchObject({ status: 'running', waitingSince: null })
    expect(wakeAt(state)).toBe(900)
  })

  test('does not count the time between two processes, unless a person was waited for anyway', () => {
    const working = given(at(0, runStarted()), at(100, planned({})), at(200, called('s1')))
    expect(activeMs(handOver(working, 'two', 90_000), 90_050)).toBe(250)
    expect(handOver(working, 'one', 90_000)).toBe(working)
    const later = given(at(0, runStarted()), at(100, planned({})), at(90_000, called('s1'), 'two'))
    expect(activeMs(later, 90_050)).toBe(150)
    const waiting = handOver(given(...waits, request), 'two', 90_000)
    expect(waiting).toMatchObject({ waitedMs: 0, waitingSince: 100 })
    expect(activeMs(waiting, 95_000)).toBe(100)
  })

  test('that is used up skips what has not started, and lets what runs come to its own end', () => {
    const state = given(at(0, runStarted()), at(1, planned({}, {})), at(2, called('s1')))
    const busy = new Set(['s1/1'])
    expect(next(state, { ...idle, busy, now: 9999 })).toEqual([{ do: 'call', stepId: 's2' }])
    expect(next(state, { ...idle, busy, now: 10_000 })).toEqual([
      { do: 'skip', stepId: 's2', reason: 'run_timeout' },
    ])
  })

  test('ends with the run', () => {
    const state = given(at(0, runStarted()), at(1, planned({})), at(2, called('s1')), at(3, done('s1')))
    expect(next(state, { ...idle, now: 3 })).toEqual([{ do: 'finish' }])
  })
})
