// HubSpot's objects as its interface v3 answers with them, and what they are in our records. A property that was asked
// for is always there, null where it has no value: one that is missing has another name now.
import { z } from 'zod'
import type { CrmAccountAnswer, CrmOpportunityAnswer } from '../crm.ts'
import { dayText, flagText, instantText, numberText, peopleOf, plainText } from '../vendor/reading.ts'

/** Object types in HubSpot's addresses. */
const PAGES = { companies: '0-2', deals: '0-3', notes: '0-46' } as const

/** Where a person sees a record; null where the portal's number is not set. */
export const pageOf = (portal: string | null, type: keyof typeof PAGES, id: string): string | null =>
  portal === null ? null : `https://app.hubspot.com/contacts/${portal}/record/${PAGES[type]}/${id}`

export const companyProperties = z.object({
  name: plainText,
  domain: plainText,
  industry: plainText,
  annualrevenue: numberText,
  numberofemployees: numberText,
  state: plainText,
  country: plainText,
  hs_lastmodifieddate: instantText,
})

export const dealProperties = z.object({
  dealname: plainText,
  dealstage: plainText,
  amount: numberText,
  deal_currency_code: plainText,
  closedate: dayText,
  hs_deal_stage_probability: numberText,
  hs_is_closed: flagText,
  hs_is_closed_won: flagText,
  hs_lastmodifieddate: instantText,
})

const id = z.string().min(1)

/** Deleted there; an answer to who asks by its id may still have it. */
const archived = z.boolean().nullish()
export const isThere = (record: { readonly archived?: boolean | null | undefined }): boolean =>
  record.archived !== true

export const companySchema = z.object({ id, properties: companyProperties, archived })
const associated = z.object({ results: z.array(z.object({ id })) })
export const dealSchema = z.object({
  id,
  properties: dealProperties,
  archived,
  associations: z.object({ companies: associated.optional() }).optional(),
})
export const noteSchema = z.object({ id })

const after = z.object({ next: z.object({ after: z.string().min(1) }).optional() }).optional()
export const listOf = <T extends z.ZodType>(item: T) => z.object({ results: z.array(item), paging: after })

type Company = z.output<typeof companySchema>
type Deal = z.output<typeof dealSchema>

export const accountOf =
  (portal: string | null) =>
  ({ id: account_id, properties: of }: Company): CrmAccountAnswer => ({
    account_id,
    name: of.name,
    industry: of.industry,
    revenue: of.annualrevenue,
    employee_count: peopleOf(of.numberofemployees),
    region: of.state ?? of.country,
    domain: of.domain,
    url: pageOf(portal, 'companies', account_id),
    updated_at: of.hs_lastmodifieddate,
  })

const statusOf = ({ hs_is_closed, hs_is_closed_won }: Deal['properties']): CrmOpportunityAnswer['status'] => {
  if (hs_is_closed_won) return 'won'
  return hs_is_closed ? 'lost' : 'open'
}

/** `accountId`: the one that was asked for; else the first that HubSpot associates. */
export const opportunityOf =
  (portal: string | null, accountId: string | null = null) =>
  ({ id: opportunity_id, properties: of, associations }: Deal): CrmOpportunityAnswer => ({
    opportunity_id,
    account_id: accountId ?? associations?.companies?.results[0]?.id ?? null,
    name: of.dealname,
    stage: of.dealstage,
    amount: of.amount,
    currency: of.deal_currency_code,
    close_date: of.closedate,
    probability: of.hs_deal_stage_probability,
    status: statusOf(of),
    url: pageOf(portal, 'deals', opportunity_id),
    updated_at: of.hs_lastmodifieddate,
  })
