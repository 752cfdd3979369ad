import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readTexts } from '../src/own-texts.ts'
import { createRuntime } from '../src/runtime.ts'

const dir = mkdtempSync(join(tmpdir(), 'cugar-texts-'))
const folder = (name: string): string => {
  const path = join(dir, name)
  mkdirSync(path, { recursive: true })
  return path
}

beforeAll(() => {
  const own = folder('own')
  folder('own/rivals')
  folder('own/.git')
  folder('empty')
  writeFileSync(join(own, 'b.md'), '# B\n')
  writeFileSync(join(own, 'rivals', 'globex.md'), '# Globex\n')
  writeFileSync(join(own, 'notes.txt'), 'not Markdown')
  writeFileSync(join(own, '.git', 'hidden.md'), 'hidden')
  writeFileSync(join(dir, 'secret.md'), 'outside')
  symlinkSync(join(dir, 'secret.md'), join(own, 'link.md'))
  writeFileSync(join(folder('binary'), 'a.md'), Buffer.from([0xff, 0xfe, 0x00]))
  const many = folder('many')
  for (let at = 0; at <= 500; at += 1) writeFileSync(join(many, `${at}.md`), 'x')
  writeFileSync(join(folder('large'), 'a.md'), 'x'.repeat(2_000_001))
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

test('Markdown of the folder and below it is read, in a fixed order; links and hidden files are not', () => {
  expect(readTexts({ knowledgeDir: join(dir, 'own') })).toEqual({
    texts: {
      knowledge: [
        { source: 'b.md', text: '# B\n' },
        { source: 'rivals/globex.md', text: '# Globex\n' },
      ],
      templates: null,
    },
    problems: [],
  })
})

test('a folder that is not set is not there', () => {
  expect(readTexts({})).toEqual({ texts: { knowledge: null, templates: null }, problems: [] })
})

test('a folder of templates is read as one, and every file that is no template is told', () => {
  const front = '---\ntemplate_id: a\nname: A\n---\n'
  writeFileSync(join(folder('templates'), 'a.md'), `${front}Hello\n`)
  expect(readTexts({ templatesDir: join(dir, 'templates') })).toMatchObject({
    texts: { knowledge: null, templates: [{ source: 'a.md' }] },
    problems: [],
  })
  writeFileSync(join(dir, 'templates', 'b.md'), 'Hello')
  writeFileSync(join(dir, 'templates', 'c.md'), front)
  expect(readTexts({ templatesDir: join(dir, 'templates') }).problems).toEqual([
    { path: 'TEMPLATES_DIR', message: expect.stringContaining('b.md') },
    { path: 'TEMPLATES_DIR', message: expect.stringContaining('c.md') },
  ])
})

test.each([
  ['nowhere', 'is no folder that can be read'],
  ['empty', 'has no file of Markdown'],
  ['binary', 'a.md cannot be read as UTF-8'],
  ['many', 'has 501 files of Markdown; 500 are read'],
  ['large', 'has 2000001 characters together; 2000000 are read'],
])('%s is refused by the name of its setting', (name, why) => {
  const { problems } = readTexts({ knowledgeDir: join(dir, name) })
  expect(problems).toEqual([{ path: 'KNOWLEDGE_DIR', message: expect.stringContaining(why) }])
})

test('a run reads the folder of its runtime, and a folder that cannot be read stops the start', async () => {
  const registry = readFileSync('registry.yaml', 'utf8')
  const runtime = await createRuntime({ registry, dataDir: null, knowledgeDir: join(dir, 'own') })
  try {
    const { status, steps } = await runtime.run({
      goal: 'Generate a battlecard',
      profile: 'technical',
      context: { competitor: 'Globex' },
    })
    expect(status).toBe('succeeded')
    expect(steps[0]?.output).toMatchObject({ searched: 0, assumptions: [] })
  } finally {
    await runtime.stop()
  }
  await expect(
    createRuntime({ registry, dataDir: null, knowledgeDir: join(dir, 'nowhere') }),
  ).rejects.toMatchObject({ code: 'REGISTRY_INVALID', problems: [{ path: 'KNOWLEDGE_DIR' }] })
})

test('C11 a goal drafts with a template of the library, and without any it is refused before it is accepted', async () => {
  const runtime = await createRuntime({ registry: readFileSync('registry.yaml', 'utf8'), dataDir: null })
  const request = { goal: 'Draft an email', profile: 'technical' }
  try {
    const context = { template_id: 'close_times', prospect: { company: 'Acme' } }
    const { runId } = await runtime.start({ ...request, context })
    const state = await runtime.engine.paused(runId, 50_000, AbortSignal.timeout(50_000))
    const [approval] = Object.values(state.approvals)
    expect(await runtime.engine.payload(runId, approval?.subject ?? '')).toMatchObject({
      subject: 'Shorter close times for Acme',
    })
    await expect(runtime.start({ ...request, context: { prospect: {} } })).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      problems: [
        { path: 'draft_outbound_message.template', message: expect.stringContaining('or template_id') },
      ],
    })
  } finally {
    await runtime.stop()
  }
})
