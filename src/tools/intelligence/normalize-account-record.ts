// One account record from many sources: the first usable value of a field wins, and every repair is told by a code.
import { z } from 'zod'
import { memoizeWide } from '../../cache.ts'
import { valueRule } from '../../events/checks/value-rule.ts'
import { percent } from '../../run/figures.ts'
import { digestOf } from '../../events/digest.ts'
import { labelSchema, outsideIdSchema, recordWith } from '../field.ts'
import { r2 } from '../number.ts'
import { addProblems, interpretationSchema } from '../reading.ts'
import { decimalMarkOfLocale } from '../reading-number.ts'
import { foldText } from '../text.ts'
import { fieldsOf, listed } from '../summary.ts'
import { defineTool } from '../tool.ts'
import { readAccount, type AccountReading, type RawRecord } from './account-record.ts'

const statusSchema = z.enum(['prospect', 'qualified', 'active', 'dormant', 'churned'])
type Status = z.output<typeof statusSchema>

const named = (status: Status, names: string): [string, Status][] =>
  names.split(', ').map((name) => [name, status])

/** Compared by letters and digits alone. */
const STATUSES: ReadonlyMap<string, Status> = new Map([
  ...named('prospect', 'prospect, lead, new, open, target, suspect, subscriber, hotlead, warmlead, coldlead'),
  ...named('qualified', 'qualified, marketingqualifiedlead, mql, salesqualifiedlead, sql, opportunity'),
  ...named(
    'active',
    'active, customer, client, existingcustomer, currentcustomer, evangelist, won, closedwon',
  ),
  ...named('active', 'customerdirect, customerchannel, aktiv, kunde'),
  ...named('dormant', 'dormant, inactive, inaktiv'),
  ...named('churned', 'churned, churn, lost, closedlost, formercustomer, excustomer, cancelled, canceled'),
])

function statusOf(raw: string | null): { readonly value: Status; readonly code: string | null } {
  if (raw === null) return { value: 'prospect', code: null }
  const text = foldText(raw)
  const status = STATUSES.get(text.replaceAll(/[^\p{L}\p{N}]/gu, ''))
  if (status !== undefined) return { value: status, code: null }
  return { value: 'prospect', code: `mapped_unknown_status_${text}_to_prospect` }
}

const present = (values: readonly unknown[]): number => values.filter((value) => value !== null).length

type Given<T> = { [K in keyof T]?: NonNullable<T[K]> }

/** Only what was given, so that a record without them looks as it always did. */
function given<T extends object>(fields: T): Given<T> {
  const known: Given<T> = {}
  for (const name in fields)
    if (fields[name] !== null && fields[name] !== undefined) known[name] = fields[name]
  return known
}

const recordOf = (account: AccountReading) => ({
  name: account.name,
  status: statusOf(account.status).value,
  industry: account.industry,
  employee_count: account.employee_count?.value ?? null,
  revenue: account.revenue?.value ?? null,
  currency: account.currency,
  region: account.region,
  ...given({
    employee_count_range: account.employee_count?.range,
    revenue_range: account.revenue?.range,
    website: account.website,
    phone: account.phone,
    email: account.email,
    linkedin: account.linkedin,
    registration_id: account.registration_id,
    street: account.street,
    city: account.city,
    postal_code: account.postal_code,
  }),
})

/** What tells one account from another; industry, size and place are shared by many. */
const isIdentified = (account: AccountReading): boolean =>
  present([
    account.name,
    account.website,
    account.phone,
    account.email,
    account.linkedin,
    account.registration_id,
  ]) > 0

/** Of the source; otherwise the same on every machine for the same record; null where it could be anybody's. */
function idOf(account: AccountReading, record: object): { id: string | null; code: string | null } {
  if (account.account_id !== null) return { id: account.account_id, code: null }
  if (!isIdentified(account)) return { id: null, code: 'nothing_identifies_account' }
  return { id: `acct_${digestOf(record).slice('sha256:'.length).slice(0, 16)}`, code: 'generated_account_id' }
}

/** Where the caller names no locale. */
const readRecord = memoizeWide((record) => readAccount(record, 'account_data'))

function normalized(data: RawRecord, source: { type: string; locale: string | null }) {
  const account = source.locale === null ? readRecord(data) : readAccount(data, 'account_data', source.locale)
  const record = recordOf(account)
  const { id, code } = idOf(account, record)
  const firmographics = [account.industry, account.employee_count, account.revenue, account.region]
  const own = [code, account.name === null ? 'defaulted_missing_name' : null, statusOf(account.status).code]
  return {
    normalized_account: {
      account_id: id,
      ...record,
      metadata: { source_type: source.type, original_fields: Object.keys(data) },
    },
    applied_transformations: [...own.filter((one) => one !== null), ...[...account.codes.values()].flat()],
    confidence: r2(
      0.7 * (present([account.account_id, account.name]) / 2) + 0.3 * (present(firmographics) / 4),
    ),
    interpreted: [...account.interpreted],
    ignored: [...account.ignored],
  }
}

const accountData = recordWith({}).check(
  valueRule((record, context) => addProblems(context, readRecord(record).problems, 1)),
)

const range = z.strictObject({ min: z.number().nullable(), max: z.number().nullable() }).optional()
const text = z.string().optional()

export const tool = defineTool({
  name: 'normalize_account_record',
  input: z.strictObject({
    account_data: accountData,
    source_type: labelSchema.default('unknown'),
    /** BCP 47: decides how "1.250" is read where the record itself does not. */
    locale: z
      .string()
      .max(100)
      .refine((locale) => decimalMarkOfLocale(locale) !== null, 'must be a locale such as de-DE or en-US')
      .nullish(),
  }),
  output: z.strictObject({
    normalized_account: z.strictObject({
      /** Of the source; where it has none, a hash of the whole record; null where nothing tells whose it is. */
      account_id: outsideIdSchema.nullable(),
      name: z.string().nullable(),
      status: statusSchema,
      industry: z.string().nullable(),
      employee_count: z.int().min(0).nullable(),
      /** In `currency`. */
      revenue: z.number().nullable(),
      /** ISO 4217 where the source names one that is known. */
      currency: z.string().nullable(),
      region: z.string().nullable(),
      /** Where the source gives a range instead of a number; null at an open end. */
      employee_count_range: range,
      revenue_range: range,
      website: text,
      phone: text,
      email: text,
      linkedin: text,
      registration_id: text,
      street: text,
      city: text,
      postal_code: text,
      metadata: z.strictObject({ source_type: z.string(), original_fields: z.array(z.string()) }),
    }),
    applied_transformations: z.array(z.string()),
    /** 0 to 1: how much of the record was really given. */
    confidence: z.number().min(0).max(1),
    /** What was read differently from what came. */
    interpreted: z.array(interpretationSchema),
    /** Columns that were not understood. */
    ignored: z.array(z.string()),
  }),
  run: ({ account_data, source_type, locale }) =>
    normalized(account_data, { type: source_type, locale: locale ?? null }),
  summary: ({ normalized_account, confidence, applied_transformations, ignored }) => {
    const { metadata: _source, ...fields } = normalized_account
    return [
      `account: ${fields.name ?? 'without a name'}, ${percent(confidence)} of its record was given`,
      ...fieldsOf(fields).map((line) => `  ${line}`),
      ...listed('changed', applied_transformations),
      ...listed('not understood', ignored),
    ]
  },
})
