// DATABASE_URL and what is in it: does the server answer, is what it acknowledges durable,
// does the journal open?
import type { Settings } from '../../config.ts'
import { bad, good, sentenceOf } from './check.ts'
import { examineClock, noneYet, ofEarlier, opens, refused, type JournalState } from './data.ts'
import { locationName, dataLocationOf } from '../data-location.ts'

/** The server first; the journal only where it can be stored. */
export async function examineDatabaseOf(settings: Settings): Promise<JournalState> {
  const { examineDatabase } = await import('../../journal/postgres/open.ts')
  const found = await examineDatabase(settings.databaseUrl ?? '').catch((error: unknown) => sentenceOf(error))
  if (typeof found === 'string') {
    const advice = 'correct what it says, or unset DATABASE_URL to use DATA_DIR'
    return { checks: [bad('database', found, advice)], inUse: false }
  }
  const place = locationName(dataLocationOf(settings))
  const database = good('database', `${place}: version ${found.version}, durable`)
  const { checks, inUse } = found.journal ? await examineJournalOf(settings) : noneYet
  return { checks: [database, ...checks], inUse }
}

async function examineJournalOf({ databaseUrl }: Settings): Promise<JournalState> {
  const { examineJournal } = await import('../../journal/postgres/examine.ts')
  try {
    const { events, lastAt, isOfToday } = await examineJournal(databaseUrl ?? '')
    return { checks: isOfToday ? [opens(events), examineClock(lastAt)] : [ofEarlier], inUse: false }
  } catch (error) {
    return refused(error, 'DATABASE_URL')
  }
}
