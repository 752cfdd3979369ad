import { z } from 'zod'
import { idSchema, nameSchema } from './envelope.ts'
import { limitOwnerSchema, scopeSchema, unitSchema, windowSchema } from './policy.ts'

const account = {
  scope: scopeSchema,
  /** run id, domain, tool or tenant, by scope. */
  key: z.string().min(1).max(200),
  unit: unitSchema,
  /** Of a tenant's account: how long its window is, and whose limit it is. Events before 0.2.0 do not say it. */
  window: windowSchema.optional(),
  limit_of: limitOwnerSchema.optional(),
}
const amount = z.int().min(0)

/** The call that is charged, and the step that makes it; null for a call that belongs to the run itself. */
const charged = { call_id: idSchema, step_id: idSchema.nullable() }

/** One account that the call is charged to, as it stands now. `delta` is the change of spent + reserved. */
export const accountChangeSchema = z.strictObject({
  ...account,
  delta: z.int(),
  spent: amount,
  reserved: amount,
  limit: amount,
  /** End of the window in epoch milliseconds; null for the scopes of a single run. */
  window_end: z.int().nullable(),
})

/** What a call is charged is reserved, settled or released: every account of it at once. */
export const budgetUpdated = z.strictObject({
  type: z.literal('budget_updated'),
  data: z.strictObject({
    ...charged,
    profile: nameSchema,
    kind: z.enum(['reserved', 'settled', 'released']),
    accounts: z.array(accountChangeSchema).min(1),
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

/** A reservation is refused: one event for each account that it does not fit. */
export const budgetExceeded = z.strictObject({
  type: z.literal('budget_exceeded'),
  data: z.strictObject({
    ...account,
    ...charged,
    profile: nameSchema,
    spent: amount,
    reserved: amount,
    requested: amount,
    limit: amount,
    /** When the account opens again, epoch milliseconds; null: not within the run. Left out before 0.2.0. */
    window_end: z.int().nullable().optional(),
  }),
})
