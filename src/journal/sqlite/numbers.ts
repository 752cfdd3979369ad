// The numbers in what SQLite answers and refuses.
import type { DatabaseSync } from 'node:sqlite'

export const SQLITE_BUSY = 5

/** SQLite's primary code of an error; 0 for any other error. */
export const primaryCode = (error: unknown): number =>
  error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' ? error.errcode & 0xff : 0

/** The first column of the first row; 0 when there is none. */
export function numberOf(db: DatabaseSync, sql: string): number {
  const row = db.prepare(sql).get()
  return row ? Number(Object.values(row)[0] ?? 0) : 0
}
