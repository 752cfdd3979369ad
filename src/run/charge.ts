// What a call is charged: reserved with its intent, settled with its outcome, in every unit that has a limit. An absent
// limit is no account at that scope. Used by whoever makes calls; promises that no more is settled than was reserved.
import { UNITS, type Amounts, type Scope } from '../events/policy.ts'
import { windowEnd, type Posting, type PostingEntry } from './ledger.ts'
import type { OpenCall, RunState } from './state.ts'

/** A call that is about to be made, and what it may use at most, in the ledger's integers. */
export type Charge = {
  readonly callId: string
  readonly stepId: string | null
  readonly domain: string
  readonly tool: string | null
  readonly most: Amounts
}

type ChargedScope = { readonly scope: Scope; readonly key: string; readonly limits: Amounts | undefined }

const ownerOf = (state: RunState, scope: Scope, window: number | null): string =>
  scope === 'tenant' ? `${state.tenant}@${window}` : state.runId

function scopesOf({ limits, runId, tenant }: RunState, { domain, tool }: Charge): ChargedScope[] {
  const ofDomain: Readonly<Record<string, Amounts | undefined>> = limits.domain
  return [
    { scope: 'run', key: runId, limits: limits.run },
    { scope: 'domain', key: domain, limits: ofDomain[domain] },
    ...(tool === null ? [] : [{ scope: 'tool', key: tool, limits: limits.tool[tool] } as const]),
    { scope: 'tenant', key: tenant, limits: limits.tenant },
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
  for (const { scope, key, limits } of scopesOf(state, charge)) {
    for (const unit of UNITS) {
      const limit = limits?.[unit]
      const amount = charge.most[unit] ?? 0
      if (limit === undefined || amount === 0) continue
      const window_end = scope === 'tenant' ? windowEnd(now, state.limits.window) : null
      const owner = ownerOf(state, scope, window_end)
      entries.push({ scope, key, unit, owner, amount, held: 0, limit, window_end })
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
    const { scope, key, unit, limit, window_end } = hold
    const owner = ownerOf(state, scope, window_end)
    return { scope, key, unit, owner, amount: amountOf(hold), held: hold.amount, limit, window_end }
  })
  const kind = used === 'nothing' ? 'release' : 'settle'
  return postingOf(state, { kind, call_id: call.callId, step_id: call.stepId }, entries)
}
