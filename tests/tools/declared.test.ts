// The registry says what a tool takes and gives, its schemas check it: the two are compared before anything starts.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { examineRegistry } from '../../src/installation.ts'
import { loadModule } from '../../src/modules.ts'
import { defineTool } from '../../src/tools/tool.ts'

const greet = defineTool({
  name: 'greet',
  input: z.strictObject({
    name: z.string(),
    age: z.int().optional(),
    tone: z.enum(['warm', 'cool']).default('warm'),
    either: z.union([z.string(), z.int()]).nullish(),
    anything: z.unknown(),
  }),
  output: z.strictObject({
    text: z.string(),
    status: z.literal('draft'),
    words: z.int().optional(),
    from: z.string().nullable(),
  }),
  run: ({ name }) => ({ text: name, status: 'draft' as const, from: null }),
})

const registryOf = (inputs: string, outputs: string): string => `version: v1
metadata: { name: test, version: "1" }
tools:
  greet:
    domain: engagement
    description: greets
    cost: 1
    inputs:
${inputs}
    outputs:
${outputs}
profiles:
  test: { allowed_tools: [greet], timeout_seconds: 10, budget: { run: { calls: 1, cost: 1 } } }
`

const INPUTS = [
  'name: { type: string, required: true }',
  'age: { type: integer }',
  'tone: { type: enum, values: [cool, warm], default: warm }',
  'either: { type: any }',
  'anything: { type: object }',
]
const OUTPUTS = [
  'text: { type: string }',
  'status: { type: string, required: true }',
  'words: { type: integer }',
  'from: { type: string }',
]
const lines = (fields: readonly string[]): string => fields.map((field) => `      ${field}`).join('\n')

async function problemsOf(inputs: readonly string[], outputs: readonly string[]) {
  const { problems } = await examineRegistry(registryOf(lines(inputs), lines(outputs)), { tools: [greet] })
  return problems.map(({ path, message }) => `${path} ${message}`)
}
const replaced = (fields: readonly string[], line: string): string[] => {
  const name = line.slice(0, line.indexOf(':'))
  return fields.map((field) => (field.startsWith(`${name}:`) ? line : field))
}

describe('an entry of the registry', () => {
  test('may say of a tool what its schemas say, ask for more and promise less', async () => {
    expect(await problemsOf(INPUTS, OUTPUTS)).toEqual([])
    expect(
      await problemsOf(
        [...replaced(INPUTS, 'age: { type: integer, required: true }')],
        replaced(OUTPUTS, 'status: { type: enum, values: [draft] }'),
      ),
    ).toEqual([])
  })

  test.each([
    ['name: { type: string }', 9, "name.required is false here, and the tool's schema says true"],
    ['age: { type: number }', 10, "age.type is number here, and the tool's schema says type: integer"],
    [
      'tone: { type: string }',
      11,
      "tone.type is string here, and the tool's schema says type: enum, values: [warm, cool]",
    ],
    [
      'tone: { type: enum, values: [warm, hot] }',
      11,
      "tone.values are [warm, hot] here, and the tool's schema says values: [warm, cool]",
    ],
    [
      'tone: { type: enum, values: [warm, cool], default: cool }',
      11,
      "tone.default is cool here, and the tool's schema says default: warm",
    ],
    ['age: { type: integer, default: 3 }', 10, "age.default is 3 here, and the tool's schema has none"],
    ['either: { type: string }', 12, "either.type is string here, and the tool's schema says type: any"],
  ])('is refused with %s', async (line, at, words) => {
    expect(await problemsOf(replaced(INPUTS, line), OUTPUTS)).toEqual([
      `line ${at}: tools.greet.inputs.${words}`,
    ])
  })

  test('is refused with every difference at once', async () => {
    const inputs = ['nmae: { type: string, required: true }', ...INPUTS.slice(1)]
    const outputs = [
      'text: { type: array }',
      'words: { type: integer, required: true }',
      'mood: { type: string }',
    ]
    expect(await problemsOf(inputs, outputs)).toEqual([
      "line 8: tools.greet.inputs does not declare the tool's input name",
      'line 9: tools.greet.inputs.nmae is no input of the tool',
      "line 14: tools.greet.outputs does not declare the tool's output status",
      "line 14: tools.greet.outputs does not declare the tool's output from",
      "line 15: tools.greet.outputs.text.type is array here, and the tool's schema says type: string",
      "line 16: tools.greet.outputs.words.required is true here, and the tool's schema says false",
      'line 17: tools.greet.outputs.mood is no output of the tool',
    ])
  })
})

describe('the file of a tool', () => {
  const dir = mkdtempSync(join(tmpdir(), 'cugar-module-'))
  afterAll(() => rmSync(dir, { recursive: true, force: true }))
  const write = (name: string, text: string): string => {
    writeFileSync(join(dir, name), text)
    return join(dir, name)
  }
  const load = (file: string) =>
    loadModule({ url: pathToFileURL(file), file: 'greet.mjs', path: 'tools.greet' })

  test('is loaded anew when it has changed, and as it was when it is changed back', async () => {
    const file = write('greet.mjs', 'export const tool = 1')
    const first = await load(file)
    expect(first['tool']).toBe(1)
    expect(await load(file)).toBe(first)
    write('greet.mjs', 'export const tool = 2')
    expect((await load(file))['tool']).toBe(2)
    write('greet.mjs', 'export const tool = 1')
    expect(await load(file)).toBe(first)
  })

  test('is refused with its name and the error when it cannot be loaded, and taken when it is mended', async () => {
    const file = write('broken.mjs', 'export const tool = 1')
    await load(file)
    write('broken.mjs', 'export const tool = 1\nexport const = 2\n')
    await expect(load(file)).rejects.toMatchObject({
      code: 'REGISTRY_INVALID',
      problems: [
        {
          path: 'tools.greet',
          message: expect.stringMatching(/^greet\.mjs cannot be loaded: \w+Error: /),
        },
      ],
    })
    write('broken.mjs', 'throw new Error("no licence")')
    await expect(load(file)).rejects.toMatchObject({
      problems: [{ message: 'greet.mjs cannot be loaded: Error: no licence' }],
    })
    write('broken.mjs', 'export const tool = 3')
    expect((await load(file))['tool']).toBe(3)
  })

  test('is refused when something that it imports has changed, which only a restart takes', async () => {
    write('words.mjs', "export const word = 'hello'")
    const file = write('uses.mjs', "import { word } from './words.mjs'\nexport const tool = word")
    expect((await load(file))['tool']).toBe('hello')
    expect((await load(file))['tool']).toBe('hello')
    const before = Date.now()
    while (Date.now() <= before + 20);
    write('words.mjs', "export const word = 'goodbye'")
    await expect(load(file)).rejects.toMatchObject({
      problems: [
        {
          message: expect.stringMatching(
            /^greet\.mjs imports .*words\.mjs, which has changed: only a restart/,
          ),
        },
      ],
    })
  })
})
