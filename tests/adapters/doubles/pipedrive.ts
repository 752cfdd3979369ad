// Pipedrive on loopback: organizations and deals of its interface v2, notes of v1. Rate headers as Pipedrive's developer
// documentation (pipedrive.readme.io, Rate limiting) has them.
import { isRecord } from '../../../src/events/json.ts'
import { openDescription, type Description, type Operation } from './described.ts'
import { ALIKE, type Double } from './double.ts'
import { BUSY, companies, companyOf, dealNumbered, deals, KNOWN, type Company, type Deal } from './sample.ts'
import { openServer, type DoubleAnswer, type DoubleRequest } from './server.ts'

const TOKEN = 'pipedrive-double-token'

type Note = {
  readonly id: number
  readonly content: string
  readonly org_id: number | null
  readonly add_time: string
}

const instant = (text: string): string => text.replace('.000Z', 'Z')

const organization = (company: Company) => ({
  id: company.n,
  name: company.name,
  owner_id: 1,
  add_time: '2025-01-01T00:00:00Z',
  update_time: instant(company.updated),
  is_deleted: false,
  visible_to: 3,
  address:
    company.state === null
      ? null
      : { value: 'somewhere', admin_area_level_1: company.state, country: company.country },
  label_ids: [],
  website: company.site,
  industry: company.industry === null ? null : 17,
  annual_revenue: company.revenue,
  employee_count: company.employees,
  custom_fields: {},
})

const dealRow = (deal: Deal) => ({
  id: deal.n,
  title: deal.name,
  owner_id: 1,
  person_id: null,
  org_id: deal.company,
  pipeline_id: 1,
  stage_id: 4,
  value: deal.amount,
  currency: 'EUR',
  add_time: '2025-01-01T00:00:00Z',
  update_time: instant(deal.updated),
  is_deleted: false,
  status: deal.status,
  probability: deal.probability * 100,
  close_time: null,
  expected_close_date: deal.close,
  custom_fields: {},
})

const ok = (data: unknown, additional?: unknown): DoubleAnswer => ({
  status: 200,
  body: { success: true, data, ...(additional === undefined ? {} : { additional_data: additional }) },
})

const refusal = (status: number, error: string): DoubleAnswer => ({
  status,
  body: {
    success: false,
    error,
    error_info: 'Please check the documentation.',
    data: null,
    additional_data: null,
  },
})

const found = (ids: readonly number[], limit: number): DoubleAnswer =>
  ok(
    { items: ids.slice(0, limit).map((id) => ({ result_score: 1, item: { id, type: 'organization' } })) },
    { next_cursor: null },
  )

function getDeals({ query }: DoubleRequest): DoubleAnswer {
  const limit = Number(query.get('limit') ?? 100)
  const from = Number(query.get('cursor')?.slice('after-'.length) ?? 0)
  const org = query.get('org_id')
  const rows = deals.filter(({ n, company }) => n > from && (org === null || company === Number(org)))
  const page = rows.slice(0, limit)
  const next = rows.length > limit ? `after-${page.at(-1)?.n}` : null
  return ok(page.map(dealRow), { next_cursor: next })
}

/** `field ASC` or `field DESC`; as they were written without it. */
function sorted(notes: readonly Note[], sort: string | null): readonly Note[] {
  const [field = 'id', way = 'ASC'] = (sort ?? '').split(' ')
  if (field !== '' && field !== 'id' && field !== 'add_time')
    throw new Error(`${field} is not one to sort by`)
  const rows =
    field === 'add_time' ? notes.toSorted((one, other) => (one.add_time < other.add_time ? -1 : 1)) : notes
  return way === 'DESC' ? rows.toReversed() : rows
}

function getNotes(notes: readonly Note[], { query }: DoubleRequest): DoubleAnswer {
  const [start, limit] = [Number(query.get('start') ?? 0), Number(query.get('limit') ?? 100)]
  const rows = sorted(notes, query.get('sort')).filter(({ org_id }) => org_id === Number(query.get('org_id')))
  const page = rows.slice(start, start + limit)
  const more = rows.length > start + limit
  const pagination = {
    start,
    limit,
    more_items_in_collection: more,
    ...(more && { next_start: start + limit }),
  }
  return ok(page.length === 0 ? null : page, { pagination })
}

type Addition = Pick<Note, 'content' | 'add_time'> & { readonly org_id: number; readonly deal_id?: number }

function addNote(notes: Note[], { body }: DoubleRequest): DoubleAnswer {
  const { content, org_id, deal_id, add_time } = body as Addition
  const isKnown =
    companyOf(org_id) !== undefined && (deal_id === undefined || dealNumbered(deal_id) !== undefined)
  if (!isKnown) return refusal(400, 'Organization or deal not found')
  const note = {
    id: 7000 + notes.length,
    content,
    org_id,
    add_time,
    ...(deal_id === undefined ? {} : { deal_id }),
  }
  notes.push(note)
  return ok(note)
}

const namesWith = (term: string): number[] =>
  companies.filter(({ name }) => name.toLowerCase().includes(term.toLowerCase())).map(({ n }) => n)

const notedWith = (notes: readonly Note[], term: string): number[] => [
  ...new Set(notes.filter(({ content }) => content.includes(term)).map(({ org_id }) => org_id ?? 0)),
]

const byIds = (ids: string): DoubleAnswer =>
  ok(
    ids
      .split(',')
      .flatMap((id) => companyOf(Number(id)) ?? [])
      .map(organization),
    { next_cursor: null },
  )

function act(notes: Note[], request: DoubleRequest, { id, params }: Operation): DoubleAnswer {
  const { query } = request
  const [term, limit] = [query.get('term') ?? '', Number(query.get('limit') ?? 100)]
  const company = companyOf(Number(params['id']))
  const deal = dealNumbered(Number(params['id']))
  const does: Record<string, () => DoubleAnswer> = {
    getOrganization: () => (company ? ok(organization(company)) : refusal(404, 'Organization not found')),
    getDeal: () => (deal ? ok(dealRow(deal)) : refusal(404, 'Deal not found')),
    getOrganizations: () => byIds(query.get('ids') ?? ''),
    searchOrganization: () => found(namesWith(term), limit),
    searchItem: () => found(notedWith(notes, term), limit),
    getDeals: () => getDeals(request),
    getNotes: () => getNotes(notes, request),
    addNote: () => addNote(notes, request),
  }
  return does[id]?.() ?? refusal(404, 'not here')
}

const HEADERS = {
  'x-ratelimit-limit': '80',
  'x-ratelimit-remaining': '79',
  'x-ratelimit-reset': '2',
  'x-daily-requests-left': '9000',
}

function answerOf(description: Description, notes: Note[], request: DoubleRequest): DoubleAnswer {
  const operation = description.operationOf(request)
  if (operation === null) return refusal(404, 'not here')
  if (request.headers['x-api-token'] !== TOKEN) return refusal(401, 'unauthorized access')
  return { ...description.answered(operation, act(notes, request, operation)), headers: HEADERS }
}

const changed = (text: string, change: (data: Record<string, unknown>) => void): string => {
  const body: unknown = JSON.parse(text)
  if (isRecord(body) && isRecord(body['data'])) change(body['data'])
  return JSON.stringify(body)
}

const tooMany = { success: false, error: 'request over limit', errorCode: 429 }

export async function openPipedrive(): Promise<Double> {
  const description = await openDescription('pipedrive.openapi.yaml')
  const notes: Note[] = []
  const server = await openServer((request) => answerOf(description, notes, request))
  return {
    name: 'pipedrive',
    server,
    settings: { PIPEDRIVE_TOKEN: TOKEN, PIPEDRIVE_BASE_URL: server.url },
    secrets: [TOKEN],
    account: {
      id: String(KNOWN),
      record: {
        account_id: '1',
        name: 'Northwind Robotics',
        // A number that only Pipedrive's own list of options explains.
        industry: null,
        revenue: 48_000_000,
        employee_count: 320,
        region: 'Washington',
        domain: 'northwind.example',
        url: `${server.url}/organization/1`,
        updated_at: '2026-01-15T09:00:00.000Z',
      },
    },
    opportunity: {
      id: '1',
      record: {
        opportunity_id: '1',
        account_id: '1',
        name: 'Northwind: forecasting',
        stage: '4',
        amount: 180_000.5,
        currency: 'EUR',
        close_date: '2026-04-30',
        probability: 0.6,
        status: 'open',
        url: `${server.url}/deal/1`,
        updated_at: '2026-01-14T16:00:00.000Z',
      },
    },
    unknownId: '999999',
    busyAccountId: String(BUSY),
    signsIn: false,
    ...ALIKE,
    guarantee: 'at_least_once',
    writes: 'POST',
    written: () => notes.map(({ content }) => /\[cugar:([^\]]+)\]$/.exec(content)?.[1] ?? ''),
    limited: [
      {
        status: 429,
        headers: { ...HEADERS, 'x-ratelimit-remaining': '0' },
        body: tooMany,
        mode: 'resource_rate_limited',
        retryAfterMs: 2000,
      },
      {
        status: 429,
        headers: { 'retry-after': '5' },
        body: tooMany,
        mode: 'resource_rate_limited',
        retryAfterMs: 5000,
      },
      {
        status: 429,
        headers: { 'x-daily-requests-left': '0' },
        body: tooMany,
        mode: 'resource_quota',
        retryAfterMs: null,
      },
    ],
    quota: {
      headers: HEADERS,
      told: [
        { window: 'burst', remaining: 79, limit: 80, resetMs: 2000 },
        { window: 'day', remaining: 9000, limit: null, resetMs: null },
      ],
    },
    deleted: (text) => text.replaceAll('"is_deleted":false', '"is_deleted":true'),
    mistyped: (text) => changed(text, (data) => (data['annual_revenue'] = '48 million')),
    renamed: (text) =>
      changed(text, (data) => {
        data['title'] = data['name']
        delete data['name']
      }),
    violations: () => description.violations(),
  }
}
