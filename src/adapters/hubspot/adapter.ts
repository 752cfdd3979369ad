// HubSpot, by its public interface v3: companies, deals and notes, with the token of a private app.
import type { AdapterCall, AdapterSettings, ConnectedAdapter } from '../adapter.ts'
import type { CrmDefinition } from '../crm.ts'
import { defineAdapter } from '../definition.ts'
import { checkIds } from '../vendor/activity.ts'
import { vendorClient, type VendorClient } from '../vendor/client.ts'
import { queryText } from '../vendor/query.ts'
import { vendorSettings } from '../vendor/settings.ts'
import { findActivity, logActivity } from './activities.ts'
import {
  accountOf,
  companyProperties,
  companySchema,
  dealProperties,
  dealSchema,
  isThere,
  listOf,
  opportunityOf,
} from './records.ts'
import { hubspotVendor } from './vendor.ts'

const NAME = 'hubspot'
/** Any other one is of no HubSpot record. */
const ID = /^\d{1,30}$/

const COMPANY = Object.keys(companyProperties.shape)
const DEAL = Object.keys(dealProperties.shape)

type Reach = { readonly client: VendorClient; readonly portal: string | null }

const pathOf = (path: string, query: Readonly<Record<string, string>>): string =>
  `/crm/v3/objects/${path}?${queryText(query)}`

async function getAccount({ client, portal }: Reach, accountId: string, call: AdapterCall) {
  if (!ID.test(accountId)) return null
  const path = pathOf(`companies/${accountId}`, { properties: COMPANY.join() })
  const request = { operation: 'getAccount', path, answer: companySchema, also: [404] }
  const { body } = await client.ask(request, call)
  return body === null || !isThere(body) ? null : accountOf(portal)(body)
}

async function getOpportunity({ client, portal }: Reach, id: string, call: AdapterCall) {
  if (!ID.test(id)) return null
  const path = pathOf(`deals/${id}`, { properties: DEAL.join(), associations: 'companies' })
  const request = { operation: 'getOpportunity', path, answer: dealSchema, also: [404] }
  const { body } = await client.ask(request, call)
  return body === null || !isThere(body) ? null : opportunityOf(portal)(body)
}

type Filter = { readonly propertyName: string; readonly operator: string; readonly value: string }
type Search = {
  readonly filters: readonly Filter[]
  readonly limit: number
  readonly properties: readonly string[]
}

/** `after`: HubSpot's description demands it; every search here is for a first page. */
const searchFor = ({ filters, limit, properties }: Search) => ({
  filterGroups: [{ filters }],
  sorts: ['hs_object_id'],
  properties,
  limit,
  after: '0',
})

async function findAccounts(
  { client, portal }: Reach,
  { name, limit }: { readonly name: string; readonly limit: number },
  call: AdapterCall,
) {
  const filters = [{ propertyName: 'name', operator: 'CONTAINS_TOKEN', value: `*${name}*` }]
  const { body } = await client.ask(
    {
      operation: 'findAccounts',
      method: 'POST',
      path: '/crm/v3/objects/companies/search',
      body: searchFor({ filters, limit, properties: COMPANY }),
      answer: listOf(companySchema),
    },
    call,
  )
  return (body?.results ?? []).filter(isThere).slice(0, limit).map(accountOf(portal))
}

type Page = { readonly cursor: string | null; readonly limit: number }

async function allDeals({ client, portal }: Reach, { cursor, limit }: Page, call: AdapterCall) {
  const after = cursor === null ? {} : { after: cursor }
  const asked = { limit: String(limit), properties: DEAL.join(), associations: 'companies', ...after }
  const { body } = await client.ask(
    { operation: 'listOpportunities', path: pathOf('deals', asked), answer: listOf(dealSchema) },
    call,
  )
  return {
    items: (body?.results ?? []).filter(isThere).map(opportunityOf(portal)),
    next: body?.paging?.next?.after ?? null,
  }
}

/** A search gives at most 10,000 results over all its pages, so that each page begins after the last id of the one before. */
async function dealsOf(
  { client, portal }: Reach,
  { accountId, cursor, limit }: Page & { readonly accountId: string },
  call: AdapterCall,
) {
  const filters = [
    { propertyName: 'associations.company', operator: 'EQ', value: accountId },
    ...(cursor === null ? [] : [{ propertyName: 'hs_object_id', operator: 'GT', value: cursor }]),
  ]
  const { body } = await client.ask(
    {
      operation: 'listOpportunities',
      method: 'POST',
      path: '/crm/v3/objects/deals/search',
      body: searchFor({ filters, limit, properties: DEAL }),
      answer: listOf(dealSchema),
    },
    call,
  )
  const items = (body?.results ?? []).map(opportunityOf(portal, accountId))
  return { items, next: body?.paging?.next === undefined ? null : (items.at(-1)?.opportunity_id ?? null) }
}

const operationsOf = (
  reach: Reach,
  property: string,
): Omit<Required<CrmDefinition>, 'name' | 'interface'> => {
  const activities = { ...reach, name: NAME, property }
  return {
    getAccount: (accountId, call) => getAccount(reach, accountId, call),
    findAccounts: (query, call) => findAccounts(reach, query, call),
    getOpportunity: (id, call) => getOpportunity(reach, id, call),
    listOpportunities: async ({ account_id: accountId, cursor, limit }, call) => {
      if (accountId === null) return allDeals(reach, { cursor, limit }, call)
      if (!ID.test(accountId)) return { items: [], next: null }
      return dealsOf(reach, { accountId, cursor, limit }, call)
    },
    logActivity: async (activity, call) => {
      checkIds(NAME, activity, ID)
      return logActivity(activities, activity, call)
    },
    findActivityByKey: ({ key }, call) => findActivity(activities, key, call),
  }
}

function connect(settings: AdapterSettings) {
  const read = vendorSettings(settings)
  const token = read.text('HUBSPOT_TOKEN') ?? ''
  const baseUrl = read.address('HUBSPOT_BASE_URL', 'https://api.hubapi.com')
  const portal = read.text('HUBSPOT_PORTAL_ID')
  if (portal !== null && !ID.test(portal)) read.refuse('HUBSPOT_PORTAL_ID', 'must be a number')
  const property = read.field('HUBSPOT_KEY_PROPERTY', 'cugarkey')
  read.done()
  const client = vendorClient(hubspotVendor(NAME, baseUrl, token))
  return defineAdapter({ name: NAME, interface: 'crm', ...operationsOf({ client, portal }, property) })
}

export const adapter: ConnectedAdapter = { name: NAME, interface: 'crm', connect }
