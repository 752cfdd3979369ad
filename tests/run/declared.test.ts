// What a tool says of its own failure: only what can be kept of it is taken.
import { expect, test } from 'vitest'
import type { ProblemItem } from '../../src/events/problem.ts'
import { CallError, classify, declaredProblems } from '../../src/run/failure.ts'

const waits = (retryAfterMs: unknown): unknown => {
  const error = new CallError('resource_rate_limited', 'x')
  Object.assign(error, { retryAfterMs })
  return classify(error).retryAfterMs
}

test('a wait counts where it is a number of milliseconds, and is a day at most', () => {
  const given = [0, -1, Number.NaN, Infinity, -Infinity, '5', null, undefined, 5n, {}]
  expect(given.map(waits)).toEqual(given.map(() => undefined))
  expect([0.5, 1, 86_400_000, 86_400_001, Number.MAX_VALUE].map(waits)).toEqual([
    0.5, 1, 86_400_000, 86_400_000, 86_400_000,
  ])
})

test('of what it says the first thousand characters are kept, whole ones', () => {
  const said = (message: string): string => classify(new CallError('system_unavailable', message)).message
  expect(said('x'.repeat(1000))).toBe('x'.repeat(1000))
  expect(said('x'.repeat(1001))).toBe(`${'x'.repeat(999)}…`)
  expect(said('😀'.repeat(700)).isWellFormed()).toBe(true)
})

const listed = (problems: unknown): readonly ProblemItem[] =>
  declaredProblems(Object.assign(new CallError('user_invalid_input', 'x'), { problems }))

test('its problems are read once, the first thousand, and none where one is no problem', () => {
  const one = { path: 'p', message: 'm' }
  expect(listed(Array.from({ length: 1001 }, () => one))).toHaveLength(1000)
  expect(listed([{ ...one, message: 'm'.repeat(5000) }])[0]?.message).toHaveLength(1000)
  let reads = 0
  const changing = {
    path: 'p',
    get message() {
      return (reads += 1) > 1 ? 5 : 'm'
    },
  }
  expect(listed([changing])).toEqual([one])
  expect([[one, { path: 1, message: 'm' }], [null], 'p', null, { length: 1e9 }].map(listed)).toEqual([
    [],
    [],
    [],
    [],
    [],
  ])
})
