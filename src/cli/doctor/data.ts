// DATA_DIR, what is in it and when: is it writable, is there room, does the journal open, is the clock right?
import { constants, existsSync, realpathSync } from 'node:fs'
import { access, statfs } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { Settings } from '../../config.ts'
import { AppError } from '../../errors.ts'
import type { Journal } from '../../journal/journal.ts'
import { counted } from '../../run/figures.ts'
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

export async function examineOpen(journal: Journal, place: string): Promise<Check[]> {
  try {
    const broken = await journal.check().then(
      () => null,
      (error: unknown) => refused(error, place),
    )
    if (broken !== null) return [...broken.checks]
    return [good('journal', `opens, ${counted(journal.position(), 'event')}`), await examineClock(journal)]
  } finally {
    await journal.close()
  }
}

export type JournalState = {
  readonly checks: readonly Check[]
  /** A process has it. */
  readonly inUse: boolean
}

/** What is wrong with a journal that does not open; one that is in use is judged by whose it is. */
export function refused(error: unknown, place: string): JournalState {
  const inUse =
    error instanceof AppError && (error.code === 'DATA_DIR_LOCKED' || error.code === 'DATABASE_LOCKED')
  const advice = inUse
    ? `stop the process that uses it, or set ${place} to another one`
    : adviceOn(error, place)
  return { checks: [bad('journal', sentenceOf(error), advice)], inUse }
}

/** What the store says of the machine it is on: SQLite's primary codes and messages, PostgreSQL's codes. */
const MACHINE = [
  {
    signs: /\b(?:readonly|read-only|permission denied|EACCES|EPERM|EROFS|25006|42501)\b/i,
    advice: 'give this user the right to write there',
  },
  { signs: /\b(?:is full|no space left|disk full|ENOSPC|EDQUOT|53100)\b/i, advice: 'make room on its disk' },
  { signs: /unable to open database file|EMFILE|ENFILE/i, advice: 'let this user open files there' },
] as const

const DEEPEST_CAUSE = 5

/** Messages and codes of an error and its causes. */
function signsOf(error: unknown, depth = 0): string {
  if (!(error instanceof Error) || depth > DEEPEST_CAUSE) return ''
  const code = 'code' in error ? String(error.code) : ''
  return [code, error.message, signsOf(error.cause, depth + 1)].join(' ')
}

/** A journal that cannot be written is whole: only one that cannot be read is to be restored. */
function adviceOn(error: unknown, place: string): string {
  const signs = signsOf(error)
  const found = MACHINE.find((one) => one.signs.test(signs))
  if (found !== undefined) return `${found.advice}, or set ${place} to another place`
  return `restore it from a backup, or set ${place} to a new one`
}

export const noneYet: JournalState = {
  checks: [good('journal', 'none yet: the first start makes it')],
  inUse: false,
}

async function examineJournal(dir: string): Promise<JournalState> {
  if (!existsSync(join(dir, 'journal.db'))) return noneYet
  const { sqliteJournal } = await import('../../journal/sqlite/sqlite.ts')
  return sqliteJournal({ dir, writer: `doctor-${process.pid}` }).then(
    async (journal) => ({ checks: await examineOpen(journal, 'DATA_DIR'), inUse: false }),
    (error: unknown) => refused(error, 'DATA_DIR'),
  )
}

/** The file that is open in the process that has the data. */
export const lockFile = (dir: string): string => join(existsSync(dir) ? realpathSync(dir) : dir, 'lock.db')

export async function examineData({ dataDir }: Settings): Promise<JournalState> {
  const { checks, inUse } = await examineJournal(dataDir)
  return { checks: [await examineWriting(dataDir), await examineSpace(dataDir), ...checks], inUse }
}
