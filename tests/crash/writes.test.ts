import { expect, test } from 'vitest'
import { clusterOfFile } from '../journal/cluster.ts'
import { killWrites, type KilledRound } from './killed-writes.ts'

/** As many as the suite has time for; `node tests/crash/killed-writes.ts 20` makes all that are wanted. */
const ROUNDS = 2

const cluster = clusterOfFile()

function checkRounds(rounds: readonly KilledRound[]): void {
  expect(rounds).toHaveLength(ROUNDS)
  for (const { killedAt, unanswered, accounts, wanted, keys, finds } of rounds) {
    expect(killedAt).toBeLessThan(wanted.length)
    expect(unanswered).toBeGreaterThan(0)
    expect(accounts).toEqual(wanted)
    expect(keys).toBe(wanted.length)
    expect(finds.runtime).toBeGreaterThanOrEqual(unanswered)
  }
}

test('SQLite: each write is there exactly once, whenever its process died', async () => {
  checkRounds(await killWrites(ROUNDS, null))
}, 240_000)

test('PostgreSQL: each write is there exactly once, whenever its process died', async () => {
  checkRounds(await killWrites(ROUNDS, () => cluster().create()))
}, 240_000)
