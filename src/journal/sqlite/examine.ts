// Looks at a store without changing anything of it, for whoever asks how it is: no new shape, no log thrown away, no file
// left beside it.
import { existsSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { storeFault } from './fault.ts'
import { checkFiles, checkFolder, DATABASE, INDEX_OF_LOG, LOCK, LOG } from './files.ts'
import { unusable } from '../unusable.ts'
import { numberOf } from './numbers.ts'
import { isOfToday, lock, openToLook, versionOf } from './open.ts'
import { sqliteQueries } from './queries.ts'

export type ExaminedStore = {
  readonly events: number
  /** Of the last event, epoch milliseconds; null: there is none. */
  readonly lastAt: number | null
  /** false: the next start brings it to today's shape. */
  readonly isOfToday: boolean
  /** Every page was read and is in order; null: there are too many to read them for this. */
  readonly isWhole: true | null
}

/** A disk reads as much in a second or two. */
const MOST_READ_BYTES = 512 * 1024 * 1024

const bytesOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0

function checkPages(db: DatabaseSync, bytes: number): true | null {
  if (bytes > MOST_READ_BYTES) return null
  const [found] = db.prepare('PRAGMA quick_check(1)').all()
  const said = Object.values(found ?? {})[0]
  if (said === 'ok') return true
  throw unusable('restore', `${DATABASE} is damaged.`, new Error(String(said)))
}

function look(db: DatabaseSync, bytes: number): ExaminedStore {
  const version = versionOf(db)
  const isWhole = checkPages(db, bytes)
  if (!isOfToday(version)) return { events: 0, lastAt: null, isOfToday: false, isWhole }
  // That every table is there is seen by the questions that are asked of it.
  sqliteQueries(db)
  const last = 'FROM events ORDER BY first_position DESC LIMIT 1'
  const events = numberOf(db, `SELECT first_position + count - 1 ${last}`)
  return {
    events,
    lastAt: events === 0 ? null : numberOf(db, `SELECT at ${last}`),
    isOfToday: true,
    isWhole,
  }
}

function examineHeld(dir: string): ExaminedStore | null {
  if (!checkFiles(dir)) return null
  const index = join(dir, INDEX_OF_LOG)
  const hadIndex = existsSync(index)
  const db = openToLook(dir)
  try {
    return look(db, bytesOf(join(dir, DATABASE)) + bytesOf(join(dir, LOG)))
  } finally {
    db.close()
    if (!hadIndex) rmSync(index, { force: true })
  }
}

/** Its folder, which may have a part that is none. */
function checkPlace(dir: string): void {
  try {
    checkFolder(dir)
  } catch (error) {
    throw storeFault(error, dir)
  }
}

/** null: there is none yet. Errors: DATA_DIR_LOCKED; JOURNAL_BROKEN with what is wrong. */
export function examineStore(dir: string): ExaminedStore | null {
  checkPlace(dir)
  // Where nothing keeps others out, nobody is in.
  const held = existsSync(join(dir, LOCK)) ? lock(dir) : null
  try {
    return examineHeld(dir)
  } catch (error) {
    throw storeFault(error, DATABASE)
  } finally {
    held?.close()
  }
}
