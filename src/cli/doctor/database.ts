// DATABASE_URL and what is in it: does the server answer, is what it acknowledges durable,
// does the journal open?
import type { Settings } from '../../config.ts'
import { AppError } from '../../errors.ts'
import { bad, good, sentenceOf, type Check } from './check.ts'
import { examineOpen } from './data.ts'
import { openExisting, locationName, dataLocationOf } from '../data-location.ts'

function refused(error: unknown): Check[] {
  const locked = error instanceof AppError && error.code === 'DATABASE_LOCKED'
  const advice = locked
    ? 'stop the process that uses it, or name another database in DATABASE_URL'
    : 'restore the database from a backup, or name a new one in DATABASE_URL'
  return [bad('journal', sentenceOf(error), advice)]
}

/** The server first; the journal only where it can be stored. */
export async function examineDatabaseOf(settings: Settings, running: string | null): Promise<Check[]> {
  const { examineDatabase } = await import('../../journal/postgres/open.ts')
  const found = await examineDatabase(settings.databaseUrl ?? '').catch((error: unknown) => sentenceOf(error))
  if (typeof found === 'string')
    return [bad('database', found, 'correct what it says, or unset DATABASE_URL to use DATA_DIR')]
  const database = good(
    'database',
    `${locationName(dataLocationOf(settings))}: version ${found.version}, durable`,
  )
  if (running !== null) return [database, good('journal', 'in use by the running server')]
  if (!found.journal) return [database, good('journal', 'none yet: the first start makes it')]
  return [database, ...(await openExisting(settings, 'doctor').then(examineOpen).catch(refused))]
}
