// What an append becomes: pure, and the same in every journal. Fixes position, seq, id, text and hash of each
// event, and turns postings into budget facts; or says why nothing may be written.
import type { DataOf, Fact } from '../events/event.ts'
import type { StreamKind } from '../events/stream.ts'
import { accountId, post, type Account, type AccountKey, type Posting, type Refusal } from '../run/ledger.ts'
import type { Append } from './journal.ts'
import { eventTexts, type Content, type Frame, type Texts } from './text.ts'

/** A posting without its names: a list of plain values crosses to another thread at a fraction of an object's cost. */
export type PackedPosting = readonly [
  Posting['kind'],
  Posting['scope'],
  string,
  Posting['unit'],
  string,
  string,
  string,
  number,
  number,
  number,
  number,
  number | null,
]
/** A draft's content has passed its schema. */
export type EncodedLine = Content | PackedPosting

export const packPosting = (posting: Posting): PackedPosting => {
  const { kind, scope, key, unit, owner, step_id, profile } = posting
  const { amount, held, limit, threshold, window_end } = posting
  return [kind, scope, key, unit, owner, step_id, profile, amount, held, limit, threshold, window_end]
}

function unpackPosting(packed: PackedPosting): Posting {
  const [kind, scope, key, unit, owner, step_id, profile, amount, held, limit, threshold, window_end] = packed
  return {
    type: 'posting',
    kind,
    scope,
    key,
    unit,
    owner,
    step_id,
    profile,
    amount,
    held,
    limit,
    threshold,
    window_end,
  }
}

export type EncodedAppend = Omit<Append, 'lines'> & {
  readonly kind: StreamKind
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

/** What one posting did, for whoever knows the posting. */
export type Booked = {
  readonly delta: number
  /** What the account shows: the one it was reserved under, or the highest it was ever used with. */
  readonly limit: number
  readonly spent: number
  readonly reserved: number
  readonly warns: boolean
}

const BOOKED_NUMBERS = 5

const packBooked = ({ delta, spent, reserved, limit, warns }: Booked): number[] => [
  delta,
  spent,
  reserved,
  limit,
  warns ? 1 : 0,
]

/** What posting number `index` did. */
export function bookedAt(packed: readonly number[], index: number): Booked {
  const at = index * BOOKED_NUMBERS
  const [delta = 0, spent = 0, reserved = 0, limit = 0, warns = 0] = packed.slice(at, at + BOOKED_NUMBERS)
  return { delta, spent, reserved, limit, warns: warns === 1 }
}

export type Sealed = Texts & {
  readonly ok: true
  readonly frame: Frame
  readonly contents: readonly Content[]
  /** What each posting did, in order, packed by `packBooked`. */
  readonly booked: readonly number[]
  /** The new state of every account that changed. */
  readonly accounts: ReadonlyMap<string, Account>
}

export type AppendRefusal =
  | { readonly ok: false; readonly reason: 'version'; readonly version: number }
  | { readonly ok: false; readonly reason: 'budget'; readonly refusals: readonly Refusal[] }
  | { readonly ok: false; readonly reason: 'duplicate'; readonly runId: string; readonly digest: string }
  /** The writer broke the contract: to be thrown. */
  | { readonly ok: false; readonly reason: 'invalid'; readonly why: string }

const KINDS = { reserve: 'reserved', settle: 'settled', release: 'released' } as const

/** What a posting reads as in the journal: the change and, where it crossed the threshold, the warning. */
export function budgetFacts(posting: Posting, booked: Booked): Fact[] {
  const { scope, key, unit, profile, step_id, threshold, window_end } = posting
  const { delta, spent, reserved, limit } = booked
  const kind = KINDS[posting.kind]
  const updated: DataOf<'budget_updated'> = {
    scope,
    key,
    unit,
    profile,
    step_id,
    kind,
    delta,
    spent,
    reserved,
    limit,
    window_end,
  }
  const facts: Fact[] = [{ type: 'budget_updated', data: updated }]
  if (booked.warns) {
    facts.push({ type: 'budget_warning', data: { scope, key, unit, profile, spent, limit, threshold } })
  }
  return facts
}

type Posts = {
  readonly postings: Posting[]
  readonly booked: Booked[]
  readonly accounts: Map<string, Account>
  readonly refusals: Refusal[]
  broken: string | null
}

const isPosting = (line: EncodedLine): line is PackedPosting => line.length > 3

function postAll(lines: readonly EncodedLine[], view: SealView): Posts {
  const posts: Posts = { postings: [], booked: [], accounts: new Map(), refusals: [], broken: null }
  for (const line of lines) {
    if (!isPosting(line)) continue
    const posting = unpackPosting(line)
    const id = accountId(posting)
    const posted = post(posts.accounts.get(id) ?? view.account(posting, id), posting)
    posts.postings.push(posting)
    if (!posted.ok) {
      posts.refusals.push(posted.refusal)
      continue
    }
    const { account, delta, warns } = posted
    if (account.reserved < 0) posts.broken = `posting gives back more than account ${id} holds`
    posts.accounts.set(id, account)
    const limit = posting.kind === 'reserve' ? posting.limit : account.limit
    posts.booked.push({ delta, limit, warns, spent: account.spent, reserved: account.reserved })
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

/** The append's events without what they share, budget facts where their postings stood. */
function contentsOf(append: EncodedAppend, { postings, booked }: Posts): Content[] {
  let nextBooked = 0
  return append.lines.flatMap((line): readonly Content[] => {
    if (!isPosting(line)) return [line]
    const posting = postings[nextBooked]
    const one = booked[nextBooked]
    nextBooked += 1
    if (!posting || !one) return []
    return budgetFacts(posting, one).map(({ type, data }) => [type, append.spanId, JSON.stringify(data)])
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
  const contents = contentsOf(append, posts)
  const texts = eventTexts(frame, contents)
  return { ok: true, frame, contents, ...texts, booked: booked.flatMap(packBooked), accounts }
}
