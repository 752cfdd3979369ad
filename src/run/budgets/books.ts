// The books as one run sees them, a line for each account, and what its calls hold of them. A run has a handful of
// lines, so that looking through them all is quicker than an index of names that have to be put together first.
import type { DataOf } from '../../events/event.ts'
import type { Unit } from '../../events/policy.ts'
import { callOf, withCall } from '../calls/call.ts'
import type { Posting } from './ledger.ts'
import type { BudgetLine, Hold, RunState } from '../state.ts'

type Named = Pick<BudgetLine, 'scope' | 'key' | 'unit' | 'window' | 'limit_of'>
type Booking = DataOf<'budget_updated'>

const isSameAccount = (one: Named, other: Named): boolean =>
  one.unit === other.unit &&
  one.scope === other.scope &&
  one.key === other.key &&
  one.window === other.window &&
  one.limit_of === other.limit_of

/** Puts a line in the place of the one before it. */
function setLine(lines: BudgetLine[], line: BudgetLine): void {
  const at = lines.findIndex((other) => isSameAccount(other, line))
  if (at < 0) lines.push(line)
  else lines[at] = line
}

/** Field by field: the rest of a spread costs ten times as much, for every account of every run. */
const lineOf = (account: Booking['accounts'][number]): BudgetLine => {
  const { scope, key, unit, spent, reserved, limit, window_end, window, limit_of } = account
  return { scope, key, unit, spent, reserved, limit, window_end, window, limit_of }
}

function withLines(budget: readonly BudgetLine[], { accounts }: Booking): BudgetLine[] {
  const lines = [...budget]
  for (const account of accounts) setLine(lines, lineOf(account))
  return lines
}

const saysTheSame = (line: BudgetLine, account: Booking['accounts'][number]): boolean =>
  line.spent === account.spent &&
  line.reserved === account.reserved &&
  line.limit === account.limit &&
  line.window_end === account.window_end

/**
 * The books as these bookings show them, of which the run has a line for each account already. Only what the last one
 * of an account says holds, and nearly always that is what its line says: other runs post to few accounts.
 */
export function withBooks(state: RunState, bookings: readonly Booking[]): RunState {
  const { budget } = state
  let lines: BudgetLine[] | null = null
  for (let at = 0; at < budget.length; at += 1) {
    const line = budget[at]
    const account = line === undefined ? undefined : lastOf(bookings, line)
    if (line === undefined || account === undefined || saysTheSame(line, account)) continue
    lines ??= [...budget]
    lines[at] = lineOf(account)
  }
  return lines === null ? state : { ...state, budget: lines }
}

function lastOf(bookings: readonly Booking[], line: BudgetLine): Booking['accounts'][number] | undefined {
  for (let at = bookings.length - 1; at >= 0; at -= 1) {
    const account = bookings[at]?.accounts.find((one) => isSameAccount(one, line))
    if (account !== undefined) return account
  }
  return undefined
}

const holdOf = (account: Booking['accounts'][number]): Hold => {
  const { scope, key, unit, delta, limit, window_end, window, limit_of } = account
  return { scope, key, unit, amount: delta, limit, window_end, window, limit_of }
}

/** The run after its books were changed for one of its calls. */
export function evolveBooks(state: RunState, booking: Booking): RunState {
  const call = callOf(state.openCalls, booking)
  const others = call.holds.filter(
    (hold) => !booking.accounts.some((account) => isSameAccount(account, hold)),
  )
  const holds = booking.kind === 'reserved' ? [...others, ...booking.accounts.map(holdOf)] : others
  const openCalls = withCall(state.openCalls, { ...call, holds })
  return { ...state, openCalls, budget: withLines(state.budget, booking) }
}

const BOOKED = { reserve: 'reserved', settle: 'settled', release: 'released' } as const

/** What a posting will read as. Numbers of accounts that other runs use too are put right by the journal. */
export function predictBooking(state: RunState, posting: Posting): Booking {
  const { call_id, step_id, profile, kind, entries } = posting
  const accounts = entries.map((entry) => {
    const { scope, key, unit, amount, held, limit, window_end, window, limit_of } = entry
    const before = state.budget.find((line) => isSameAccount(line, entry))
    const delta = kind === 'reserve' ? amount : amount - held
    const spent = (before?.spent ?? 0) + (kind === 'settle' ? amount : 0)
    const reserved = Math.max(0, (before?.reserved ?? 0) + (kind === 'reserve' ? amount : -held))
    return { scope, key, unit, delta, spent, reserved, limit, window_end, window, limit_of }
  })
  return { call_id, step_id, profile, kind: BOOKED[kind], accounts }
}

/** Share of the run's own limits that it used, for each unit that has one above 0. */
export function budgetUse(state: RunState): Partial<Record<Unit, number>> {
  const use: Partial<Record<Unit, number>> = {}
  for (const line of state.budget) {
    if (line.scope === 'run' && line.limit > 0) use[line.unit] = line.spent / line.limit
  }
  return use
}
