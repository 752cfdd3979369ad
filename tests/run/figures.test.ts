import { expect, test } from 'vitest'
import { timeLeft } from '../../src/run/figures.ts'

const MINUTE = 60_000

test.each([
  [0, 'less than a minute'],
  [MINUTE, '1 min'],
  [200 * MINUTE, '3 h 20 min'],
  [180 * MINUTE, '3 h'],
  [3121 * MINUTE, '2 d 4 h'],
])('%i ms are %s', (ms, words) => {
  expect(timeLeft(ms)).toBe(words)
})
