// kill -9 in the middle of fifty writes into a CRM that writes whatever it is asked to. By hand, as often as wanted:
//   node tests/crash/killed-writes.ts 20
import { spawn } from 'node:child_process'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { mkdtempSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const WRITES = 50
const PROGRAM = join(import.meta.dirname, 'writer.ts')

type Written = { readonly key: string; readonly account_id: string }

async function bodyOf(req: IncomingMessage): Promise<Written> {
  const chunks: Buffer[] = []
  for await (const chunk of req) chunks.push(chunk as Buffer)
  return JSON.parse(Buffer.concat(chunks).toString()) as Written
}

/** A CRM that keeps every write; told of each one before it is answered. */
async function crm() {
  const written: Written[] = []
  let onWrite: (count: number) => void = () => undefined
  let finds = 0
  const answer = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const found = new URL(req.url ?? '', 'http://crm').searchParams.get('key')
    if (found === null) {
      written.push(await bodyOf(req))
      onWrite(written.length)
    } else finds += 1
    const at = found === null ? written.length - 1 : written.findIndex(({ key }) => key === found)
    // Half of the answers take a while, so that a process dies between the effect and its answer.
    const reply = (): void => void res.end(JSON.stringify({ id: at < 0 ? null : `id-${at}` }))
    if (found === null && written.length % 2 === 0) setTimeout(reply, 20)
    else reply()
  }
  const server = createServer((req, res) => void answer(req, res).catch(() => res.destroy()))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const close = (): void => {
    server.closeAllConnections()
    server.close()
  }
  const { port } = server.address() as AddressInfo
  return {
    close,
    url: `http://127.0.0.1:${port}`,
    written,
    finds: () => finds,
    listen: (listener: (count: number) => void) => {
      onWrite = listener
    },
  }
}

export type KilledWrites = {
  readonly kills: number
  /** Accounts that were written about, as often as they were. */
  readonly accounts: readonly string[]
  /** Each of them once. */
  readonly wanted: readonly string[]
  readonly keys: number
  /** How often it was asked whether there is a write of a key. */
  readonly finds: number
}

/** Kills the process that writes so many times, or for so long, and lets the last one end. */
export async function killWrites(times: number, patienceMs: number): Promise<KilledWrites> {
  const dir = mkdtempSync(join(tmpdir(), 'cugar-writes-'))
  const { url, written, finds, listen, close } = await crm()
  const life = (killAfter: number | null): Promise<NodeJS.Signals | null> =>
    new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [PROGRAM, dir, url, String(WRITES)], {
        stdio: ['ignore', 'ignore', 'inherit'],
      })
      const until = written.length + (killAfter ?? Infinity)
      listen((count) => {
        if (count >= until) child.kill('SIGKILL')
      })
      child.on('error', reject)
      child.on('exit', (code, signal) => {
        if (signal === null && code !== 0) reject(new Error(`the process ended with ${code}`))
        else resolve(signal)
      })
    })
  const end = Date.now() + patienceMs
  let kills = 0
  try {
    while (kills < times && Date.now() < end && (await life(1 + (kills % 3))) !== null) kills += 1
    await life(null)
  } finally {
    close()
    rmSync(dir, { recursive: true, force: true })
  }
  return {
    kills,
    accounts: written.map(({ account_id }) => account_id).toSorted(),
    wanted: Array.from({ length: WRITES }, (_, at) => `account-${at}`).toSorted(),
    keys: new Set(written.map(({ key }) => key)).size,
    finds: finds(),
  }
}

if (process.argv[1] === import.meta.filename) {
  const { kills, accounts, wanted, keys, finds } = await killWrites(Number(process.argv[2] ?? 20), Infinity)
  const isOnce = accounts.join() === wanted.join() && keys === wanted.length
  console.log(
    `${kills} kills, ${accounts.length} writes of ${wanted.length}, ${finds} look-ups: ${isOnce ? 'each once' : 'NOT each once'}`,
  )
  process.exitCode = isOnce ? 0 : 1
}
