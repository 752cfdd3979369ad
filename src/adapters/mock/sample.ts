// The records of the stand-in vendor, invented for demonstrations: nobody's real accounts.
import type { CrmDefinition } from '../crm.ts'

type Answer<Operation extends 'getAccount' | 'getOpportunity'> = NonNullable<
  Awaited<ReturnType<NonNullable<CrmDefinition[Operation]>>>
>

export const ACCOUNTS: readonly Answer<'getAccount'>[] = [
  {
    account_id: 'acme-001',
    name: 'Acme Robotics',
    industry: 'Manufacturing',
    revenue: 48_000_000,
    employee_count: 320,
    region: 'West',
    domain: 'acme-robotics.example',
    updated_at: '2026-01-15T09:00:00Z',
  },
  {
    account_id: 'globex-002',
    name: 'Globex Logistics',
    industry: 'Transportation',
    revenue: 112_000_000,
    employee_count: 1450,
    region: 'Central',
    domain: 'globex.example',
    updated_at: '2026-02-03T14:30:00Z',
  },
  {
    account_id: 'initech-003',
    name: 'Initech Software',
    industry: 'Software',
    revenue: 9_500_000,
    employee_count: 85,
    region: 'East',
    domain: 'initech.example',
    updated_at: '2025-11-20T08:15:00Z',
  },
  {
    account_id: 'umbra-004',
    name: 'Umbra Health',
    industry: null,
    revenue: null,
    employee_count: 40,
    region: null,
    domain: null,
    updated_at: '2025-06-01T00:00:00Z',
  },
]

export const OPPORTUNITIES: readonly Answer<'getOpportunity'>[] = [
  {
    opportunity_id: 'deal-101',
    account_id: 'acme-001',
    name: 'Acme Robotics: forecasting for the West plants',
    stage: 'proposal',
    amount: 180_000,
    currency: 'USD',
    close_date: '2026-04-30',
    probability: 0.6,
    status: 'open',
    updated_at: '2026-01-14T16:00:00Z',
  },
  {
    opportunity_id: 'deal-102',
    account_id: 'acme-001',
    name: 'Acme Robotics: support renewal',
    stage: 'closed_won',
    amount: 24_000,
    currency: 'USD',
    close_date: '2025-12-15',
    probability: 1,
    status: 'won',
    updated_at: '2025-12-15T11:00:00Z',
  },
  {
    opportunity_id: 'deal-103',
    account_id: 'globex-002',
    name: 'Globex Logistics: route planning',
    stage: 'discovery',
    amount: 310_000,
    currency: 'USD',
    close_date: '2026-07-31',
    probability: 0.2,
    status: 'open',
    updated_at: '2026-02-03T14:30:00Z',
  },
  {
    opportunity_id: 'deal-104',
    account_id: 'initech-003',
    name: 'Initech Software: pilot',
    stage: 'closed_lost',
    amount: 15_000,
    currency: 'USD',
    close_date: '2025-11-20',
    probability: 0,
    status: 'lost',
    updated_at: '2025-11-20T08:15:00Z',
  },
]
