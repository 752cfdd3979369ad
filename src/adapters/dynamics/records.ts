// Dynamics' rows as the Dataverse Web API answers with them, and what they are in our records. A column that was selected
// is always there, null where it has no value: one that is missing has another name now.
import { z } from 'zod'
import type { CrmAccountAnswer, CrmOpportunityAnswer } from '../crm.ts'
import { queryText } from '../vendor/query.ts'
import { dayText, domainOf, instantText, peopleOf, plainText, shareOf } from '../vendor/reading.ts'

/** A label of a choice, beside its number, in the words that people see. */
const LABEL = '@OData.Community.Display.V1.FormattedValue'
/** Asks for the labels. */
export const LABELS = 'odata.include-annotations="OData.Community.Display.V1.FormattedValue"'

const number = z.number().nullable()

export const accountSchema = z.object({
  accountid: z.string().min(1),
  name: plainText,
  industrycode: number,
  revenue: number,
  numberofemployees: number,
  address1_stateorprovince: plainText,
  address1_country: plainText,
  websiteurl: plainText,
  modifiedon: instantText,
})
const accountRow = accountSchema.extend({ [`industrycode${LABEL}`]: z.string().optional() })

/** A look-up column as the Web API names it. */
export const PARENT = '_parentaccountid_value'

export const opportunitySchema = z.object({
  opportunityid: z.string().min(1),
  [PARENT]: z.string().nullable(),
  name: plainText,
  stepname: plainText,
  estimatedvalue: number,
  estimatedclosedate: dayText,
  closeprobability: number,
  /** 0 open, 1 won, 2 lost. */
  statecode: z.int(),
  modifiedon: instantText,
})
/** What is selected besides: of the currency that the row has. */
export const CURRENCY = 'transactioncurrencyid($select=isocurrencycode)'
const opportunityRow = opportunitySchema.extend({
  transactioncurrencyid: z.object({ isocurrencycode: plainText }).nullish(),
})

export const rows = { account: accountRow, opportunity: opportunityRow }

export const listOf = <T extends z.ZodType>(row: T) =>
  z.object({ value: z.array(row), '@odata.nextLink': z.string().optional() })

export const pageOf = (baseUrl: string, table: string, id: string): string =>
  `${baseUrl}/main.aspx?${queryText({ pagetype: 'entityrecord', etn: table, id })}`

export const accountOf =
  (baseUrl: string) =>
  (row: z.output<typeof accountRow>): CrmAccountAnswer => {
    const label = row[`industrycode${LABEL}`]
    return {
      account_id: row.accountid,
      name: row.name,
      industry: typeof label === 'string' ? label : null,
      revenue: row.revenue,
      employee_count: peopleOf(row.numberofemployees),
      region: row.address1_stateorprovince ?? row.address1_country,
      domain: domainOf(row.websiteurl),
      url: pageOf(baseUrl, 'account', row.accountid),
      updated_at: row.modifiedon,
    }
  }

const STATES = ['open', 'won', 'lost'] as const

export const opportunityOf =
  (baseUrl: string) =>
  (row: z.output<typeof opportunityRow>): CrmOpportunityAnswer => ({
    opportunity_id: row.opportunityid,
    account_id: row[PARENT],
    name: row.name,
    stage: row.stepname,
    amount: row.estimatedvalue,
    currency: row.transactioncurrencyid?.isocurrencycode ?? null,
    close_date: row.estimatedclosedate,
    probability: shareOf(row.closeprobability),
    status: STATES[row.statecode] ?? null,
    url: pageOf(baseUrl, 'opportunity', row.opportunityid),
    updated_at: row.modifiedon,
  })
