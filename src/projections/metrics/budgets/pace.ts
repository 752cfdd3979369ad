// How fast a budget is spent, and when it will be used up. Pure; kept with the line of the budget, so that the journal
// alone decides it and a restart changes nothing.

import type { BudgetWindow } from '../../../events/policy.ts'
import { windowStart } from '../../../run/budgets/window.ts'

/** Spending is remembered in slots of ten minutes. */
const SLOT_MS = 600_000
const HOUR_MS = 3_600_000
const LONG_HOURS = 6
/** Of six hours, and the one before them. */
const SLOTS_KEPT = (LONG_HOURS * HOUR_MS) / SLOT_MS + 1
/** Slots of the last hour in which something must have been spent: a batch of runs is in one or two of them. */
const SUSTAINED_SLOTS = 3

/** Number of the slot since 1970, and what was spent of the window at its end; in order, only where it grew. JSON. */
export type SpentSlot = [slot: number, spent: number]

/** Notes what is spent of the window by now; `at` in epoch milliseconds. */
export function noteSpent(slots: SpentSlot[], spent: number, at: number): void {
  const slot = Math.floor(at / SLOT_MS)
  const last = slots.at(-1)
  if (last !== undefined && last[0] >= slot) {
    last[1] = spent
    return
  }
  slots.push([slot, spent])
  if (slots.length > SLOTS_KEPT) slots.shift()
}

/** Ledger integers an hour, over the last hour and the last six; of what there is, where the window is younger. */
export type Pace = { readonly hour: number; readonly sixHours: number; readonly isSustained: boolean }

function perHour(slots: readonly SpentSlot[], hours: number, now: number): number {
  const first = slots[0]
  const last = slots.at(-1)
  if (first === undefined || last === undefined) return 0
  const from = Math.floor((now - hours * HOUR_MS) / SLOT_MS)
  const before = slots.findLast(([slot]) => slot <= from)?.[1] ?? 0
  const lasted = Math.min(hours * HOUR_MS, Math.max(SLOT_MS, now - first[0] * SLOT_MS))
  return ((last[1] - before) / lasted) * HOUR_MS
}

/** `now` in epoch milliseconds. */
export function paceOf(slots: readonly SpentSlot[], now: number): Pace {
  const from = Math.floor((now - HOUR_MS) / SLOT_MS)
  return {
    hour: perHour(slots, 1, now),
    sixHours: perHour(slots, LONG_HOURS, now),
    isSustained: slots.filter(([slot]) => slot > from).length >= SUSTAINED_SLOTS,
  }
}

/** What is asked about: ledger integers, and the end of the window in epoch milliseconds. */
export type Spending = {
  readonly slots: readonly SpentSlot[]
  readonly spent: number
  readonly limit: number
  readonly windowEnd: number
}

/**
 * When the budget is used up at the slower of the two paces, epoch milliseconds; null: not before its window ends, or
 * it is not spent steadily. A batch that is over slows down within the hour.
 */
export function runsOutAt({ slots, spent, limit, windowEnd }: Spending, now: number): number | null {
  const { hour, sixHours, isSustained } = paceOf(slots, now)
  const pace = Math.min(hour, sixHours)
  if (!isSustained || pace <= 0 || spent >= limit) return null
  const at = now + ((limit - spent) / pace) * HOUR_MS
  return at < windowEnd ? at : null
}

/** The first hundredth of a window counts as a whole: what is spent in its first minute is no pace. */
const LEAST_ELAPSED = 0.01

export type WindowSeen = {
  /** Absent: version 0.1.0 does not say it. */
  readonly window: BudgetWindow | undefined
  /** Epoch milliseconds. */
  readonly windowEnd: number
  readonly zone: string
  readonly now: number
}

/** How much of a window is over, above 0 and up to 1. */
export function elapsedShare({ window, windowEnd, zone, now }: WindowSeen): number {
  if (window === undefined) return 1
  const start = windowStart(windowEnd, window, zone)
  return Math.min(1, Math.max(LEAST_ELAPSED, (now - start) / (windowEnd - start)))
}
