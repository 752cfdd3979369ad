import { expect, test } from 'vitest'
import { killLists, type Boundary } from './killing.ts'

/** Of the 402 appends of a list of 200: its acceptance, the first and last of its runs, some between them, its end. */
const SOME: readonly Boundary[] = [
  { nth: 1, moment: 'before' },
  { nth: 1, moment: 'after' },
  { nth: 2, moment: 'before' },
  { nth: 2, moment: 'after' },
  { nth: 150, moment: 'before' },
  { nth: 150, moment: 'after' },
  { nth: 401, moment: 'before' },
  { nth: 401, moment: 'after' },
  { nth: 402, moment: 'before' },
  { nth: 402, moment: 'after' },
]
const IN_ONE_PROCESS = 5

test('every item of a list has one run and one result, whatever append its process dies at', async () => {
  const { broken, ...found } = await killLists(SOME, IN_ONE_PROCESS)
  console.info(JSON.stringify(found))
  expect(broken).toEqual([])
  // One was never accepted.
  expect(found).toMatchObject({ kills: 2, boundaries: SOME.length, lists: SOME.length - 1 })
  expect(found.cut).toBeGreaterThan(0)
}, 600_000)
