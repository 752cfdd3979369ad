// The programs that documents show: each is run as its reader would run it, and prints what its comments say.
import { execFile } from 'node:child_process'
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
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { planDraftSchema } from '../src/registry/plan/draft.ts'
import * as library from '../src/runtime.ts'

const ROOT = join(import.meta.dirname, '..')
const MODULES = join(ROOT, 'node_modules')
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8')
const run = promisify(execFile)

/** `console.log(...) // text`: the line that the program prints there. */
const promised = (program: string): string[] =>
  [...program.matchAll(/console\.log\(.*\) \/\/ (.+)$/gm)].map(([, text = '']) => text)

async function printed(file: string, cwd: string): Promise<string[]> {
  const { stdout, stderr } = await run(process.execPath, ['--disable-warning=ExperimentalWarning', file], {
    cwd,
  })
  expect(stderr).toBe('')
  return stdout.trimEnd().split('\n')
}

describe('the examples', () => {
  const files = readdirSync(join(ROOT, 'examples')).filter((name) => name.endsWith('.ts'))

  test.each(files)('%s prints what it says', async (name) => {
    const file = join('examples', name)
    const lines = promised(read(file))
    expect(lines.length).toBeGreaterThan(0)
    expect(await printed(file, ROOT)).toEqual(lines)
  })

  test('are what the README shows and names', () => {
    const readme = read('README.md')
    const [, shown] = /```ts\n(.+?)```/s.exec(readme) ?? []
    expect(shown).toBe(read('examples/embed.ts'))
    for (const name of files) expect(readme).toContain(`examples/${name}`)
  })
})

const dir = mkdtempSync(join(tmpdir(), 'cugar-examples-'))

/** Where the library is installed: beside its registry, with what the examples need. */
beforeAll(() => {
  mkdirSync(join(dir, 'node_modules'))
  symlinkSync(ROOT, join(dir, 'node_modules', 'cugar-sales'))
  for (const name of ['zod', '@types']) symlinkSync(join(MODULES, name), join(dir, 'node_modules', name))
  symlinkSync(join(ROOT, 'registry.yaml'), join(dir, 'registry.yaml'))
  writeFileSync(join(dir, 'package.json'), '{ "type": "module" }')
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

/** Runs the plan that another file exports, and approves what it asks for. */
const CARRIED_OUT = `
import { readFileSync } from 'node:fs'
import { createRuntime } from 'cugar-sales'
import { letters } from './letters.ts'

const registry = readFileSync('registry.yaml', 'utf8')
const runtime = await createRuntime({ registry, dataDir: null })
const context = {
  account: { name: 'Acme', industry: 'software', revenue: 5_000_000 },
  icp_criteria: { min_revenue: 1_000_000 },
  template: 'Subject: A question\\n\\nDear {{first_name}}, are you open to a call next week?',
  contacts: [{ first_name: 'Ann' }, { first_name: 'Bo' }],
}
const { runId } = await runtime.start({ plan: letters, profile: 'technical', context })
const approver = { id: 'ann', roles: ['approver' as const] }
const approve = { decision: 'approve', reason: null, changes: null } as const
let state = await runtime.engine.state(runId)
while (state.finished === null) {
  const position = runtime.journal.position()
  for (const { approvalId, status } of Object.values(state.approvals))
    if (status === 'pending') await runtime.engine.decide(approvalId, approve, approver)
  await runtime.journal.changed(position, AbortSignal.timeout(1000))
  state = await runtime.engine.state(runId)
}
const { status, completed } = state.finished
console.log(JSON.stringify({ letters, status, completed }))
await runtime.stop()
`

test('the plan that the README builds is the one that it writes as a file, and is carried out', async () => {
  const readme = read('README.md')
  const [, built = ''] = /```ts\n(import \{ plan \}.+?)```/s.exec(readme) ?? []
  const [, written = ''] = /```yaml\n(description: Letters.+?)```/s.exec(readme) ?? []
  writeFileSync(join(dir, 'letters.ts'), built)
  writeFileSync(join(dir, 'carried-out.ts'), CARRIED_OUT)
  const [line = ''] = await printed('carried-out.ts', dir)
  expect(JSON.parse(line)).toEqual({
    letters: planDraftSchema.parse(parse(written)),
    status: 'succeeded',
    completed: ['fit', 'facts', 'mail[0]', 'check[0]', 'mail[1]', 'check[1]'],
  })
})

describe('the docstrings of the library', () => {
  const sources = [
    'errors',
    'runtime',
    'adapters/definition',
    'run/failure',
    'tools/tool',
    'tools/single',
    'http/callers/keys',
    'plan-builder',
  ].map((name) => read(`src/${name}.ts`))
  const examples = new Map(
    sources.flatMap((text) =>
      [
        ...text.matchAll(
          /@example\n \* ```ts\n(.+?) \* ```\n \*\/\nexport (?:async )?(?:const|class|function) (\w+)/gs,
        ),
      ].map(([, code = '', name = '']) => [name, code.replaceAll(/^ \* ?/gm, '')] as const),
    ),
  )

  test('have an example for everything that can be called', () => {
    expect([...examples.keys()].sort()).toEqual(Object.keys(library).sort())
  })

  test.each([...examples])('show how %s is used', async (name, code) => {
    writeFileSync(join(dir, `${name}.ts`), code)
    const lines = promised(code)
    expect(lines.length).toBeGreaterThan(0)
    expect(await printed(`${name}.ts`, dir)).toEqual(lines)
  })

  test('are correct in their types', async () => {
    const settings = { extends: join(ROOT, 'tsconfig.json'), include: ['*.ts'] }
    writeFileSync(join(dir, 'tsconfig.json'), JSON.stringify(settings))
    for (const [name, code] of examples) writeFileSync(join(dir, `${name}.ts`), code)
    const { stdout } = await run(join(MODULES, '.bin', 'tsc'), ['-p', dir], { cwd: dir }).catch(
      (error: { stdout: string }) => error,
    )
    expect(stdout).toBe('')
  })
})
