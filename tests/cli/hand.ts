// The command line as its users have it: a process of its own, with its own data directory and environment.
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
export const SCRIPT = join(root, 'src/cli/cugar.ts')
export const REGISTRY = join(root, 'registry.yaml')
export const ACME = join(root, 'examples/acme.yaml')

export type Env = Readonly<Record<string, string>>
export type Ended = { readonly code: number | null; readonly out: string; readonly err: string }

/** Nothing of the environment of the tests themselves, but where the program is found and kept compiled. */
const environment = (env: Env): NodeJS.ProcessEnv => ({
  PATH: process.env['PATH'] ?? '',
  NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? '',
  LOG_LEVEL: 'silent',
  REGISTRY,
  ...env,
})

function launch(args: readonly string[], env: Env): ChildProcess {
  const flags = ['--disable-warning=ExperimentalWarning']
  return spawn(process.execPath, [...flags, SCRIPT, ...args], { cwd: tmpdir(), env: environment(env) })
}

const ending = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve) => {
    child.once('close', (code) => resolve(code))
  })

/** Runs a command to its end. */
export async function cugar(args: readonly string[], env: Env = {}, input = ''): Promise<Ended> {
  const child = launch(args, env)
  if (!child.stdin || !child.stdout || !child.stderr) throw new Error('no pipes')
  child.stdin.end(input)
  const [code, out, err] = await Promise.all([ending(child), text(child.stdout), text(child.stderr)])
  return { code, out, err }
}

/** A folder that is gone when the test ends. */
export function folder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'cugar-cli-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}

export function file(name: string, content: string | Buffer): string {
  const path = join(folder(), name)
  writeFileSync(path, content)
  return path
}

export type Live = {
  /** Resolves with everything written up to and with the first line that contains the text. */
  readonly said: (part: string) => Promise<string>
  /** The same of standard error. */
  readonly remarked: (part: string) => Promise<string>
  readonly send: (signal: NodeJS.Signals) => void
  /** Resolves when it has ended by itself. */
  readonly ended: () => Promise<Ended>
  /** Sends the signal and waits for the end. */
  readonly end: (signal: NodeJS.Signals) => Promise<Ended>
}

/** Starts a command that goes on; killed with the test, whatever happens. */
export function start(args: readonly string[], env: Env): Live {
  const child = launch(args, env)
  const closed = ending(child)
  const written = { out: '', err: '' }
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => (written.out += chunk))
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => (written.err += chunk))
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await closed
  })
  const line = (stream: 'out' | 'err', part: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const line = written[stream]
          .split('\n')
          .slice(0, -1)
          .find((one) => one.includes(part))
        if (line !== undefined) resolve(line)
      }
      child[stream === 'out' ? 'stdout' : 'stderr']?.on('data', look)
      void closed.then(() =>
        reject(new Error(`it ended before it said ${part}: ${written.out}${written.err}`)),
      )
      look()
    })
  const said = (part: string): Promise<string> => line('out', part)
  const remarked = (part: string): Promise<string> => line('err', part)
  const ended = async (): Promise<Ended> => ({ code: await closed, ...written })
  const end = (signal: NodeJS.Signals): Promise<Ended> => {
    child.kill(signal)
    return ended()
  }
  const send = (signal: NodeJS.Signals): void => {
    child.kill(signal)
  }
  return { said, remarked, send, ended, end }
}

export type Server = Live & { readonly url: string; readonly dataDir: string }

/** A server on a free port. */
export async function server(env: Env = {}): Promise<Server> {
  const dataDir = env['DATA_DIR'] ?? folder()
  const live = start(['serve', '--json'], { PORT: '0', ...env, DATA_DIR: dataDir })
  const { url } = JSON.parse(await live.said('"url"')) as { url: string }
  return { ...live, url, dataDir }
}

export const lines = (out: string): string[] => out.split('\n').filter((line) => line !== '')
export const documents = (out: string): Record<string, unknown>[] =>
  lines(out).map((line) => JSON.parse(line) as Record<string, unknown>)
