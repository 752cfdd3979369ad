// Dynamics on loopback: accounts, opportunities and tasks of the Dataverse Web API, with an alternate key on a column of
// tasks. Answers have the shapes of Microsoft's documented examples (learn.microsoft.com, Dataverse Web API: "Update and
// delete table rows", "Page results using OData", "Perform conditional operations", "Service protection API limits";
// CC BY 4.0): labels beside numbers, links to the next page, 412 for a key that is there, errors with a code.
import { z } from 'zod'
import { isRecord } from '../../../src/events/json.ts'
import { ALIKE, type Double } from './double.ts'
import { BUSY, companies, companyOf, dealNumbered, deals, KNOWN, type Company, type Deal } from './sample.ts'
import { openServer, type DoubleAnswer, type DoubleRequest } from './server.ts'

const TENANT = 'contoso-tenant'
const CLIENT = { id: 'double-application', secret: 'double~client~secret' }
const API = '/api/data/v9.2'
const COLUMN = 'new_cugarkey'
const LABEL = '@OData.Community.Display.V1.FormattedValue'

type Row = Readonly<Record<string, unknown>>
type Task = { readonly id: string; readonly key: string }

const idOf = (kind: string, n: number): string =>
  `${kind.padEnd(8, '0')}-0000-4000-8000-${String(n).padStart(12, '0')}`
const ACCOUNT = 'aaaa'
const OPPORTUNITY = 'bbbb'
const numberOf = (id: string): number => Number(id.slice(-12))

const accountRow = (company: Company): Row => ({
  accountid: idOf(ACCOUNT, company.n),
  name: company.name,
  industrycode: company.industry === null ? null : 5,
  ...(company.industry === null ? {} : { [`industrycode${LABEL}`]: company.industry }),
  revenue: company.revenue,
  numberofemployees: company.employees,
  address1_stateorprovince: company.state,
  address1_country: company.country,
  websiteurl: company.site,
  modifiedon: company.updated.replace('.000Z', 'Z'),
})

const opportunityRow = (deal: Deal): Row => ({
  opportunityid: idOf(OPPORTUNITY, deal.n),
  _parentaccountid_value: idOf(ACCOUNT, deal.company),
  name: deal.name,
  stepname: '2-Develop',
  estimatedvalue: deal.amount,
  estimatedclosedate: deal.close,
  closeprobability: deal.probability * 100,
  statecode: ['open', 'won', 'lost'].indexOf(deal.status),
  modifiedon: deal.updated.replace('.000Z', 'Z'),
})

const refusal = (status: number, code: string): DoubleAnswer => ({
  status,
  body: { error: { code, message: `about ${CLIENT.secret}` } },
})
const NOT_THERE = '0x80040217'

/** The columns that are selected, their labels where they are asked for, and what Dataverse always adds. */
function selected(row: Row, { query, headers }: DoubleRequest): object | null {
  const columns = (query.get('$select') ?? '').split(',')
  if (columns.some((column) => !Object.hasOwn(row, column))) return null
  const hasLabels = String(headers['prefer']).includes('OData.Community.Display.V1.FormattedValue')
  const labels = hasLabels ? columns.map((column) => `${column}${LABEL}`).filter((name) => name in row) : []
  const expanded =
    query.get('$expand') === 'transactioncurrencyid($select=isocurrencycode)'
      ? { transactioncurrencyid: { isocurrencycode: 'EUR', transactioncurrencyid: idOf('cccc', 1) } }
      : {}
  return {
    '@odata.etag': 'W/"72201545"',
    ...Object.fromEntries([...columns, ...labels].map((name) => [name, row[name]])),
    ...expanded,
  }
}

const rowAnswer = (row: Row | null, request: DoubleRequest): DoubleAnswer => {
  if (row === null) return refusal(404, NOT_THERE)
  const body = selected(row, request)
  return body === null ? refusal(400, '0x80060888') : { status: 200, body }
}

function findAccounts(request: DoubleRequest): DoubleAnswer {
  const { query } = request
  const [, name = ''] = /^contains\(name,'((?:[^']|'')*)'\)$/.exec(query.get('$filter') ?? '') ?? []
  if (name === '') throw new Error('a filter that OData does not know')
  const wanted = name.replaceAll("''", "'").toLowerCase()
  const rows = companies.filter((company) => company.name.toLowerCase().includes(wanted)).map(accountRow)
  const value = rows.slice(0, Number(query.get('$top'))).map((row) => selected(row, request))
  return { status: 200, body: { '@odata.context': 'accounts', value } }
}

function listOpportunities(request: DoubleRequest, url: string): DoubleAnswer {
  const { query, headers, target } = request
  const [, size = '5000'] = /odata\.maxpagesize=(\d+)/.exec(String(headers['prefer'])) ?? []
  const [, page = '1'] = /pagenumber="(\d+)"/.exec(query.get('$skiptoken') ?? '') ?? []
  const [, parent] = /^_parentaccountid_value eq ([0-9a-f-]{36})$/.exec(query.get('$filter') ?? '') ?? []
  const rows = deals.filter(({ company }) => parent === undefined || company === numberOf(parent))
  const from = (Number(page) - 1) * Number(size)
  const value = rows.slice(from, from + Number(size)).map((deal) => selected(opportunityRow(deal), request))
  const [base = ''] = target.split('&$skiptoken=')
  const token = `%3Ccookie%20pagenumber=%22${Number(page) + 1}%22%20istracking=%22False%22%20/%3E`
  const next =
    rows.length > from + value.length ? { '@odata.nextLink': `${url}${base}&$skiptoken=${token}` } : {}
  return { status: 200, body: { '@odata.context': 'opportunities', value, ...next } }
}

const taskSchema = z.strictObject({
  subject: z.string().max(200),
  description: z.string(),
  scheduledend: z.iso.datetime(),
  'regardingobjectid_account@odata.bind': z.string().optional(),
  'regardingobjectid_opportunity@odata.bind': z.string().optional(),
})

const bound = (text: string | undefined, set: string): number | null => {
  const [, id] = new RegExp(`^/${set}\\(([0-9a-f-]{36})\\)$`).exec(text ?? '') ?? []
  return id === undefined ? null : numberOf(id)
}

function upsertTask(tasks: Task[], key: string, { body, headers }: DoubleRequest): DoubleAnswer {
  const task = taskSchema.parse(body)
  if (headers['if-none-match'] !== '*' || headers['prefer'] !== 'return=representation')
    throw new Error('an upsert that may update, or that says nothing')
  const account = bound(task['regardingobjectid_account@odata.bind'], 'accounts')
  const deal = bound(task['regardingobjectid_opportunity@odata.bind'], 'opportunities')
  const isThere = account === null ? dealNumbered(deal ?? 0) : companyOf(account)
  if (isThere === undefined) return refusal(404, NOT_THERE)
  if (tasks.some((one) => one.key === key)) return refusal(412, '0x80060892')
  const id = idOf('dddd', tasks.length + 1)
  tasks.push({ id, key })
  return { status: 201, body: { '@odata.context': 'tasks/$entity', '@odata.etag': 'W/"1"', activityid: id } }
}

function task(tasks: Task[], key: string, request: DoubleRequest): DoubleAnswer {
  if (request.method === 'PATCH') return upsertTask(tasks, key, request)
  const known = tasks.find((one) => one.key === key)
  return rowAnswer(known === undefined ? null : { activityid: known.id }, request)
}

function act(tasks: Task[], request: DoubleRequest, url: string): DoubleAnswer {
  if (request.headers['odata-version'] !== '4.0') throw new Error('no version of OData')
  const [, set = '', inner] = new RegExp(`^${API}/(\\w+)(?:\\(([^)]*)\\))?$`).exec(request.path) ?? []
  const [, key] = new RegExp(`^${COLUMN}='([A-Za-z0-9_-]+)'$`).exec(decodeURIComponent(inner ?? '')) ?? []
  if (set === 'tasks' && key !== undefined) return task(tasks, key, request)
  if (set === 'accounts' && inner === undefined) return findAccounts(request)
  if (set === 'opportunities' && inner === undefined) return listOpportunities(request, url)
  const company = set === 'accounts' ? companyOf(numberOf(inner ?? '')) : undefined
  const deal = set === 'opportunities' ? dealNumbered(numberOf(inner ?? '')) : undefined
  if (company !== undefined) return rowAnswer(accountRow(company), request)
  if (deal !== undefined) return rowAnswer(opportunityRow(deal), request)
  if (set !== 'accounts' && set !== 'opportunities') throw new Error('a path that is not documented')
  return refusal(404, NOT_THERE)
}

const HEADERS = {
  'odata-version': '4.0',
  'x-ms-ratelimit-burst-remaining-xrm-requests': '5999',
  'x-ms-ratelimit-time-remaining-xrm-requests': '1,200.00',
}

export type DynamicsDouble = Double & { readonly endSessions: () => void; readonly signIns: () => number }

export async function openDynamics(): Promise<DynamicsDouble> {
  const tasks: Task[] = []
  const violations: string[] = []
  const sessions = new Set<string>()
  let signIns = 0

  function signIn({ text }: DoubleRequest): DoubleAnswer {
    signIns += 1
    const form = Object.fromEntries(new URLSearchParams(text))
    const isKnown = form['client_id'] === CLIENT.id && form['client_secret'] === CLIENT.secret
    if (!isKnown || form['scope'] !== `${server.url}/.default`)
      return { status: 401, body: { error: 'invalid_client', error_description: CLIENT.secret } }
    const token = `ey.double.session${signIns}`
    sessions.add(token)
    return { status: 200, body: { token_type: 'Bearer', expires_in: 3599, access_token: token } }
  }

  const server = await openServer((request) => {
    if (request.path === `/${TENANT}/oauth2/v2.0/token`) return signIn(request)
    if (!sessions.has(request.headers.authorization?.slice('Bearer '.length) ?? ''))
      return refusal(401, '0x0')
    try {
      return { ...act(tasks, request, server.url), headers: HEADERS }
    } catch (error) {
      violations.push(`${request.method} ${request.target}: ${String(error)}`)
      return refusal(400, '0x80048d19')
    }
  })
  const changed = (text: string, change: (row: Record<string, unknown>) => void): string => {
    const body: unknown = JSON.parse(text)
    if (isRecord(body)) change(body)
    return JSON.stringify(body)
  }
  const [account, opportunity] = [idOf(ACCOUNT, KNOWN), idOf(OPPORTUNITY, 1)]
  const page = (table: string, id: string) =>
    `${server.url}/main.aspx?pagetype=entityrecord&etn=${table}&id=${id}`
  return {
    name: 'dynamics',
    server,
    settings: {
      DYNAMICS_URL: server.url,
      DYNAMICS_TENANT_ID: TENANT,
      DYNAMICS_CLIENT_ID: CLIENT.id,
      DYNAMICS_CLIENT_SECRET: CLIENT.secret,
      DYNAMICS_LOGIN_URL: server.url,
    },
    secrets: [CLIENT.secret, 'ey.double.session'],
    account: {
      id: account,
      record: {
        account_id: account,
        name: 'Northwind Robotics',
        industry: 'Manufacturing',
        revenue: 48_000_000,
        employee_count: 320,
        region: 'Washington',
        domain: 'northwind.example',
        url: page('account', account),
        updated_at: '2026-01-15T09:00:00.000Z',
      },
    },
    opportunity: {
      id: opportunity,
      record: {
        opportunity_id: opportunity,
        account_id: account,
        name: 'Northwind: forecasting',
        stage: '2-Develop',
        amount: 180_000.5,
        currency: 'EUR',
        close_date: '2026-04-30',
        probability: 0.6,
        status: 'open',
        url: page('opportunity', opportunity),
        updated_at: '2026-01-14T16:00:00.000Z',
      },
    },
    unknownId: idOf(ACCOUNT, 999_999),
    busyAccountId: idOf(ACCOUNT, BUSY),
    signsIn: true,
    ...ALIKE,
    guarantee: 'exactly_once',
    writes: 'PATCH',
    written: () => tasks.map(({ key }) => key),
    limited: ['0x80072322', '0x80072321', '0x80072326'].map((code) => ({
      status: 429,
      headers: { 'retry-after': '17' },
      body: { error: { code, message: 'exceeded the limit over time window of 300 seconds.' } },
      mode: 'resource_rate_limited',
      retryAfterMs: 17_000,
    })),
    quota: { headers: HEADERS, told: [{ window: 'burst', remaining: 5999, limit: null, resetMs: null }] },
    deleted: null,
    mistyped: (text) => changed(text, (row) => (row['revenue'] = '48 million')),
    renamed: (text) =>
      changed(text, (row) => {
        row['annualrevenue'] = row['revenue']
        delete row['revenue']
      }),
    violations: () => violations,
    endSessions: () => sessions.clear(),
    signIns: () => signIns,
  }
}
