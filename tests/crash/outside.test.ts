import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { clusterOfFile } from '../journal/cluster.ts'
import { killFromOutside } from './outside.ts'

/** Of a hundred, which `npm run kills -- 100 outside` makes in each store: a start each is most of what they take. */
const KILLS = 20
const cluster = clusterOfFile()
const dir = mkdtempSync(join(tmpdir(), 'cugar-outside-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

test.each(['SQLite', 'PostgreSQL'])(
  `who knows only HTTP finds nothing lost, repeated, unapproved or uncharged after ${KILLS} kills, on %s`,
  async (store) => {
    const own = mkdtempSync(join(dir, 'server-'))
    const database = store === 'SQLite' ? '' : await cluster().create()
    const { broken, ...numbers } = await killFromOutside(own, KILLS, database)
    console.info(store, numbers)
    expect(broken).toEqual([])
    // Follows from the kills and not from the machine's speed: three of four lives do three steps on average, a run has four.
    expect(numbers.runs).toBeGreaterThan(KILLS / 5)
  },
  900_000,
)
