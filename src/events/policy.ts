// The policy that a run started under, copied into its events: a reload of the registry never changes a run.
import { z } from 'zod'
import { nameSchema } from './envelope.ts'

/** A field of work that tools and budgets belong to. Which ones there are is the registry's to say. */
export const domainSchema = nameSchema

export const sideEffectsSchema = z.enum(['read-only', 'propose', 'execute'])
export type SideEffects = z.infer<typeof sideEffectsSchema>

/** `call`: a person sees tool and inputs before it runs. `output`: a person sees what it made before its release. */
export const reviewSchema = z.enum(['none', 'call', 'output'])
export type Review = z.infer<typeof reviewSchema>

export const riskSchema = z.enum(['low', 'medium', 'high', 'critical'])
export type Risk = z.infer<typeof riskSchema>

/**
 * Units of the ledger. `cost` in micro-units, `llm_usd` in micro-dollars: money is an integer. `effects`: calls of tools
 * that execute.
 */
export const UNITS = ['calls', 'cost', 'llm_tokens', 'llm_usd', 'effects'] as const
export const unitSchema = z.enum(UNITS)
export type Unit = z.infer<typeof unitSchema>

export const SCOPES = ['run', 'domain', 'tool', 'tenant'] as const
export const scopeSchema = z.enum(SCOPES)
export type Scope = z.infer<typeof scopeSchema>

/** Ledger amounts per unit, integers (see UNITS). */
export const amountsSchema = z.strictObject({
  calls: z.int().min(0).optional(),
  cost: z.int().min(0).optional(),
  llm_tokens: z.int().min(0).optional(),
  llm_usd: z.int().min(0).optional(),
  effects: z.int().min(0).optional(),
})
export type Amounts = z.infer<typeof amountsSchema>

export const retrySchema = z.strictObject({
  strategy: z.enum(['exponential', 'linear', 'none']),
  base_ms: z.int().min(0),
  factor: z.number().min(1),
  cap_ms: z.int().min(0),
  /** Share of the delay that is drawn at random, 0 to 1. */
  jitter: z.number().min(0).max(1),
  /** Calls, the first one included. */
  attempts: z.int().min(1).max(20),
})
export type RetryPolicy = z.infer<typeof retrySchema>

export const approversSchema = z.strictObject({
  role: nameSchema,
  quorum: z.int().min(1).max(10),
  exclude_requester: z.boolean(),
  timeout_s: z.int().min(1),
})
export type Approvers = z.infer<typeof approversSchema>

/** Weeks begin on Monday. */
export const windowSchema = z.enum(['hour', 'day', 'week', 'month'])
export type BudgetWindow = z.infer<typeof windowSchema>

/** `profile`: on what a tenant spends under the profile. `tenant`: the tenant's own, on all that it spends. */
export const limitOwnerSchema = z.enum(['profile', 'tenant'])
export type LimitOwner = z.infer<typeof limitOwnerSchema>

/** A limit in a window, for every unit that it names: each unit has a line of its own in the books. */
export const tenantLimitSchema = z.strictObject({
  limit_of: limitOwnerSchema,
  /** Whose budget it is: the tenant, or what the registry calls the tenants that share one. */
  key: z.string().min(1).max(200),
  window: windowSchema,
  /** In which the window is counted. */
  time_zone: z.string().min(1).max(64),
  amounts: amountsSchema,
  warning_threshold: z.number().gt(0).max(1),
})
export type TenantLimit = z.infer<typeof tenantLimitSchema>

/** Every limit a run is held to, absent = no limit at that scope, 0 = none allowed. */
export const limitsSchema = z.strictObject({
  run: amountsSchema,
  domain: z.record(domainSchema, amountsSchema),
  tool: z.record(nameSchema, amountsSchema),
  tenant: amountsSchema,
  window: windowSchema,
  /** Every limit of the tenant; where it is left out, `tenant` in `window` (UTC) is the only one. */
  tenant_limits: z.array(tenantLimitSchema).max(50).optional(),
  warning_threshold: z.number().gt(0).max(1),
  on_exceeded: z.enum(['skip', 'stop']),
  /** Working time; waiting for a person does not count. */
  timeout_ms: z.int().min(1),
})
export type Limits = z.infer<typeof limitsSchema>
