import { expect } from 'vitest'
import type { ProblemItem } from '../../src/events/problem.ts'
import { parseRegistry } from '../../src/registry/parse.ts'

/** What is wrong, the text, and the line, path ('' for any) and part of the message that must be told. */
export type Row = readonly [what: string, text: string, line: number, path: string, message: string]

/** What is told about a text; one cause is one problem, a circle is told at each of its two adapters. */
export function problemsIn([, text]: Row): readonly ProblemItem[] {
  const result = parseRegistry(text)
  const problems = result.ok ? [] : result.problems
  expect(problems.length).toBeLessThanOrEqual(2)
  return problems
}

export const toldIn = ([, , line, path, message]: Row) => ({
  path: path === '' ? expect.stringMatching(new RegExp(`^line ${line}(:|$)`)) : `line ${line}: ${path}`,
  message: expect.stringContaining(message),
})
