// What holds for every tool, whatever it is given: no bug escapes, outputs keep their schema, the same gives the same.
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { runSingle, type SingleResult } from '../../src/tools/single.ts'
import type { Tool } from '../../src/tools/tool.ts'

const BUGS = new Set(['agent_bug', 'agent_invalid_output'])

const isClean = (result: SingleResult): boolean => !('error' in result && BUGS.has(result.error.code))

/** `inputs` are near what the tool takes, so that many of them are valid. */
export function describeProperties(tool: Tool, inputs: fc.Arbitrary<unknown>): void {
  describe(`${tool.name} with any input`, () => {
    test('refuses or answers, and never breaks', async () => {
      await fc.assert(
        fc.asyncProperty(fc.oneof(fc.jsonValue(), inputs), async (input) => {
          expect(await runSingle(tool, input)).toSatisfy(isClean)
        }),
        { numRuns: 300 },
      )
    })

    test('gives the same output for the same input', async () => {
      await fc.assert(
        fc.asyncProperty(inputs, async (input) => {
          const again = structuredClone(input)
          expect(await runSingle(tool, input)).toEqual(await runSingle(tool, again))
          expect(input).toEqual(again)
        }),
      )
    })

    test('answers some of the inputs, so that the properties say something', async () => {
      const results = await Promise.all(fc.sample(inputs, 200).map((input) => runSingle(tool, input)))
      expect(results.some((result) => 'output' in result)).toBe(true)
    })
  })
}

/** The output of a valid call. */
export async function outputOf(tool: Tool, input: unknown, context = {}): Promise<Record<string, unknown>> {
  const result = await runSingle(tool, input, context)
  if ('error' in result) throw new Error(`${tool.name} refused: ${JSON.stringify(result.error)}`)
  return result.output as Record<string, unknown>
}

/** Paths of every problem of a refused call. */
export async function problemPaths(tool: Tool, input: unknown): Promise<string[]> {
  const result = await runSingle(tool, input)
  expect(result).toMatchObject({ error: { code: 'INVALID_INPUT' } })
  return 'error' in result ? result.error.errors.map((problem) => problem.path) : []
}
