// The kills of `npm run kills -- 100 models`, each place once around the questions of a planning and of a tool; in PostgreSQL some.
import { expect, test } from 'vitest'
import { clusterOfFile } from '../../journal/cluster.ts'
import { killAskers } from './killing.ts'
import { KILLS } from './points.ts'

/** Every phase, at one question or another; a second kill while the first is recovered from; a run that cannot pay twice. */
const SOME = new Set([1, 2, 4, 5, 6, 10, 14, 16, 19, 22, 26, 27, 30, 33, 36, 37, 42, 45])

const cluster = clusterOfFile()

test.concurrent('whoever is killed around a call pays what was reserved at most, and the run ends', async () => {
  const list = KILLS.filter((_kill, at) => SOME.has(at))
  const { broken, ...found } = await killAskers(list.length, { list })
  console.info(found)
  expect(broken).toEqual([])
  expect(found.unknown).toBeGreaterThan(0)
  // What was answered costs what it used.
  expect(found.charged).toBeLessThan(found.reserved)
  expect(found.overBudget).toBeGreaterThan(0)
}, 400_000)

test.concurrent('in PostgreSQL as well', async () => {
  const list = KILLS.filter((_kill, at) => at % 12 === 4)
  const { broken, ...found } = await killAskers(list.length, { database: await cluster().create(), list })
  console.info(found)
  expect(broken).toEqual([])
  expect(found.unknown).toBeGreaterThan(0)
}, 400_000)
