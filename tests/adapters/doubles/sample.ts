// What is in every double, in nobody's format: 10,000 companies with 10,000 deals.
import { DEALS, DEALS_OF_ONE, ODD_NAME } from './double.ts'

export type Company = {
  /** From 1. */
  readonly n: number
  readonly name: string
  readonly industry: string | null
  readonly revenue: number | null
  readonly employees: number | null
  readonly state: string | null
  readonly country: string | null
  readonly site: string | null
  readonly updated: string
}

export type Deal = {
  /** From 1. */
  readonly n: number
  readonly company: number
  readonly name: string
  readonly amount: number | null
  /** Day. */
  readonly close: string
  /** 0 to 1. */
  readonly probability: number
  readonly status: 'open' | 'won' | 'lost'
  readonly updated: string
}

const COMPANIES = 10_000
export const KNOWN = 1
const ODD = 2
export const BUSY = 3

const known: Company = {
  n: KNOWN,
  name: 'Northwind Robotics',
  industry: 'Manufacturing',
  revenue: 48_000_000,
  employees: 320,
  state: 'Washington',
  country: 'United States',
  site: 'https://www.northwind.example/about',
  updated: '2026-01-15T09:00:00.000Z',
}

const bare = (n: number, name: string): Company => ({
  n,
  name,
  industry: null,
  revenue: null,
  employees: null,
  state: null,
  country: null,
  site: null,
  updated: '2026-02-01T00:00:00.000Z',
})

export const companies: readonly Company[] = [
  known,
  bare(ODD, ODD_NAME),
  bare(BUSY, 'Busy Holding'),
  ...Array.from({ length: COMPANIES - 3 }, (_, at) => bare(at + 4, `Bulk ${at + 4} Ltd`)),
]

const STATUSES = ['open', 'won', 'lost'] as const

const dealOf = (n: number): Deal => ({
  n,
  company: n === 1 ? KNOWN : n <= DEALS_OF_ONE + 1 ? BUSY : 4 + (n % (COMPANIES - 4)),
  name: n === 1 ? 'Northwind: forecasting' : `Deal ${n}`,
  amount: n === 1 ? 180_000.5 : n % 7 === 0 ? null : n * 10,
  close: n === 1 ? '2026-04-30' : '2026-06-30',
  probability: n === 1 ? 0.6 : 0.25,
  status: n === 1 ? 'open' : (STATUSES[n % 3] ?? 'open'),
  updated: '2026-01-14T16:00:00.000Z',
})

export const deals: readonly Deal[] = Array.from({ length: DEALS }, (_, at) => dealOf(at + 1))

const byNumber = new Map(companies.map((company) => [company.n, company]))
export const companyOf = (n: number): Company | undefined => byNumber.get(n)
export const dealNumbered = (n: number): Deal | undefined => deals[n - 1]
