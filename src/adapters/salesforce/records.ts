// Salesforce's records as its REST interface answers with them, and what they are in our records. A field that was asked
// for is always there, null where it has no value: one that is missing has another name now.
import { z } from 'zod'
import type { CrmAccountAnswer, CrmOpportunityAnswer } from '../crm.ts'
import { dayText, domainOf, instantText, peopleOf, plainText, shareOf } from '../vendor/reading.ts'

const number = z.number().nullable()

export const accountSchema = z.object({
  Id: z.string().min(1),
  Name: plainText,
  Industry: plainText,
  AnnualRevenue: number,
  NumberOfEmployees: number,
  BillingState: plainText,
  BillingCountry: plainText,
  Website: plainText,
  LastModifiedDate: instantText,
})

export const opportunitySchema = z.object({
  Id: z.string().min(1),
  AccountId: z.string().nullable(),
  Name: plainText,
  StageName: plainText,
  Amount: number,
  CloseDate: dayText,
  Probability: number,
  IsClosed: z.boolean(),
  IsWon: z.boolean(),
  LastModifiedDate: instantText,
})

export const queried = <T extends z.ZodType>(record: T) => z.object({ records: z.array(record) })

export const pageOf = (baseUrl: string, type: string, id: string): string =>
  `${baseUrl}/lightning/r/${type}/${id}/view`

export const accountOf =
  (baseUrl: string) =>
  (record: z.output<typeof accountSchema>): CrmAccountAnswer => ({
    account_id: record.Id,
    name: record.Name,
    industry: record.Industry,
    revenue: record.AnnualRevenue,
    employee_count: peopleOf(record.NumberOfEmployees),
    region: record.BillingState ?? record.BillingCountry,
    domain: domainOf(record.Website),
    url: pageOf(baseUrl, 'Account', record.Id),
    updated_at: record.LastModifiedDate,
  })

type Opportunity = z.output<typeof opportunitySchema>

const statusOf = ({ IsClosed, IsWon }: Opportunity): CrmOpportunityAnswer['status'] => {
  if (IsWon) return 'won'
  return IsClosed ? 'lost' : 'open'
}

/** Only organisations with several currencies say which one an amount has. */
export const opportunityOf =
  (baseUrl: string) =>
  (record: Opportunity): CrmOpportunityAnswer => ({
    opportunity_id: record.Id,
    account_id: record.AccountId,
    name: record.Name,
    stage: record.StageName,
    amount: record.Amount,
    currency: null,
    close_date: record.CloseDate,
    probability: shareOf(record.Probability),
    status: statusOf(record),
    url: pageOf(baseUrl, 'Opportunity', record.Id),
    updated_at: record.LastModifiedDate,
  })
