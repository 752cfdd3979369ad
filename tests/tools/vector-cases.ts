// Holds a tool against the reference cases in tests/vectors: equal, or different for a reason that is listed.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { runSingle } from '../../src/tools/single.ts'
import type { Tool } from '../../src/tools/tool.ts'

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

type VectorCase = {
  readonly name: string
  readonly input: Json
  readonly context: { readonly trace_id: string; readonly profile: string }
  readonly output?: Json
  readonly error?: Json
  readonly volatile?: readonly string[]
  readonly unordered?: readonly string[]
}

/** Ours in a case that differs: part of the output, or the paths of the problems. */
type Different = { readonly by: string } & ({ readonly output: object } | { readonly errors: readonly string[] })

export type VectorSuite = {
  readonly tool: Tool
  /** Texts of which only the number is compared; `*` is any index. */
  readonly prose?: readonly string[]
  /** Fields that a correction brought, with its number. */
  readonly added?: Readonly<Record<string, string>>
  /** Fields that a correction changed in every case, with its number. */
  readonly replaced?: Readonly<Record<string, string>>
  readonly differs: Readonly<Record<string, Different>>
}

const isList = (value: unknown): value is readonly Json[] => Array.isArray(value)
const isRecord = (value: unknown): value is Readonly<Record<string, Json>> =>
  typeof value === 'object' && value !== null && !isList(value)

const sorted = (list: readonly Json[]): readonly Json[] =>
  [...list].sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)))

/** Paths at which ours is not what the case says. */
function differences(suite: VectorSuite, item: VectorCase, ours: unknown): string[] {
  const ignored = [...(item.volatile ?? []), ...Object.keys(suite.replaced ?? {})]
  const isNew = (path: string): boolean => Object.keys(suite.added ?? {}).includes(path)

  function inRecord(theirs: Readonly<Record<string, Json>>, ours: unknown, path: string): string[] {
    if (!isRecord(ours)) return [path]
    const extra = Object.keys(ours).filter((key) => !(key in theirs) && !isNew(`${path}.${key}`))
    return [
      ...extra.map((key) => `${path}.${key}`),
      ...Object.keys(theirs).flatMap((key) => at(theirs[key] ?? null, ours[key], `${path}.${key}`)),
    ]
  }

  function inList(theirs: readonly Json[], ours: unknown, path: string): string[] {
    if (!isList(ours) || ours.length !== theirs.length) return [path]
    if (suite.prose?.includes(path)) return []
    const isSet = item.unordered?.includes(path) ?? false
    const [left, right] = isSet ? [sorted(theirs), sorted(ours)] : [theirs, ours]
    return left.flatMap((entry, index) => at(entry, right[index], `${path}.*`))
  }

  function at(theirs: Json, ours: unknown, path: string): string[] {
    if (ignored.includes(path)) return []
    if (isList(theirs)) return inList(theirs, ours, path)
    if (isRecord(theirs)) return inRecord(theirs, ours, path)
    if (suite.prose?.includes(path)) return typeof ours === 'string' && ours !== '' ? [] : [path]
    return Object.is(theirs, ours) ? [] : [path]
  }

  return at(item.output ?? null, ours, 'output')
}

const casesOf = (tool: Tool): VectorCase[] => {
  const file = new URL(`../vectors/${tool.name}.json`, import.meta.url)
  return JSON.parse(readFileSync(file, 'utf8')) as VectorCase[]
}

async function expectRefused(suite: VectorSuite, item: VectorCase, paths?: readonly string[]): Promise<void> {
  const result = await runSingle(suite.tool, item.input, item.context)
  expect(result).toMatchObject({ error: { code: 'INVALID_INPUT' } })
  const errors = 'error' in result ? result.error.errors : []
  expect(errors.length).toBeGreaterThan(0)
  if (paths) expect(errors.map((error) => error.path)).toEqual(paths)
}

async function expectDifferent(suite: VectorSuite, item: VectorCase, ours: Different): Promise<void> {
  expect(item.error).toBeUndefined()
  if ('errors' in ours) return expectRefused(suite, item, ours.errors)
  const result = await runSingle(suite.tool, item.input, item.context)
  expect(result).toMatchObject({ output: ours.output })
  expect(differences(suite, item, 'output' in result ? result.output : null)).not.toEqual([])
}

async function expectEqual(suite: VectorSuite, item: VectorCase): Promise<void> {
  const result = await runSingle(suite.tool, item.input, item.context)
  expect(result).toHaveProperty('output')
  expect(differences(suite, item, 'output' in result ? result.output : null)).toEqual([])
}

/** One test for each reference case of the tool. */
export function describeVectors(suite: VectorSuite): void {
  const cases = casesOf(suite.tool)
  describe(`${suite.tool.name} against the reference cases`, () => {
    test('lists only cases that exist as different', () => {
      expect(cases.map((item) => item.name)).toEqual(expect.arrayContaining(Object.keys(suite.differs)))
    })
    for (const item of cases) {
      const different = suite.differs[item.name]
      if (different) test(`${item.name} differs by ${different.by}`, () => expectDifferent(suite, item, different))
      else if (item.error !== undefined) test(`${item.name} is refused`, () => expectRefused(suite, item))
      else test(`${item.name} gives the same`, () => expectEqual(suite, item))
    }
  })
}
