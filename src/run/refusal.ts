// What refused a call, for people: whose budget, what is used of it, and when it opens again.
import type { DataOf } from '../events/event.ts'
import type { Unit } from '../events/policy.ts'
import { fromMicro } from '../registry/registry.ts'

/** A reservation that did not fit one account. */
export type Refused = DataOf<'budget_exceeded'>

const UNIT_WORDS: Readonly<Record<Unit, string>> = {
  calls: 'calls',
  cost: 'cost units',
  llm_tokens: 'tokens',
  llm_usd: 'dollars',
  effects: 'calls with effects',
}

const shown = (unit: Unit, amount: number): number =>
  unit === 'cost' || unit === 'llm_usd' ? fromMicro(amount) : amount

function whose({ scope, key, window, limit_of, profile }: Refused): string {
  if (scope === 'run') return 'The budget of the run'
  if (scope !== 'tenant') return `The run's budget of ${scope} ${key}`
  const length = window === undefined ? 'budget' : `budget of this ${window}`
  return `The ${length} of tenant ${key}${limit_of === 'profile' ? ` under profile ${profile}` : ''}`
}

function opening({ scope, window_end }: Refused): string {
  if (scope !== 'tenant') return ' It does not open again in this run.'
  return typeof window_end === 'number' ? ` It opens again at ${new Date(window_end).toISOString()}.` : ''
}

/** Scope, used, limit, and when it opens again, in two sentences. */
export function refusalText(refused: Refused): string {
  const { unit, spent, reserved, requested, limit } = refused
  const of = (amount: number): number => shown(unit, amount)
  const held = reserved > 0 ? ` and ${of(reserved)} reserved` : ''
  const state = `${of(spent)} of ${of(limit)} ${UNIT_WORDS[unit]} used${held}`
  return `${whose(refused)} has ${state}; a call needs ${of(requested)}.${opening(refused)}`
}

/** All that refused the first call that was refused; null: none was. */
export function firstRefusal(refusals: readonly Refused[]): string | null {
  const [first] = refusals
  if (first === undefined) return null
  const texts = refusals.filter(({ call_id }) => call_id === first.call_id).map(refusalText)
  return texts.join(' ').slice(0, 1000)
}
