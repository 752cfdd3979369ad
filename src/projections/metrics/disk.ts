// What the journal takes on its disk, and what is left there. Read beside the event loop, at a scrape.
import { readdir, stat, statfs } from 'node:fs/promises'
import { join } from 'node:path'

/** Bytes. */
export type Disk = { readonly journal: number; readonly free: number; readonly size: number }

/** The database and what SQLite keeps beside it. */
const JOURNAL_FILE = /^journal\.db/

async function journalBytes(dir: string): Promise<number> {
  const files = (await readdir(dir)).filter((name) => JOURNAL_FILE.test(name))
  // One that goes between the two is no longer there: it takes nothing.
  const sizes = await Promise.allSettled(files.map((name) => stat(join(dir, name))))
  return sizes.reduce((sum, read) => (read.status === 'fulfilled' ? sum + read.value.size : sum), 0)
}

/** Errors: those of the file system, when `dir` cannot be read. */
export async function readDisk(dir: string): Promise<Disk> {
  const [journal, { bavail, blocks, bsize }] = await Promise.all([journalBytes(dir), statfs(dir)])
  return { journal, free: bavail * bsize, size: blocks * bsize }
}
