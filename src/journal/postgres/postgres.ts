// The journal in PostgreSQL. One process at a time owns it: an advisory lock of the session that writes. That is what
// makes heads and accounts in this process's memory right, and budgets a matter of one writer. The writes go over the
// very connection that holds the lock; when it, or any other, breaks, the journal is over and the process with it: no
// append is acknowledged under a lost lock, and one whose answer was lost is not repeated.
import { AppError } from '../../errors.ts'
import { groupCommit } from '../group-commit.ts'
import type { Append, Journal, Standby } from '../journal.ts'
import { postgresBooks } from './books.ts'
import { lastEvent, postgresCommits, type JournalEnd } from './commit.ts'
import { openDatabase, type OpenDatabase } from './open.ts'
import { postgresQueries } from './queries.ts'
import { brokenBy, openSession, type Session } from './session.ts'
import { postgresViews } from './views.ts'
import { closedError, progressFrom, type Progress } from '../progress.ts'
import { eventRing, type Ring } from '../ring.ts'

/** Heads of open runs, and accounts of tenants, that are kept in memory. */
const CACHED = 50_000

/** A real write, through the lock's connection. */
const PROBE = { name: 'probe', text: 'UPDATE probe SET count = count + 1' }

/** The text of PostgreSQL has no NUL; JSON writes it as an escape, so that only names could have one. */
function checkNames({ runId, parent, tenant, idempotency }: Append): void {
  if (![runId, parent, tenant, idempotency?.key].some((name) => name?.includes('\0') === true)) return
  throw new AppError('INTERNAL', {}, { cause: new Error('a name has a NUL in it') })
}

/** Whether the journal can still be used, and its end. */
type Life = {
  /** Throws when it is over; ends it when the work fails. */
  readonly write: <T>(work: () => Promise<T>) => Promise<T>
  /** Throws when it is over. A question that fails harms nothing but its answer. */
  readonly read: <T>(work: () => Promise<T>) => Promise<T>
  /** Nothing is asked from now on; resolves when the connections are released. */
  readonly end: (error: AppError, release: () => Promise<void>) => Promise<void>
  /** A connection is gone, or a write has failed. */
  readonly fail: (error: unknown) => void
}

function lifeOf(progress: Progress, abandon: () => Promise<void>): Life {
  let over: AppError | null = null
  let released: Promise<void> | null = null
  const end = (error: AppError, release: () => Promise<void>): Promise<void> => {
    if (released) return released
    over = error
    progress.end(error)
    released = release()
    return released
  }
  const fail = (error: unknown): void => {
    void end(brokenBy(error), abandon)
  }
  const attempt = async <T>(work: () => Promise<T>, failed: (error: unknown) => void): Promise<T> => {
    if (over) throw over
    return work().catch((error: unknown) => {
      failed(error)
      throw over ?? brokenBy(error)
    })
  }
  return {
    write: (work) => attempt(work, fail),
    read: (work) => attempt(work, () => undefined),
    end,
    fail,
  }
}

const guarded = (session: Session, attempt: Life['read']): Session => ({
  ...session,
  ask: (statement, values) => attempt(() => session.ask(statement, values)),
})

type Opened = OpenDatabase & {
  readonly life: Life
  readonly progress: Progress
  readonly end: JournalEnd
  readonly close: () => Promise<void>
}

export type PostgresOptions = {
  readonly url: string
  readonly writer: string
  readonly standby?: Standby
}

/** The connections, under one life, which ends with the first of them. */
async function openAll({ url, standby }: PostgresOptions): Promise<Opened> {
  const sessions: Session[] = []
  const all = (one: 'close' | 'end') => async (): Promise<void> => {
    await Promise.all(sessions.map((session) => session[one]()))
  }
  const progress = progressFrom(0)
  const life = lifeOf(progress, all('end'))
  const connect = async (): Promise<Session> => {
    const session = await openSession(url, life.fail)
    sessions.push(session)
    return session
  }
  try {
    const { writing, ahead, reading } = await openDatabase(connect, standby)
    const end = await lastEvent(writing)
    progress.advance(end.position)
    return {
      writing: guarded(writing, life.write),
      ahead: guarded(ahead, life.write),
      reading: guarded(reading, life.read),
      life,
      progress,
      end,
      close: () => life.end(closedError(), all('close')),
    }
  } catch (error) {
    await life.end(brokenBy(error), all('end'))
    throw brokenBy(error)
  }
}

/** The newest events from memory, the others from the store. */
const readAllBy =
  (ring: Ring, progress: Progress, stored: Journal['readAll']): Journal['readAll'] =>
  async (after, limit) => {
    if (after >= progress.position()) return []
    return ring.after(after, limit) ?? stored(after, limit)
  }

/**
 * The journal in the database that `url` names (postgres:// or postgresql://). `writer` names this process in its
 * events. Errors: DATABASE_LOCKED when a process has it open and there is no `standby`; JOURNAL_BROKEN, with what to do,
 * when it cannot be used, or when the connection is lost while it stands by.
 */
export async function postgresJournal(options: PostgresOptions): Promise<Journal> {
  const { writer } = options
  const { writing, ahead, reading, life, progress, end, close } = await openAll(options)
  const ring = eventRing()
  const books = postgresBooks(ahead, CACHED)
  const commits = postgresCommits({ session: writing, books, writer }, end)
  const commit: typeof commits = (batch) => life.write(() => commits(batch))
  const { append, idle } = groupCommit({ commit, progress, ring, writer })
  const queries = postgresQueries(reading)
  let closing: Promise<void> | null = null
  const shut = async (): Promise<void> => {
    await idle()
    await close()
  }
  return {
    ...queries,
    ...postgresViews(reading, writing),
    readAll: readAllBy(ring, progress, queries.readAll),
    append: async (line) => {
      if (closing) throw closedError()
      checkNames(line)
      return append(line)
    },
    position: progress.position,
    changed: progress.changed,
    onCommit: progress.onCommit,
    check: async () => {
      await writing.ask(PROBE)
    },
    close: () => (closing ??= shut()),
  }
}
