// A PostgreSQL server of its own data and socket, without a network, with fsync. It ends with the process that made it.
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Client } from 'pg'

const USER = 'cugar'
/** Every character of it must find its way through a URL. */
export const PASSWORD = 's3cret:pass/word%'

export type Cluster = {
  /** URL of a new, empty database. */
  readonly create: () => Promise<string>
  readonly urlOf: (database: string) => string
  /** Runs statements behind the journal's back; rows of the last one. */
  readonly run: (url: string, sql: string) => Promise<Record<string, unknown>[]>
  /** Ends the server without a word, as a crash does. */
  readonly crash: () => Promise<void>
  readonly start: () => Promise<void>
  /** With another `fsync`. */
  readonly restart: (fsync: 'on' | 'off') => Promise<void>
  readonly stop: () => Promise<void>
}

/** Debian keeps the programs of each version in a folder of their own, off the path. */
function programs(): string {
  const root = '/usr/lib/postgresql'
  const versions = existsSync(root) ? readdirSync(root).sort((a, b) => Number(b) - Number(a)) : []
  const found = versions
    .map((version) => join(root, version, 'bin'))
    .find((bin) => existsSync(join(bin, 'postgres')))
  if (found === undefined) throw new Error('no PostgreSQL server: install the package postgresql')
  return found
}

/** The server refuses to run as root; and it must not outlive its test. */
const AS_ROOT = process.getuid?.() === 0
const SETPRIV = AS_ROOT ? ['--reuid=postgres', '--regid=postgres', '--init-groups'] : []

function makeData(bin: string): string {
  const dir = mkdtempSync(join(tmpdir(), 'pg-'))
  if (AS_ROOT) {
    const idOf = (flag: string): number =>
      Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }).trim())
    chownSync(dir, idOf('-u'), idOf('-g'))
  }
  const secret = join(dir, 'password')
  writeFileSync(secret, PASSWORD, { mode: 0o644 })
  const asked = ['-D', join(dir, 'data'), '-U', USER, '--pwfile', secret, '--auth=scram-sha-256']
  const program = [join(bin, 'initdb'), ...asked, '--encoding=UTF8', '--no-locale', '--no-sync']
  execFileSync('setpriv', [...SETPRIV, ...program], { cwd: dir, stdio: ['ignore', 'ignore', 'inherit'] })
  return dir
}

async function startServer(bin: string, dir: string, fsync = 'on'): Promise<ChildProcess> {
  const settings = [
    'listen_addresses=',
    `unix_socket_directories=${dir}`,
    `fsync=${fsync}`,
    'shared_buffers=32MB',
  ]
  const flags = settings.flatMap((setting) => ['-c', setting])
  const program = [join(bin, 'postgres'), '-D', join(dir, 'data'), ...flags]
  const server = spawn('setpriv', [...SETPRIV, '--pdeathsig=QUIT', ...program], {
    cwd: dir,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const lines: string[] = []
  for await (const line of createInterface({ input: server.stderr })) {
    lines.push(line)
    if (line.includes('ready to accept connections')) break
  }
  if (!lines.at(-1)?.includes('ready to accept')) throw new Error(lines.join('\n'))
  server.stderr.resume()
  return server
}

async function runIn(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client(url)
  await client.connect()
  try {
    const results: unknown = await client.query<Record<string, unknown>>(sql)
    const last = (Array.isArray(results) ? results.at(-1) : results) as { rows: Record<string, unknown>[] }
    return last.rows
  } finally {
    await client.end()
  }
}

/** Not started yet. Throws where no PostgreSQL is installed. */
export function makeCluster(): Cluster {
  const bin = programs()
  const dir = makeData(bin)
  let server: ChildProcess | null = null
  let made = 0
  const urlOf = (database: string): string =>
    `postgres://${USER}:${encodeURIComponent(PASSWORD)}@localhost/${database}?host=${encodeURIComponent(dir)}`
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (!server) return
    const exited = once(server, 'exit')
    server.kill(signal)
    await exited
    server = null
  }
  return {
    urlOf,
    run: runIn,
    create: async () => {
      made += 1
      await runIn(urlOf('postgres'), `CREATE DATABASE journal_${made}`)
      return urlOf(`journal_${made}`)
    },
    start: async () => {
      server = await startServer(bin, dir)
    },
    restart: async (fsync) => {
      await end('SIGINT')
      server = await startServer(bin, dir, fsync)
    },
    crash: () => end('SIGQUIT'),
    stop: async () => {
      await end('SIGINT')
      rmSync(dir, { recursive: true })
    },
  }
}
