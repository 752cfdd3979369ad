// Amounts as a person writes them: calls, effects and tokens as whole numbers, cost in units, money in dollars.
import { z } from 'zod'
import { MICRO } from './registry.ts'

const MOST_UNITS = 1e9
const MOST_COUNT = 1e12

const count = z.int().min(0).max(MOST_COUNT)
/** Units or dollars; the ledger counts in millionths. */
export const money = z
  .number()
  .min(0)
  .max(MOST_UNITS)
  .refine((units) => units === 0 || units * MICRO >= 1, { error: `must be 0 or at least ${1 / MICRO}` })

/** Calls by what they do: what reads or proposes has no blast radius. */
export const effectsSource = z.strictObject({ execute: count })

export const amountsSource = z.strictObject({
  calls: count.optional(),
  cost: money.optional(),
  llm_tokens: count.optional(),
  llm_usd: money.optional(),
  effects: effectsSource.optional(),
})
export type AmountsSource = z.output<typeof amountsSource>
