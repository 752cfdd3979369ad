// The budget books, pure: what one posting does to one account. Used by every journal inside its transaction;
// promises `spent + reserved <= limit` after every reservation, and one warning per account and window.
import type { BudgetWindow, Scope, Unit } from '../events/policy.ts'

export type AccountKey = {
  readonly scope: Scope
  /** run id, domain, tool or tenant, by scope. */
  readonly key: string
  readonly unit: Unit
  /** Whose account: the run id for the scopes of one run, `<tenant>@<window end>` for a tenant. */
  readonly owner: string
}

/** One account of a posting, and what is done to it. */
export type PostingEntry = AccountKey & {
  /** reserve: what to hold. settle: what was really spent, at most what is held. release: 0. */
  readonly amount: number
  /** settle and release: what had been held. reserve: 0. */
  readonly held: number
  readonly limit: number
  /** End of the window, epoch milliseconds; null for the scopes of one run. */
  readonly window_end: number | null
}

/** A change of every account that one call is charged to. */
export type Posting = {
  readonly type: 'posting'
  readonly kind: 'reserve' | 'settle' | 'release'
  readonly call_id: string
  readonly step_id: string | null
  readonly profile: string
  /** Share of a limit at which to warn. */
  readonly threshold: number
  readonly entries: readonly PostingEntry[]
}

export type Account = AccountKey & {
  readonly spent: number
  readonly reserved: number
  readonly limit: number
  readonly window_end: number | null
  readonly warned: boolean
}

/** A reservation that does not fit its account. */
export type Refusal = {
  readonly posting: Posting
  readonly entry: PostingEntry
  readonly spent: number
  readonly reserved: number
}

export type Posted =
  | { readonly ok: true; readonly account: Account; readonly delta: number; readonly warns: boolean }
  | { readonly ok: false; readonly spent: number; readonly reserved: number }

export const accountId = (key: AccountKey): string => `${key.scope}|${key.owner}|${key.key}|${key.unit}`

const opened = ({ scope, key, unit, owner, limit, window_end }: PostingEntry): Account => ({
  scope,
  key,
  unit,
  owner,
  spent: 0,
  reserved: 0,
  limit,
  window_end,
  warned: false,
})

/** What an entry of a posting makes of its account (undefined: not yet opened). */
export function post(
  before: Account | undefined,
  entry: PostingEntry,
  { kind, threshold }: Pick<Posting, 'kind' | 'threshold'>,
): Posted {
  const account = before ?? opened(entry)
  const { spent, reserved } = account
  if (kind === 'reserve' && spent + reserved + entry.amount > entry.limit) {
    return { ok: false, spent, reserved }
  }
  const after = {
    ...account,
    // Profiles may hold a tenant to different limits: each reservation keeps its own, the books show the highest.
    limit: Math.max(account.limit, entry.limit),
    spent: kind === 'settle' ? spent + entry.amount : spent,
    reserved: kind === 'reserve' ? reserved + entry.amount : reserved - entry.held,
  }
  const warns = !after.warned && entry.limit > 0 && after.spent >= threshold * entry.limit
  return {
    ok: true,
    account: warns ? { ...after, warned: true } : after,
    delta: after.spent + after.reserved - spent - reserved,
    warns,
  }
}

/** End of the window that `at` lies in, epoch milliseconds, UTC. */
export function windowEnd(at: number, window: BudgetWindow): number {
  const day = new Date(at)
  if (window === 'hour')
    return Date.UTC(day.getUTCFullYear(), day.getUTCMonth(), day.getUTCDate(), day.getUTCHours() + 1)
  if (window === 'day') return Date.UTC(day.getUTCFullYear(), day.getUTCMonth(), day.getUTCDate() + 1)
  return Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + 1, 1)
}
