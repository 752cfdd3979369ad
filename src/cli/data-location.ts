// Where the journal of these settings is, as people and documents may see it, and how a command opens it. Used by
// every command that speaks of the data or works on it without a server.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Settings } from '../config.ts'
import type { Journal } from '../journal/journal.ts'
import { cliError } from './failure.ts'

/** One of the two is null. */
export type DataLocation = {
  readonly data_dir: string | null
  /** Host and name, without user and password. */
  readonly database: string | null
}

export function dataLocationOf({ dataDir, databaseUrl }: Settings): DataLocation {
  if (databaseUrl === null) return { data_dir: dataDir, database: null }
  const { host, pathname } = new URL(databaseUrl)
  return { data_dir: null, database: `${host}${pathname}` }
}

export const locationName = ({ data_dir, database }: DataLocation): string =>
  database === null ? String(data_dir) : `PostgreSQL, ${database}`

/** The journal that is there. Errors: NO_JOURNAL, and those of the journal. */
export async function openExisting(settings: Settings, command: string): Promise<Journal> {
  const { dataDir, databaseUrl } = settings
  const writer = `${command}-${process.pid}`
  const none = (): Error =>
    cliError('NO_JOURNAL', `there is no journal in ${locationName(dataLocationOf(settings))}`)
  if (databaseUrl === null) {
    if (!existsSync(join(dataDir, 'journal.db'))) throw none()
    const { sqliteJournal } = await import('../journal/sqlite/sqlite.ts')
    return sqliteJournal({ dir: dataDir, writer })
  }
  const { examineDatabase } = await import('../journal/postgres/open.ts')
  if (!(await examineDatabase(databaseUrl)).journal) throw none()
  const { postgresJournal } = await import('../journal/postgres/postgres.ts')
  return postgresJournal({ url: databaseUrl, writer })
}
