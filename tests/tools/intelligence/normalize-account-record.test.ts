import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { tool } from '../../../src/tools/intelligence/normalize-account-record.ts'
import { describeProperties, outputOf, problemPaths } from '../properties.ts'
import { describeVectors } from '../vector-cases.ts'
import { EMPLOYEES, HEADINGS, NAMES, REVENUES, TEXTS } from './record-table.ts'

describeVectors({
  tool,
  added: {
    'output.normalized_account.currency': 'C4',
    'output.interpreted': 'C13',
    'output.ignored': 'C16',
  },
  differs: {
    salesforce_style_keys: { by: 'C4', output: { applied_transformations: [], confidence: 0.85 } },
    camel_case_account_id: { by: 'C4', output: { applied_transformations: [], confidence: 0.85 } },
    revenue_suffix_M_is_dropped: { by: 'C4', output: { normalized_account: { revenue: 5_000_000 } } },
    revenue_negative_sign_dropped: { by: 'C4', output: { normalized_account: { revenue: -250_000 } } },
    revenue_two_dots_unparsable: {
      by: 'C14',
      output: { normalized_account: { revenue: 1_500_000 }, applied_transformations: [] },
    },
    employee_count_unparsable: {
      by: 'C14',
      output: {
        normalized_account: { employee_count: null, employee_count_range: { min: 200, max: 500 } },
        applied_transformations: ['range_employee_count'],
      },
    },
    employee_count_float_string_unparsable: {
      by: 'C14',
      output: { normalized_account: { employee_count: 250 }, applied_transformations: [] },
    },
    unknown_account_name_literal: {
      by: 'C16',
      output: {
        normalized_account: { name: null },
        applied_transformations: ['defaulted_missing_name'],
        confidence: 0.35,
      },
    },
    status_null_crashes: {
      by: 'C13',
      output: { normalized_account: { status: 'prospect' }, applied_transformations: [] },
    },
  },
})

const ROWS = [...REVENUES, ...EMPLOYEES, ...TEXTS].map(([record, fields, codes = []]) => ({
  record,
  fields,
  codes,
}))

const normalized = (account: object) => outputOf(tool, { account_data: account })

describe('normalize_account_record', () => {
  test('C4 keeps the currency in its own field', async () => {
    const revenueOf = async (account: object) => (await normalized(account)).normalized_account
    expect(await revenueOf({ revenue: '€1.2B' })).toMatchObject({ revenue: 1_200_000_000, currency: 'EUR' })
    expect(await revenueOf({ revenue: 5, currency: 'usd' })).toMatchObject({ revenue: 5, currency: 'USD' })
    expect(await revenueOf({ revenue: '£5', currency: 'usd' })).toMatchObject({ revenue: 5, currency: 'GBP' })
    expect(await revenueOf({ currency: ' Credits ' })).toMatchObject({ revenue: null, currency: 'Credits' })
  })

  test.each(ROWS)('C14 C15 $record is $fields', async ({ record, fields, codes }) => {
    const { normalized_account, applied_transformations } = await normalized({ id: 1, name: 'A', ...record })
    expect(normalized_account).toMatchObject(fields)
    expect(applied_transformations).toEqual(codes)
  })

  test.each(NAMES)('C16 %j is called %j', async (record, name) => {
    expect(await normalized(record)).toMatchObject({ normalized_account: { name } })
  })

  test.each(
    Object.entries(HEADINGS).flatMap(([field, names]) => names.map((name) => [name, field] as const)),
  )('C16 %s is the %s', async (heading, field) => {
    const { normalized_account, ignored } = await normalized({ [heading]: '7' })
    expect((normalized_account as Record<string, unknown>)[field]).toEqual(
      ['employee_count', 'revenue'].includes(field) ? 7 : '7',
    )
    expect(ignored).toEqual([])
  })

  test('C16 lists the columns that it does not understand', async () => {
    const record = { Name: 'A', 'Favourite Colour': 'red', Owner: 'x', '': 1, Notes: null }
    expect(await normalized(record)).toMatchObject({ ignored: ['Favourite Colour', 'Owner', '', 'Notes'] })
  })

  test('C13 says what it read differently from what came', async () => {
    const record = { id: 1, Name: 'A', '# Employees': '51-200', revenue: '€42M', country: 'n/a' }
    expect(await normalized(record)).toMatchObject({
      interpreted: [
        { path: 'account_data.id', as: 'account_id', rule: 'key' },
        { path: 'account_data.id', as: '1', rule: 'text' },
        { path: 'account_data.Name', as: 'name', rule: 'key' },
        { path: 'account_data.# Employees', as: 'employee_count', rule: 'key' },
        { path: 'account_data.# Employees', as: { min: 51, max: 200 }, rule: 'range' },
        { path: 'account_data.revenue', as: 42_000_000, rule: 'number' },
        { path: 'account_data.country', as: null, rule: 'placeholder' },
      ],
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

  test('C15 whatever identifies an account tells it from others, and nothing is called by nothing', async () => {
    const idOf = async (record: object): Promise<unknown> =>
      ((await normalized(record)).normalized_account as { account_id: unknown }).account_id
    const sites = await Promise.all(
      ['a.example', 'b.example', 'www.A.example/'].map((website) => idOf({ website })),
    )
    expect(sites[0]).not.toBe(sites[1])
    expect(sites[2]).toBe(sites[0])
    expect(await idOf({ name: 'Cafe\u0301' })).toBe(await idOf({ name: '\ufeffCafé ' }))
    expect(await idOf({ name: 'A', city: 'Ulm' })).not.toBe(await idOf({ name: 'A', city: 'Bonn' }))
    expect(await idOf({ id: 'n/a', Id: ' x ' })).toBe('x')
    expect(await idOf({ id: 0 })).toBe('0')
    expect(await normalized({ industry: 'Retail', revenue: 5, country: 'France' })).toMatchObject({
      normalized_account: { account_id: null, name: null },
      applied_transformations: ['nothing_identifies_account', 'defaulted_missing_name'],
    })
  })

  test('C4 confidence counts only what was really given', async () => {
    expect(await normalized({})).toMatchObject({
      normalized_account: { account_id: null, name: null, status: 'prospect' },
      applied_transformations: ['nothing_identifies_account', 'defaulted_missing_name'],
      confidence: 0,
    })
    expect(await normalized({ name: 'A' })).toMatchObject({ confidence: 0.35 })
    expect(await normalized({ id: 1, name: 'A', region: 'West' })).toMatchObject({ confidence: 0.77 })
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
    const other = { 'Annual Revenue': true, employees: ['5'], industry: {}, website: false, currency: [] }
    const paths = await problemPaths(tool, { account_data: other })
    expect(new Set(paths)).toEqual(new Set(Object.keys(other).map((key) => `account_data.${key}`)))
    expect(await problemPaths(tool, { account_data: {}, locale: 'nowhere at all' })).toEqual(['locale'])
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
