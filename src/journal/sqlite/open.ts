// Opens the store of one data directory for one process, and brings it to today's shape.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { AppError } from '../../errors.ts'
import { initial } from './migrations/001-initial.ts'
import { streams } from './migrations/002-streams.ts'

/** In order; the version of a store is how many of them it has had. */
const MIGRATIONS: readonly string[] = [initial, streams]

const SQLITE_BUSY = 5

export const primaryCode = (error: unknown): number =>
  error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' ? error.errcode & 0xff : 0

/** An exclusive lock that the operating system gives back however the process ends. */
function lock(dir: string): DatabaseSync {
  const held = new DatabaseSync(join(dir, 'lock.db'), { timeout: 0 })
  try {
    held.exec('PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE')
    return held
  } catch (error) {
    held.close()
    if (primaryCode(error) === SQLITE_BUSY) throw new AppError('DATA_DIR_LOCKED', { dir }, { cause: error })
    throw error
  }
}

/** Numbers in the first column of the first row, 0 when there is none. */
export function numberOf(db: DatabaseSync, sql: string): number {
  const row = db.prepare(sql).get()
  return row ? Number(Object.values(row)[0] ?? 0) : 0
}

function migrate(db: DatabaseSync): void {
  db.exec('CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL) STRICT')
  const version = numberOf(db, 'SELECT max(version) FROM schema_version')
  if (version > MIGRATIONS.length) {
    const why = `Its schema is version ${version}; this program knows ${MIGRATIONS.length}.`
    throw new AppError('JOURNAL_BROKEN', { why })
  }
  if (version === MIGRATIONS.length) return
  db.exec('BEGIN IMMEDIATE')
  for (const sql of MIGRATIONS.slice(version)) db.exec(sql)
  db.exec('DELETE FROM schema_version')
  db.prepare('INSERT INTO schema_version (version) VALUES (?)').run(MIGRATIONS.length)
  db.exec('COMMIT')
}

/**
 * 500 pages: a checkpoint holds up the commits for 2 MB of writing. At 4,000 the P99 of an accepted run was 21 ms
 * instead of 16 (open loop at 500 a second, medians of four rounds by turns), and no more runs a second for it.
 */
const PRAGMAS = `
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA wal_autocheckpoint = 500;
PRAGMA cache_size = -65536;
PRAGMA temp_store = MEMORY;
`

export type OpenStore = { readonly db: DatabaseSync; readonly release: () => void }

/** Errors: DATA_DIR_LOCKED, JOURNAL_BROKEN. */
export function openStore(dir: string): OpenStore {
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  const held = lock(dir)
  try {
    const db = new DatabaseSync(join(dir, 'journal.db'), { timeout: 2000 })
    db.exec(PRAGMAS)
    migrate(db)
    const release = (): void => {
      try {
        db.exec('PRAGMA wal_checkpoint(TRUNCATE)')
      } finally {
        db.close()
        held.close()
      }
    }
    return { db, release }
  } catch (error) {
    held.close()
    throw error
  }
}
