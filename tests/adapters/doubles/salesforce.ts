// Salesforce on loopback: accounts, opportunities and tasks of its REST interface, with a field of tasks that is an
// external id and unique. There is no public description to hold it against: answers have the shapes of Salesforce's
// documented and recorded examples (developer.salesforce.com: REST API, "Upsert a Record Using an External ID", "Execute
// a SOQL Query", status codes; the fixtures of restforce, MIT), and a parser of the query language reads the queries.
import { parseQuery, type Condition, type WhereClause } from '@jetstreamapp/soql-parser-js'
import { z } from 'zod'
import { isRecord } from '../../../src/events/json.ts'
import { ALIKE, type Double } from './double.ts'
import { BUSY, companies, companyOf, dealNumbered, deals, KNOWN, type Company, type Deal } from './sample.ts'
import { openServer, type DoubleAnswer, type DoubleRequest } from './server.ts'

const CLIENT = { id: '3MVG9.double', secret: 'double-client-secret' }
const API = '/services/data/v62.0'
const FIELD = 'CugarKey__c'

type Row = Readonly<Record<string, unknown>> & { readonly Id: string }
type Task = { readonly id: string; readonly key: string }

const idOf = (prefix: string, n: number): string => `${prefix}${String(n).padStart(12, '0')}AAA`
const numberOf = (id: string): number => Number(id.slice(3, 15))

const accountRow = (company: Company): Row => ({
  Id: idOf('001', company.n),
  Name: company.name,
  Industry: company.industry,
  AnnualRevenue: company.revenue,
  NumberOfEmployees: company.employees,
  BillingState: company.state,
  BillingCountry: company.country,
  Website: company.site,
  LastModifiedDate: company.updated.replace('Z', '+0000'),
})

const opportunityRow = (deal: Deal): Row => ({
  Id: idOf('006', deal.n),
  AccountId: idOf('001', deal.company),
  Name: deal.name,
  StageName: 'Proposal/Price Quote',
  Amount: deal.amount,
  CloseDate: deal.close,
  Probability: deal.probability * 100,
  IsClosed: deal.status !== 'open',
  IsWon: deal.status === 'won',
  LastModifiedDate: deal.updated.replace('Z', '+0000'),
})

const TABLES: Readonly<Record<string, () => Row[]>> = {
  Account: () => companies.map(accountRow),
  Opportunity: () => deals.map(opportunityRow),
}

/** A refusal is a list. */
const refusal = (status: number, errorCode: string): DoubleAnswer => ({
  status,
  body: [{ message: `about ${CLIENT.secret}`, errorCode }],
})

const withAttributes = (type: string, row: Row, fields: readonly string[]): object => ({
  attributes: { type, url: `${API}/sobjects/${type}/${row.Id}` },
  ...Object.fromEntries(fields.map((field) => [field, row[field]])),
})

const unquoted = (value: unknown): string => String(value).slice(1, -1).replaceAll(/\\(.)/g, '$1')

/** Text between `%`, with the signs that a backslash keeps from their meaning. */
const between = (pattern: unknown): string => unquoted(String(pattern).replace(/^'%(.*)%'$/, "'$1'"))

function meets(
  row: Row,
  { field, operator, value }: { field: string; operator: string; value: unknown },
): boolean {
  const own = String(row[field])
  if (operator === 'LIKE') return own.toLowerCase().includes(between(value).toLowerCase())
  if (operator === '=') return own === unquoted(value)
  return operator === '>' && own > unquoted(value)
}

const conditionSchema = z.object({
  field: z.string(),
  operator: z.enum(['LIKE', '=', '>']),
  value: z.string(),
})

function conditionsOf(where: WhereClause | undefined): z.output<typeof conditionSchema>[] {
  if (where === undefined || where === null) return []
  const { left } = where as { left: Condition }
  const right = 'right' in where ? where.right : undefined
  return [conditionSchema.parse(left), ...conditionsOf(right)]
}

function query(text: string): DoubleAnswer {
  const parsed = parseQuery(text)
  const fields = (parsed.fields ?? []).map((one) => ('field' in one ? one.field : ''))
  const type = parsed.sObject ?? ''
  const rows = TABLES[type]?.() ?? []
  if (fields.some((field) => rows[0] !== undefined && !Object.hasOwn(rows[0], field)))
    return refusal(400, 'INVALID_FIELD')
  const conditions = conditionsOf(parsed.where)
  const found = rows.filter((row) => conditions.every((one) => meets(row, one))).slice(0, parsed.limit)
  const records = found.map((row) => withAttributes(type, row, fields))
  return { status: 200, body: { totalSize: records.length, done: true, records } }
}

const taskSchema = z.strictObject({
  Subject: z.string().max(255),
  Description: z.string().max(32_000),
  WhatId: z.string().length(18),
  TaskSubtype: z.enum(['Task', 'Call', 'Email']),
  Status: z.literal('Completed'),
  ActivityDate: z.iso.date(),
})

const isThere = (id: string): boolean =>
  id.startsWith('001') ? companyOf(numberOf(id)) !== undefined : dealNumbered(numberOf(id)) !== undefined

function upsert(tasks: Task[], key: string, body: unknown): DoubleAnswer {
  const task = taskSchema.parse(body)
  if (!isThere(task.WhatId)) return refusal(400, 'INVALID_CROSS_REFERENCE_KEY')
  const known = tasks.find((one) => one.key === key)
  if (known !== undefined)
    return { status: 200, body: { id: known.id, success: true, errors: [], created: false } }
  const id = idOf('00T', tasks.length + 1)
  tasks.push({ id, key })
  return { status: 201, body: { id, success: true, errors: [], created: true } }
}

function sobject(tasks: Task[], request: DoubleRequest): DoubleAnswer {
  const [type = '', ...rest] = request.path
    .slice(`${API}/sobjects/`.length)
    .split('/')
    .map(decodeURIComponent)
  const fields = (request.query.get('fields') ?? '').split(',')
  if (type === 'Task') {
    const [field, key = ''] = rest
    if (field !== FIELD) return refusal(400, 'NOT_FOUND')
    if (request.method === 'PATCH') return upsert(tasks, key, request.body)
    const task = tasks.find((one) => one.key === key)
    return task === undefined
      ? refusal(404, 'NOT_FOUND')
      : { status: 200, body: withAttributes('Task', { Id: task.id }, fields) }
  }
  const [id = ''] = rest
  const company = type === 'Account' ? companyOf(numberOf(id)) : undefined
  const deal = type === 'Opportunity' ? dealNumbered(numberOf(id)) : undefined
  const row = company ? accountRow(company) : deal ? opportunityRow(deal) : undefined
  if (row === undefined) return refusal(404, 'NOT_FOUND')
  if (fields.some((field) => !Object.hasOwn(row, field))) return refusal(400, 'INVALID_FIELD')
  return { status: 200, body: withAttributes(type, row, fields) }
}

export type SalesforceDouble = Double & {
  /** Ends every session: what they are signed with is refused from now on. */
  readonly endSessions: () => void
  readonly signIns: () => number
}

const HEADERS = { 'sforce-limit-info': 'api-usage=18/5000' }

export async function openSalesforce(): Promise<SalesforceDouble> {
  const tasks: Task[] = []
  const violations: string[] = []
  const sessions = new Set<string>()
  let signIns = 0

  function signIn({ text }: DoubleRequest): DoubleAnswer {
    signIns += 1
    const form = Object.fromEntries(new URLSearchParams(text))
    const isKnown = form['client_id'] === CLIENT.id && form['client_secret'] === CLIENT.secret
    if (!isKnown || form['grant_type'] !== 'client_credentials')
      return { status: 400, body: { error: 'invalid_client', error_description: CLIENT.secret } }
    const token = `00Ddouble!session${signIns}`
    sessions.add(token)
    const base = 'https://double.my.salesforce.com'
    const body = { access_token: token, instance_url: base, id: `${base}/id`, token_type: 'Bearer' }
    return { status: 200, body: { ...body, issued_at: '1278448832702', signature: '0CmxinZir53Yex7nE0' } }
  }

  function act(request: DoubleRequest): DoubleAnswer {
    if (request.path === '/services/oauth2/token') return signIn(request)
    const token = request.headers.authorization?.slice('Bearer '.length) ?? ''
    if (!sessions.has(token)) return refusal(401, 'INVALID_SESSION_ID')
    if (request.path === `${API}/query`) return query(request.query.get('q') ?? '')
    if (request.path.startsWith(`${API}/sobjects/`)) return sobject(tasks, request)
    violations.push(`${request.method} ${request.path} is not documented`)
    return refusal(404, 'NOT_FOUND')
  }

  const server = await openServer((request) => {
    try {
      return { ...act(request), headers: HEADERS }
    } catch (error) {
      violations.push(`${request.method} ${request.target}: ${String(error)}`)
      return refusal(400, 'MALFORMED_QUERY')
    }
  })
  const changed = (text: string, change: (row: Record<string, unknown>) => void): string => {
    const body: unknown = JSON.parse(text)
    if (isRecord(body)) change(body)
    return JSON.stringify(body)
  }
  const [account, opportunity] = [idOf('001', KNOWN), idOf('006', 1)]
  const page = (type: string, id: string): string => `${server.url}/lightning/r/${type}/${id}/view`
  return {
    name: 'salesforce',
    server,
    settings: {
      SALESFORCE_INSTANCE_URL: server.url,
      SALESFORCE_CLIENT_ID: CLIENT.id,
      SALESFORCE_CLIENT_SECRET: CLIENT.secret,
    },
    secrets: [CLIENT.secret, '00Ddouble!session'],
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
        url: page('Account', account),
        updated_at: '2026-01-15T09:00:00.000Z',
      },
    },
    opportunity: {
      id: opportunity,
      record: {
        opportunity_id: opportunity,
        account_id: account,
        name: 'Northwind: forecasting',
        stage: 'Proposal/Price Quote',
        amount: 180_000.5,
        currency: null,
        close_date: '2026-04-30',
        probability: 0.6,
        status: 'open',
        url: page('Opportunity', opportunity),
        updated_at: '2026-01-14T16:00:00.000Z',
      },
    },
    unknownId: idOf('001', 999_999),
    busyAccountId: idOf('001', BUSY),
    signsIn: true,
    ...ALIKE,
    guarantee: 'exactly_once',
    writes: 'PATCH',
    written: () => tasks.map(({ key }) => key),
    limited: [
      {
        status: 403,
        headers: { 'sforce-limit-info': 'api-usage=5000/5000' },
        body: [{ message: 'TotalRequests Limit exceeded.', errorCode: 'REQUEST_LIMIT_EXCEEDED' }],
        mode: 'resource_quota',
        retryAfterMs: null,
      },
      {
        status: 503,
        headers: { 'retry-after': '120' },
        body: [{ message: 'Server Unavailable', errorCode: 'SERVER_UNAVAILABLE' }],
        mode: 'system_unavailable',
        retryAfterMs: 120_000,
      },
      {
        status: 400,
        headers: {},
        body: [{ message: 'unable to obtain exclusive access', errorCode: 'UNABLE_TO_LOCK_ROW' }],
        mode: 'system_unavailable',
        retryAfterMs: null,
      },
    ],
    quota: { headers: HEADERS, told: [{ window: 'day', remaining: 4982, limit: 5000, resetMs: null }] },
    deleted: null,
    mistyped: (text) => changed(text, (row) => (row['AnnualRevenue'] = '48 million')),
    renamed: (text) =>
      changed(text, (row) => {
        row['Revenue__c'] = row['AnnualRevenue']
        delete row['AnnualRevenue']
      }),
    violations: () => violations,
    endSessions: () => sessions.clear(),
    signIns: () => signIns,
  }
}
