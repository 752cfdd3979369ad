// The budget books, pure: what one posting does to one account. Used by every journal inside its transaction;
// promises `spent + reserved <= limit` after every reservation, and one warning per account and window.
import type { Scope, Unit } from '../../events/policy.ts'
import { oldOwner, type LimitName } from './tenant-account.ts'

export type AccountKey = {
  readonly scope: Scope
  /** run id, domain, tool or tenant, by scope. */
  readonly key: string
  readonly unit: Unit
  /** Whose account: the run id for the scopes of one run, see `tenantOwner` for a tenant. */
  readonly owner: string
}

/** One account of a posting, and what is done to it. */
export type PostingEntry = AccountKey &
  LimitName & {
    /** reserve: what to hold. settle: what was really spent, at most what is held. release: 0. */
    readonly amount: number
    /** settle and release: what had been held. reserve: 0. */
    readonly held: number
    readonly limit: number
    /** End of the window, epoch milliseconds; null for the scopes of one run. */
    readonly window_end: number | null
    /** Share of this limit at which to warn, where it is not the posting's. */
    readonly threshold?: number | undefined
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

/** The account of 0.1.0 that a tenant's account follows; null: none. */
export function predecessorOf({ scope, key, unit, owner }: AccountKey): AccountKey | null {
  const old = scope === 'tenant' ? oldOwner(owner) : null
  return old === null ? null : { scope, key, unit, owner: old }
}

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

/**
 * A new account in the place of one of 0.1.0, which every profile of the tenant shared, and a day and a month that end
 * together: all that stood there counts as spent, so that no limit is passed in the window of the upgrade.
 */
export const inherited = (entry: PostingEntry, old: Account): Account => ({
  ...opened(entry),
  spent: Math.min(entry.limit, old.spent + old.reserved),
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
    // A registry may change the limit: the last reservation fitted the one it was made under, what follows only gives back.
    limit: kind === 'reserve' ? entry.limit : account.limit,
    spent: kind === 'settle' ? spent + entry.amount : spent,
    reserved: kind === 'reserve' ? reserved + entry.amount : reserved - entry.held,
  }
  const warns =
    !after.warned && entry.limit > 0 && after.spent >= (entry.threshold ?? threshold) * entry.limit
  return {
    ok: true,
    account: warns ? { ...after, warned: true } : after,
    delta: after.spent + after.reserved - spent - reserved,
    warns,
  }
}
