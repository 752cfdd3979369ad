// HubSpot on loopback: companies, deals and notes of its interface v3, with a property of notes that must be unique.
// Rate headers and the body of 429 as HubSpot's usage guidelines (developers.hubspot.com/docs/api/usage-details) have them.
import { isRecord } from '../../../src/events/json.ts'
import { openDescription, type Description, type Operation } from './described.ts'
import { ALIKE, type Double } from './double.ts'
import { BUSY, companies, companyOf, dealNumbered, deals, KNOWN, type Company, type Deal } from './sample.ts'
import { openServer, type DoubleAnswer, type DoubleRequest } from './server.ts'

const TOKEN = 'pat-eu1-double-token'
const UNIQUE = 'cugarkey'
const COMPANY_ID = 1000
const DEAL_ID = 500_000
/** A search gives no more, over all its pages. */
const MOST_FOUND = 10_000

type Properties = Readonly<Record<string, string | null>>
type Note = { readonly id: string; readonly properties: Properties }

const textOf = (value: number | null): string | null => (value === null ? null : String(value))

const companyProperties = (company: Company): Properties => ({
  name: company.name,
  domain: company.site === null ? null : new URL(company.site).hostname.replace('www.', ''),
  industry: company.industry,
  annualrevenue: textOf(company.revenue),
  numberofemployees: textOf(company.employees),
  state: company.state,
  country: company.country,
  hs_lastmodifieddate: company.updated,
})

const dealProperties = (deal: Deal): Properties => ({
  dealname: deal.name,
  dealstage: 'presentationscheduled',
  amount: textOf(deal.amount),
  deal_currency_code: 'EUR',
  closedate: `${deal.close}T00:00:00Z`,
  hs_deal_stage_probability: String(deal.probability),
  hs_is_closed: String(deal.status !== 'open'),
  hs_is_closed_won: String(deal.status === 'won'),
  hs_lastmodifieddate: deal.updated,
})

/** Properties that nobody knows are passed over in silence, as HubSpot does. */
const selected = (properties: Properties, names: readonly string[]): Properties =>
  Object.fromEntries(
    names.flatMap((name) => (Object.hasOwn(properties, name) ? [[name, properties[name] ?? null]] : [])),
  )

const stamped = (id: string, properties: Properties) => ({
  id,
  properties,
  createdAt: '2025-01-01T00:00:00.000Z',
  updatedAt: '2026-01-15T09:00:00.000Z',
  archived: false,
})

const refusal = (status: number, category: string): DoubleAnswer => ({
  status,
  body: {
    status: 'error',
    message: `about ${TOKEN}`,
    correlationId: 'aeb5f871-7f07-4993-9211-075dc63e7cbf',
    category,
  },
})

const companyRow = (company: Company, names: readonly string[]) =>
  stamped(String(COMPANY_ID + company.n), selected(companyProperties(company), names))

const dealRow = (deal: Deal, names: readonly string[]) =>
  stamped(String(DEAL_ID + deal.n), selected(dealProperties(deal), names))

const withCompany = (deal: Deal, names: readonly string[]) => ({
  ...dealRow(deal, names),
  associations: {
    companies: { results: [{ id: String(COMPANY_ID + deal.company), type: 'deal_to_company' }] },
  },
})

const namesIn = ({ query }: DoubleRequest): string[] => (query.get('properties') ?? '').split(',')

function getById(notes: readonly Note[], request: DoubleRequest, { params }: Operation): DoubleAnswer {
  const { objectType, objectId = '' } = params
  const names = namesIn(request)
  const property = request.query.get('idProperty')
  if (objectType === 'notes') {
    if (property !== null && property !== UNIQUE) return refusal(400, 'VALIDATION_ERROR')
    const note = notes.find(({ id, properties }) => (property ? properties[property] : id) === objectId)
    return note === undefined
      ? refusal(404, 'OBJECT_NOT_FOUND')
      : { status: 200, body: stamped(note.id, note.properties) }
  }
  const company = objectType === 'companies' ? companyOf(Number(objectId) - COMPANY_ID) : undefined
  const deal = objectType === 'deals' ? dealNumbered(Number(objectId) - DEAL_ID) : undefined
  if (company !== undefined) return { status: 200, body: companyRow(company, names) }
  if (deal !== undefined) return { status: 200, body: withCompany(deal, names) }
  return refusal(404, 'OBJECT_NOT_FOUND')
}

function getPage(request: DoubleRequest): DoubleAnswer {
  const limit = Number(request.query.get('limit') ?? 10)
  const from = Number(request.query.get('after') ?? 0)
  const results = deals.slice(from, from + limit).map((deal) => withCompany(deal, namesIn(request)))
  const next = { after: String(from + limit), link: `${request.target}&after=${from + limit}` }
  return { status: 200, body: { results, ...(from + limit < deals.length ? { paging: { next } } : {}) } }
}

type Search = {
  readonly filterGroups: { readonly filters: { propertyName: string; operator: string; value: string }[] }[]
  readonly properties: string[]
  readonly limit: number
}

function doSearch({ body }: DoubleRequest, { params }: Operation): DoubleAnswer {
  const { filterGroups, properties, limit } = body as Search
  const filters = filterGroups[0]?.filters ?? []
  const valueOf = (property: string): string | undefined =>
    filters.find(({ propertyName }) => propertyName === property)?.value
  const rows =
    params['objectType'] === 'companies'
      ? companies
          .filter(({ name }) =>
            name.toLowerCase().includes((valueOf('name') ?? '').slice(1, -1).toLowerCase()),
          )
          .map((company) => companyRow(company, properties))
      : deals
          .filter(
            ({ company, n }) =>
              company === Number(valueOf('associations.company')) - COMPANY_ID &&
              n > Number(valueOf('hs_object_id') ?? DEAL_ID) - DEAL_ID,
          )
          .map((deal) => dealRow(deal, properties))
  const results = rows.slice(0, Math.min(limit, MOST_FOUND))
  const paging = rows.length > limit ? { paging: { next: { after: String(limit) } } } : {}
  return { status: 200, body: { total: rows.length, results, ...paging } }
}

type Creation = {
  readonly properties: Record<string, string>
  readonly associations: {
    readonly to: { readonly id: string }
    readonly types: { associationTypeId: number }[]
  }[]
}

const exists = ({ to, types }: Creation['associations'][number]): boolean =>
  types[0]?.associationTypeId === 190
    ? companyOf(Number(to.id) - COMPANY_ID) !== undefined
    : types[0]?.associationTypeId === 214 && dealNumbered(Number(to.id) - DEAL_ID) !== undefined

function create(notes: Note[], { body }: DoubleRequest): DoubleAnswer {
  const { properties, associations } = body as Creation
  if (!associations.every(exists)) return refusal(400, 'VALIDATION_ERROR')
  if (notes.some((note) => note.properties[UNIQUE] === properties[UNIQUE]))
    return refusal(400, 'VALIDATION_ERROR')
  const note = { id: String(900_000 + notes.length), properties }
  notes.push(note)
  return { status: 201, body: stamped(note.id, properties) }
}

const HEADERS = {
  'x-hubspot-ratelimit-daily': '250000',
  'x-hubspot-ratelimit-daily-remaining': '249000',
  'x-hubspot-ratelimit-interval-milliseconds': '10000',
  'x-hubspot-ratelimit-max': '100',
  'x-hubspot-ratelimit-remaining': '97',
}

function answerOf(description: Description, notes: Note[], request: DoubleRequest): DoubleAnswer {
  const operation = description.operationOf(request)
  if (operation === null) return refusal(404, 'OBJECT_NOT_FOUND')
  const isKnown = request.headers.authorization === `Bearer ${TOKEN}`
  if (!isKnown) return description.answered(operation, refusal(401, 'INVALID_AUTHENTICATION'))
  const does: Record<string, () => DoubleAnswer> = {
    getById: () => getById(notes, request, operation),
    getPage: () => getPage(request),
    doSearch: () => doSearch(request, operation),
    create: () => create(notes, request),
  }
  const answer = does[operation.id]?.() ?? refusal(404, 'OBJECT_NOT_FOUND')
  return { ...description.answered(operation, answer), headers: HEADERS }
}

const limitedBy = (policyName: string) => ({
  status: 'error',
  message: 'You have reached your limit.',
  errorType: 'RATE_LIMIT',
  correlationId: 'c033cdaa',
  policyName,
  groupName: 'publicapi:private-apps:api-calls-daily',
})

const changed = (text: string, change: (properties: Record<string, unknown>) => void): string => {
  const body: unknown = JSON.parse(text)
  if (isRecord(body) && isRecord(body['properties'])) change(body['properties'])
  return JSON.stringify(body)
}

export async function openHubspot(): Promise<Double> {
  const description = await openDescription('hubspot.openapi.yaml')
  const notes: Note[] = []
  const server = await openServer((request) => answerOf(description, notes, request))
  const accountUrl = (type: string, id: number) => `https://app.hubspot.com/contacts/42/record/${type}/${id}`
  return {
    name: 'hubspot',
    server,
    settings: { HUBSPOT_TOKEN: TOKEN, HUBSPOT_BASE_URL: server.url, HUBSPOT_PORTAL_ID: '42' },
    secrets: [TOKEN],
    account: {
      id: String(COMPANY_ID + KNOWN),
      record: {
        account_id: '1001',
        name: 'Northwind Robotics',
        industry: 'Manufacturing',
        revenue: 48_000_000,
        employee_count: 320,
        region: 'Washington',
        domain: 'northwind.example',
        url: accountUrl('0-2', 1001),
        updated_at: '2026-01-15T09:00:00.000Z',
      },
    },
    opportunity: {
      id: String(DEAL_ID + 1),
      record: {
        opportunity_id: '500001',
        account_id: '1001',
        name: 'Northwind: forecasting',
        stage: 'presentationscheduled',
        amount: 180_000.5,
        currency: 'EUR',
        close_date: '2026-04-30',
        probability: 0.6,
        status: 'open',
        url: accountUrl('0-3', 500_001),
        updated_at: '2026-01-14T16:00:00.000Z',
      },
    },
    unknownId: '999',
    busyAccountId: String(COMPANY_ID + BUSY),
    signsIn: false,
    ...ALIKE,
    guarantee: 'exactly_once',
    writes: 'POST',
    written: () => notes.map(({ properties }) => properties[UNIQUE] ?? ''),
    limited: [
      {
        status: 429,
        headers: HEADERS,
        body: limitedBy('TEN_SECONDLY_ROLLING'),
        mode: 'resource_rate_limited',
        retryAfterMs: 10_000,
      },
      {
        status: 429,
        headers: { 'retry-after': '7' },
        body: limitedBy('TEN_SECONDLY_ROLLING'),
        mode: 'resource_rate_limited',
        retryAfterMs: 7000,
      },
      { status: 429, headers: {}, body: limitedBy('DAILY'), mode: 'resource_quota', retryAfterMs: null },
      {
        status: 477,
        headers: { 'retry-after': '60' },
        body: {},
        mode: 'system_unavailable',
        retryAfterMs: 60_000,
      },
    ],
    quota: {
      headers: HEADERS,
      told: [
        { window: 'burst', remaining: 97, limit: 100, resetMs: 10_000 },
        { window: 'day', remaining: 249_000, limit: 250_000, resetMs: null },
      ],
    },
    deleted: (text) => text.replaceAll('"archived":false', '"archived":true'),
    mistyped: (text) => changed(text, (properties) => (properties['annualrevenue'] = 'about 48 million')),
    renamed: (text) =>
      changed(text, (properties) => {
        properties['annual_revenue'] = properties['annualrevenue']
        delete properties['annualrevenue']
      }),
    violations: () => description.violations(),
  }
}
