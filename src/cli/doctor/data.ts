// DATA_DIR, what is in it and when: is it writable, is there room, does the journal open, is the clock right?
import { constants, existsSync } from 'node:fs'
import { access, statfs } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { Settings } from '../../config.ts'
import { AppError } from '../../errors.ts'
import type { Journal } from '../../journal/journal.ts'
import { counted } from '../amounts.ts'
import { bad, good, sentenceOf, type Check } from './check.ts'

const MIB = 1_048_576
const NEEDED_BYTES = 256 * MIB

/** The directory itself, or the nearest one above it that exists. */
function existing(dir: string): string {
  const here = resolve(dir)
  return existsSync(here) || dirname(here) === here ? here : existing(dirname(here))
}

const examineWriting = async (dir: string): Promise<Check> =>
  access(existing(dir), constants.W_OK | constants.X_OK).then(
    () => good('data directory', `${dir} ${existsSync(dir) ? 'is writable' : 'can be made'}`),
    () => bad('data directory', `${dir} cannot be written`, 'give this user the right to, or set DATA_DIR'),
  )

async function examineSpace(dir: string): Promise<Check> {
  const { bavail, bsize } = await statfs(existing(dir))
  const free = `${Math.floor((bavail * bsize) / MIB)} MiB free`
  if (bavail * bsize >= NEEDED_BYTES) return good('disk', free)
  return bad('disk', free, `make room: a journal needs at least ${NEEDED_BYTES / MIB} MiB`)
}

/** Clocks of two machines may differ a little; more would put new events before old ones. */
const CLOCK_TOLERANCE_MS = 60_000

async function examineClock(journal: Journal): Promise<Check> {
  const [last] = await journal.readAll(Math.max(0, journal.position() - 1), 1)
  if (last === undefined || last.at <= Date.now() + CLOCK_TOLERANCE_MS)
    return good('clock', new Date().toISOString())
  const detail = `it is ${new Date().toISOString()}, but the last event is of ${new Date(last.at).toISOString()}`
  return bad('clock', detail, 'set the clock of this machine right')
}

export async function examineOpen(journal: Journal): Promise<Check[]> {
  try {
    await journal.check()
    return [good('journal', `opens, ${counted(journal.position(), 'event')}`), await examineClock(journal)]
  } finally {
    await journal.close()
  }
}

function refused(error: unknown): Check[] {
  const locked = error instanceof AppError && error.code === 'DATA_DIR_LOCKED'
  const advice = locked
    ? 'stop the process that uses it, or set DATA_DIR'
    : 'restore the data directory from a backup, or set DATA_DIR to a new one'
  return [bad('journal', sentenceOf(error), advice)]
}

async function examineJournal(dir: string): Promise<Check[]> {
  if (!existsSync(join(dir, 'journal.db'))) return [good('journal', 'none yet: the first start makes it')]
  const { sqliteJournal } = await import('../../journal/sqlite/sqlite.ts')
  return sqliteJournal({ dir, writer: `doctor-${process.pid}` })
    .then(examineOpen)
    .catch(refused)
}

export async function examineData({ dataDir }: Settings, running: string | null): Promise<Check[]> {
  const journal =
    running === null ? await examineJournal(dataDir) : [good('journal', 'in use by the running server')]
  return [await examineWriting(dataDir), await examineSpace(dataDir), ...journal]
}
