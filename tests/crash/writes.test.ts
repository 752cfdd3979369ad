import { expect, test } from 'vitest'
import { clusterOfFile } from '../journal/cluster.ts'
import { killWrites, type KilledRound } from './killed-writes.ts'

/** As many as the suite has time for; `node tests/crash/killed-writes.ts 20` makes all that are wanted. */
const ROUNDS = 2

const cluster = clusterOfFile()

/** What is not as it must be, in words. */
const faultsOf = ({ killedAt, unanswered, accounts, wanted, keys, finds }: KilledRound): string[] =>
  Object.entries({
    'the kill was not in the middle': killedAt >= wanted.length,
    'nothing was under way': unanswered === 0,
    'not every write is there exactly once': accounts.join() !== wanted.join(),
    'a key is there twice': keys !== wanted.length,
    'what nobody knew was not looked up': finds.runtime < unanswered,
  }).flatMap(([fault, isThere]) => (isThere ? [fault] : []))

test('SQLite: each write is there exactly once, whenever its process died', async () => {
  const rounds = await killWrites(ROUNDS, null)
  expect(rounds.map(faultsOf)).toEqual(rounds.map(() => []))
  expect(rounds).toHaveLength(ROUNDS)
}, 240_000)

test('PostgreSQL: each write is there exactly once, whenever its process died', async () => {
  const rounds = await killWrites(ROUNDS, () => cluster().create())
  expect(rounds.map(faultsOf)).toEqual(rounds.map(() => []))
  expect(rounds).toHaveLength(ROUNDS)
}, 240_000)
