// Every command of the README, in its order, in a fresh clone of what is committed: as its reader types it.
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
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
import { dirname, join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { commandsOf, filesOf, type Command } from './blocks.ts'

const ROOT = join(import.meta.dirname, '../..')
const dir = mkdtempSync(join(tmpdir(), 'cugar-readme-'))
const clone = join(dir, 'clone')
const bin = join(dir, 'bin')

/** What cannot be typed here, and why. */
const NOT_TYPED: ReadonlyMap<string, string> = new Map([
  ['npm ci', 'the packages of this checkout are linked; that they install is what every check begins with'],
  ['npm cit', 'this test is a part of it'],
])

/** What a command prints, by its beginning; the first that fits. A command without a line here is an error. */
const OUTCOMES: readonly (readonly [beginning: string, prints: RegExp])[] = [
  [
    'npm run demo',
    /status: succeeded\nLLM: offline mode \(rule-based\), no key\nsteps executed: 4 of 4\nbudget: 2\.7 \/ 100\.0 cost units, 4 \/ 50 calls/,
  ],
  ['npm start', /cugar listens on http/],
  [
    'npm run cugar -- run "is this deal qualified?"',
    /succeeded: 1 call, 0\.7 cost units[^]*qualified, MEDDICC 0\.57/,
  ],
  ['npm run cugar -- plan "score the account"', /score_account_fit/],
  ['npm run cugar -- run "draft the outreach"', /waiting: [^]*cugar approve apr_/],
  ['npm run cugar -- approvals', /apr_.*draft_outbound_message/],
  ['npm run cugar -- approval apr_', /pending: draft_outbound_message[^]*draft message:/],
  ['npm run cugar -- approve apr_', /approved: draft_outbound_message/],
  ['npm run cugar -- show run_', /succeeded: [^]*draft message:/],
  ['npm run cugar -- events run_', /run_started[^]*run_finished/],
  ['npm run cugar -- --help', /Usage: cugar/],
  ['curl -s localhost:8000/v1/runs -H', /"run_id":"run_/],
  ['curl -s localhost:8000/v1/runs/run_', /"status":"succeeded"/],
  ['curl -sN localhost:8000/v1/runs/run_', /event: run_started[^]*event: run_finished/],
  ['curl -s localhost:8000/metrics', /^cugar_runs_total\{/m],
  ['cugar registry check', /registry\.yaml/],
  ['curl -s -X POST localhost:8000/v1/registry/reload', /"added":\["playbooks.first_contact"\]/],
  ['cugar run --playbook first_contact', /waiting: [^]*draft_outbound_message has a proposal/],
  ['cugar batch examples/accounts.csv', /30 items: 30 succeeded/],
  ['cugar batches', /succeeded\tdemo/],
  ['export ', /^$/],
  ['echo ', /^\{"output":\{"text":"Hello, Acme!"\}\}\n$/],
  ['cugar serve', /cugar listens on http/],
  ['npm run cugar -- freeze tenant acme', /tenant acme frozen/],
  ['npm run cugar -- freezes', /acme/],
  ['npm run cugar -- lift tenant acme', /acme/],
]

const SERVING: readonly string[] = ['npm run demo', 'npm start', 'cugar serve']

type Server = { readonly command: string; readonly child: ChildProcess; readonly closed: Promise<unknown> }

/** What was typed before matters: exports, ids that were printed, the server that runs. */
const shell = { exports: '', ids: new Map<string, string>(), url: '', server: null as Server | null }

function typing(command: string): ChildProcess {
  const text = command
    .replaceAll(/\b(?:run|apr)_…/g, (name) => shell.ids.get(name) ?? name)
    .replaceAll('localhost:8000', shell.url.replace('http://', ''))
  const { PATH = '', HOME = '' } = process.env
  const path = `${bin}:${PATH}`
  const env = { PATH: path, HOME, PORT: '0', CUGAR_URL: shell.url, LOG_LEVEL: 'silent' }
  return spawn('bash', ['-c', `${shell.exports}${text}`], { cwd: clone, env, detached: true })
}

type Printed = { readonly code: number | null; readonly out: string; readonly err: string }

const signal = ({ pid }: ChildProcess, name: NodeJS.Signals, toGroup: boolean): void => {
  if (pid !== undefined) process.kill(toGroup ? -pid : pid, name)
}

/** Longer takes none of them, on the slowest machine. */
const PATIENCE_MS = 100_000

/** Until the command ends, or has printed what is waited for; one that does neither is ended. */
function printed(child: ChildProcess, until?: RegExp): Promise<Printed> {
  let [out, err] = ['', '']
  const { promise, resolve } = Promise.withResolvers<number | null>()
  const look = (): void => {
    if (until?.test(out + err)) resolve(0)
  }
  child.stdout?.setEncoding('utf8').on('data', (text: string) => ((out += text), look()))
  child.stderr?.setEncoding('utf8').on('data', (text: string) => ((err += text), look()))
  child.once('close', resolve)
  const timer = setTimeout(() => signal(child, 'SIGKILL', true), PATIENCE_MS)
  return promise.then((code) => {
    clearTimeout(timer)
    return { code, out, err }
  })
}

/** Ctrl-C goes to everything that the terminal runs, `kill` to the one process that was started. */
async function ended(): Promise<void> {
  const { server, url } = shell
  shell.server = null
  if (server === null) return
  const isDemo = server.command === 'npm run demo'
  signal(server.child, isDemo ? 'SIGINT' : 'SIGTERM', isDemo)
  await server.closed
  await expect(fetch(`${url}/health`)).rejects.toThrow('fetch failed')
}

/** Starts a server in place of the one before it. */
async function served(command: string, prints: RegExp): Promise<Printed> {
  await ended()
  const child = typing(command)
  const closed = new Promise((resolve) => child.once('close', resolve))
  shell.server = { command, child, closed }
  const said = await printed(child, prints)
  shell.url = /http:\/\/[\d.]+:\d+/.exec(said.out + said.err)?.[0] ?? ''
  return said
}

const fitting = (prints: RegExp): unknown => expect.stringMatching(prints)

const isOneOf = (command: string, beginnings: readonly string[]): boolean =>
  beginnings.some((beginning) => command.startsWith(beginning))

const BEGINNINGS = OUTCOMES.map(([beginning]) => beginning)
const isExpected = ({ text, shown }: Command): boolean =>
  shown !== null || NOT_TYPED.has(text) || isOneOf(text, BEGINNINGS)

/** Types it, and holds what comes out to what is said of it. */
async function typed({ text, shown }: Command, prints: RegExp): Promise<void> {
  if (text.startsWith('export ')) shell.exports += `${text}; `
  const isServer = isOneOf(text, SERVING)
  const { code, out, err } = isServer ? await served(text, prints) : await printed(typing(text))
  expect([text, code, code === 0 ? '' : err]).toEqual([text, 0, ''])
  const heard = shown === null ? out + (isServer ? err : '') : withoutIds(out)
  expect([text, heard]).toEqual([text, shown ?? fitting(prints)])
  for (const [id, kind] of out.matchAll(/\b(run|apr)_[0-9a-f]{10,}(?:_\d+)?/g)) shell.ids.set(`${kind}_…`, id)
}

/** What is another one each time: ids and moments. */
const withoutIds = (text: string): string =>
  text.replaceAll(/\b(run|apr)_[0-9a-f]{10,}(_\d+)?/g, '$1_…').replaceAll(/\b\d{4}-\d\d-\d\dT[\d:.]+Z/g, '…')

/** The files that the README tells its reader to write. */
function write(readme: string): void {
  for (const [name, text] of filesOf(readme)) {
    mkdirSync(dirname(join(clone, name)), { recursive: true })
    writeFileSync(join(clone, name), text)
  }
  const [, playbook = ''] = /```yaml\nplaybooks: # of registry\.yaml\n(.+?)```/s.exec(readme) ?? []
  const registry = readFileSync(join(clone, 'registry.yaml'), 'utf8')
  writeFileSync(join(clone, 'registry.yaml'), registry.replace('\nplaybooks:\n', `\nplaybooks:\n${playbook}`))
}

/** Both programs print what their comments say. */
async function exampled(): Promise<void> {
  shell.exports = ''
  const names = readdirSync(join(clone, 'examples')).filter((name) => name.endsWith('.ts'))
  expect(names).toEqual(['embed.ts', 'own-adapter.ts'])
  for (const name of names) {
    const program = readFileSync(join(clone, 'examples', name), 'utf8')
    const says = [...program.matchAll(/console\.log\(.*\) \/\/ (.+)$/gm)].map(([, text]) => text)
    const { code, out } = await printed(typing(`node examples/${name}`))
    expect([name, code, out.trimEnd().split('\n')]).toEqual([name, 0, says])
  }
}

afterAll(async () => {
  const { server } = shell
  if (server !== null) {
    signal(server.child, 'SIGKILL', true)
    await server.closed
  }
  rmSync(dir, { recursive: true, force: true })
})

test('every command of the README does what it says, in a fresh clone', { timeout: 480_000 }, async () => {
  execFileSync('git', ['clone', '--quiet', ROOT, clone])
  symlinkSync(join(ROOT, 'node_modules'), join(clone, 'node_modules'))
  mkdirSync(bin)
  symlinkSync(join(clone, 'src/cli/launcher.cjs'), join(bin, 'cugar'))
  const readme = readFileSync(join(clone, 'README.md'), 'utf8')
  const commands = commandsOf(readme)
  // A command of which nothing is said above is not tried.
  expect(commands.filter((command) => !isExpected(command))).toEqual([])
  const used = new Set<string>()
  for (const command of commands) {
    const { text } = command
    if (NOT_TYPED.has(text)) continue
    const [beginning = '', prints = /^/] = OUTCOMES.find(([start]) => text.startsWith(start)) ?? []
    used.add(beginning)
    if (text === 'cugar registry check' && shell.exports === '') write(readme)
    await typed(command, prints)
  }
  expect(BEGINNINGS.filter((beginning) => !used.has(beginning))).toEqual([])
  await ended()
  await exampled()
})
