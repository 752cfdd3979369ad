// The stand-in vendor of every profile: a small CRM whose records are in this folder. It reaches nobody, knows only its
// own sample accounts, says in every record that it is `mock`, and forgets with the process what was logged.
import { CallError } from '../../run/failure.ts'
import type { Receipt } from '../../events/step.ts'
import { defineAdapter } from '../definition.ts'
import { recordKey } from '../key.ts'
import { ACCOUNTS, OPPORTUNITIES } from './sample.ts'

const NAME = 'mock'

/** By key. */
const logged = new Map<string, Receipt>()

function log(accountId: string, key: string): Receipt {
  const known = logged.get(key)
  if (known !== undefined) return { ...known, created_or_found: 'found' }
  if (!ACCOUNTS.some(({ account_id }) => account_id === accountId))
    throw new CallError('resource_not_found', 'mock has no such account.', { happened: 'no' })
  const receipt: Receipt = {
    vendor: NAME,
    id: `activity-${key}`,
    url: null,
    key,
    guarantee: 'exactly_once',
    created_or_found: 'created',
  }
  logged.set(key, receipt)
  return receipt
}

const firstAfter = (cursor: string | null): number =>
  cursor === null ? 0 : OPPORTUNITIES.findIndex(({ opportunity_id }) => opportunity_id === cursor) + 1

export const adapter = defineAdapter({
  name: NAME,
  interface: 'crm',
  getAccount: async (accountId) => ACCOUNTS.find(({ account_id }) => account_id === accountId) ?? null,
  findAccounts: async ({ name, limit }) =>
    ACCOUNTS.filter((account) => account.name?.toLowerCase().includes(name.toLowerCase())).slice(0, limit),
  getOpportunity: async (id) => OPPORTUNITIES.find(({ opportunity_id }) => opportunity_id === id) ?? null,
  listOpportunities: async ({ account_id, cursor, limit }) => {
    const rest = OPPORTUNITIES.slice(firstAfter(cursor)).filter(
      (opportunity) => account_id === null || opportunity.account_id === account_id,
    )
    const items = rest.slice(0, limit)
    return { items, next: rest.length > limit ? (items.at(-1)?.opportunity_id ?? null) : null }
  },
  logActivity: async ({ account_id }, { idempotencyKey }) => log(account_id, recordKey(idempotencyKey)),
  findActivityByKey: async ({ key }) => {
    const receipt = logged.get(recordKey(key))
    return receipt === undefined ? null : { ...receipt, created_or_found: 'found' }
  },
})
