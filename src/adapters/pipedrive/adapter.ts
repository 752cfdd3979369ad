// Pipedrive, by its interface v2 (notes: v1), with the API token of a person: organizations, deals and notes.
import type { AdapterCall, AdapterSettings, ConnectedAdapter } from '../adapter.ts'
import { z } from 'zod'
import type { CrmDefinition, OpportunityQuery } from '../crm.ts'
import { defineAdapter } from '../definition.ts'
import { checkIds } from '../vendor/activity.ts'
import { vendorClient, type VendorClient } from '../vendor/client.ts'
import { queryText } from '../vendor/query.ts'
import { vendorSettings } from '../vendor/settings.ts'
import { findActivity, logActivity } from './activities.ts'
import {
  accountOf,
  answered,
  dealSchema,
  isThere,
  opportunityOf,
  organizationSchema,
  pageSchema,
  searchSchema,
} from './records.ts'
import { pipedriveVendor } from './vendor.ts'

const NAME = 'pipedrive'
/** Any other one is of no Pipedrive record. */
const ID = /^[1-9]\d{0,15}$/

type Reach = { readonly client: VendorClient; readonly baseUrl: string }

async function getAccount({ client, baseUrl }: Reach, accountId: string, call: AdapterCall) {
  if (!ID.test(accountId)) return null
  const path = `/api/v2/organizations/${accountId}`
  const answer = answered(organizationSchema)
  const { body } = await client.ask({ operation: 'getAccount', path, answer, also: [404] }, call)
  return body === null || !isThere(body.data) ? null : accountOf(baseUrl)(body.data)
}

/** A search gives the names alone: what was found is read by its ids. */
async function findAccounts(
  { client, baseUrl }: Reach,
  { name, limit }: { readonly name: string; readonly limit: number },
  call: AdapterCall,
) {
  const operation = 'findAccounts'
  const query = queryText({ term: name, fields: 'name', limit: String(limit) })
  const path = `/api/v2/organizations/search?${query}`
  const { body: found } = await client.ask({ operation, path, answer: searchSchema }, call)
  const ids = (found?.data.items ?? []).map(({ item }) => String(item.id))
  if (ids.length === 0) return []
  const asked = queryText({ ids: ids.join(), limit: String(limit) })
  const answer = answered(z.array(organizationSchema))
  const { body } = await client.ask({ operation, path: `/api/v2/organizations?${asked}`, answer }, call)
  return (body?.data ?? []).filter(isThere).map(accountOf(baseUrl))
}

async function getOpportunity({ client, baseUrl }: Reach, id: string, call: AdapterCall) {
  if (!ID.test(id)) return null
  const path = `/api/v2/deals/${id}`
  const answer = answered(dealSchema)
  const { body } = await client.ask({ operation: 'getOpportunity', path, answer, also: [404] }, call)
  return body === null || !isThere(body.data) ? null : opportunityOf(baseUrl)(body.data)
}

async function listOpportunities(
  { client, baseUrl }: Reach,
  { account_id: accountId, cursor, limit }: OpportunityQuery,
  call: AdapterCall,
) {
  if (accountId !== null && !ID.test(accountId)) return { items: [], next: null }
  const query = queryText({
    limit: String(limit),
    sort_by: 'id',
    ...(accountId === null ? {} : { org_id: accountId }),
    ...(cursor === null ? {} : { cursor }),
  })
  const request = { operation: 'listOpportunities', path: `/api/v2/deals?${query}`, answer: pageSchema }
  const { body } = await client.ask(request, call)
  return {
    items: (body?.data ?? []).filter(isThere).map(opportunityOf(baseUrl)),
    next: body?.additional_data?.next_cursor ?? null,
  }
}

const operationsOf = (reach: Reach): Omit<CrmDefinition, 'name' | 'interface'> => {
  const activities = { ...reach, name: NAME }
  return {
    getAccount: (accountId, call) => getAccount(reach, accountId, call),
    findAccounts: (query, call) => findAccounts(reach, query, call),
    getOpportunity: (id, call) => getOpportunity(reach, id, call),
    listOpportunities: (query, call) => listOpportunities(reach, query, call),
    logActivity: async (activity, call) => {
      checkIds(NAME, activity, ID)
      return logActivity(activities, activity, call)
    },
    findActivityByKey: (lookup, call) => findActivity(activities, lookup, call),
  }
}

function connect(settings: AdapterSettings) {
  const read = vendorSettings(settings)
  const token = read.text('PIPEDRIVE_TOKEN') ?? ''
  const baseUrl = read.address('PIPEDRIVE_BASE_URL', 'https://api.pipedrive.com')
  read.done()
  const client = vendorClient(pipedriveVendor(NAME, baseUrl, token))
  return defineAdapter({ name: NAME, interface: 'crm', ...operationsOf({ client, baseUrl }) })
}

export const adapter: ConnectedAdapter = { name: NAME, interface: 'crm', connect }
