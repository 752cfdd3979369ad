// Holds a tool against the reference cases in tests/vectors: equal, or different for a reason that is listed.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Adapter } from '../../src/adapters/adapter.ts'
import { runSingle } from '../../src/tools/single.ts'
import type { Tool } from '../../src/tools/tool.ts'

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

type VectorCase = {
  readonly name: string
  readonly input: Json
  readonly context: { readonly trace_id: string; readonly profile: string }
  /** What stands around the call, such as the record that a stand-in vendor has. */
  readonly setup?: { readonly adapter: Json }
  readonly output?: Json
  readonly error?: Json
  readonly volatile?: readonly string[]
  readonly unordered?: readonly string[]
}

/** Ours in a case that differs: part of the output, or the paths of the problems. */
type Different = { readonly by: string } & (
  | { readonly output: object }
  | { readonly refusedAt: readonly string[] }
)

export type VectorSuite = {
  readonly tool: Tool
  /** The stand-in vendor of a case that has one: its record, or `raise:` and what it throws. */
  readonly adapterOf?: (record: unknown) => Adapter
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

/** Our output, or the paths of what was wrong with the input; any other failure fails the test. */
async function answerOf(
  suite: VectorSuite,
  item: VectorCase,
): Promise<{ output: unknown; refusedAt: string[] }> {
  const record = item.setup?.adapter ?? null
  const adapter = record === null ? null : (suite.adapterOf?.(record) ?? null)
  const result = await runSingle(suite.tool, item.input, { ...item.context, adapter })
  if ('output' in result) return { output: result.output, refusedAt: [] }
  // By its schema, or because what it names is not there.
  if (!['INVALID_INPUT', 'user_invalid_input'].includes(result.error.code))
    throw new Error(JSON.stringify(result.error))
  return { output: null, refusedAt: result.error.errors.map((error) => error.path) }
}

/** One test for each reference case of the tool. */
export function describeVectors(suite: VectorSuite): void {
  const cases = casesOf(suite.tool)
  const unlisted = cases.filter((item) => !(item.name in suite.differs))
  const listed = Object.entries(suite.differs).map(([name, ours]) => ({ name, ...ours }))

  describe(`${suite.tool.name} against the reference cases`, () => {
    test.each(listed)('$name differs by $by', async ({ name, by: _by, ...ours }) => {
      const item = cases.find((candidate) => candidate.name === name)
      if (!item || (item.error !== undefined && 'refusedAt' in ours))
        throw new Error(`${name} is not a case that differs`)
      const answer = await answerOf(suite, item)
      expect(answer).toMatchObject(ours)
      expect(differences(suite, item, answer.output)).not.toEqual([])
    })

    test.each(unlisted.filter((item) => item.error === undefined))('$name gives the same', async (item) => {
      const { output, refusedAt } = await answerOf(suite, item)
      expect(refusedAt).toEqual([])
      expect(differences(suite, item, output)).toEqual([])
    })

    test.each(unlisted.filter((item) => item.error !== undefined))('$name is refused', async (item) => {
      expect((await answerOf(suite, item)).refusedAt).not.toEqual([])
    })
  })
}
