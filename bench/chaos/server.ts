// One scratch runtime: a real server process in a folder of its own, that an incident may kill, pause and start again.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RuntimeOptions } from '../../src/runtime.ts'
import { freePort } from './programs.ts'
import { reach } from './reach.ts'
import { chaosRegistry, type RegistryChanges } from './registry-text.ts'

export type ServerOptions = {
  readonly engine?: NonNullable<RuntimeOptions['engine']>
  readonly tracing?: NonNullable<RuntimeOptions['tracing']>
  readonly otelEndpoint?: string
  /** Variables that it has beside ours: models and vendors. */
  readonly environment?: Readonly<Record<string, string>>
  /** Megabytes of the file system that its data is on; without it, the one of the folder. Linux alone. */
  readonly diskMegabytes?: number
  readonly registry?: RegistryChanges
}

/** What server-program.ts is given. */
export type ServerProgram = {
  readonly port: number
  readonly dataDir: string
  readonly registryFile: string
  readonly otelEndpoint: string | null
  readonly environment: Readonly<Record<string, string>>
  readonly engine: NonNullable<RuntimeOptions['engine']>
  readonly tracing: NonNullable<RuntimeOptions['tracing']>
  /** What its clock shows more than ours. */
  readonly clockMs: number
}

type Answered = { readonly status: number; readonly body: unknown }

export type ChaosServer = {
  /** host:port, from its first start on. */
  readonly address: () => string
  readonly dataDir: string
  readonly setRegistry: (text: string) => void
  /** Writes its registry with these changes beside those of before, and the server loads it. */
  readonly changeRegistry: (changes: RegistryChanges) => Promise<void>
  /** Nothing when it runs already. Errors: it ends before it serves. */
  readonly start: (clockMs?: number) => Promise<void>
  /** Ends it as a crash does. */
  readonly kill: () => Promise<void>
  /** Lets it store everything first. */
  readonly stop: () => Promise<void>
  readonly signal: (signal: NodeJS.Signals) => void
  readonly pid: () => number
  /** As `actor`; without a body GET. */
  readonly ask: (path: string, body?: object, actor?: string) => Promise<Answered>
  /** As `ask`. Errors: an answer that is no 2xx. */
  readonly call: <T>(path: string, body?: object, actor?: string) => Promise<T>
}

/** So many are tried. */
const PORTS = 5
const PROGRAM = join(import.meta.dirname, 'server-program.ts')
const ON_SMALL_DISK = 'mount -t tmpfs -o size="$1"m tmpfs "$2" && shift 2 && exec "$@"'

function spawned(program: ServerProgram, diskMegabytes: number | undefined): ChildProcess {
  const own = [process.execPath, PROGRAM, JSON.stringify(program)]
  const options = {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'] as ['ignore', 'ignore', 'inherit', 'ipc'],
    env: { ...process.env, ...program.environment },
  }
  if (diskMegabytes === undefined) return spawn(process.execPath, own.slice(1), options)
  const mounted = ['sh', '-c', ON_SMALL_DISK, 'sh', String(diskMegabytes), program.dataDir, ...own]
  return spawn('unshare', ['--map-root-user', '--mount', ...mounted], options)
}

export async function chaosServer(dir: string, options: ServerOptions = {}): Promise<ChaosServer> {
  let port = 0
  const dataDir = join(dir, 'data')
  const registryFile = join(dir, 'registry.yaml')
  mkdirSync(dataDir, { recursive: true })
  const setRegistry = (text: string): void => writeFileSync(registryFile, text)
  let inForce: RegistryChanges = options.registry ?? {}
  // Several incidents change one registry: what one of them changed is not another's to take back.
  const adopt = (changes: RegistryChanges): void => {
    inForce = { ...inForce, ...changes, calls: { ...inForce.calls, ...changes.calls } }
    setRegistry(chaosRegistry(inForce))
  }
  adopt({})
  const { engine = {}, tracing = {}, otelEndpoint = null, environment = {} } = options
  let child: ChildProcess | null = null
  const address = (): string => `127.0.0.1:${port}`

  const isRunning = (): boolean => child !== null && child.exitCode === null && child.signalCode === null

  /** Whether it serves; otherwise it has ended before. */
  const serves = async (clockMs: number): Promise<boolean> => {
    const program = { port, dataDir, registryFile, otelEndpoint, environment, engine, tracing, clockMs }
    child = spawned(program, options.diskMegabytes)
    const [message] = (await Promise.race([once(child, 'message'), once(child, 'exit')])) as [unknown]
    return message === 'serves'
  }
  const start = async (clockMs = 0): Promise<void> => {
    if (isRunning()) return
    if (port > 0) {
      if (await serves(clockMs)) return
      throw new Error(`a server of ${dir} ends before it serves`)
    }
    // A port that was free may be somebody else's by now.
    for (let tries = 0; tries < PORTS; tries += 1) {
      port = await freePort()
      if (await serves(clockMs)) return
    }
    throw new Error(`a server of ${dir} ends before it serves, at each of ${PORTS} ports`)
  }
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child === null || !isRunning()) return
    const ended = once(child, 'exit')
    child.kill(signal)
    await ended
  }
  const ask = async (path: string, body?: object, actor = 'chaos'): Promise<Answered> => {
    const response = await reach(`http://${address()}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { 'content-type': 'application/json', 'x-cugar-actor': actor },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, body: text === '' ? null : (JSON.parse(text) as unknown) }
  }
  const call = async <T>(path: string, body?: object, actor?: string): Promise<T> => {
    const answer = await ask(path, body, actor)
    if (answer.status >= 300)
      throw new Error(`${path} answers ${answer.status}: ${JSON.stringify(answer.body)}`)
    return answer.body as T
  }
  return {
    address,
    dataDir,
    setRegistry,
    changeRegistry: async (changes) => {
      adopt(changes)
      await call('/v1/registry/reload', {})
    },
    call,
    start,
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
    signal: (signal) => {
      child?.kill(signal)
    },
    pid: () => child?.pid ?? 0,
    ask,
  }
}
