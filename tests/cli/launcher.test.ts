import { execFile, spawn } from 'node:child_process'
import { copyFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import manifest from '../../package.json' with { type: 'json' }
import { folder } from './hand.ts'

const ROOT = join(import.meta.dirname, '../..')
const LAUNCHER = join(ROOT, 'src/cli/launcher.cjs')

type Ended = { readonly code: number | string | null; readonly out: string; readonly err: string }

const run = (file: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<Ended> =>
  new Promise((resolve) => {
    execFile(process.execPath, [file, ...args], { env }, (error, out, err) =>
      resolve({ code: error === null ? 0 : (error.code ?? null), out, err }),
    )
  })

/** The launcher in a checkout that needs a Node of the future, with a program that shows how it was started. */
function futureCheckout(): string {
  const root = folder()
  mkdirSync(join(root, 'src/cli'), { recursive: true })
  copyFileSync(LAUNCHER, join(root, 'src/cli/launcher.cjs'))
  writeFileSync(join(root, 'package.json'), '{ "type": "module", "engines": { "node": ">=99" } }')
  const program = `
    if (process.argv[2] === 'compiled') {
      process.stdout.write(String(process.getBuiltinModule('node:module').getCompileCacheDir()))
      process.exit()
    }
    if (process.argv[2] === 'stay') {
      setInterval(() => {}, 1000)
      process.on('SIGTERM', () => process.exit(7))
    }
    process.stdout.write(JSON.stringify(process.argv.slice(2)) + '\\n')
    process.exitCode = 3
  `
  writeFileSync(join(root, 'src/cli/cugar.ts'), program)
  return root
}

function bringNode(root: string): void {
  const dir = join(root, `node_modules/node-${process.platform}-${process.arch}/bin`)
  mkdirSync(dir, { recursive: true })
  symlinkSync(process.execPath, join(dir, 'node'))
}

const launcherOf = (root: string): string => join(root, 'src/cli/launcher.cjs')

describe('the launcher', () => {
  test('runs the program with its words and its exit code, without a word of its own', async () => {
    expect(await run(LAUNCHER, ['--version'])).toEqual({ code: 0, out: `${manifest.version}\n`, err: '' })
    expect((await run(LAUNCHER, ['runs', '--limit', 'x'])).code).toBe(2)
  })

  test('says in one line which Node is needed where this one is too old and none was brought', async () => {
    const { code, out, err } = await run(launcherOf(futureCheckout()), ['serve'])
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toMatch(
      new RegExp(`^cugar: needs Node 99 or newer, and this is ${process.version}: install it.*\n$`),
    )
  })

  test('takes the Node that the checkout brought, with words and exit code', async () => {
    const root = futureCheckout()
    bringNode(root)
    expect(await run(launcherOf(root), ['a', 'b c'])).toEqual({ code: 3, out: '["a","b c"]\n', err: '' })
  })

  test('that Node keeps the program compiled, as this one does', async () => {
    const root = futureCheckout()
    bringNode(root)
    const { out } = await run(launcherOf(root), ['compiled'], { TMPDIR: tmpdir() })
    expect(out).toContain(join(tmpdir(), 'node-compile-cache'))
  })

  test('hands signals on to that Node, and ends as it ends', async () => {
    const root = futureCheckout()
    bringNode(root)
    const child = spawn(process.execPath, [launcherOf(root), 'stay'])
    const closed = new Promise((resolve) => child.once('close', (code) => resolve(code)))
    await new Promise((resolve) => child.stdout.once('data', resolve))
    child.kill('SIGTERM')
    expect(await closed).toBe(7)
  })
})

type Started = { readonly url: string; readonly pid: number; readonly closed: Promise<number | null> }

function endGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL')
  } catch {
    // Nobody of it is left, as it should be.
  }
}

/** `npm start` in a group of its own, as a terminal starts it, once it listens. */
async function npm(words: readonly string[]): Promise<Started> {
  const env = { PATH: process.env['PATH'] ?? '', HOME: folder(), DATA_DIR: folder(), PORT: '0' }
  const child = spawn('npm', words, { cwd: ROOT, env: { ...env, LOG_LEVEL: 'error' }, detached: true })
  const pid = child.pid ?? 0
  // Closed when nobody writes there any more: neither npm nor what it started.
  const closed = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)))
  onTestFinished(() => endGroup(pid))
  const url = await new Promise<string>((resolve, reject) => {
    let said = ''
    const look = (chunk: Buffer): void => {
      said += chunk.toString()
      const [, found] = /listens on (http:\/\/[\d.:]+)/.exec(said) ?? []
      if (found !== undefined) resolve(found)
    }
    child.stdout.on('data', look)
    child.stderr.on('data', look)
    void closed.then(() => reject(new Error(said)))
  })
  return { url, pid, closed }
}

const answers = (url: string): Promise<boolean> =>
  fetch(`${url}/healthz`).then(
    ({ ok }) => ok,
    () => false,
  )

describe('npm start', () => {
  test.each([
    ['SIGTERM', 0],
    ['SIGINT', 0],
    ['SIGKILL', null],
    ['SIGHUP', null],
  ] as const)('ends the server when it is ended by %s', async (signal, code) => {
    const { url, pid, closed } = await npm(['start'])
    expect(await answers(url)).toBe(true)
    process.kill(pid, signal)
    expect(await closed).toBe(code)
    expect(await answers(url)).toBe(false)
  })

  test('stops in order on Ctrl-C, which reaches npm and the server both, and npm hands it on', async () => {
    const { url, pid, closed } = await npm(['start'])
    process.kill(-pid, 'SIGINT')
    expect(await closed).toBe(0)
    expect(await answers(url)).toBe(false)
  })

  test('the demo ends as the server does', async () => {
    const { url, pid, closed } = await npm(['run', 'demo', '--', '--approve', 'console'])
    process.kill(pid, 'SIGTERM')
    expect(await closed).toBe(1)
    expect(await answers(url)).toBe(false)
  })
})
