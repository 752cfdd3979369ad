// The pages of the database file. Events are written in rows of several kB: in pages of 16 kB they lie together, where
// in those of 4 kB, which SQLite makes by itself, nearly each of them is a chain of pages.
import { closeSync, existsSync, fsyncSync, openSync, realpathSync, renameSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { unusable } from '../unusable.ts'
import { numberOf, primaryCode, SQLITE_BUSY } from './numbers.ts'

export const PAGE_BYTES = 16_384
/** That of the stores of 0.1.0. Any other size is somebody's choice. */
const OLD_PAGE_BYTES = 4096

export function syncToDisk(path: string): void {
  const file = openSync(path, 'r')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

/** A log beside the file would be taken for a part of the copy that replaces it. */
function leaveLog(db: DatabaseSync): void {
  try {
    db.exec('PRAGMA journal_mode = DELETE')
  } catch (error) {
    if (primaryCode(error) !== SQLITE_BUSY) throw error
    const why = 'Another program has journal.db open, so that it cannot be brought to its new shape. Stop it.'
    throw unusable('stop', why, error)
  }
}

/** false: the file has the right pages already, or none at all. */
function copyInPages(file: string, copy: string): boolean {
  const db = new DatabaseSync(file, { timeout: 2000 })
  try {
    const isEmpty = numberOf(db, 'PRAGMA page_count') === 0
    if (isEmpty || numberOf(db, 'PRAGMA page_size') !== OLD_PAGE_BYTES) return false
    leaveLog(db)
    db.exec(`PRAGMA page_size = ${PAGE_BYTES}`)
    db.prepare('VACUUM INTO ?').run(copy)
    return true
  } finally {
    db.close()
  }
}

/** Where a copy of a file is made; what is left of an earlier one goes. */
export function clearCopies(file: string): string {
  const copy = `${file}.copy`
  for (const left of [copy, `${copy}-journal`]) rmSync(left, { force: true })
  return copy
}

/**
 * Gives an older file today's pages, by way of a whole copy beside it. Whenever this is cut short, the next start does
 * it again or finds it done: the file stays as it is until the copy, on the disk to its last byte, takes its name.
 * Only under the lock of the data directory. Errors: JOURNAL_BROKEN; SQLite's own, as for a disk that is full.
 */
export function renewPages(path: string): void {
  if (!existsSync(path)) return
  const file = realpathSync(path)
  const copy = clearCopies(file)
  if (!copyInPages(file, copy)) return
  syncToDisk(copy)
  renameSync(copy, file)
  syncToDisk(dirname(file))
}
