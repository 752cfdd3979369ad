// Salesforce, by its REST interface: accounts, opportunities and tasks. Signs in as a connected app with its id and
// secret, or with a token that somebody else gets.
import type { AdapterCall, AdapterSettings, ConnectedAdapter } from '../adapter.ts'
import type { CrmDefinition, OpportunityQuery } from '../crm.ts'
import { defineAdapter } from '../definition.ts'
import { checkIds } from '../vendor/activity.ts'
import { vendorClient, type VendorClient } from '../vendor/client.ts'
import { queryText } from '../vendor/query.ts'
import { vendorSettings, type VendorSettings } from '../vendor/settings.ts'
import { signInOf, type SignIn } from '../vendor/sign-in.ts'
import { findActivity, logActivity } from './activities.ts'
import { containing, queryOf, quoted, type Query } from './query.ts'
import { accountOf, accountSchema, opportunityOf, opportunitySchema, queried } from './records.ts'
import { salesforceVendor } from './vendor.ts'

const NAME = 'salesforce'
const API = '/services/data/v62.0'
/** Any other one is of no Salesforce record. */
const ID = /^[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?$/
/** Of a session whose answer does not say it: the shortest that an organisation can set. */
const SESSION_S = 15 * 60

const ACCOUNT = Object.keys(accountSchema.shape)
const OPPORTUNITY = Object.keys(opportunitySchema.shape)

type Reach = { readonly client: VendorClient; readonly baseUrl: string }

const recordPath = (type: string, id: string, fields: readonly string[]): string =>
  `${API}/sobjects/${type}/${id}?${queryText({ fields: fields.join() })}`

const queryPath = (query: Query): string => `${API}/query?${queryText({ q: queryOf(query) })}`

async function getAccount({ client, baseUrl }: Reach, accountId: string, call: AdapterCall) {
  if (!ID.test(accountId)) return null
  const path = recordPath('Account', accountId, ACCOUNT)
  const { body } = await client.ask(
    { operation: 'getAccount', path, answer: accountSchema, also: [404] },
    call,
  )
  return body === null ? null : accountOf(baseUrl)(body)
}

async function findAccounts(
  { client, baseUrl }: Reach,
  { name, limit }: { readonly name: string; readonly limit: number },
  call: AdapterCall,
) {
  const where = [`Name LIKE ${containing(name)}`]
  const path = queryPath({ fields: ACCOUNT, from: 'Account', where, limit })
  const request = { operation: 'findAccounts', path, answer: queried(accountSchema) }
  const { body } = await client.ask(request, call)
  return (body?.records ?? []).map(accountOf(baseUrl))
}

async function getOpportunity({ client, baseUrl }: Reach, id: string, call: AdapterCall) {
  if (!ID.test(id)) return null
  const path = recordPath('Opportunity', id, OPPORTUNITY)
  const { body } = await client.ask(
    { operation: 'getOpportunity', path, answer: opportunitySchema, also: [404] },
    call,
  )
  return body === null ? null : opportunityOf(baseUrl)(body)
}

/** Each page begins after the last id of the one before: Salesforce's own cursors end with their session. */
async function listOpportunities(
  { client, baseUrl }: Reach,
  { account_id: accountId, cursor, limit }: OpportunityQuery,
  call: AdapterCall,
) {
  if (accountId !== null && !ID.test(accountId)) return { items: [], next: null }
  const where = [
    ...(accountId === null ? [] : [`AccountId = ${quoted(accountId)}`]),
    ...(cursor === null ? [] : [`Id > ${quoted(cursor)}`]),
  ]
  // One more than is given tells whether there is a next page.
  const path = queryPath({ fields: OPPORTUNITY, from: 'Opportunity', where, limit: limit + 1 })
  const request = { operation: 'listOpportunities', path, answer: queried(opportunitySchema) }
  const { body } = await client.ask(request, call)
  const records = body?.records ?? []
  const items = records.slice(0, limit).map(opportunityOf(baseUrl))
  return { items, next: records.length > limit ? (items.at(-1)?.opportunity_id ?? null) : null }
}

const operationsOf = (reach: Reach, field: string): Omit<CrmDefinition, 'name' | 'interface'> => {
  const activities = { ...reach, name: NAME, api: API, field }
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
  const loginUrl = read.address('SALESFORCE_LOGIN_URL', baseUrl)
  return signInOf(read, {
    token: 'SALESFORCE_TOKEN',
    parts: ['SALESFORCE_CLIENT_ID', 'SALESFORCE_CLIENT_SECRET'],
    words: 'client id and secret',
    credentials: ([id = '', secret = '']) => ({
      name: `${NAME}.signIn`,
      url: `${loginUrl}/services/oauth2/token`,
      form: { client_id: id, client_secret: secret },
      lifeS: SESSION_S,
    }),
  })
}

function connect(settings: AdapterSettings) {
  const read = vendorSettings(settings)
  const baseUrl = read.address('SALESFORCE_INSTANCE_URL', '')
  const signIn = signInFrom(read, baseUrl)
  const field = read.field('SALESFORCE_KEY_FIELD', 'CugarKey__c')
  read.done()
  const client = vendorClient(salesforceVendor(NAME, baseUrl, signIn))
  return defineAdapter({ name: NAME, interface: 'crm', ...operationsOf({ client, baseUrl }, field) })
}

export const adapter: ConnectedAdapter = { name: NAME, interface: 'crm', connect }
