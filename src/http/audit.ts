// GET /v1/audit: who decided, froze, cancelled or changed what, from the journal itself; and the check of its chains.
import type { z } from 'zod'
import { CONTROL_STREAM, MANUAL } from '../events/control.ts'
import type { DataOf, StoredEvent } from '../events/event.ts'
import { kindOf } from '../events/stream.ts'
import { auditEntry, auditVerification, pageOf } from './answers.ts'
import type { Receipt } from '../events/step.ts'
import { receiptOf, textOrNull, timeOf } from './present.ts'
import { route, type DoorParts, type Route } from './route.ts'
import { auditQuery } from './schemas.ts'

export const auditPage = pageOf(auditEntry)

type Entry = z.input<typeof auditEntry>
type Said = Pick<Entry, 'kind' | 'by' | 'action' | 'subject'> & {
  /** Payload of the event's stream. */
  readonly reason: string | null
  /** Payload of the event's stream: the receipt of an effect, which is its subject. */
  readonly receipt?: string
  /** The tenant, where the event's stream is no tenant's. */
  readonly of?: string
}

/** Read at once, and at most for one answer: one that found little has a cursor all the same. */
const BLOCK = 1000
const MAX_BLOCKS = 6
/** While nothing is found at all: a list of a thousand items writes twenty thousand events that nobody decided. */
const MAX_BLOCKS_IN_VAIN = 20
const SHOWN_PROBLEMS = 100

const SHOWN_KEYS = 10
const listed = (names: readonly string[]): string =>
  names.length > SHOWN_KEYS
    ? `${names.slice(0, SHOWN_KEYS).join(', ')} and ${names.length - SHOWN_KEYS} more`
    : names.join(', ')

/** Keys by their names: what they open is in their file. */
function keyNames({ added, changed, removed }: DataOf<'keys_changed'>): string {
  const parts = [
    ['added', added.map(({ id }) => id)],
    ['changed', changed.map(({ id }) => id)],
    ['removed', removed],
  ] as const
  return parts.flatMap(([how, names]) => (names.length === 0 ? [] : `${how} ${listed(names)}`)).join('; ')
}

const counted = ({ added, removed, changed }: { added: unknown[]; removed: unknown[]; changed: unknown[] }) =>
  `${added.length} added, ${removed.length} removed, ${changed.length} changed`

/** null: nothing that somebody is answerable for. */
function saidBy(event: StoredEvent): Said | null {
  const { type, data } = event
  if (type === 'approval_received') {
    const { decision, by, reason, approval_id } = data
    return { kind: 'decision', by, action: decision, subject: approval_id, reason }
  }
  if (type === 'approval_timeout')
    return { kind: 'expiry', by: null, action: data.cause, subject: data.approval_id, reason: null }
  if (type === 'run_cancelled')
    return { kind: 'cancel', by: data.by, action: 'cancelled', subject: event.run_id, reason: data.reason }
  if (type === 'batch_cancelled')
    return { kind: 'cancel', by: data.by, action: 'cancelled', subject: event.run_id, reason: data.reason }
  if (type === 'freeze_changed') {
    const action = data.frozen ? 'frozen' : 'lifted'
    const cause = data.cause === MANUAL ? '' : ` (${data.cause})`
    return {
      kind: 'freeze',
      by: data.by,
      action,
      subject: `${data.scope} ${data.key}${cause}`,
      reason: data.reason,
    }
  }
  if (type === 'tool_call_complete' && data.receipt !== undefined) {
    const { record: receipt, created_or_found: action } = data.receipt
    return { kind: 'effect', by: data.reconciled_by, action, subject: data.tool, reason: null, receipt }
  }
  if (type === 'library_changed')
    return {
      kind: 'library',
      by: data.by,
      action: data.action,
      subject: `${data.library} (${data.run_id} ${data.step_id})`,
      reason: null,
    }
  if (type === 'keys_changed')
    return { kind: 'keys', by: null, action: 'changed', subject: keyNames(data), reason: null }
  if (type === 'results_taken') {
    const { by, list, format } = data
    return { kind: 'export', by, action: 'taken', subject: `${list} (${format})`, reason: null, of: data.of }
  }
  if (type === 'registry_changed')
    return { kind: 'registry', by: data.by, action: 'put into force', subject: counted(data), reason: null }
  if (type === 'adapter_changed')
    return {
      kind: 'adapter',
      by: data.by,
      action: `${data.from} to ${data.to}`,
      subject:
        data.aspect === undefined || data.aspect === 'state'
          ? data.adapter
          : `${data.adapter} (${data.aspect})`,
      reason: data.why ?? null,
    }
  return null
}

/** null: the receipt was erased. */
const writtenAs = (tool: string, receipt: Receipt | null): string =>
  receipt === null
    ? tool
    : [`${tool}: ${receipt.vendor} ${receipt.id}`, ...(receipt.url === null ? [] : [receipt.url])].join(', ')

async function present(
  { engine }: DoorParts,
  { event, said }: { event: StoredEvent; said: Said },
): Promise<Entry> {
  const { reason, receipt, of, ...rest } = said
  const isOfTenant = event.run_id !== CONTROL_STREAM
  const isRun = kindOf(event.run_id) === 'run'
  return {
    position: event.position,
    at: timeOf(event.at),
    ...rest,
    ...(receipt === undefined
      ? {}
      : { subject: writtenAs(rest.subject, receiptOf(await engine.payload(event.run_id, receipt))) }),
    run_id: isRun ? event.run_id : null,
    tenant: of ?? (isOfTenant ? event.tenant : null),
    reason: reason === null ? null : textOrNull(await engine.payload(event.run_id, reason)),
  }
}

/** Newest first, read backwards in blocks; `next`: null at the beginning of the journal. */
async function entriesBefore({ journal }: DoorParts, before: number, limit: number) {
  const found: { event: StoredEvent; said: Said }[] = []
  let end = before
  const isEnough = (read: number): boolean =>
    found.length >= limit || read >= (found.length > 0 ? MAX_BLOCKS : MAX_BLOCKS_IN_VAIN)
  for (let read = 0; end > 1 && !isEnough(read); read += 1) {
    const start = Math.max(0, end - 1 - BLOCK)
    const events = await journal.readAll(start, end - 1 - start)
    for (const event of events.toReversed()) {
      const said = saidBy(event)
      if (said) found.push({ event, said })
    }
    end = start + 1
  }
  const shown = found.slice(0, limit)
  const isCut = found.length > limit
  const next = isCut ? (shown.at(-1)?.event.position ?? end) : end
  return { shown, next: next > 1 ? String(next) : null }
}

/** One check at a time: whoever asks meanwhile gets the answer of the one under way. */
function checking({ verifyJournal, clock }: DoorParts): () => Promise<z.input<typeof auditVerification>> {
  let underWay: Promise<z.input<typeof auditVerification>> | null = null
  const check = async (): Promise<z.input<typeof auditVerification>> => {
    const started = performance.now()
    const { runs, events, problems } = await verifyJournal()
    return {
      ok: problems.length === 0,
      streams: runs,
      events,
      problems: problems.slice(0, SHOWN_PROBLEMS),
      problem_count: problems.length,
      checked_at: timeOf(clock()),
      took_ms: Math.round(performance.now() - started),
    }
  }
  return () => {
    underWay ??= check().finally(() => {
      underWay = null
    })
    return underWay
  }
}

export function auditRoutes(parts: DoorParts): Route[] {
  const check = checking(parts)
  return [
    route({
      method: 'get',
      path: '/v1/audit',
      roles: ['viewer', 'admin'],
      limitedKeys: 'refused',
      summary: 'Decisions, cancellations, freezes, exports and changes of registry and keys, newest first',
      query: auditQuery,
      answers: {
        200: {
          description: 'One page; it may be short, or empty, and have a next one all the same.',
          schema: auditPage,
        },
      },
      errors: [],
      answer: async ({ query }) => {
        const before = query.cursor ?? parts.journal.position() + 1
        const { shown, next } = await entriesBefore(parts, before, query.limit)
        const items = await Promise.all(shown.map((found) => present(parts, found)))
        return { status: 200, body: { items, next_cursor: next } }
      },
    }),
    route({
      method: 'post',
      path: '/v1/audit/verify',
      roles: ['viewer', 'admin'],
      limitedKeys: 'refused',
      summary: 'Recomputes every hash of the journal: is it what was written?',
      answers: { 200: { description: 'What was found.', schema: auditVerification } },
      errors: [],
      answer: async () => ({ status: 200, body: await check() }),
    }),
  ]
}
