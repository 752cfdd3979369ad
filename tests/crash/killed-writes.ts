// kill -9 in the middle of fifty writes into a CRM that writes whatever it is asked to, round after round, each in a
// journal of its own. By hand, as often as wanted, in either store:
//   node tests/crash/killed-writes.ts 20
//   node tests/crash/killed-writes.ts 20 postgres
import { spawn } from 'node:child_process'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { mkdtempSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeCluster } from '../journal/postgres-server.ts'

const WRITES = 50
const PROGRAM = join(import.meta.dirname, 'writer.ts')

type Written = { readonly key: string; readonly account_id: string }

async function bodyOf(req: IncomingMessage): Promise<Written> {
  const chunks: Buffer[] = []
  for await (const chunk of req) chunks.push(chunk as Buffer)
  return JSON.parse(Buffer.concat(chunks).toString()) as Written
}

type Finds = { runtime: number; person: number }

/**
 * A CRM that keeps every write. `killAt` is told of a write that is kept and has no answer yet; while the process dies
 * nothing is answered, and every other write that it had sent is kept all the same.
 */
async function crm() {
  const written: Written[] = []
  const finds: Finds = { runtime: 0, person: 0 }
  let limit: { readonly count: number; readonly kill: () => void } | null = null
  let unanswered = 0

  function find(query: URLSearchParams, res: ServerResponse): void {
    finds[query.has('person') ? 'person' : 'runtime'] += 1
    const at = written.findIndex(({ key }) => key === query.get('key'))
    res.end(JSON.stringify({ id: at < 0 ? null : `id-${at}` }))
  }

  async function write(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const body = await bodyOf(req)
    const isDying = limit !== null && written.length >= limit.count
    const isLast = limit !== null && written.length + 1 === limit.count
    if (isDying || isLast) unanswered += 1
    if (!isDying || unanswered % 2 === 1) written.push(body)
    if (isLast) limit?.kill()
    if (isDying || isLast) return
    const reply = (): void => void res.end(JSON.stringify({ id: `id-${written.length - 1}` }))
    // Half of the answers take a while, so that several are under way.
    if (written.length % 2 === 0) setTimeout(reply, 20)
    else reply()
  }

  const answer = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const { searchParams } = new URL(req.url ?? '', 'http://crm')
    if (searchParams.has('key')) find(searchParams, res)
    else await write(req, res)
  }
  const server = createServer((req, res) => void answer(req, res).catch(() => res.destroy()))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    written,
    finds,
    unanswered: () => unanswered,
    killAt: (count: number, kill: () => void) => {
      limit = { count, kill }
    },
    answerAll: () => {
      limit = null
    },
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

type Crm = Awaited<ReturnType<typeof crm>>

export type KilledRound = {
  /** How many writes the CRM had when the process was killed: in the middle, so fewer than all. */
  readonly killedAt: number
  /** How many that it had sent had no answer: whether they happened only the CRM knew. */
  readonly unanswered: number
  /** Accounts that were written about, as often as they were. */
  readonly accounts: readonly string[]
  /** Each of them once. */
  readonly wanted: readonly string[]
  readonly keys: number
  /** How often the CRM was asked whether it has a write of a key, and by whom. */
  readonly finds: Readonly<Finds>
}

/** One process that writes what is not written yet; `killAt`: it dies when the CRM has so many. */
const live = (place: string, one: Crm, killAt: number | null): Promise<NodeJS.Signals | null> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [PROGRAM, place, one.url, String(WRITES)], {
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    if (killAt === null) one.answerAll()
    else one.killAt(killAt, () => child.kill('SIGKILL'))
    child.on('error', reject)
    child.on('exit', (code, signal) => {
      if (signal === null && code !== 0) reject(new Error(`the process ended with ${code}`))
      else resolve(signal)
    })
  })

/** Kills one process in the middle, and lets the next one end what is left. */
async function killedRound(place: string, killAt: number): Promise<KilledRound> {
  const one = await crm()
  const { written, unanswered, finds, close } = one
  try {
    const signal = await live(place, one, killAt)
    if (signal !== 'SIGKILL') throw new Error('the process had ended before it was killed')
    const killedAt = written.length
    await live(place, one, null)
    return {
      killedAt,
      unanswered: unanswered(),
      accounts: written.map(({ account_id }) => account_id).toSorted(),
      wanted: Array.from({ length: WRITES }, (_, at) => `account-${at}`).toSorted(),
      keys: new Set(written.map(({ key }) => key)).size,
      finds,
    }
  } finally {
    close()
  }
}

/** From the first writes to the last ones, in equal steps. */
const killPoint = (round: number, rounds: number): number =>
  1 + Math.floor(((round + 0.5) * (WRITES - 10)) / rounds)

/** `database`: makes an empty database and gives its address; null: the journals are SQLite's. */
export async function killWrites(
  rounds: number,
  database: (() => Promise<string>) | null,
): Promise<readonly KilledRound[]> {
  const all: KilledRound[] = []
  for (let round = 0; round < rounds; round += 1) {
    const dir = mkdtempSync(join(tmpdir(), 'cugar-writes-'))
    try {
      const place = database === null ? dir : await database()
      all.push(await killedRound(place, killPoint(round, rounds)))
    } finally {
      rmSync(dir, { recursive: true, force: true })
    }
  }
  return all
}

const isOnce = ({ accounts, wanted, keys }: KilledRound): boolean =>
  accounts.join() === wanted.join() && keys === wanted.length

const sum = (all: readonly KilledRound[], amount: (one: KilledRound) => number): number =>
  all.reduce((total, one) => total + amount(one), 0)

async function byHand(rounds: number, store: string): Promise<boolean> {
  const cluster = store === 'postgres' ? makeCluster() : null
  await cluster?.start()
  try {
    const all = await killWrites(rounds, cluster === null ? null : () => cluster.create())
    const once = all.filter(isOnce).length
    const points = all.map(({ killedAt }) => killedAt).join(' ')
    console.log(
      `${store}: ${all.length} kills after ${points} of ${WRITES} writes; ${sum(all, (one) => one.accounts.length)} ` +
        `writes of ${rounds * WRITES}, ${sum(all, (one) => one.unanswered)} unanswered when the process died, ` +
        `looked up ${sum(all, (one) => one.finds.runtime)} times by the runtime and ` +
        `${sum(all, (one) => one.finds.person)} by a person; each write exactly once in ${once} of ${rounds} rounds`,
    )
    return once === rounds
  } finally {
    await cluster?.stop()
  }
}

if (process.argv[1] === import.meta.filename) {
  const [, , rounds = '20', store = 'sqlite'] = process.argv
  process.exitCode = (await byHand(Number(rounds), store)) ? 0 : 1
}
