// One account record from many sources: the first field with something in it wins, and every repair is told by a code.
import { z } from 'zod'
import { digestOf } from '../../events/digest.ts'
import { labelSchema, outsideIdSchema, recordWith } from '../field.ts'
import { r2 } from '../number.ts'
import { defineTool } from '../tool.ts'
import { currencyOf, parseAmount } from './amount.ts'

const UNKNOWN_NAME = 'Unknown Account'

const id = z.union([z.string().max(200), z.int()], { error: 'must be a text or a whole number' }).nullish()
const name = z.string().max(1000).nullish()
const figure = z.union([z.number(), z.string().max(200)], { error: 'must be a number or a text' }).nullish()

const accountData = recordWith({
  account_id: id,
  id,
  accountId: id,
  Id: id,
  name,
  Name: name,
  company: name,
  Company: name,
  status: z.string().max(200).optional(),
  industry: name,
  Industry: name,
  sector: name,
  employee_count: figure,
  employees: figure,
  revenue: figure,
  annual_revenue: figure,
  currency: name,
  region: name,
  territory: name,
  state: name,
  country: name,
})
type AccountData = z.output<typeof accountData>

const statusSchema = z.enum(['prospect', 'qualified', 'active', 'dormant', 'churned'])
const STATUSES: ReadonlyMap<string, z.output<typeof statusSchema>> = new Map([
  ['prospect', 'prospect'],
  ['lead', 'prospect'],
  ['qualified', 'qualified'],
  ['active', 'active'],
  ['customer', 'active'],
  ['dormant', 'dormant'],
  ['inactive', 'dormant'],
  ['churned', 'churned'],
  ['lost', 'churned'],
])

/** A field together with the code of what had to be done to it. */
type Repaired<T> = { readonly value: T; readonly code: string | null }

/** The first with something in it: neither blank nor 0 says anything. */
function first<T extends string | number>(...values: readonly (T | null | undefined)[]): T | null {
  const said = values.find((value) => (typeof value === 'string' ? value.trim() !== '' : Boolean(value)))
  return said ?? null
}

function statusOf(raw: string | undefined): Repaired<z.output<typeof statusSchema>> {
  const text = (raw ?? '').trim().toLowerCase()
  const status = STATUSES.get(text)
  if (status !== undefined || text === '') return { value: status ?? 'prospect', code: null }
  return { value: 'prospect', code: `mapped_unknown_status_${text}_to_prospect` }
}

/** Whole people: fractions are cut off, 0 is missing. */
function employeesOf(raw: string | number | null): Repaired<number | null> {
  if (raw === null) return { value: null, code: null }
  const isNumeral = typeof raw === 'number' || /^\s*\+?\d+\s*$/.test(raw)
  const count = isNumeral ? Math.trunc(Number(raw)) : -1
  if (count < 0 || !Number.isSafeInteger(count))
    return { value: null, code: 'failed_to_parse_employee_count' }
  return { value: count === 0 ? null : count, code: null }
}

type Money = { readonly value: number | null; readonly currency: string | null }

/** Text without any digit says nothing; text with digits that is no amount is told. */
function revenueOf(raw: string | number | null): Repaired<Money> {
  const nothing = { value: null, currency: null }
  if (raw === null) return { value: nothing, code: null }
  if (typeof raw === 'number') return { value: { value: raw, currency: null }, code: null }
  const amount = parseAmount(raw)
  if (amount) return { value: amount, code: null }
  return { value: nothing, code: /\d/.test(raw) ? 'failed_to_parse_revenue' : null }
}

/** Codes as they are; what is no code is kept as the source writes it. */
const currencyGiven = (data: AccountData): string | null => {
  const given = first(data.currency)
  return given === null ? null : (currencyOf(given) ?? given.trim())
}

const present = (values: readonly unknown[]): number => values.filter((value) => value !== null).length

function normalized(data: AccountData, sourceType: string) {
  const givenId = first<string | number>(data.account_id, data.id, data.accountId, data.Id)
  const givenName = first(data.name, data.Name, data.company, data.Company)
  const status = statusOf(data.status)
  const employees = employeesOf(first<string | number>(data.employee_count, data.employees))
  const revenue = revenueOf(first<string | number>(data.revenue, data.annual_revenue))
  const record = {
    name: givenName ?? UNKNOWN_NAME,
    status: status.value,
    industry: first(data.industry, data.Industry, data.sector),
    employee_count: employees.value,
    revenue: revenue.value.value,
    currency: revenue.value.currency ?? currencyGiven(data),
    region: first(data.region, data.territory, data.state, data.country),
  }
  const codes = [
    givenId === null ? 'generated_account_id' : null,
    record.name === UNKNOWN_NAME ? 'defaulted_missing_name' : null,
    status.code,
    employees.code,
    revenue.code,
  ]
  const firmographics = [record.industry, record.employee_count, record.revenue, record.region]
  return {
    normalized_account: {
      account_id:
        givenId === null ? `acct_${digestOf(record).slice('sha256:'.length).slice(0, 16)}` : String(givenId),
      ...record,
      metadata: { source_type: sourceType, original_fields: Object.keys(data) },
    },
    applied_transformations: codes.filter((code) => code !== null),
    confidence: r2(0.7 * (present([givenId, givenName]) / 2) + 0.3 * (present(firmographics) / 4)),
  }
}

export const tool = defineTool({
  name: 'normalize_account_record',
  input: z.strictObject({ account_data: accountData, source_type: labelSchema.default('unknown') }),
  output: z.strictObject({
    normalized_account: z.strictObject({
      /** Of the source; where it has none, a hash of what is known, the same on every machine. */
      account_id: outsideIdSchema,
      name: z.string(),
      status: statusSchema,
      industry: z.string().nullable(),
      employee_count: z.int().min(1).nullable(),
      /** In `currency`. */
      revenue: z.number().nullable(),
      /** ISO 4217 where the source names one that is known. */
      currency: z.string().nullable(),
      region: z.string().nullable(),
      metadata: z.strictObject({ source_type: z.string(), original_fields: z.array(z.string()) }),
    }),
    applied_transformations: z.array(z.string()),
    /** 0 to 1: how much of the record was really given. */
    confidence: z.number().min(0).max(1),
  }),
  run: ({ account_data, source_type }) => normalized(account_data, source_type),
})
