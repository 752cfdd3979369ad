// What a call is charged: reserved with its intent, settled with its outcome, in every unit that has a limit. An absent
// limit is no account at that scope. Used by whoever makes calls; promises that no more is settled than was reserved.
import { UNITS, type Amounts, type Scope } from '../../events/policy.ts'
import type { Posting, PostingEntry } from './ledger.ts'
import type { Hold, OpenCall, RunState } from '../state.ts'
import { tenantOwner, type LimitName } from './tenant-account.ts'
import { limitsOfTenant, thresholdOf } from './tenant-limits.ts'
import { windowEnd } from './window.ts'

/** A call that is about to be made, and what it may use at most, in the ledger's integers. */
export type Charge = {
  readonly callId: string
  readonly stepId: string | null
  readonly domain: string
  readonly tool: string | null
  readonly most: Amounts
}

/** What an entry is charged to, but for unit and amount. */
type ChargedScope = LimitName &
  Pick<PostingEntry, 'window_end' | 'threshold'> & {
    readonly scope: Scope
    readonly key: string
    readonly limits: Amounts | undefined
  }

type OwnedBy = LimitName & Pick<Hold, 'scope' | 'key' | 'window_end'>

const ownerOf = (state: RunState, account: OwnedBy): string =>
  account.scope === 'tenant' ? tenantOwner(account, state.profile) : state.runId

const tenantScopes = (state: RunState, now: number): ChargedScope[] =>
  limitsOfTenant(state).map(({ key, window, limit_of, time_zone, amounts, warning_threshold }) => ({
    scope: 'tenant',
    key,
    limits: amounts,
    window_end: windowEnd(now, window, time_zone),
    window,
    limit_of,
    threshold: warning_threshold,
  }))

function scopesOf(state: RunState, { domain, tool }: Charge, now: number): ChargedScope[] {
  const { limits, runId } = state
  const ofDomain: Readonly<Record<string, Amounts | undefined>> = limits.domain
  return [
    { scope: 'run', key: runId, limits: limits.run, window_end: null },
    { scope: 'domain', key: domain, limits: ofDomain[domain], window_end: null },
    ...(tool === null
      ? []
      : [{ scope: 'tool', key: tool, limits: limits.tool[tool], window_end: null } as const]),
    ...tenantScopes(state, now),
  ]
}

const postingOf = (
  state: RunState,
  call: Pick<Posting, 'kind' | 'call_id' | 'step_id'>,
  entries: readonly PostingEntry[],
): Posting[] => {
  const { profile, limits } = state
  if (entries.length === 0) return []
  return [{ type: 'posting', ...call, profile, threshold: limits.warning_threshold, entries }]
}

/** What must be held before the call; empty where no account limits it. */
export function reserve(state: RunState, charge: Charge, now: number): Posting[] {
  const entries: PostingEntry[] = []
  for (const account of scopesOf(state, charge, now)) {
    const owner = ownerOf(state, account)
    const { scope, key, limits, window_end, window, limit_of, threshold } = account
    for (const unit of UNITS) {
      const limit = limits?.[unit]
      const amount = charge.most[unit] ?? 0
      if (limit === undefined || amount === 0) continue
      // Field by field: the rest of a spread costs ten times as much, for every account of every call.
      entries.push({
        scope,
        key,
        unit,
        owner,
        amount,
        held: 0,
        limit,
        window_end,
        window,
        limit_of,
        threshold,
      })
    }
  }
  const call = { kind: 'reserve', call_id: charge.callId, step_id: charge.stepId } as const
  return postingOf(state, call, entries)
}

/**
 * What closes every hold of a call: the amounts that it used, everything that was held (`as_reserved`), or `nothing`
 * where the call was never made. What is used above the reservation is not charged: nobody had allowed it.
 */
export function settle(
  state: RunState,
  call: OpenCall | undefined,
  used: Amounts | 'as_reserved' | 'nothing',
): Posting[] {
  if (call === undefined) return []
  const amountOf = ({ unit, amount }: OpenCall['holds'][number]): number => {
    if (used === 'nothing') return 0
    return used === 'as_reserved' ? amount : Math.min(used[unit] ?? 0, amount)
  }
  const entries = call.holds.map((hold): PostingEntry => {
    // In the window it was held in, and in the account of 0.1.0 where that held it.
    const owner = ownerOf(state, hold)
    return { ...hold, owner, amount: amountOf(hold), held: hold.amount, threshold: thresholdOf(state, hold) }
  })
  const kind = used === 'nothing' ? 'release' : 'settle'
  return postingOf(state, { kind, call_id: call.callId, step_id: call.stepId }, entries)
}
