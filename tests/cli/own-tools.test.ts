// Tools of one's own in a folder: written by the words of the README, served, edited and taken by a reload.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { cugar, folder, server } from './hand.ts'

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
const section = readme.slice(readme.indexOf('\n## A tool of your own\n'))
const block = (language: string): string =>
  new RegExp(`\`\`\`${language}\\n(.+?)\`\`\``, 's').exec(section)?.[1] ?? ''

const TOOL = block('ts')

/** What the README says, written into a folder. */
function written(): {
  readonly registry: string
  readonly tools: string
  readonly env: Record<string, string>
} {
  const dir = folder()
  const [registry, tools] = [join(dir, 'my-registry.yaml'), join(dir, 'my-tools')]
  mkdirSync(tools)
  // As `npm init` leaves it.
  writeFileSync(join(dir, 'package.json'), '{"type":"commonjs"}')
  writeFileSync(registry, block('yaml'))
  writeFileSync(join(tools, 'greet-account.ts'), TOOL)
  return { registry, tools, env: { REGISTRY: registry, TOOLS_DIR: tools } }
}

const runShape = z.object({ status: z.string(), steps: z.array(z.object({ output: z.unknown() })) })

async function greeting(url: string): Promise<unknown> {
  const response = await fetch(`${url}/v1/runs?wait=30`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ goal: 'greet the account', context: { account: { name: 'Acme' } } }),
  })
  const { status, steps } = runShape.parse(await response.json())
  return [status, steps[0]?.output]
}

const reload = (url: string): Promise<Response> => fetch(`${url}/v1/registry/reload`, { method: 'POST' })

test('a tool that is written by the words of the README is checked, tried, served and edited', async () => {
  const { tools, env } = written()
  expect(await cugar(['registry', 'check'], env)).toMatchObject({
    code: 0,
    out: expect.stringContaining('1 tool,'),
  })
  const alone = await cugar(['tool', 'greet_account', '--input', '-'], env, '{"name":"Acme"}')
  expect(alone).toEqual({ code: 0, out: '{"output":{"text":"Hello, Acme!"}}\n', err: '' })

  const { url } = await server(env)
  expect(await greeting(url)).toEqual(['succeeded', { text: 'Hello, Acme!' }])

  const file = join(tools, 'greet-account.ts')
  writeFileSync(file, TOOL.replace('Hello', 'Good morning'))
  expect((await reload(url)).status).toBe(200)
  expect(await greeting(url)).toEqual(['succeeded', { text: 'Good morning, Acme!' }])

  writeFileSync(file, TOOL.replace('z.string() })', 'z.string( })'))
  const refused = await reload(url)
  expect(refused.status).toBe(422)
  expect(await refused.json()).toMatchObject({
    code: 'REGISTRY_INVALID',
    errors: expect.arrayContaining([
      {
        path: 'TOOLS_DIR',
        message: expect.stringMatching(/^greet-account\.ts cannot be loaded: SyntaxError: /),
      },
    ]),
  })
  expect(await greeting(url)).toEqual(['succeeded', { text: 'Good morning, Acme!' }])
})

test('a tool that leaves things open keeps neither its command nor a server from ending', async () => {
  const { tools, env } = written()
  const leaving = 'createServer().listen(0); setInterval(() => undefined, 1000); process.stdin.resume()'
  const text = TOOL.replace(/=> \((\{ text: .+? \})\)/, `=> { ${leaving}; return $1 }`)
  expect(text).toContain(leaving)
  writeFileSync(join(tools, 'greet-account.ts'), `import { createServer } from 'node:net'\n${text}`)
  expect(await cugar(['tool', 'greet_account', '--input', '-'], env, '{"name":"Acme"}')).toEqual({
    code: 0,
    out: '{"output":{"text":"Hello, Acme!"}}\n',
    err: '',
  })
  const { url, end } = await server(env)
  expect(await greeting(url)).toEqual(['succeeded', { text: 'Hello, Acme!' }])
  expect((await end('SIGTERM')).code).toBe(0)
}, 60_000)

test('a folder with mistakes is refused with every one of them, and one that is not there as well', async () => {
  const { tools, env } = written()
  mkdirSync(join(tools, 'adapters'))
  writeFileSync(join(tools, 'copy.ts'), TOOL)
  writeFileSync(join(tools, 'misspelt.ts'), TOOL.replace("'greet_account'", "'greet_acount'"))
  writeFileSync(join(tools, 'helper.ts'), 'export const word = 1\n')
  writeFileSync(join(tools, 'adapters', 'broken.js'), "throw new Error('no licence')\n")
  const { code, err } = await cugar(['serve', '--tools', tools], { ...env, PORT: '0', TOOLS_DIR: '/nowhere' })
  expect(code).toBe(1)
  expect(err).toContain('tools.greet_acount: is in TOOLS_DIR and has no entry here')
  expect(err).toContain('tools.greet_account: is in copy.ts and greet-account.ts')
  expect(err).toContain('TOOLS_DIR: helper.ts exports no `tool`')
  expect(err).toContain('TOOLS_DIR: adapters/broken.js cannot be loaded: Error: no licence')

  const absent = await cugar(['registry', 'check', '--tools', '/nowhere'], env)
  expect(absent).toMatchObject({
    code: 1,
    out: expect.stringContaining('TOOLS_DIR: /nowhere is no folder that can be read'),
  })
})
