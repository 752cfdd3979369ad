// Looks at a journal in PostgreSQL without changing anything of it, for whoever asks how it is.
import { AppError } from '../../errors.ts'
import { examine, IN_SCHEMA, isOfToday, LOCK_WAIT_MS, tryLock, versionIn } from './open.ts'
import { brokenBy, openSession, type Session } from './session.ts'

/** As of a store on this machine (see sqlite/examine.ts); nobody reads every page for this. */
export type ExaminedJournal = {
  readonly events: number
  readonly lastAt: number | null
  readonly isOfToday: boolean
}

const SQL = {
  last: {
    name: 'last',
    text: `SELECT first_position + count - 1 AS events, at FROM events ORDER BY first_position DESC LIMIT 1`,
  },
  /** That every table is there. */
  tables: {
    name: 'tables',
    text: `SELECT (SELECT count(*) FROM (SELECT FROM streams LIMIT 1) AS s),
      (SELECT count(*) FROM (SELECT FROM payloads LIMIT 1) AS p),
      (SELECT count(*) FROM (SELECT FROM accounts LIMIT 1) AS a),
      (SELECT count(*) FROM (SELECT FROM idempotency LIMIT 1) AS i),
      (SELECT count(*) FROM (SELECT FROM checkpoints LIMIT 1) AS c),
      (SELECT count(*) FROM (SELECT FROM views LIMIT 1) AS v)`,
  },
}

async function look(session: Session): Promise<ExaminedJournal> {
  const { database } = await examine(session)
  const cause = await tryLock(session, LOCK_WAIT_MS)
  if (cause !== null) throw new AppError('DATABASE_LOCKED', { database }, { cause })
  await session.script(IN_SCHEMA)
  if (!isOfToday(await versionIn(session))) return { events: 0, lastAt: null, isOfToday: false }
  await session.ask(SQL.tables)
  const [last] = await session.ask<{ events: number; at: number }>(SQL.last)
  return { events: last?.events ?? 0, lastAt: last?.at ?? null, isOfToday: true }
}

/** As many connections as a server needs; the lock goes with the first one. Errors: DATABASE_LOCKED, JOURNAL_BROKEN. */
export async function examineJournal(url: string): Promise<ExaminedJournal> {
  const sessions: Session[] = []
  try {
    for (let count = 0; count < 3; count += 1) sessions.push(await openSession(url, () => undefined))
    const [first] = sessions
    if (first === undefined) throw new AppError('INTERNAL')
    return await look(first)
  } catch (error) {
    throw brokenBy(error)
  } finally {
    await Promise.all(sessions.map((session) => session.end()))
  }
}
