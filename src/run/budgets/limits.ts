// A run's own limits: the profile's, made tighter where the caller asks. Never looser.
import { AppError } from '../../errors.ts'
import type { Limits, Unit } from '../../events/policy.ts'
import { fromMicro, limitMicro, priceMicro, wholeParts } from '../../registry/registry.ts'

/** In API units: calls, cost units, tokens, dollars, seconds. */
export type Tightening = {
  readonly calls?: number | undefined
  readonly cost?: number | undefined
  readonly llm_tokens?: number | undefined
  readonly llm_usd?: number | undefined
  readonly effects?: { readonly execute: number } | undefined
  readonly timeout_seconds?: number | undefined
}

const RUN_UNITS = ['calls', 'cost', 'llm_tokens', 'llm_usd', 'effects'] as const
const MICRO_UNITS: ReadonlySet<Unit> = new Set(['cost', 'llm_usd'])

const ledgerAmount = (unit: Unit, asked: number): number =>
  MICRO_UNITS.has(unit) ? limitMicro(asked) : Math.floor(asked)

const isAbove = (unit: Unit, asked: number, allowed: number): boolean =>
  (MICRO_UNITS.has(unit) ? priceMicro(asked) : asked) > allowed

function refuse(unit: string, asked: number, allowed: number): never {
  throw new AppError('LIMIT_LOOSENED', { unit, asked, allowed })
}

/** Errors: LIMIT_LOOSENED. */
export function tighten(limits: Limits, asked: Tightening): Limits {
  const run = { ...limits.run }
  for (const unit of RUN_UNITS) {
    const wanted = unit === 'effects' ? asked.effects?.execute : asked[unit]
    if (wanted === undefined) continue
    const amount = ledgerAmount(unit, wanted)
    const allowed = run[unit]
    if (allowed !== undefined && isAbove(unit, wanted, allowed)) {
      refuse(unit, wanted, MICRO_UNITS.has(unit) ? fromMicro(allowed) : allowed)
    }
    run[unit] = amount
  }
  const seconds = asked.timeout_seconds
  if (seconds === undefined) return { ...limits, run }
  if (seconds * 1000 > limits.timeout_ms) refuse('timeout_seconds', seconds, limits.timeout_ms / 1000)
  return { ...limits, run, timeout_ms: Math.max(1, wholeParts(seconds, 1000)) }
}

/**
 * What the caller of a run had tightened, in API units: where its limits are others than those that its profile had
 * `before`. Never above what the profile allows `today`, so that it can be asked for again.
 */
export function keptTightening(limits: {
  readonly run: Limits
  readonly before: Limits
  readonly today: Limits
}): Tightening {
  const { run, before, today } = limits
  const kept = RUN_UNITS.flatMap((unit): [Unit, number | { execute: number }][] => {
    const amount = run.run[unit]
    if (amount === undefined || amount === before.run[unit]) return []
    const least = Math.min(amount, today.run[unit] ?? Infinity)
    if (unit === 'effects') return [[unit, { execute: least }]]
    return [[unit, MICRO_UNITS.has(unit) ? fromMicro(least) : least]]
  })
  const isShortened = run.timeout_ms !== before.timeout_ms
  const seconds = Math.min(run.timeout_ms, today.timeout_ms) / 1000
  return { ...Object.fromEntries(kept), ...(isShortened && { timeout_seconds: seconds }) }
}
