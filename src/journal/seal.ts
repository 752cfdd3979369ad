// What an append becomes: pure, and the same in every journal. Fixes position, seq, id, text and hash of each
// event, and turns postings into budget facts; or says why nothing may be written.
import type { DataOf, Fact } from '../events/event.ts'
import type { StreamKind } from '../events/stream.ts'
import {
  accountId,
  inherited,
  post,
  predecessorOf,
  type Account,
  type AccountKey,
  type Posting,
  type PostingEntry,
  type Refusal,
} from '../run/budgets/ledger.ts'
import { budgetTexts } from './budget-text.ts'
import type { Append } from './journal.ts'
import { eventTexts, type Content, type Frame, type Texts } from './text.ts'

/** A draft's content has passed its schema. */
export type EncodedLine = Content | Posting

export type EncodedAppend = Omit<Append, 'lines' | 'parent' | 'salt'> & {
  readonly kind: StreamKind
  /** null and '' where the append sets none. */
  readonly parent: string | null
  readonly salt: string
  readonly lines: readonly EncodedLine[]
  /** Size of the texts in it, roughly: bounds batches and memory. */
  readonly bytes: number
}

/** The stream as it stands, and what else decides whether an append fits. */
export type SealView = {
  readonly version: number
  readonly hash: string
  /** Position of the first event. */
  readonly position: number
  readonly writer: string
  /** Who has the append's idempotency key already. */
  readonly taken: { readonly runId: string; readonly digest: string } | null
  /** The account of a key and its `accountId`. */
  readonly account: (key: AccountKey, id: string) => Account | undefined
  /** The run's own open accounts. */
  readonly books: ReadonlyMap<string, Account>
}

/** What one entry of a posting did: the numbers that only the books know. */
export type Booked = readonly [delta: number, spent: number, reserved: number, limit: number, warns: 0 | 1]

export type Sealed = Texts & {
  readonly ok: true
  readonly frame: Frame
  readonly contents: readonly Content[]
  /** What each entry of each posting did, in order. */
  readonly booked: readonly Booked[]
  /** The new state of every account that changed. */
  readonly accounts: ReadonlyMap<string, Account>
}

export type AppendRefusal =
  | { readonly ok: false; readonly reason: 'version'; readonly version: number }
  | { readonly ok: false; readonly reason: 'budget'; readonly refusals: readonly Refusal[] }
  | { readonly ok: false; readonly reason: 'duplicate'; readonly runId: string; readonly digest: string }
  /** The writer broke the contract: to be thrown. */
  | { readonly ok: false; readonly reason: 'invalid'; readonly why: string }

const NOT_BOOKED: Booked = [0, 0, 0, 0, 0]
const KINDS = { reserve: 'reserved', settle: 'settled', release: 'released' } as const

/** What a posting reads as in the journal: the change of all its accounts, and a warning for each that crossed its threshold. */
export function budgetFacts(posting: Posting, booked: readonly Booked[]): Fact[] {
  const { call_id, step_id, profile, threshold, entries } = posting
  const accounts: DataOf<'budget_updated'>['accounts'] = []
  const warnings: Fact[] = []
  for (const [index, entry] of entries.entries()) {
    const { scope, key, unit, window_end, window, limit_of } = entry
    const [delta, spent, reserved, limit, warns] = booked[index] ?? NOT_BOOKED
    accounts.push(
      window === undefined
        ? { scope, key, unit, delta, spent, reserved, limit, window_end }
        : { scope, key, unit, delta, spent, reserved, limit, window_end, window, limit_of },
    )
    if (warns === 0) continue
    const share = entry.threshold ?? threshold
    const named = window === undefined ? {} : { window, limit_of }
    const warning = { scope, key, unit, ...named, profile, spent, limit, threshold: share }
    warnings.push({ type: 'budget_warning', data: warning })
  }
  const kind = KINDS[posting.kind]
  return [{ type: 'budget_updated', data: { call_id, step_id, profile, kind, accounts } }, ...warnings]
}

type Posts = {
  readonly booked: Booked[]
  readonly accounts: Map<string, Account>
  readonly refusals: Refusal[]
  broken: string | null
}

export const isPosting = (line: EncodedLine): line is Posting => 'kind' in line

/** What an account that is not yet opened begins with; undefined: with nothing. */
function heritage({ accounts }: Posts, view: SealView, entry: PostingEntry): Account | undefined {
  const key = predecessorOf(entry)
  if (key === null) return undefined
  const id = accountId(key)
  const old = accounts.get(id) ?? view.account(key, id)
  return old && inherited(entry, old)
}

function postEntry(posts: Posts, view: SealView, at: { posting: Posting; entry: PostingEntry }): void {
  const { posting, entry } = at
  const id = accountId(entry)
  const before = posts.accounts.get(id) ?? view.account(entry, id) ?? heritage(posts, view, entry)
  const posted = post(before, entry, posting)
  if (!posted.ok) {
    const { spent, reserved } = posted
    posts.refusals.push({ posting, entry, spent, reserved })
    return
  }
  const { account, delta, warns } = posted
  if (account.reserved < 0) posts.broken = `posting gives back more than account ${id} holds`
  posts.accounts.set(id, account)
  posts.booked.push([delta, account.spent, account.reserved, account.limit, warns ? 1 : 0])
}

function postAll(lines: readonly EncodedLine[], view: SealView): Posts {
  const posts: Posts = { booked: [], accounts: new Map(), refusals: [], broken: null }
  for (const line of lines) {
    if (isPosting(line)) for (const entry of line.entries) postEntry(posts, view, { posting: line, entry })
  }
  return posts
}

/** A run that is over may hold nothing: its accounts are about to be dropped. */
function heldAtClose(
  append: EncodedAppend,
  view: SealView,
  changed: ReadonlyMap<string, Account>,
): string | null {
  if (append.head.open) return null
  for (const [id, account] of new Map([...view.books, ...changed])) {
    if (account.owner === append.runId && account.reserved !== 0)
      return `run ends while ${id} holds a reservation`
  }
  return null
}

function contentOf(fact: Fact, { spanId, runId }: EncodedAppend): Content {
  if (fact.type !== 'budget_updated') return [fact.type, spanId, JSON.stringify(fact.data)]
  const { text, row } = budgetTexts(fact.data, runId)
  return [fact.type, spanId, text, row]
}

/** The append's events without what they share, budget facts where their postings stood. */
function contentsOf(append: EncodedAppend, booked: readonly Booked[]): Content[] {
  let next = 0
  return append.lines.flatMap((line): readonly Content[] => {
    if (!isPosting(line)) return [line]
    const own = booked.slice(next, next + line.entries.length)
    next += line.entries.length
    return budgetFacts(line, own).map((fact) => contentOf(fact, append))
  })
}

/** The append as events with their hashes and the new books, or why it may not be written. */
export function seal(append: EncodedAppend, view: SealView): Sealed | AppendRefusal {
  if (view.taken) return { ok: false, reason: 'duplicate', ...view.taken }
  if (append.expectedVersion !== view.version) return { ok: false, reason: 'version', version: view.version }
  const posts = postAll(append.lines, view)
  const { booked, accounts, refusals, broken } = posts
  if (refusals.length > 0) return { ok: false, reason: 'budget', refusals }
  const why = broken ?? heldAtClose(append, view, accounts)
  if (why !== null) return { ok: false, reason: 'invalid', why }
  const { runId, traceId, at, tenant } = append
  const { position, writer, hash: prev } = view
  const frame = { position, runId, seq: view.version + 1, traceId, at, tenant, writer, prev }
  const contents = contentsOf(append, booked)
  const texts = eventTexts(frame, contents)
  return { ok: true, frame, contents, ...texts, booked, accounts }
}
