// Small, valid appends for the tests of journals.
import { payloadOf } from '../../src/events/digest.ts'
import type { Draft, StoredEvent } from '../../src/events/event.ts'
import type { Append, AppendResult, Journal, Line } from '../../src/journal/journal.ts'
import type { Posting, PostingEntry } from '../../src/run/budgets/ledger.ts'

export const AT = Date.UTC(2026, 0, 15, 12)
export const WINDOW_END = Date.UTC(2026, 0, 16)

export const skipped = (step_id: string): Draft => ({
  type: 'step_skipped',
  data: { step_id, reason: 'cancelled' },
})

export const appendOf = (runId: string, over: Partial<Append> = {}): Append => ({
  runId,
  expectedVersion: 0,
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  tenant: 'acme',
  at: AT,
  lines: [skipped('s1')],
  payloads: [],
  head: { open: true, wakeAt: null, waiting: false },
  idempotency: null,
  ...over,
})

/** A posting of one account. */
export type OneAccount = Omit<Posting, 'type' | 'entries'> & PostingEntry

export function posting(over: Partial<OneAccount>): Posting {
  const {
    kind = 'reserve',
    call_id = 's1/1',
    step_id = 's1',
    profile = 'revops',
    threshold = 0.8,
    ...rest
  } = over
  const entry: PostingEntry = {
    scope: 'tenant',
    key: 'acme',
    unit: 'calls',
    owner: `acme@${WINDOW_END}`,
    amount: 1,
    held: 0,
    limit: 10,
    window_end: WINDOW_END,
    ...rest,
  }
  return { type: 'posting', kind, call_id, step_id, profile, threshold, entries: [entry] }
}

export const runPosting = (runId: string, over: Partial<OneAccount> = {}): Posting =>
  posting({ scope: 'run', key: runId, owner: runId, window_end: null, ...over })

export const noted = (value: unknown) => payloadOf(value)

/** The events of an append that must have been taken. */
export function taken(result: AppendResult): readonly StoredEvent[] {
  if (!result.ok) throw new Error(`refused: ${result.reason}`)
  return result.events
}

/** A run of `count` events in appends of two. */
export async function writeRun(journal: Journal, runId: string, count: number): Promise<StoredEvent[]> {
  const events: StoredEvent[] = []
  while (events.length < count) {
    const lines: Line[] = [skipped(`s${events.length}`), skipped('last')].slice(0, count - events.length)
    events.push(...taken(await journal.append(appendOf(runId, { expectedVersion: events.length, lines }))))
  }
  return events
}

export const never = new AbortController().signal
