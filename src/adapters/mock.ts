// The stand-in vendor of every profile: a small CRM whose records are in this file. It reaches nobody, and knows
// only the accounts below.
import { defineAdapter, type CrmAccount } from './adapter.ts'

const ACCOUNTS: readonly CrmAccount[] = [
  {
    account_id: 'acme-001',
    name: 'Acme Robotics',
    industry: 'Manufacturing',
    revenue: 48_000_000,
    employee_count: 320,
    region: 'West',
    updated_at: '2026-01-15T09:00:00Z',
  },
]

export const adapter = defineAdapter({
  name: 'mock',
  interface: 'crm',
  getAccount: (accountId) =>
    Promise.resolve(ACCOUNTS.find(({ account_id }) => account_id === accountId) ?? null),
})
