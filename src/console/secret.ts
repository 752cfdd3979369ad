// What signs the sessions, and whose were ended: kept beside the journal, so that a restart ends none and revives none.
import { randomBytes } from 'node:crypto'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'

const LENGTH = 32

function nullIfMissing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null
  throw error
}

/** Made at the first start, readable by its owner alone; without a folder it lives as long as the process. */
export async function sessionSecret(dataDir: string | null): Promise<Buffer> {
  if (dataDir === null) return randomBytes(LENGTH)
  const file = join(dataDir, 'console.secret')
  const known = await readFile(file).catch(nullIfMissing)
  if (known?.length === LENGTH) return known
  const secret = randomBytes(LENGTH)
  await writeFile(file, secret, { mode: 0o600 })
  return secret
}

/** How often all sessions of somebody were ended, and when last, epoch milliseconds. */
export type EndedAll = { readonly times: number; readonly at: number }

export type Ended = {
  readonly all: (id: string) => EndedAll | undefined
  /** Of one session, by its nonce. */
  readonly one: (nonce: string) => boolean
  /** Resolves when it is kept. */
  readonly noteAll: (id: string, at: number) => Promise<void>
  readonly noteOne: (nonce: string) => Promise<void>
}

/** Sessions that are remembered as ended; by their number, because a clock can be set. */
const MOST_ENDED = 10_000

const endedSchema = z.strictObject({
  all: z.record(z.string(), z.strictObject({ times: z.int(), at: z.int() })),
  one: z.array(z.string()),
})
/** As it was kept before single sessions were: when all of somebody were ended. */
const olderSchema = z.record(z.string(), z.int()).transform((ended) => ({
  all: Object.fromEntries(Object.entries(ended).map(([id, at]) => [id, { times: 1, at }])),
  one: [],
}))

/** As it was left; what cannot be read is an error, as sessions that were ended would live again. */
export async function endedSessions(dataDir: string | null): Promise<Ended> {
  const file = dataDir === null ? null : join(dataDir, 'console.ended.json')
  const text = file === null ? null : await readFile(file, 'utf8').catch(nullIfMissing)
  const known = text === null ? null : z.union([endedSchema, olderSchema]).parse(JSON.parse(text))
  const all = new Map(Object.entries(known?.all ?? {}))
  const one = new Set(known?.one ?? [])
  let writing = Promise.resolve()
  const write = async (): Promise<void> => {
    if (file === null) return
    const kept = JSON.stringify({ all: Object.fromEntries(all), one: [...one] })
    await writeFile(`${file}.new`, kept, { mode: 0o600, flush: true })
    await rename(`${file}.new`, file)
  }
  const keep = (): Promise<void> => {
    // One after the other: the last one has them all.
    writing = writing.then(write, write)
    return writing
  }
  return {
    all: (id) => all.get(id),
    one: (nonce) => one.has(nonce),
    noteAll: (id, at) => {
      all.set(id, { times: (all.get(id)?.times ?? 0) + 1, at })
      return keep()
    },
    noteOne: (nonce) => {
      one.add(nonce)
      const [oldest] = one
      if (one.size > MOST_ENDED && oldest !== undefined) one.delete(oldest)
      return keep()
    },
  }
}
