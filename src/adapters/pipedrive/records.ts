// Pipedrive's records as its interface v2 answers with them, and what they are in our records.
import { z } from 'zod'
import type { CrmAccountAnswer, CrmOpportunityAnswer } from '../crm.ts'
import { dayText, domainOf, instantText, peopleOf, plainText, shareOf } from '../vendor/reading.ts'

const id = z.int().positive()
/** For thirty days a record that was deleted is answered with like any other. */
const deleted = z.boolean().nullish()
const optionalNumber = z.number().nullish()

export const organizationSchema = z.object({
  id,
  name: z.string(),
  /** Companies that Pipedrive's own data knows: not in every plan. */
  website: z.string().nullish(),
  annual_revenue: optionalNumber,
  employee_count: optionalNumber,
  /** A number that only the account's own list of options explains, or with its label. */
  industry: z
    .union([z.number(), z.object({ label: z.string() })])
    .nullish()
    .transform((industry) => (typeof industry === 'object' ? (industry?.label ?? null) : null)),
  address: z.object({ admin_area_level_1: z.string().nullish(), country: z.string().nullish() }).nullish(),
  update_time: instantText,
  is_deleted: deleted,
})

export const dealSchema = z.object({
  id,
  title: plainText,
  org_id: id.nullable(),
  stage_id: z.int(),
  value: z.number().nullable(),
  currency: plainText,
  status: z.string(),
  probability: optionalNumber,
  expected_close_date: dayText.optional(),
  close_time: dayText.optional(),
  update_time: instantText,
  is_deleted: deleted,
})

/** A person there sees it no more, so that nobody here does. */
export const isThere = (record: { readonly is_deleted?: boolean | null | undefined }): boolean =>
  record.is_deleted !== true

/** `success: false` comes with a status of its own; in a 200 it is none that Pipedrive documents. */
export const answered = <T extends z.ZodType>(data: T) => z.object({ success: z.literal(true), data })

const cursor = z.object({ next_cursor: z.string().min(1).nullish() }).nullish()
export const pageSchema = z.object({
  success: z.literal(true),
  data: z.array(dealSchema).nullable(),
  additional_data: cursor,
})

export const searchSchema = answered(z.object({ items: z.array(z.object({ item: z.object({ id }) })) }))

/** Only the company's own address has pages for people. */
export const pageOf = (baseUrl: string, path: string): string | null =>
  new URL(baseUrl).hostname === 'api.pipedrive.com' ? null : `${baseUrl}/${path}`

export const accountOf =
  (baseUrl: string) =>
  (record: z.output<typeof organizationSchema>): CrmAccountAnswer => ({
    account_id: String(record.id),
    name: record.name,
    industry: record.industry,
    revenue: record.annual_revenue ?? null,
    employee_count: peopleOf(record.employee_count ?? null),
    region: record.address?.admin_area_level_1 ?? record.address?.country ?? null,
    domain: domainOf(record.website ?? null),
    url: pageOf(baseUrl, `organization/${record.id}`),
    updated_at: record.update_time,
  })

const STATUSES: Readonly<Record<string, CrmOpportunityAnswer['status']>> = {
  open: 'open',
  won: 'won',
  lost: 'lost',
}

export const opportunityOf =
  (baseUrl: string) =>
  (deal: z.output<typeof dealSchema>): CrmOpportunityAnswer => ({
    opportunity_id: String(deal.id),
    account_id: deal.org_id === null ? null : String(deal.org_id),
    name: deal.title,
    stage: String(deal.stage_id),
    amount: deal.value,
    currency: deal.currency,
    close_date: deal.expected_close_date ?? deal.close_time ?? null,
    probability: shareOf(deal.probability ?? null),
    status: Object.hasOwn(STATUSES, deal.status) ? (STATUSES[deal.status] ?? null) : null,
    url: pageOf(baseUrl, `deal/${deal.id}`),
    updated_at: deal.update_time,
  })
