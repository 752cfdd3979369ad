// Dynamics 365 Sales, by the Dataverse Web API: accounts, opportunities and tasks. Signs in as an application of Entra ID
// with its id and secret, or with a token that somebody else gets.
import { CallError } from '../../run/failure.ts'
import type { AdapterCall, AdapterSettings, ConnectedAdapter } from '../adapter.ts'
import type { CrmDefinition, OpportunityQuery } from '../crm.ts'
import { defineAdapter } from '../definition.ts'
import { checkIds } from '../vendor/activity.ts'
import { vendorClient, type VendorClient } from '../vendor/client.ts'
import { queryText } from '../vendor/query.ts'
import { vendorSettings, type VendorSettings } from '../vendor/settings.ts'
import { signInOf, type SignIn } from '../vendor/sign-in.ts'
import { findActivity, logActivity } from './activities.ts'
import {
  accountOf,
  accountSchema,
  CURRENCY,
  LABELS,
  listOf,
  opportunityOf,
  opportunitySchema,
  PARENT,
  rows,
} from './records.ts'
import { dynamicsVendor } from './vendor.ts'

const NAME = 'dynamics'
const API = '/api/data/v9.2'
/** Any other one is of no row. */
const ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
/** Of a token whose answer does not say it. */
const TOKEN_S = 3600

const ACCOUNT = Object.keys(accountSchema.shape).join()
const OPPORTUNITY = Object.keys(opportunitySchema.shape).join()

type Reach = { readonly client: VendorClient; readonly baseUrl: string }

async function getAccount({ client, baseUrl }: Reach, accountId: string, call: AdapterCall) {
  if (!ID.test(accountId)) return null
  const path = `${API}/accounts(${accountId})?${queryText({ $select: ACCOUNT })}`
  const { body } = await client.ask(
    { operation: 'getAccount', path, headers: { prefer: LABELS }, answer: rows.account, also: [404] },
    call,
  )
  return body === null ? null : accountOf(baseUrl)(body)
}

async function findAccounts(
  { client, baseUrl }: Reach,
  { name, limit }: { readonly name: string; readonly limit: number },
  call: AdapterCall,
) {
  const $filter = `contains(name,'${name.replaceAll("'", "''")}')`
  const query = queryText({ $select: ACCOUNT, $filter, $orderby: 'accountid', $top: String(limit) })
  const request = { operation: 'findAccounts', path: `${API}/accounts?${query}`, headers: { prefer: LABELS } }
  const { body } = await client.ask({ ...request, answer: listOf(rows.account) }, call)
  return (body?.value ?? []).map(accountOf(baseUrl))
}

async function getOpportunity({ client, baseUrl }: Reach, id: string, call: AdapterCall) {
  if (!ID.test(id)) return null
  const path = `${API}/opportunities(${id})?${queryText({ $select: OPPORTUNITY, $expand: CURRENCY })}`
  const { body } = await client.ask(
    { operation: 'getOpportunity', path, answer: rows.opportunity, also: [404] },
    call,
  )
  return body === null ? null : opportunityOf(baseUrl)(body)
}

const firstPage = (accountId: string | null): string => {
  const filter = accountId === null ? {} : { $filter: `${PARENT} eq ${accountId}` }
  const query = { $select: OPPORTUNITY, $expand: CURRENCY, $orderby: 'opportunityid', ...filter }
  return `${API}/opportunities?${queryText(query)}`
}

/** The path of a link to the next page; one that leads elsewhere is none of ours. */
function nextOf(baseUrl: string, link: string | undefined): string | null {
  if (link === undefined) return null
  const isOurs = URL.canParse(link) && new URL(link).origin === new URL(baseUrl).origin
  if (isOurs) return link.slice(new URL(link).origin.length)
  const message = `${NAME}.listOpportunities: the link to the next page leads to another host.`
  throw new CallError('agent_invalid_output', message)
}

async function listOpportunities(
  { client, baseUrl }: Reach,
  { account_id: accountId, cursor, limit }: OpportunityQuery,
  call: AdapterCall,
) {
  if (accountId !== null && !ID.test(accountId)) return { items: [], next: null }
  if (cursor !== null && !cursor.startsWith(`${API}/opportunities?`)) {
    const message = `${NAME}.listOpportunities: the cursor is none of its own.`
    throw new CallError('user_invalid_input', message, { happened: 'no' })
  }
  const { body } = await client.ask(
    {
      operation: 'listOpportunities',
      path: cursor ?? firstPage(accountId),
      headers: { prefer: `odata.maxpagesize=${limit}` },
      answer: listOf(rows.opportunity),
    },
    call,
  )
  return {
    items: (body?.value ?? []).map(opportunityOf(baseUrl)),
    next: nextOf(baseUrl, body?.['@odata.nextLink']),
  }
}

const operationsOf = (reach: Reach, column: string): Omit<CrmDefinition, 'name' | 'interface'> => {
  const activities = { ...reach, name: NAME, api: API, column }
  return {
    getAccount: (accountId, call) => getAccount(reach, accountId, call),
    findAccounts: (query, call) => findAccounts(reach, query, call),
    getOpportunity: (id, call) => getOpportunity(reach, id, call),
    listOpportunities: (query, call) => listOpportunities(reach, query, call),
    logActivity: async (activity, call) => {
      checkIds(NAME, activity, ID)
      return logActivity(activities, activity, call)
    },
    findActivityByKey: ({ key }, call) => findActivity(activities, key, call),
  }
}

const signInFrom = (read: VendorSettings, baseUrl: string): SignIn => {
  const loginUrl = read.address('DYNAMICS_LOGIN_URL', 'https://login.microsoftonline.com')
  return signInOf(read, {
    token: 'DYNAMICS_TOKEN',
    parts: ['DYNAMICS_TENANT_ID', 'DYNAMICS_CLIENT_ID', 'DYNAMICS_CLIENT_SECRET'],
    words: 'tenant, client id and secret',
    credentials: ([tenant = '', id = '', secret = '']) => ({
      name: `${NAME}.signIn`,
      url: `${loginUrl}/${encodeURIComponent(tenant)}/oauth2/v2.0/token`,
      form: { client_id: id, client_secret: secret, scope: `${baseUrl}/.default` },
      lifeS: TOKEN_S,
    }),
  })
}

function connect(settings: AdapterSettings) {
  const read = vendorSettings(settings)
  const baseUrl = read.address('DYNAMICS_URL', '')
  const signIn = signInFrom(read, baseUrl)
  const column = read.field('DYNAMICS_KEY_COLUMN', 'new_cugarkey')
  read.done()
  const client = vendorClient(dynamicsVendor(NAME, baseUrl, signIn))
  return defineAdapter({ name: NAME, interface: 'crm', ...operationsOf({ client, baseUrl }, column) })
}

export const adapter: ConnectedAdapter = { name: NAME, interface: 'crm', connect }
