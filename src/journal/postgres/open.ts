// Opens the store of one database for one process, and brings it to today's shape. The session that writes holds the
// lock: who loses the connection loses the lock with it, and what it was writing is not acknowledged. The server lets
// the lock go when the session's last statement is over, so that the next process finds all that will ever be written.
import { AppError } from '../../errors.ts'
import type { Standby } from '../journal.ts'
import { unusable } from '../unusable.ts'
import { initial } from './migrations/001-initial.ts'
import { streams } from './migrations/002-streams.ts'
import { brokenBy, openSession, SessionError, type Session } from './session.ts'

/** In order; the version of a store is how many of them it has had. */
const MIGRATIONS: readonly string[] = [initial, streams]

const OLDEST_VERSION = 140_000
/** Locks of this kind are a database's own: one journal in a database. */
const LOCK_KEY = 0x63_75_67_61_72
/** A server needs a moment to notice that the process before this one is gone. */
export const LOCK_WAIT_MS = 3000
/**
 * A process that stands by asks again after so long. It waits in the queue of the lock all the time, so that it has the
 * lock as soon as the other session ends; but a statement that waits holds back the vacuum of the tables that the other
 * process writes, and only one that ends shows that the server is still there.
 */
const STANDBY_WAIT_MS = 10_000
const LOCK_NOT_AVAILABLE = '55P03'

const SQL = {
  server: {
    name: 'server',
    text: `SELECT current_setting('server_version_num')::int AS version, current_setting('server_version') AS shown,
      current_setting('fsync') = 'on' AS durable, current_setting('server_encoding') AS encoding,
      current_setting('transaction_read_only') = 'on' AS read_only, current_database() AS database,
      EXISTS (SELECT FROM pg_tables WHERE schemaname = 'cugar' AND tablename = 'schema_version') AS made,
      coalesce((SELECT has_schema_privilege(oid, 'USAGE') FROM pg_namespace WHERE nspname = 'cugar'),
        has_database_privilege(current_database(), 'CREATE')) AS allowed`,
  },
  lock: { name: 'lock', text: 'SELECT pg_advisory_lock($1)' },
  version: {
    name: 'version',
    text: `SELECT (SELECT max(version)::int FROM schema_version) AS version,
      (SELECT count(*)::int FROM pg_tables WHERE schemaname = 'cugar') AS tables`,
  },
}

type Server = {
  readonly version: number
  readonly shown: string
  readonly durable: boolean
  readonly encoding: string
  readonly read_only: boolean
  readonly database: string
  /** Whether it has a journal. */
  readonly made: boolean
  /** Whether this user may use the journal that is there, or make one. */
  readonly allowed: boolean
}

/** Why no journal can be kept there; null: one can. */
function refusalOf({ version, shown, durable, encoding, read_only }: Server): string | null {
  if (version < OLDEST_VERSION) return `The server is PostgreSQL ${shown}: version 14 or later is needed.`
  if (!durable)
    return 'The server has fsync off, so that it loses what it acknowledged: set fsync = on in postgresql.conf.'
  if (encoding !== 'UTF8') return `The database is encoded as ${encoding}: create one with encoding UTF8.`
  if (read_only) return 'The server takes no writes: name its primary in DATABASE_URL.'
  return null
}

/** Errors: JOURNAL_BROKEN where no journal can be kept there. */
export async function examine(session: Session): Promise<Server> {
  const [server] = await session.ask<Server>(SQL.server)
  if (!server) throw new AppError('INTERNAL', {}, { cause: new Error('a server without settings') })
  const why = refusalOf(server)
  if (why !== null) throw new AppError('JOURNAL_BROKEN', { why })
  if (!server.allowed)
    throw unusable('rights', 'This user may not use the schema cugar. Make it the owner of the database.')
  return server
}

/** null: it has the lock; otherwise what the server said after `waitMs`. */
export async function tryLock(session: Session, waitMs: number): Promise<SessionError | null> {
  await session.script(`SET lock_timeout = ${waitMs}`)
  try {
    await session.ask(SQL.lock, [LOCK_KEY])
    return null
  } catch (error) {
    if (error instanceof SessionError && error.code === LOCK_NOT_AVAILABLE) return error
    throw error
  }
}

/** Where the connection is lost while it stands by, that is the end of this process as of the one that has the lock. */
async function standBy(session: Session, standby: Standby): Promise<void> {
  standby('waiting')
  while ((await tryLock(session, STANDBY_WAIT_MS)) !== null);
  standby('active')
}

async function lock(session: Session, database: string, standby: Standby | undefined): Promise<void> {
  const cause = await tryLock(session, LOCK_WAIT_MS)
  if (cause !== null) {
    if (!standby) throw new AppError('DATABASE_LOCKED', { database }, { cause })
    await standBy(session, standby)
  }
  await session.script('SET lock_timeout = 0')
}

export const IN_SCHEMA = 'SET search_path = cugar'

/** How many migrations the journal has had. Errors: JOURNAL_BROKEN for a newer one, and one that does not say. */
export async function versionIn(session: Session): Promise<number> {
  const [row] = await session.ask<{ version: number | null; tables: number }>(SQL.version)
  const version = row?.version ?? 0
  if (version === 0 && (row?.tables ?? 0) > 1)
    throw unusable('restore', 'The journal does not say any more which version it is.')
  if (version <= MIGRATIONS.length) return version
  throw unusable('newer', `Its schema is version ${version}; this program knows ${MIGRATIONS.length}.`)
}

export const isOfToday = (version: number): boolean => version === MIGRATIONS.length

async function migrate(session: Session, made: boolean): Promise<void> {
  if (!made) {
    // Made by hand, for a user who may not: then it is there.
    await session.script(
      `DO $$ BEGIN IF to_regnamespace('cugar') IS NULL THEN CREATE SCHEMA cugar; END IF; END $$;
       CREATE TABLE IF NOT EXISTS cugar.schema_version (version integer NOT NULL)`,
    )
  }
  await session.script(IN_SCHEMA)
  const version = await versionIn(session)
  if (isOfToday(version)) return
  const steps = MIGRATIONS.slice(version).join(';')
  const noted = `DELETE FROM schema_version; INSERT INTO schema_version (version) VALUES (${MIGRATIONS.length})`
  await session.script(`${steps};${noted}`)
}

export type OpenDatabase = {
  /** Holds the lock: every write goes through it. */
  readonly writing: Session
  /** Looks up what the next batch needs, while one is written. */
  readonly ahead: Session
  /** Answers everybody else. */
  readonly reading: Session
}

/** Errors: DATABASE_LOCKED, JOURNAL_BROKEN, SessionError; what is connected then is to be ended. */
export async function openDatabase(
  connect: () => Promise<Session>,
  standby: Standby | undefined,
): Promise<OpenDatabase> {
  const writing = await connect()
  const { database, made } = await examine(writing)
  await lock(writing, database, standby)
  await migrate(writing, made)
  const [ahead, reading] = [await connect(), await connect()]
  for (const session of [ahead, reading]) await session.script(IN_SCHEMA)
  return { writing, ahead, reading }
}

/** What is there, without making or locking anything. Errors: JOURNAL_BROKEN with what to do. */
export async function examineDatabase(
  url: string,
): Promise<{ readonly version: string; readonly journal: boolean }> {
  const session = await openSession(url, () => undefined).catch((error: unknown) => {
    throw brokenBy(error)
  })
  try {
    const { shown, made } = await examine(session)
    return { version: shown, journal: made }
  } catch (error) {
    throw brokenBy(error)
  } finally {
    await session.end()
  }
}
