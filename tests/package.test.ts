import { execFileSync, spawn } from 'node:child_process'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import manifest from '../package.json' with { type: 'json' }
import { makePackage } from '../deploy/package.ts'

const ROOT = join(import.meta.dirname, '..')
const dir = mkdtempSync(join(tmpdir(), 'cugar-package-'))
const installed = join(dir, 'node_modules', 'cugar-sales')

/** As an installation lays it out: the unpacked tarball, and its dependencies beside it. */
beforeAll(async () => {
  const tarball = await makePackage(dir)
  mkdirSync(installed, { recursive: true })
  execFileSync('tar', ['xzf', tarball, '-C', installed, '--strip-components=1'])
  for (const name of readdirSync(join(ROOT, 'node_modules'))) {
    if (!name.startsWith('.')) symlinkSync(join(ROOT, 'node_modules', name), join(dir, 'node_modules', name))
  }
}, 300_000)
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const node = (args: readonly string[]): string =>
  execFileSync(process.execPath, [...args], { cwd: dir, encoding: 'utf8' })

test('the package carries no TypeScript, no Node of its own and no scripts', () => {
  const packed = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as Record<string, unknown>
  expect(packed).toMatchObject({ name: manifest.name, dependencies: manifest.dependencies })
  for (const key of ['scripts', 'devDependencies', 'optionalDependencies'])
    expect(packed).not.toHaveProperty(key)
  const files = readdirSync(installed, { recursive: true }).map(String)
  expect(files.filter((file) => /(?<!\.d)\.ts$/.test(file))).toEqual([])
})

test('an installed package runs a tool of its user under the shipped engine, on disk', () => {
  const program = `
    import { createRuntime, defineTool } from 'cugar-sales'
    import { z } from 'zod'
    const registry = \`
version: v1
metadata: { name: mine, version: "1" }
tools:
  greet: { domain: engagement, description: greets, purpose: greets, cost: 1, outputs: { text: { type: string } } }
profiles:
  mine:
    allowed_tools: [greet]
    approval_required: [execute, propose]
    approvers: { role: approver, quorum: 1, exclude_requester: true, timeout_s: 60 }
    allowed_adapters: []
    budget: { run: { calls: 5 }, warning_threshold: 0.8, on_exceeded: skip }
    timeout_seconds: 10
\`
    const greet = defineTool({
      name: 'greet',
      input: z.object({}),
      output: z.object({ text: z.string() }),
      run: () => ({ text: 'hello' }),
    })
    const runtime = await createRuntime({ registry, dataDir: './data', tools: [greet] })
    const asked = { goal: 'greets', profile: 'mine', context: {}, planner: 'rules', tenant: 't', limits: {}, idempotencyKey: null, traceparent: null }
    const { runId } = await runtime.engine.start(asked, { id: 'me', roles: ['operator'] })
    const state = await runtime.engine.settled(runId, 10000, new AbortController().signal)
    console.log(state.finished.status, JSON.stringify(await runtime.engine.payload(runId, state.steps.s1.output)))
    await runtime.stop()
  `
  writeFileSync(join(dir, 'program.mjs'), program)
  expect(node(['program.mjs'])).toBe('succeeded {"text":"hello"}\n')
})

test('its command line runs', () => {
  const cugar = join(installed, 'src', 'cli', 'launcher.cjs')
  const packed = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as Record<string, unknown>
  expect(packed).toMatchObject({ bin: { cugar: 'src/cli/launcher.cjs' }, engines: { node: '>=24' } })
  expect(node([cugar, '--version']).trim()).toBe(manifest.version)
  const checked = node([cugar, 'registry', 'check', join(installed, 'registry.yaml')])
  expect(checked).toContain('registry.yaml')
})

test('it has the adapter of every vendor', () => {
  const cugar = join(installed, 'src', 'cli', 'launcher.cjs')
  const settings = {
    ENABLE_HUBSPOT_ADAPTER: '1',
    HUBSPOT_TOKEN: 'token',
    ENABLE_SALESFORCE_ADAPTER: '1',
    SALESFORCE_INSTANCE_URL: 'https://example.my.salesforce.com',
    SALESFORCE_TOKEN: 'token',
    ENABLE_PIPEDRIVE_ADAPTER: '1',
    PIPEDRIVE_TOKEN: 'token',
    ENABLE_DYNAMICS_ADAPTER: '1',
    DYNAMICS_URL: 'https://example.crm.dynamics.com',
    DYNAMICS_TOKEN: 'token',
  }
  const checked = execFileSync(
    process.execPath,
    [cugar, 'registry', 'check', join(installed, 'registry.yaml')],
    { cwd: dir, encoding: 'utf8', env: { ...process.env, ...settings } },
  )
  expect(checked).toContain('registry.yaml')
})

test('in a folder with nothing in it the demo runs from start to finish, with the shipped registry and scenario', () => {
  const empty = join(dir, 'empty')
  mkdirSync(empty)
  const cugar = join(installed, 'src', 'cli', 'launcher.cjs')
  const out = execFileSync(process.execPath, [cugar, 'demo', '--exit', '--port', '0'], {
    cwd: empty,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] },
  })
  expect(out).toContain('status: succeeded')
  expect(out).toContain('steps executed: 4 of 4')
  expect(readdirSync(empty)).toEqual(['data'])
})

/** In its parts, since our own files have none. */
const EXPECTED = ['@ts', 'expect', 'error'].join('-')

test('a program of its user has the types of the library', () => {
  const program = `
    import { createRuntime, defineTool, type Runtime } from 'cugar-sales'
    import { z } from 'zod'
    const tool = defineTool({
      name: 'greet',
      input: z.object({ name: z.string() }),
      output: z.object({ text: z.string() }),
      run: ({ name }) => ({ text: name.toUpperCase() }),
    })
    export const runtime: Promise<Runtime> = createRuntime({ registry: '', dataDir: null, tools: [tool] })
    // ${EXPECTED} the text of the registry is needed
    export const wrong = createRuntime({ dataDir: null })
  `
  writeFileSync(join(dir, 'program.ts'), program)
  const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc')
  const strict = ['--strict', '--noEmit', '--module', 'nodenext', '--target', 'es2024', '--types', 'node']
  expect(node([tsc, ...strict, 'program.ts'])).toBe('')
})

const TOOL = (name: string, run: string): string => `
import { defineTool } from 'cugar-sales'
import { z } from 'zod'
const text = z.object({ text: z.string() })
export const tool = defineTool({ name: '${name}', input: z.object({ name: z.string() }), output: text, run: ${run} })
`
const ENTRY = `inputs: { name: { type: string, required: true } }, outputs: { text: { type: string, required: true } },
    binds: { name: context.account.name }, retry: none, cost: 0.1`
const OWN_REGISTRY = `
version: v1
metadata: { name: mine, version: '1' }
tools:
  greet_account: { domain: engagement, description: Greets an account., isolate: true, ${ENTRY} }
  loop_account: { domain: engagement, description: Loops., isolate: true, timeout_ms: 2000, ${ENTRY} }
  ask_account: { domain: engagement, description: Interrogates., adapter: lab, ${ENTRY} }
adapters:
  lab: { interface: lab, module: lab }
profiles:
  demo: { allowed_tools: [greet_account, loop_account, ask_account], allowed_adapters: [lab], timeout_seconds: 60, budget: { run: { calls: 9 } } }
`

test('its server lends a folder of own tools and adapters what they import, isolated ones too', async () => {
  const own = mkdtempSync(join(tmpdir(), 'cugar-own-'))
  mkdirSync(join(own, 'mine', 'adapters'), { recursive: true })
  const put = (name: string, text: string): void => writeFileSync(join(own, name), text)
  put('registry.yaml', OWN_REGISTRY)
  put('mine/greet.ts', TOOL('greet_account', "({ name }: { name: string }) => ({ text: 'Hello, ' + name })"))
  put('mine/loop.ts', TOOL('loop_account', '() => { for (;;); }'))
  put('mine/ask.ts', TOOL('ask_account', 'async (_, { adapter }) => ({ text: await adapter.look() })'))
  put(
    'mine/adapters/lab.ts',
    "export const adapter = { name: 'lab', interface: 'lab', look: async () => 'seen' }",
  )
  const cugar = join(installed, 'src', 'cli', 'launcher.cjs')
  const child = spawn(process.execPath, [cugar, 'serve', '--tools', 'mine'], {
    cwd: own,
    env: { PATH: process.env['PATH'], REGISTRY: 'registry.yaml', PORT: '0', LOG_LEVEL: 'silent' },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  try {
    let said = ''
    for await (const piece of child.stderr) {
      said += String(piece)
      if (said.includes('\n')) break
    }
    const url = /http:\S+(?=;)/.exec(said)?.[0]
    const response = await fetch(`${url}/v1/runs?wait=60`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        goal: 'greet the account, interrogate it and loop',
        context: { account: { name: 'Acme' } },
      }),
    })
    const { steps } = (await response.json()) as {
      steps: { tool: string; status: string; output: unknown }[]
    }
    expect(
      Object.fromEntries(steps.map(({ tool, status, output }) => [tool, [status, output ?? null]])),
    ).toEqual({
      greet_account: ['completed', { text: 'Hello, Acme' }],
      ask_account: ['completed', { text: 'seen' }],
      loop_account: ['failed', null],
    })
  } finally {
    child.kill('SIGKILL')
    rmSync(own, { recursive: true, force: true })
  }
})
