// One batch of appends, one statement, and so one transaction. While one batch is written, the next is made on top of
// it: a batch that fails ends the journal, so nothing is ever made on what was lost. Positions are dense and unique,
// so a second writer, however it came to be, would fail here and not write.
import type { Account, AccountKey } from '../../run/budgets/ledger.ts'
import { booksText } from '../book-rows.ts'
import { forgetBefore, KEPT_WINDOWS } from '../forgetting.ts'
import type { CommitOutcome } from '../group-commit.ts'
import type { EncodedAppend } from '../seal.ts'
import { advanced, sealOnto } from '../stream-state.ts'
import { packContents, type Frame } from '../text.ts'
import type { Books, Changes, Page } from './books.ts'
import type { Session } from './session.ts'

const SQL = {
  write: {
    name: 'write',
    text: `WITH e AS (
      INSERT INTO events (first_position, run_id, first_seq, count, trace_id, at, tenant, writer, prev, body)
      SELECT * FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::integer[], $5::text[], $6::bigint[],
        $7::text[], $8::text[], $9::text[], $10::text[])
    ), p AS (
      INSERT INTO payloads (run_id, digest, body)
      SELECT * FROM unnest($11::text[], $12::text[], $13::text[]) ON CONFLICT DO NOTHING
    ), k AS (
      INSERT INTO idempotency (key, run_id, digest) SELECT * FROM unnest($14::text[], $15::text[], $16::text[])
    ), s AS (
      INSERT INTO streams (run_id, version, hash, open, wake_at, waiting, books, kind, parent, salt, tenant)
      SELECT * FROM unnest($17::text[], $18::bigint[], $19::text[], $20::boolean[], $21::bigint[], $22::boolean[],
        $23::text[], $24::text[], $25::text[], $26::text[], $27::text[])
      ON CONFLICT (run_id) DO UPDATE SET version = excluded.version, hash = excluded.hash, open = excluded.open,
        wake_at = excluded.wake_at, waiting = excluded.waiting, books = excluded.books
    )
    INSERT INTO accounts (owner, scope, key, unit, spent, reserved, max, window_end, warned)
    SELECT * FROM unnest($28::text[], $29::text[], $30::text[], $31::text[], $32::bigint[], $33::bigint[],
      $34::bigint[], $35::bigint[], $36::boolean[])
    ON CONFLICT (owner, scope, key, unit) DO UPDATE SET
      spent = excluded.spent, reserved = excluded.reserved, max = excluded.max, warned = excluded.warned`,
  },
  forget: {
    name: 'forget',
    text: `DELETE FROM accounts a USING unnest($1::text[], $2::text[], $3::text[], $4::bigint[])
        AS opened (scope, key, unit, before)
      WHERE a.scope = opened.scope AND a.key = opened.key AND a.unit = opened.unit
        AND a.window_end < opened.before AND a.reserved = 0
        AND a.window_end < (SELECT DISTINCT window_end FROM accounts k
          WHERE k.scope = opened.scope AND k.key = opened.key AND k.unit = opened.unit
          ORDER BY window_end DESC LIMIT 1 OFFSET ${KEPT_WINDOWS - 1})
      RETURNING a.owner, a.scope, a.key, a.unit`,
  },
  position: {
    name: 'position',
    text: 'SELECT first_position + count - 1 AS position, at FROM events ORDER BY first_position DESC LIMIT 1',
  },
}

type Row = { readonly frame: Frame; readonly count: number; readonly body: string }

type Batch = {
  readonly page: Page
  readonly rows: Row[]
  readonly payloads: { readonly runId: string; readonly digest: string; readonly body: string }[]
  readonly outcomes: CommitOutcome[]
}

const columns = <T>(rows: readonly T[], of: readonly ((row: T) => unknown)[]): unknown[][] =>
  of.map((column) => rows.map(column))

/** The arrays that the statement unnests. */
function valuesOf({ rows, payloads, page }: Batch): unknown[][] {
  const { streams, accounts, keys } = page.changes
  return [
    ...columns(rows, [
      ({ frame }) => frame.position,
      ({ frame }) => frame.runId,
      ({ frame }) => frame.seq,
      ({ count }) => count,
      ({ frame }) => frame.traceId,
      ({ frame }) => frame.at,
      ({ frame }) => frame.tenant,
      ({ frame }) => frame.writer,
      ({ frame }) => frame.prev,
      ({ body }) => body,
    ]),
    ...columns(payloads, [({ runId }) => runId, ({ digest }) => digest, ({ body }) => body]),
    ...columns([...keys], [([key]) => key, ([, { runId }]) => runId, ([, { digest }]) => digest]),
    ...columns(
      [...streams],
      [
        ([runId]) => runId,
        ([, { version }]) => version,
        ([, { hash }]) => hash,
        ([, { head }]) => head.open,
        ([, { head }]) => head.wakeAt,
        ([, { head }]) => head.waiting,
        ([, stream]) => booksText(stream),
        ([, { kind }]) => kind,
        ([, { parent }]) => parent,
        ([, { salt }]) => salt,
        ([, { tenant }]) => tenant,
      ],
    ),
    ...columns(
      [...accounts.values()],
      [
        ({ owner }) => owner,
        ({ scope }) => scope,
        ({ key }) => key,
        ({ unit }) => unit,
        ({ spent }) => spent,
        ({ reserved }) => reserved,
        ({ limit }) => limit,
        ({ window_end }) => window_end,
        ({ warned }) => warned,
      ],
    ),
  ]
}

/** Outcomes in order, once they, and all that they stand on, are durable. */
export type Commit = (batch: readonly EncodedAppend[]) => Promise<CommitOutcome[]>

/** Where the journal ends: position of its last event, and its time in epoch milliseconds. */
export type JournalEnd = { readonly position: number; readonly at: number }

export async function lastEvent(session: Session): Promise<JournalEnd> {
  const [row] = await session.ask<JournalEnd>(SQL.position)
  return row ?? { position: 0, at: 0 }
}

type Writing = { readonly session: Session; readonly books: Books; readonly writer: string }

/** The one writer of a store that ends there. Every error is the end of it. */
export function postgresCommits({ session, books, writer }: Writing, end: JournalEnd): Commit {
  let next = end.position + 1
  let latest = end.at
  let made: Promise<unknown> = Promise.resolve()
  let written: Promise<unknown> = Promise.resolve()

  /** Adds an append to what a batch writes and changes. */
  const add = ({ page, rows, payloads }: Batch, append: EncodedAppend): CommitOutcome => {
    const { runId, idempotency, at } = append
    const before = page.stream(append)
    const taken = idempotency ? page.holder(idempotency.key) : null
    const account = (_key: AccountKey, id: string): Account | undefined => page.account(id)
    const sealed = sealOnto(before, append, { position: next, writer, taken, account })
    if (!sealed.ok) return sealed
    const { frame, contents, texts, prevs, booked } = sealed
    if (contents.length > 0) rows.push({ frame, count: contents.length, body: packContents(contents) })
    for (const { digest, body } of append.payloads) payloads.push({ runId, digest, body })
    if (idempotency) page.claim(idempotency.key, { runId, digest: idempotency.digest })
    const { stream, shared } = advanced(before, append, sealed)
    page.change(runId, stream)
    for (const one of shared) page.post(one, forgetBefore(at, latest))
    latest = Math.max(latest, at)
    next += texts.length
    return { ok: true, position: frame.position, prevs, booked }
  }
  const make = async (appends: readonly EncodedAppend[]): Promise<Batch> => {
    const batch: Batch = { page: await books.open(appends), rows: [], payloads: [], outcomes: [] }
    for (const append of appends) batch.outcomes.push(add(batch, append))
    books.begun(batch.page.changes)
    return batch
  }
  /** Older windows of the same budgets that hold nothing are history. */
  const forget = async ({ opened }: Changes): Promise<void> => {
    if (opened.length === 0) return
    const values = columns(opened, [
      ({ account }) => account.scope,
      ({ account }) => account.key,
      ({ account }) => account.unit,
      ({ before }) => before,
    ])
    books.removed(await session.ask<AccountKey>(SQL.forget, values))
  }
  const write = async (batch: Batch): Promise<void> => {
    const { changes } = batch.page
    if (changes.streams.size === 0) return
    // Both are sent now, so that no later batch comes between, and none is acknowledged before this one.
    await Promise.all([session.ask(SQL.write, valuesOf(batch)), forget(changes)])
    books.committed(changes)
  }
  return async (appends) => {
    const making = made.then(() => make(appends))
    made = making
    const batch = await making
    // What was refused was refused for what is still being written, perhaps.
    const writing = Promise.all([written, write(batch)])
    written = writing
    await writing
    return batch.outcomes
  }
}
