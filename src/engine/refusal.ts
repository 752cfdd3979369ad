import type { Fact } from '../events/event.ts'
import type { Refusal } from '../run/budgets/ledger.ts'

/** What is recorded of reservations that do not fit: each account that refused, with its numbers. */
export const refusedFacts = (refusals: readonly Refusal[]): Fact[] =>
  refusals.map(({ posting, entry, spent, reserved }) => ({
    type: 'budget_exceeded',
    data: {
      scope: entry.scope,
      key: entry.key,
      unit: entry.unit,
      call_id: posting.call_id,
      step_id: posting.step_id,
      profile: posting.profile,
      spent,
      reserved,
      requested: entry.amount,
      limit: entry.limit,
      window_end: entry.window_end,
      ...(entry.window === undefined ? {} : { window: entry.window, limit_of: entry.limit_of }),
    },
  }))
