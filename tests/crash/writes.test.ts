import { expect, test } from 'vitest'
import { killWrites } from './killed-writes.ts'

/** As many as the suite has time for; `node tests/crash/killed-writes.ts 20` makes all that are wanted. */
const KILLS = 6
/** Kills are made so long at most, on a machine that is slow. */
const PATIENCE_MS = 45_000

test('each write is there exactly once, whenever its process died', async () => {
  const { kills, accounts, wanted, keys, finds } = await killWrites(KILLS, PATIENCE_MS)
  expect(kills).toBeGreaterThan(3)
  expect(accounts).toEqual(wanted)
  expect(keys).toBe(wanted.length)
  expect(finds).toBeGreaterThanOrEqual(kills)
}, 240_000)
