// What a tool takes is public: in the list of tools, in the OpenAPI document and in the help of the command line.
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { Validator } from '@seriousme/openapi-schema-validator'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { createRuntime, defineTool, type Runtime } from '../../src/runtime.ts'
import { examineRegistry } from '../../src/installation.ts'
import { parsed } from '../registry/parsed.ts'

const ROOT = join(import.meta.dirname, '../..')
const registry = readFileSync(join(ROOT, 'registry.yaml'), 'utf8')
const shipped = Object.values(parsed(registry).tools)
const run = promisify(execFile)

type Part = { readonly properties?: Record<string, unknown>; readonly examples?: readonly unknown[] }
type Document = { readonly components: { readonly schemas: Record<string, Part> } }

const dir = mkdtempSync(join(tmpdir(), 'cugar-schemas-'))
let runtime: Runtime
let url = ''
const server = createServer((request, response) => runtime.router(request, response))

beforeAll(async () => {
  runtime = await createRuntime({ registry, dataDir: null })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const launcher = join(ROOT, 'src/cli/launcher.cjs')
  writeFileSync(join(dir, 'cugar'), `#!/bin/sh\nexec '${process.execPath}' '${launcher}' "$@"\n`)
  chmodSync(join(dir, 'cugar'), 0o755)
})
afterAll(async () => {
  server.close()
  server.closeAllConnections()
  await runtime.stop()
  rmSync(dir, { recursive: true, force: true })
})

const shell = async (command: string): Promise<string> => {
  const env = { ...process.env, PATH: `${dir}${delimiter}${process.env['PATH'] ?? ''}` }
  return (await run('/bin/sh', ['-c', command], { cwd: ROOT, env })).stdout
}

test('the list of tools shows the schemas of inputs and outputs, with an example', async () => {
  const { items } = z
    .object({ items: z.array(z.looseObject({ name: z.string() })) })
    .parse(await (await fetch(`${url}/v1/tools`)).json())
  const fit = items.find(({ name }) => name === 'score_account_fit')
  expect(fit).toMatchObject({
    input_schema: {
      type: 'object',
      required: ['account', 'icp_criteria'],
      properties: {
        account: {
          properties: {
            revenue: { description: 'A number, or a text with one such as "€42M" or "51-200".' },
          },
        },
      },
    },
    output_schema: { properties: { fit_score: { type: 'number', minimum: 0, maximum: 1 } } },
    example: { account: { revenue: 25_000_000 } },
  })
})

test('the document names the inputs and outputs of every tool, and stays valid OpenAPI', async () => {
  const document = (await (await fetch(`${url}/v1/openapi.json`)).json()) as Document
  const result = await new Validator().validate({ ...document })
  expect(result.errors ?? []).toEqual([])
  const { schemas } = document.components
  expect(schemas['ToolScoreAccountFitInput']?.examples).toHaveLength(1)
  expect(Object.keys(schemas['ToolScoreAccountFitOutput']?.properties ?? {})).toContain('fit_score')
  expect(Object.keys(schemas).filter((name) => /^Tool\w+Input$/.test(name))).toHaveLength(shipped.length)
})

/** A past run is in the journal, and effects are a run's. */
const IN_RUNS = ['explain_recommendation', 'replay_run', 'log_crm_activity']
/** Those that can be called by themselves. */
const alone = shipped.filter(({ name }) => !IN_RUNS.includes(name))

test('every shipped tool has an example', () => {
  expect(shipped.filter(({ example }) => example === undefined)).toEqual([])
})

const answerSchema = z.looseObject({
  run_id: z.string(),
  status: z.string(),
  steps: z.array(z.looseObject({ tool: z.string(), output: z.unknown() })),
})

test.each(IN_RUNS)('the help of %s gives a command that asks a run for it', async (name) => {
  const started = await fetch(`${url}/v1/runs?wait=30`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      goal: 'score the account',
      profile: 'sales_rep',
      context: {
        account: { revenue: 25_000_000, industry: 'software' },
        icp_criteria: { industries: ['software'] },
      },
    }),
  })
  const past = answerSchema.parse(await started.json()).run_id
  const help = await shell(`cugar tool ${name} --help`)
  expect(help).toContain('Usage: only inside a run')
  const [, command = ''] = /\nExample:\n {2}(.+)\n$/.exec(help) ?? []
  const printed = await shell(`${command.replace(/run_[0-9a-f]{24}/, past)} --json --url ${url}`)
  const { status, steps } = answerSchema.parse(JSON.parse(printed.trim().split('\n').at(-1) ?? ''))
  // Nobody acts before a person has said so.
  const wanted = name === 'log_crm_activity' ? ['waiting', name, null] : ['succeeded', name, past]
  const [step] = steps
  const told = z.object({ run_id: z.string() }).safeParse(step?.output).data?.run_id ?? null
  expect([status, step?.tool, told]).toEqual(wanted)
})

test.each(alone)(
  'the help of $name gives its inputs and a command that runs as it is printed',
  async ({ name, inputs }) => {
    const help = await shell(`cugar tool ${name} --help`)
    for (const input of Object.keys(inputs)) expect(help).toMatch(new RegExp(`^${input} `, 'm'))
    const [, command = ''] = /\nExample:\n {2}(.+)\n$/.exec(help) ?? []
    expect(command).toContain(`cugar tool ${name}`)
    expect([name, JSON.parse(await shell(command))]).toEqual([name, { output: expect.any(Object) }])
  },
)

test('an example that would not run is refused at the start, with its line', async () => {
  const greet = defineTool({
    name: 'greet',
    input: z.object({ name: z.string() }),
    output: z.object({ text: z.string() }),
    run: ({ name }) => ({ text: name }),
  })
  const text = `version: v1
metadata: { name: test, version: "1" }
tools:
  greet:
    domain: engagement
    description: greets
    cost: 1
    inputs: { name: { type: string, required: true } }
    outputs: { text: { type: string } }
    example:
      name: 3
profiles: { test: { allowed_tools: [greet], timeout_seconds: 10 } }
`
  expect((await examineRegistry(text, { tools: [greet] })).problems).toEqual([
    { path: 'line 11: tools.greet.example.name', message: 'must be a text; it is a number' },
  ])
})
