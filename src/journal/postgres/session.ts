// One connection to PostgreSQL: its statements run one after the other, in the order they were asked. Used by the
// parts of the PostgreSQL journal; promises that no error it gives has the URL or the password in it.
import { Client, DatabaseError, types, type QueryResultRow } from 'pg'
import { AppError } from '../../errors.ts'

/** A statement is parsed once a connection, under its name. */
export type Statement = { readonly name: string; readonly text: string }

export type Session = {
  /** The rows, after the statement's transaction is committed. */
  readonly ask: <R extends QueryResultRow>(
    statement: Statement,
    values?: readonly unknown[],
  ) => Promise<readonly R[]>
  /** Statements without parameters, in one transaction. */
  readonly script: (sql: string) => Promise<void>
  /** Ends it after what was asked. */
  readonly close: () => Promise<void>
  /** Ends it at once, whatever is under way. */
  readonly end: () => Promise<void>
}

const CONNECT_MS = 10_000
/** A server that does not answer for so long is lost. */
const ANSWER_MS = 60_000
const KEEP_ALIVE_MS = 10_000

/**
 * On both ends a broken line is noticed in half a minute, so that the lock of a machine that is gone is free again.
 * No limit of a role or database may cut a statement or an idle connection off.
 */
const SETTINGS = `
SET synchronous_commit = on;
SET default_transaction_isolation = 'read committed';
SET statement_timeout = 0;
SET client_min_messages = warning;
SET tcp_keepalives_idle = 10;
SET tcp_keepalives_interval = 5;
SET tcp_keepalives_count = 4;
SELECT set_config('idle_session_timeout', '0', false) WHERE current_setting('server_version_num')::int >= 140000;
`

const INT8 = 20
/** Whole numbers are numbers: every one of ours is a safe integer. */
const getTypeParser: typeof types.getTypeParser = (oid: number, format?: 'text' | 'binary') =>
  oid === INT8 ? Number : types.getTypeParser(oid, format)

/** What to do, by the code of the server or the system. */
const ADVICE: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'Start PostgreSQL, or correct DATABASE_URL.',
  ENOENT: 'Start PostgreSQL, or correct the path in DATABASE_URL.',
  ENOTFOUND: 'Correct the host in DATABASE_URL.',
  '28P01': 'Correct user and password in DATABASE_URL.',
  '28000': 'Let this user in (pg_hba.conf), or correct DATABASE_URL.',
  '3D000': 'Create the database, or correct DATABASE_URL.',
  '42501': 'Make this user the owner of the database.',
  '53100': 'Make room on the disk of the server.',
  '53300': 'Allow more connections: the journal needs three.',
  '57P03': 'Try again when the server has started.',
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''

/** Several addresses of one host give one error without a message. */
const messageOf = (error: unknown): string => {
  if (error instanceof AggregateError && error.message === '') return messageOf(error.errors[0])
  return error instanceof Error ? error.message : String(error)
}

/** Message and code alone: the details of a server's error quote what was written. */
function sentenceOf(error: unknown, secrets: readonly string[]): string {
  const code = codeOf(error)
  const said = secrets.reduce((text, secret) => text.replaceAll(secret, '…'), messageOf(error))
  const sentence = `${said}${error instanceof DatabaseError ? ` (${code})` : ''}.`
  return code in ADVICE ? `${sentence} ${ADVICE[code]}` : sentence
}

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    // A stray % is taken as it is, by the driver too.
    return text
  }
}

function secretsOf(url: string): string[] {
  const password = /^\w+:\/\/[^/@]*?:([^/]*)@/.exec(url)?.[1] ?? ''
  const asked = [...url.matchAll(/[?&](?:password|sslpassword)=([^&]*)/g)].map(([, value = '']) => value)
  const secrets = [url, password, decoded(password), ...asked, ...asked.map(decoded)]
  return secrets.filter((secret) => secret !== '')
}

/** What the server, the system or the driver said, and what to do. */
export class SessionError extends Error {
  /** As PostgreSQL or the system names it; '' when neither did. */
  readonly code: string

  constructor(error: unknown, secrets: readonly string[]) {
    super(sentenceOf(error, secrets))
    this.name = 'SessionError'
    this.code = codeOf(error)
  }
}

export const brokenBy = (error: unknown): AppError =>
  error instanceof AppError
    ? error
    : new AppError('JOURNAL_BROKEN', { why: messageOf(error) }, { cause: error })

function clientFor(url: string): Client {
  // The driver makes something of any text, and would show parts of it as the names of hosts and databases.
  if (!/^postgres(ql)?:\/\//.test(url))
    throw new TypeError('The URL must start with postgres:// or postgresql://')
  return new Client({
    connectionString: url,
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: ANSWER_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
    fallback_application_name: 'cugar',
    types: { getTypeParser },
  })
}

/** `lost` is told when the connection is gone without `end`, once. Throws SessionError. */
export async function openSession(url: string, lost: (error: Error) => void): Promise<Session> {
  const secrets = secretsOf(url)
  const failed = (error: unknown): SessionError => new SessionError(error, secrets)
  const client = await Promise.try(clientFor, url).catch((error: unknown) => {
    throw failed(error)
  })
  let ended = false
  const gone = (error: unknown): void => {
    if (!ended) lost(failed(error))
    ended = true
  }
  client.on('error', gone)
  let last: Promise<unknown> = Promise.resolve()
  /** Queued here: the driver takes one statement at a time. */
  const next = <T>(work: () => Promise<T>): Promise<T> => {
    const done = last.then(work).catch((error: unknown) => {
      // What is not the server's answer says that there will be none.
      if (!(error instanceof DatabaseError)) gone(error)
      throw failed(error)
    })
    last = done.catch(() => undefined)
    return done
  }
  const end = async (): Promise<void> => {
    ended = true
    await client.end()
  }
  try {
    await client.connect()
    await client.query(SETTINGS)
  } catch (error) {
    await end()
    throw failed(error)
  }
  return {
    ask: <R extends QueryResultRow>({ name, text }: Statement, values: readonly unknown[] = []) =>
      next(async () => (await client.query<R>({ name, text, values: [...values] })).rows),
    script: (sql) =>
      next(async () => {
        await client.query(sql)
      }),
    close: async () => {
      await last
      await end()
    },
    end,
  }
}
