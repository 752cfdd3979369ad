// DATA_DIR, what is in it and when: is it writable, is there room, does the journal open, is the clock right?
import { constants, existsSync, lstatSync, realpathSync } from 'node:fs'
import { access, rm, statfs, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { Settings } from '../../config.ts'
import { AppError } from '../../errors.ts'
import { adviceOn } from './advice.ts'
import type { ExaminedStore } from '../../journal/sqlite/examine.ts'
import { DATABASE, LOCK } from '../../journal/sqlite/files.ts'
import { counted } from '../../run/figures.ts'
import { bad, doubtful, good, sentenceOf, type Check } from './check.ts'
import { fileHolder, type Holder } from './holder.ts'

const MIB = 1_048_576
const NEEDED_BYTES = 256 * MIB
const PROBE_BYTES = 65_536
const RIGHTS: ReadonlySet<string> = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOTDIR'])

/** The directory itself, or the nearest one above it that exists. */
function existing(dir: string): string {
  const here = resolve(dir)
  return existsSync(here) || dirname(here) === here ? here : existing(dirname(here))
}

const cannotWrite = (dir: string): Check =>
  bad('data directory', `${dir} cannot be written`, 'give this user the right to, or set DATA_DIR')

/** What the system says to a file that is really written: rights alone say nothing of a full disk or a quota. */
async function probe(dir: string): Promise<Check> {
  const file = join(dir, `doctor-${process.pid}.tmp`)
  try {
    await writeFile(file, Buffer.alloc(PROBE_BYTES), { flag: 'wx', flush: true })
    return good('data directory', `${dir} is writable`)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    if (RIGHTS.has(code)) return cannotWrite(dir)
    return bad('data directory', `${dir} cannot be written (${code})`, adviceOn(error, 'DATA_DIR'))
  } finally {
    await rm(file, { force: true }).catch(() => undefined)
  }
}

/** Whether something is in its place, such as a link that leads nowhere, or in its way. */
function isInTheWay(dir: string): boolean {
  try {
    return lstatSync(dir, { throwIfNoEntry: false }) !== undefined
  } catch {
    return true
  }
}

async function examineWriting(dir: string): Promise<Check> {
  if (existsSync(dir)) return probe(dir)
  if (isInTheWay(dir)) return cannotWrite(dir)
  return access(existing(dir), constants.W_OK | constants.X_OK).then(
    () => good('data directory', `${dir} can be made`),
    () => cannotWrite(dir),
  )
}

async function examineSpace(dir: string): Promise<Check> {
  const { bavail, bsize } = await statfs(existing(dir))
  const free = `${Math.floor((bavail * bsize) / MIB)} MiB free`
  if (bavail * bsize >= NEEDED_BYTES) return good('disk', free)
  return bad('disk', free, `make room: a journal needs at least ${NEEDED_BYTES / MIB} MiB`)
}

/** Clocks of two machines may differ a little; more would put new events before old ones. */
const CLOCK_TOLERANCE_MS = 60_000

/** `lastAt`: of the last event, epoch milliseconds. */
export function examineClock(lastAt: number | null): Check {
  const now = Date.now()
  if (lastAt === null || lastAt <= now + CLOCK_TOLERANCE_MS) return good('clock', new Date(now).toISOString())
  const detail = `it is ${new Date(now).toISOString()}, but the last event is of ${new Date(lastAt).toISOString()}`
  return bad('clock', detail, 'set the clock of this machine right')
}

export const opens = (events: number): Check => good('journal', `opens, ${counted(events, 'event')}`)

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
  return { checks: [bad('journal', sentenceOf(error).replace(/\.$/, ''), advice)], inUse }
}

export const noneYet: JournalState = {
  checks: [good('journal', 'none yet: the first start makes it')],
  inUse: false,
}

export const ofEarlier = good(
  'journal',
  'of an earlier version: the next start brings it to its new shape; back it up before',
)

function seen({ events, lastAt, isOfToday, isWhole }: ExaminedStore, beside: Holder | null): Check[] {
  if (!isOfToday) return [ofEarlier]
  const whole = isWhole === null ? ' (`cugar verify` reads all of it)' : ''
  const detail = `${opens(events).detail}${whole}`
  if (beside === null) return [good('journal', detail), examineClock(lastAt)]
  const also = `${detail}; ${beside.program}, process ${beside.pid}, has ${DATABASE} open`
  return [doubtful('journal', also, 'stop it where it writes: only the server may'), examineClock(lastAt)]
}

/** Who has it, as far as this user may know. */
async function inUseBy(dir: string, error: AppError): Promise<JournalState> {
  const { checks } = refused(error, 'DATA_DIR')
  const holder = await fileHolder(lockFile(dir))
  if (holder === null) return { checks, inUse: true }
  const detail = `Another process has ${dir} open: ${holder.program}, process ${holder.pid}`
  return { checks: checks.map((check) => ({ ...check, detail })), inUse: true }
}

/** A store that is there is looked at, and left as it is. */
async function examineJournal(dir: string): Promise<JournalState> {
  const { examineStore } = await import('../../journal/sqlite/examine.ts')
  try {
    const found = examineStore(dir)
    if (found === null) return noneYet
    return { checks: seen(found, await fileHolder(join(dir, DATABASE))), inUse: false }
  } catch (error) {
    const isInUse = error instanceof AppError && error.code === 'DATA_DIR_LOCKED'
    return isInUse ? inUseBy(dir, error) : refused(error, 'DATA_DIR')
  }
}

/** The file that is open in the process that has the data. */
export const lockFile = (dir: string): string => join(existsSync(dir) ? realpathSync(dir) : dir, LOCK)

export async function examineData({ dataDir }: Settings): Promise<JournalState> {
  const { checks, inUse } = await examineJournal(dataDir)
  return { checks: [await examineWriting(dataDir), await examineSpace(dataDir), ...checks], inUse }
}
