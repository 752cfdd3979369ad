import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { tool } from '../../../src/tools/intelligence/normalize-account-record.ts'
import { describeProperties, outputOf, problemPaths } from '../properties.ts'
import { describeVectors } from '../vector-cases.ts'

describeVectors({
  tool,
  added: { 'output.normalized_account.currency': 'C4' },
  differs: {
    salesforce_style_keys: { by: 'C4', output: { applied_transformations: [], confidence: 0.85 } },
    camel_case_account_id: { by: 'C4', output: { applied_transformations: [], confidence: 0.85 } },
    revenue_suffix_M_is_dropped: { by: 'C4', output: { normalized_account: { revenue: 5_000_000 } } },
    revenue_negative_sign_dropped: { by: 'C4', output: { normalized_account: { revenue: -250_000 } } },
  },
})

const normalized = (account: object) => outputOf(tool, { account_data: account })

describe('normalize_account_record', () => {
  test('C4 keeps the currency in its own field', async () => {
    const revenueOf = async (account: object) => (await normalized(account)).normalized_account
    expect(await revenueOf({ revenue: '€1.2B' })).toMatchObject({ revenue: 1_200_000_000, currency: 'EUR' })
    expect(await revenueOf({ revenue: 5, currency: 'usd' })).toMatchObject({ revenue: 5, currency: 'USD' })
    expect(await revenueOf({ revenue: '£5', currency: 'usd' })).toMatchObject({ revenue: 5, currency: 'GBP' })
    expect(await revenueOf({ currency: ' Credits ' })).toMatchObject({ revenue: null, currency: 'Credits' })
  })

  test('C4 tells a revenue that it cannot read, and leaves alone what says nothing', async () => {
    expect(await normalized({ account_id: 1, revenue: '10-50M' })).toMatchObject({
      normalized_account: { account_id: '1', revenue: null },
      applied_transformations: ['defaulted_missing_name', 'failed_to_parse_revenue'],
    })
    expect(await normalized({ id: 'a', name: 'A', revenue: 'n/a' })).toMatchObject({
      applied_transformations: [],
    })
  })

  test('C4 a missing id becomes the same hash wherever the same account comes from', async () => {
    const one = await normalized({ company: 'Acme', revenue: '5M', state: 'CA' })
    const other = await normalized({ region: 'CA', name: 'Acme', annual_revenue: 5_000_000, account_id: ' ' })
    const third = await normalized({ company: 'Acme', revenue: '6M', state: 'CA' })
    const idOf = (output: Record<string, unknown>) =>
      (output.normalized_account as { account_id: string }).account_id
    expect(idOf(one)).toMatch(/^acct_[0-9a-f]{16}$/)
    expect(idOf(other)).toBe(idOf(one))
    expect(idOf(third)).not.toBe(idOf(one))
    expect(one.applied_transformations).toEqual(['generated_account_id'])
  })

  test('C4 trims the status', async () => {
    expect(await normalized({ id: 1, name: 'A', status: '  Customer ' })).toMatchObject({
      normalized_account: { status: 'active' },
      applied_transformations: [],
    })
    expect(await normalized({ id: 1, name: 'A', status: ' On Hold ' })).toMatchObject({
      applied_transformations: ['mapped_unknown_status_on hold_to_prospect'],
    })
  })

  test('C4 confidence counts only what was really given', async () => {
    expect(await normalized({})).toMatchObject({
      normalized_account: { name: 'Unknown Account', status: 'prospect' },
      applied_transformations: ['generated_account_id', 'defaulted_missing_name'],
      confidence: 0,
    })
    expect(await normalized({ name: 'A' })).toMatchObject({ confidence: 0.35 })
    expect(await normalized({ id: 1, name: 'A', region: 'West' })).toMatchObject({ confidence: 0.77 })
  })

  test('an employee count of 0 is missing and a negative one cannot be read', async () => {
    const countOf = async (employees: unknown) => {
      const output = await normalized({ id: 1, name: 'A', employees })
      return [
        (output.normalized_account as { employee_count: unknown }).employee_count,
        output.applied_transformations,
      ]
    }
    expect(await countOf('0')).toEqual([null, []])
    expect(await countOf(' 250 ')).toEqual([250, []])
    expect(await countOf(-5)).toEqual([null, ['failed_to_parse_employee_count']])
    expect(await countOf('1e3')).toEqual([null, ['failed_to_parse_employee_count']])
  })

  test('C1 tells every problem at once, each at its path', async () => {
    const account = { status: 5, name: true, revenue: [], id: {} }
    expect(new Set(await problemPaths(tool, { account_data: account, source_type: '', extra: 1 }))).toEqual(
      new Set([
        'account_data.status',
        'account_data.name',
        'account_data.revenue',
        'account_data.id',
        'source_type',
        '',
      ]),
    )
  })
})

const key = fc.constantFrom(
  'account_id',
  'Id',
  'name',
  'Company',
  'status',
  'industry',
  'employees',
  'revenue',
  'x',
)
const value = fc.oneof(
  fc.string(),
  fc.integer(),
  fc.double({ noNaN: true }),
  fc.constantFrom(null, '5M', '$(3)'),
)

describeProperties(tool, fc.record({ account_data: fc.dictionary(fc.oneof(key, fc.string()), value) }))
