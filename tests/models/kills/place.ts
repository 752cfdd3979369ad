// Where the killed processes keep their journal: one after the other opens it, as soon as the killed one has let it go.
import { join } from 'node:path'
import type { Journal } from '../../../src/journal/journal.ts'
import { postgresJournal } from '../../../src/journal/postgres/postgres.ts'
import { sqliteJournal } from '../../../src/journal/sqlite/sqlite.ts'

/** `database`: URL of a PostgreSQL database; '': SQLite in the folder. */
export type Place = { readonly dir: string; readonly database: string }

export function openPlace({ dir, database }: Place, writer: string): Promise<Journal> {
  const options = { writer, standby: () => undefined }
  return database === ''
    ? sqliteJournal({ dir: join(dir, 'store'), ...options })
    : postgresJournal({ url: database, ...options })
}
