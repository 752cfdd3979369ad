// What the stand-in knows: it is its own double.
import { OPPORTUNITIES } from '../../../src/adapters/mock/sample.ts'
import type { Known } from './double.ts'

export const standIn: Known = {
  name: 'mock',
  settings: {},
  account: {
    id: 'acme-001',
    record: {
      account_id: 'acme-001',
      name: 'Acme Robotics',
      industry: 'Manufacturing',
      revenue: 48_000_000,
      employee_count: 320,
      region: 'West',
      domain: 'acme-robotics.example',
      url: null,
      updated_at: '2026-01-15T09:00:00Z',
    },
  },
  opportunity: {
    id: 'deal-101',
    record: {
      opportunity_id: 'deal-101',
      account_id: 'acme-001',
      name: 'Acme Robotics: forecasting for the West plants',
      stage: 'proposal',
      amount: 180_000,
      currency: 'USD',
      close_date: '2026-04-30',
      probability: 0.6,
      status: 'open',
      url: null,
      updated_at: '2026-01-14T16:00:00Z',
    },
  },
  unknownId: 'nobody-999',
  busyAccountId: 'acme-001',
  deals: {
    all: OPPORTUNITIES.length,
    ofBusy: OPPORTUNITIES.filter(({ account_id }) => account_id === 'acme-001').length,
  },
  named: { text: 'ROBOTICS', found: ['Acme Robotics'] },
  many: { text: 'me', limit: 1 },
  hasPages: false,
  guarantee: 'exactly_once',
}
