import v8 from 'node:v8'
import vm from 'node:vm'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { call } from '../../src/engine/calls/call.ts'
import { Cancellation } from '../../src/engine/calls/cancellation.ts'
import { valueRule } from '../../src/events/checks/value-rule.ts'
import { defineTool } from '../../src/tools/tool.ts'
import { amberCall } from './amber-call.ts'

v8.setFlagsFromString('--expose-gc')
const collect = vm.runInNewContext('gc') as (options: { type: 'minor' | 'major' }) => void

const TIMES = 200
/** The first one warms up, too. */
const MEASUREMENTS = 7
/** What each one knows, as a list of this many numbers has it: 8 kB. */
const big = (): number[] => Array.from({ length: 1000 }, () => 1)

/** Bytes for each time that two collections of young garbage have left, and a full one would not. */
async function measure(work: () => Promise<void>): Promise<number> {
  collect({ type: 'major' })
  collect({ type: 'major' })
  const before = v8.getHeapStatistics().used_heap_size
  for (let time = 0; time < TIMES; time += 1) await work()
  // A moment for what follows from it.
  await new Promise(setImmediate)
  collect({ type: 'minor' })
  collect({ type: 'minor' })
  return (v8.getHeapStatistics().used_heap_size - before) / TIMES
}

/**
 * The middle one of several measurements: V8 compiles when it likes to, and what it compiles is in the heap (1 MB was
 * seen in one of them), as it collects when it likes to.
 */
async function leftBy(work: () => Promise<void>): Promise<number> {
  const found: number[] = []
  for (let nth = 0; nth < MEASUREMENTS; nth += 1) found.push(await measure(work))
  return found.toSorted((a, b) => a - b)[Math.floor(MEASUREMENTS / 2)] ?? Number.NaN
}

const tool = defineTool({
  name: 'amber_work',
  input: z.unknown(),
  output: z.strictObject({ value: z.string() }),
  run: () => ({ value: 'done' }),
})

test('a call leaves nothing of what it knew to a full collection', async () => {
  const request = { ...amberCall(), tool, timeoutMs: 60_000 }
  const made = async (): Promise<void> => {
    const outcome = await call({ ...request, input: big() }, new Cancellation())
    expect(outcome).toMatchObject({ ok: true, output: { value: 'done' } })
  }
  expect(await leftBy(made)).toBeLessThan(3000)
})

test('a rule over a value leaves nothing of the value to a full collection, as a refinement of zod would', async () => {
  const find = (value: unknown): boolean => Array.isArray(value) && value.length === 1000
  const ruled = z.unknown().check(
    valueRule((value, context) => {
      if (!find(value)) context.addIssue({ code: 'custom', message: 'must be long' })
    }),
  )
  const refined = z.unknown().superRefine((value, context) => {
    if (!find(value)) context.addIssue({ code: 'custom', message: 'must be long' })
  })
  const parsing = (schema: z.ZodType) => async (): Promise<void> => {
    expect(schema.safeParse(big()).success).toBe(true)
  }
  expect(await leftBy(parsing(ruled))).toBeLessThan(3000)
  // Where this does not hold any more, zod's own will do.
  expect(await leftBy(parsing(refined))).toBeGreaterThan(6000)
})
