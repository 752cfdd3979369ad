// Opens the store of one data directory for one process, and brings it to today's shape.
import { existsSync, renameSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { DatabaseSync } from 'node:sqlite'
import { AppError } from '../../errors.ts'
import { makeFolder } from '../folder.ts'
import { storeFault } from './fault.ts'
import { checkFiles, checkFolder, DATABASE, hasLog, LOCK } from './files.ts'
import { unusable } from '../unusable.ts'
import { initial } from './migrations/001-initial.ts'
import { streams } from './migrations/002-streams.ts'
import { numberOf, primaryCode, SQLITE_BUSY } from './numbers.ts'
import { clearCopies, PAGE_BYTES, renewPages, syncToDisk } from './pages.ts'

/** In order; the version of a store is how many of them it has had. */
const MIGRATIONS: readonly string[] = [initial, streams]

/** An exclusive lock that the operating system gives back however the process ends. */
export function lock(dir: string): DatabaseSync {
  const held = new DatabaseSync(join(dir, LOCK), { timeout: 0 })
  try {
    held.exec('PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE')
    return held
  } catch (error) {
    held.close()
    if (primaryCode(error) === SQLITE_BUSY) throw new AppError('DATA_DIR_LOCKED', { dir }, { cause: error })
    throw storeFault(error, LOCK)
  }
}

const POLL_MS = 250
const NOBODY_WAKES = new Int32Array(new SharedArrayBuffer(4))

/** Looks again and again: SQLite has no way to be told. It blocks this thread, and ends with the process. */
function lockWhenFree(dir: string): DatabaseSync {
  for (;;) {
    try {
      return lock(dir)
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'DATA_DIR_LOCKED') throw error
      Atomics.wait(NOBODY_WAKES, 0, 0, POLL_MS)
    }
  }
}

/** The version of a store that was made before. Errors: JOURNAL_BROKEN where it is none of ours, or a newer one. */
export function versionOf(db: DatabaseSync): number {
  const tables = numberOf(db, "SELECT count(*) FROM sqlite_schema WHERE type = 'table'")
  if (tables === 0)
    throw unusable('restore', `${DATABASE} holds nothing: its log, where all of it was, is gone or damaged.`)
  if (numberOf(db, "SELECT count(*) FROM sqlite_schema WHERE name = 'schema_version'") === 0)
    throw unusable('place', `${DATABASE} is the database of another program.`)
  const version = numberOf(db, 'SELECT max(version) FROM schema_version')
  // A start that was killed before it made the others.
  if (version === 0 && tables === 1) return 0
  if (version === 0) throw unusable('restore', `${DATABASE} does not say any more which version it is.`)
  if (version > MIGRATIONS.length) {
    const why = `Its schema is version ${version}; this program knows ${MIGRATIONS.length}.`
    throw unusable('newer', why)
  }
  return version
}

export const isOfToday = (version: number): boolean => version === MIGRATIONS.length

function migrate(db: DatabaseSync, version: number): void {
  if (isOfToday(version)) return
  db.exec('BEGIN IMMEDIATE')
  for (const sql of MIGRATIONS.slice(version)) db.exec(sql)
  db.exec('DELETE FROM schema_version')
  db.prepare('INSERT INTO schema_version (version) VALUES (?)').run(MIGRATIONS.length)
  db.exec('COMMIT')
}

/**
 * A checkpoint holds up the commits, and writes what changed again and again only once: at 8 MB a burst of runs is a
 * tenth faster than at 2 MB, and the P99 of an accepted run is the same (33 and 36 ms, open loop at 400 a second, medians
 * of three by turns). The pragma counts pages, what matters is bytes.
 */
const CHECKPOINT_BYTES = 8 * 1024 * 1024

/** Only a database that is still empty takes this page size, and only before it has a log. */
const PRAGMAS = `
PRAGMA page_size = ${PAGE_BYTES};
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA wal_autocheckpoint = ${CHECKPOINT_BYTES / PAGE_BYTES};
PRAGMA cache_size = -65536;
PRAGMA temp_store = MEMORY;
`

/**
 * A new store takes its name when it is whole, so that a file of that name which holds nothing is one that has lost what
 * it held.
 */
function makeStore(file: string): void {
  const made = clearCopies(file)
  const db = new DatabaseSync(made)
  try {
    // It is on the disk, as a whole, before it takes its name.
    db.exec(`PRAGMA page_size = ${PAGE_BYTES}; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF`)
    db.exec('CREATE TABLE schema_version (version INTEGER NOT NULL) STRICT')
    migrate(db, 0)
  } finally {
    db.close()
  }
  syncToDisk(made)
  renameSync(made, file)
  syncToDisk(dirname(file))
}

/** Nothing is written, and no file is left beside it: without a log the file is all there is. */
export function openToLook(dir: string): DatabaseSync {
  const file = join(dir, DATABASE)
  if (hasLog(dir)) return new DatabaseSync(file, { readOnly: true, timeout: 2000 })
  const url = pathToFileURL(file)
  url.searchParams.set('immutable', '1')
  return new DatabaseSync(url, { readOnly: true })
}

/** Before anything is written. A transaction that was cut short, only a writer takes back. */
function versionAt(dir: string): number {
  const isCut = existsSync(join(dir, `${DATABASE}-journal`))
  const db = isCut ? new DatabaseSync(join(dir, DATABASE), { timeout: 2000 }) : openToLook(dir)
  try {
    return versionOf(db)
  } finally {
    db.close()
  }
}

export type OpenStore = { readonly db: DatabaseSync; readonly release: () => void }

function openHeld(dir: string, held: DatabaseSync): OpenStore {
  const file = join(dir, DATABASE)
  if (!checkFiles(dir)) makeStore(file)
  const version = versionAt(dir)
  renewPages(file)
  const db = new DatabaseSync(file, { timeout: 2000 })
  db.exec(PRAGMAS)
  migrate(db, version)
  const release = (): void => {
    try {
      db.exec('PRAGMA wal_checkpoint(TRUNCATE)')
    } finally {
      db.close()
      held.close()
    }
  }
  return { db, release }
}

/** `wait`: wait for the lock of the directory, however long it takes. Errors: DATA_DIR_LOCKED, JOURNAL_BROKEN. */
export function openStore(dir: string, wait = false): OpenStore {
  try {
    checkFolder(dir)
    makeFolder(dir, 0o700)
  } catch (error) {
    throw storeFault(error, dir)
  }
  const held = wait ? lockWhenFree(dir) : lock(dir)
  try {
    return openHeld(dir, held)
  } catch (error) {
    held.close()
    throw storeFault(error, DATABASE)
  }
}
