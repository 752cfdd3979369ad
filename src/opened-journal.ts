// Where a runtime's journal lives: in memory, in a folder or in PostgreSQL, and what is said while another process has it.
import type { Logger } from 'pino'
import type { Journal, Standby } from './journal/journal.ts'
import { memoryJournal } from './journal/memory.ts'
import { sqliteJournal, type SqliteOptions } from './journal/sqlite/sqlite.ts'

/** `databaseUrl` comes before `dataDir`; neither: in memory. */
export type JournalPlace = {
  readonly dataDir: string | null
  readonly databaseUrl?: string | null
  readonly standby?: boolean
  readonly onStandby?: Standby
  readonly logger?: Logger
}

type StoreOptions = Pick<SqliteOptions, 'writer' | 'standby'> & Required<Pick<SqliteOptions, 'first'>>

async function openStore({ dataDir, databaseUrl }: JournalPlace, store: StoreOptions): Promise<Journal> {
  if (!databaseUrl && dataDir !== null) return sqliteJournal({ dir: dataDir, ...store })
  await store.first()
  if (!databaseUrl) return memoryJournal(store)
  const { postgresJournal } = await import('./journal/postgres/postgres.ts')
  return postgresJournal({ url: databaseUrl, ...store })
}

const STANDBY_MESSAGES = {
  waiting: 'standing by: another process has the journal',
  active: 'taking over the journal',
} as const

type OpenedJournal<T> = {
  readonly journal: Journal
  readonly prepared: T
  /** Another process had it before: files may have changed in the meantime. */
  readonly hasWaited: boolean
}

/**
 * Opens the journal, after another process where `standby` is asked for, and before that does `prepare`; where it fails,
 * nothing is opened. Errors: those of `prepare`, DATA_DIR_LOCKED, DATABASE_LOCKED, JOURNAL_BROKEN.
 */
export async function openJournal<T>(
  place: JournalPlace,
  writer: string,
  prepare: () => Promise<T>,
): Promise<OpenedJournal<T>> {
  let hasWaited = false
  const standby: Standby = (phase) => {
    hasWaited = true
    place.onStandby?.(phase)
    place.logger?.info(STANDBY_MESSAGES[phase])
  }
  const preparing = Promise.withResolvers<T>()
  const first = (): Promise<T> => {
    preparing.resolve(prepare())
    return preparing.promise
  }
  const journal = await openStore(place, { writer, first, ...(place.standby ? { standby } : {}) })
  return { journal, prepared: await preparing.promise, hasWaited }
}

/**
 * Does what an open journal is for; where that fails, nobody else would close it, and the process would live on with it.
 * One that is broken may not close either, which hides nothing.
 */
export async function closedWithout<T>(journal: Journal, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    await journal.close().catch(() => undefined)
    throw error
  }
}
