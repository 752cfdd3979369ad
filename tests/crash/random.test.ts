import { expect, test } from 'vitest'
import { killAtRandom } from './random.ts'

/** Of a hundred, which `npm run kills -- 100 random` makes. */
const KILLS = 30
/** Runs that the load keeps going at once. */
const LANES = 8

test('a process killed at random moments under load loses nothing, and its counters never go back', async () => {
  const { broken, ...numbers } = await killAtRandom(KILLS)
  console.info(numbers)
  expect(broken).toEqual([])
  expect(numbers.kills).toBe(KILLS)
  expect(numbers.compared).toBeGreaterThan(KILLS / 2)
  expect(numbers.recovered).toBeGreaterThan(KILLS / 4)
  // How many more there are is the machine's affair: only that there was a load.
  expect(numbers.runs).toBeGreaterThan(LANES)
}, 1_200_000)
