import { expect, test } from 'vitest'
import { killLists, type Boundary } from './killing.ts'

/** Of the 402 appends of a list of 200: its acceptance, the first and last of its runs, some between them, its end. */
const SOME: readonly Boundary[] = [
  { nth: 1, moment: 'after' },
  { nth: 2, moment: 'before' },
  { nth: 150, moment: 'after' },
  { nth: 401, moment: 'before' },
  { nth: 402, moment: 'before' },
]

test('every item of a list has one run and one result, whatever append its process dies at', async () => {
  const { broken, ...found } = await killLists(SOME)
  console.info(JSON.stringify(found))
  expect(broken).toEqual([])
  expect(found).toMatchObject({ kills: SOME.length, unreached: 0, lists: SOME.length })
  expect(found.cut).toBeGreaterThan(0)
}, 600_000)
