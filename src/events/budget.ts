import { z } from 'zod'
import { idSchema, nameSchema } from './envelope.ts'
import { scopeSchema, unitSchema } from './policy.ts'

const account = {
  scope: scopeSchema,
  /** run id, domain, tool or tenant, by scope. */
  key: z.string().min(1).max(200),
  unit: unitSchema,
}
const amount = z.int().min(0)

/** A reservation is made, settled or released. `delta` is the change of spent + reserved. */
export const budgetUpdated = z.strictObject({
  type: z.literal('budget_updated'),
  data: z.strictObject({
    ...account,
    profile: nameSchema,
    step_id: idSchema,
    kind: z.enum(['reserved', 'settled', 'released']),
    delta: z.int(),
    spent: amount,
    reserved: amount,
    limit: amount,
    /** End of the window in epoch milliseconds; null for the scopes of a single run. */
    window_end: z.int().nullable(),
  }),
})

/** A scope crosses its warning threshold: once per scope and window. */
export const budgetWarning = z.strictObject({
  type: z.literal('budget_warning'),
  data: z.strictObject({
    ...account,
    profile: nameSchema,
    spent: amount,
    limit: amount,
    threshold: z.number(),
  }),
})

/** A reservation is refused. */
export const budgetExceeded = z.strictObject({
  type: z.literal('budget_exceeded'),
  data: z.strictObject({
    ...account,
    profile: nameSchema,
    step_id: idSchema,
    spent: amount,
    reserved: amount,
    requested: amount,
    limit: amount,
  }),
})
