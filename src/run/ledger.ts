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

export type Posting = AccountKey & {
  readonly type: 'posting'
  readonly kind: 'reserve' | 'settle' | 'release'
  readonly step_id: string
  readonly profile: string
  /** reserve: what to hold. settle: what was really spent. release: 0. */
  readonly amount: number
  /** settle and release: what had been held. reserve: 0. */
  readonly held: number
  readonly limit: number
  /** Share of the limit at which to warn. */
  readonly threshold: number
  readonly window_end: number | null
}

export type Account = AccountKey & {
  readonly spent: number
  readonly reserved: number
  readonly limit: number
  readonly window_end: number | null
  readonly warned: boolean
}

export type Refusal = {
  readonly posting: Posting
  readonly spent: number
  readonly reserved: number
}

export type Posted =
  | { readonly ok: true; readonly account: Account; readonly delta: number; readonly warns: boolean }
  | { readonly ok: false; readonly refusal: Refusal }

export const accountId = (key: AccountKey): string => `${key.scope}|${key.owner}|${key.key}|${key.unit}`

const opened = (posting: Posting): Account => ({
  scope: posting.scope,
  key: posting.key,
  unit: posting.unit,
  owner: posting.owner,
  spent: 0,
  reserved: 0,
  limit: posting.limit,
  window_end: posting.window_end,
  warned: false,
})

/** What a posting makes of an account (undefined: not yet opened). */
export function post(before: Account | undefined, posting: Posting): Posted {
  const account = before ?? opened(posting)
  const { spent, reserved } = account
  if (posting.kind === 'reserve' && spent + reserved + posting.amount > posting.limit) {
    return { ok: false, refusal: { posting, spent, reserved } }
  }
  const after = {
    ...account,
    // Profiles may hold a tenant to different limits: each reservation keeps its own, the books show the highest.
    limit: Math.max(account.limit, posting.limit),
    spent: posting.kind === 'settle' ? spent + posting.amount : spent,
    reserved: posting.kind === 'reserve' ? reserved + posting.amount : reserved - posting.held,
  }
  const warns = !after.warned && posting.limit > 0 && after.spent >= posting.threshold * posting.limit
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
