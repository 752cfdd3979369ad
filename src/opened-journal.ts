// Where a runtime's journal lives: in memory, in a folder or in PostgreSQL, and what is said while another process has it.
import type { Logger } from 'pino'
import type { Journal, Standby } from './journal/journal.ts'
import { memoryJournal } from './journal/memory.ts'
import { sqliteJournal } from './journal/sqlite/sqlite.ts'

/** `databaseUrl` comes before `dataDir`; neither: in memory. */
export type JournalPlace = {
  readonly dataDir: string | null
  readonly databaseUrl?: string | null
  readonly standby?: boolean
  readonly onStandby?: Standby
  readonly logger?: Logger
}

type StoreOptions = { readonly writer: string; readonly standby?: Standby }

async function openStore({ dataDir, databaseUrl }: JournalPlace, store: StoreOptions): Promise<Journal> {
  if (!databaseUrl) return dataDir === null ? memoryJournal(store) : sqliteJournal({ dir: dataDir, ...store })
  const { postgresJournal } = await import('./journal/postgres/postgres.ts')
  return postgresJournal({ url: databaseUrl, ...store })
}

const STANDBY_MESSAGES = {
  waiting: 'standing by: another process has the journal',
  active: 'taking over the journal',
} as const

type OpenedJournal = {
  readonly journal: Journal
  /** Another process had it before: files may have changed in the meantime. */
  readonly hasWaited: boolean
}

/** Opens the journal, after another process where `standby` is asked for. Errors: DATA_DIR_LOCKED, DATABASE_LOCKED, JOURNAL_BROKEN. */
export async function openJournal(place: JournalPlace, writer: string): Promise<OpenedJournal> {
  let hasWaited = false
  const standby: Standby = (phase) => {
    hasWaited = true
    place.onStandby?.(phase)
    place.logger?.info(STANDBY_MESSAGES[phase])
  }
  const journal = await openStore(place, place.standby ? { writer, standby } : { writer })
  return { journal, hasWaited }
}
