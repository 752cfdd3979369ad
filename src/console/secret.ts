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

/** By person since when their sessions count, epoch milliseconds. */
export type Ended = {
  readonly of: (id: string) => number | undefined
  /** Resolves when it is kept. */
  readonly note: (id: string, at: number) => Promise<void>
}

const endedSchema = z.record(z.string(), z.int())

/** As it was left; what cannot be read is an error, as sessions that were ended would live again. */
export async function endedSessions(dataDir: string | null): Promise<Ended> {
  const file = dataDir === null ? null : join(dataDir, 'console.ended.json')
  const known = file === null ? null : await readFile(file, 'utf8').catch(nullIfMissing)
  const ended = new Map(Object.entries(known === null ? {} : endedSchema.parse(JSON.parse(known))))
  let writing = Promise.resolve()
  const keep = async (): Promise<void> => {
    if (file === null) return
    await writeFile(`${file}.new`, JSON.stringify(Object.fromEntries(ended)), { mode: 0o600, flush: true })
    await rename(`${file}.new`, file)
  }
  return {
    of: (id) => ended.get(id),
    note: (id, at) => {
      ended.set(id, at)
      // One after the other: the last one has them all.
      writing = writing.then(keep, keep)
      return writing
    },
  }
}
