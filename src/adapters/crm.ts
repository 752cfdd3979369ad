// The interface `crm`: what any CRM can be asked for, and the records it answers with, in our words. Used by tools and
// by the engine; every vendor's folder turns its own answers into these, and `checkedCrm` lets nothing else through.
import { z } from 'zod'
import type { Receipt } from '../events/step.ts'
import type { Adapter, AdapterCall } from './adapter.ts'

/** A name that the vendor gave: an id that stands in an address as well as in a body. */
const vendorId = z.string().min(1).max(200)
const text = z.string().max(2000).nullable()
const amount = z.number().nullable()
const instant = z.iso.datetime().nullable()

/** An account of any CRM; what the vendor does not say is null. */
export const crmAccountSchema = z.strictObject({
  account_id: vendorId,
  name: text,
  industry: text,
  /** A year's, in the currency of the vendor's records. */
  revenue: amount,
  employee_count: z.int().min(0).nullable(),
  region: text,
  /** Domain of its web site, such as `example.com`. */
  domain: text.default(null),
  /** Where a person sees it; null: the vendor has no address for it. */
  url: text.default(null),
  updated_at: instant,
})

/** A deal of any CRM; what the vendor does not say is null. */
export const crmOpportunitySchema = z.strictObject({
  opportunity_id: vendorId,
  account_id: vendorId.nullable(),
  name: text,
  /** In the vendor's own words. */
  stage: text,
  amount,
  /** ISO 4217. */
  currency: text,
  /** YYYY-MM-DD. */
  close_date: z.iso.date().nullable(),
  /** 0 to 1. */
  probability: z.number().min(0).max(1).nullable(),
  status: z.enum(['open', 'won', 'lost']).nullable(),
  url: text.default(null),
  updated_at: instant,
})

export const crmOpportunityPageSchema = z.strictObject({
  items: z.array(crmOpportunitySchema).readonly(),
  /** Give it as `cursor` to have what comes next; null: this is the last page. */
  next: z.string().max(4000).nullable(),
})

export const ACTIVITY_KINDS = ['note', 'call', 'email', 'meeting'] as const

/** What happened with an account, as a person would note it. */
export const crmActivitySchema = z.strictObject({
  account_id: vendorId,
  /** The deal that it was about; null: none. */
  opportunity_id: vendorId.nullable().default(null),
  kind: z.enum(ACTIVITY_KINDS),
  subject: z.string().trim().min(1).max(250),
  body: z.string().max(30_000).default(''),
  /** When it happened. */
  occurred_at: z.iso.datetime({ offset: true }),
})

/** Accounts whose name has this text in it. */
export const accountQuerySchema = z.strictObject({
  name: z.string().trim().min(2).max(200),
  limit: z.int().min(1).max(100).default(20),
})

export const opportunityQuerySchema = z.strictObject({
  /** null: of every account. */
  account_id: vendorId.nullable().default(null),
  /** `next` of the page before. */
  cursor: z.string().min(1).max(4000).nullable().default(null),
  limit: z.int().min(1).max(100).default(100),
})

export const activityLookupSchema = z.strictObject({
  /** The `idempotencyKey` of the call that logged it. */
  key: z.string().min(1).max(500),
  /** The account it was logged for, where it is known: some vendors find it more surely then. */
  account_id: vendorId.nullable().default(null),
})

/** Says who has answered: the name of the adapter, never of another. */
type Sourced<T> = T & { readonly source: string }

export type CrmAccount = Sourced<z.output<typeof crmAccountSchema>>
export type CrmOpportunity = Sourced<z.output<typeof crmOpportunitySchema>>
export type CrmOpportunityPage = {
  readonly items: readonly CrmOpportunity[]
  readonly next: string | null
}
export type CrmActivity = z.output<typeof crmActivitySchema>

type AccountQuery = z.output<typeof accountQuerySchema>
/** Which deals are asked for; null: of every account, from the first page on. */
export type OpportunityQuery = z.output<typeof opportunityQuerySchema>
type ActivityLookup = z.output<typeof activityLookupSchema>

/**
 * What a tool has of a CRM. Every operation makes one attempt and answers within `timeoutMs`. Errors: CallError, with
 * `user_invalid_input` and no call made where an argument is none that a CRM takes.
 */
export type CrmOperations = {
  /** null: the vendor has no such account. */
  readonly getAccount: (accountId: string, call: AdapterCall) => Promise<CrmAccount | null>
  readonly findAccounts: (
    query: z.input<typeof accountQuerySchema>,
    call: AdapterCall,
  ) => Promise<readonly CrmAccount[]>
  /** null: the vendor has no such deal. */
  readonly getOpportunity: (opportunityId: string, call: AdapterCall) => Promise<CrmOpportunity | null>
  readonly listOpportunities: (
    query: z.input<typeof opportunityQuerySchema>,
    call: AdapterCall,
  ) => Promise<CrmOpportunityPage>
  /** An effect: writes `idempotencyKey` into the vendor's record, and finds what has it already. */
  readonly logActivity: (activity: z.input<typeof crmActivitySchema>, call: AdapterCall) => Promise<Receipt>
  /** Its receipt, as `found`; null: the vendor has no activity with that key. */
  readonly findActivityByKey: (
    lookup: z.input<typeof activityLookupSchema>,
    call: AdapterCall,
  ) => Promise<Receipt | null>
}

export type CrmAdapter = Adapter<{ readonly interface: 'crm' } & CrmOperations>

/** As an adapter gives them: without `source`, and what has a default may be left out. */
export type CrmAccountAnswer = z.input<typeof crmAccountSchema>
export type CrmOpportunityAnswer = z.input<typeof crmOpportunitySchema>

/**
 * What an adapter of ours or of yours gives: arguments are checked before it sees them, and records after. What it
 * leaves out it does not offer: whoever asks for it gets a `CallError`.
 */
export type CrmDefinition = {
  readonly name: string
  readonly interface: 'crm'
  readonly getAccount: (accountId: string, call: AdapterCall) => Promise<CrmAccountAnswer | null>
  readonly findAccounts?: (query: AccountQuery, call: AdapterCall) => Promise<readonly CrmAccountAnswer[]>
  readonly getOpportunity?: (opportunityId: string, call: AdapterCall) => Promise<CrmOpportunityAnswer | null>
  readonly listOpportunities?: (
    query: OpportunityQuery,
    call: AdapterCall,
  ) => Promise<{ readonly items: readonly CrmOpportunityAnswer[]; readonly next: string | null }>
  readonly logActivity?: (activity: CrmActivity, call: AdapterCall) => Promise<Receipt>
  readonly findActivityByKey?: (lookup: ActivityLookup, call: AdapterCall) => Promise<Receipt | null>
}

export const accountIdSchema = vendorId
