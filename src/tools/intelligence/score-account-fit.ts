// How well an account fits the ideal customer profile: four weighted components, what is not known counts half.
import { z } from 'zod'
import { MAX_LIST, labelSchema, outsideIdSchema, recordWith, whenValid } from '../field.ts'
import { r2 } from '../number.ts'
import { hasPhrase, tokens } from '../text.ts'
import { defineTool } from '../tool.ts'

const amount = z.number().nullish()
const count = z.int().min(0).nullish()
const nameSchema = z.string().max(1000).nullish()
const target = labelSchema.regex(/[\p{L}\p{N}]/u, 'must contain a letter or a digit')
const targets = z.array(target).max(MAX_LIST).nullish()

const account = recordWith({
  account_id: outsideIdSchema.nullish(),
  revenue: amount,
  industry: nameSchema,
  employee_count: count,
  region: nameSchema,
})

const inOrder = (min: number | null | undefined, max: number | null | undefined): boolean =>
  typeof min !== 'number' || typeof max !== 'number' || min <= max

const criteria = z
  .strictObject({
    min_revenue: amount,
    max_revenue: amount,
    industries: targets,
    min_employees: count,
    max_employees: count,
    regions: targets,
  })
  .refine((value) => inOrder(value.min_revenue, value.max_revenue), {
    path: ['max_revenue'],
    error: 'must not be less than min_revenue',
    when: whenValid({ min_revenue: amount, max_revenue: amount }),
  })
  .refine((value) => inOrder(value.min_employees, value.max_employees), {
    path: ['max_employees'],
    error: 'must not be less than min_employees',
    when: whenValid({ min_employees: count, max_employees: count }),
  })

const share = z.number().min(0).max(1)
const ATTRIBUTES = ['revenue', 'industry', 'employee_count', 'region'] as const
type Attribute = (typeof ATTRIBUTES)[number]
const WEIGHTS = { revenue: 0.35, industry: 0.35, employee_count: 0.15, region: 0.15 } as const

/** null: the account has no data for it. */
type Fits = Readonly<Record<Attribute, 0 | 1 | null>>

function inRange(value: number | null | undefined, min: number | null = null, max: number | null = null) {
  if (value === null || value === undefined) return null
  return (min === null || value >= min) && (max === null || value <= max) ? 1 : 0
}

function isTargeted(value: string | null | undefined, wanted: readonly string[] | null | undefined) {
  if (!value?.trim()) return null
  if (!wanted?.length) return 1
  const text = tokens(value)
  return wanted.some((phrase) => hasPhrase(text, tokens(phrase))) ? 1 : 0
}

type Tier = 'high_priority' | 'medium_priority' | 'low_priority' | 'insufficient_data'

const TIER_REASONS: Readonly<Record<Tier, string>> = {
  high_priority: 'The account fits the ideal customer profile well.',
  medium_priority: 'The account fits the ideal customer profile in part.',
  low_priority: 'The account fits the ideal customer profile poorly.',
  insufficient_data: 'Nothing is known of the account that the profile asks about.',
}

const MISFITS: Readonly<Record<Attribute, string>> = {
  revenue: 'Revenue is outside the target range.',
  industry: 'The industry is not among the targets.',
  employee_count: 'The number of employees is outside the target range.',
  region: 'The region is not among the targets.',
}

function tierOf(fit: number, unknown: number): Tier {
  if (unknown === ATTRIBUTES.length) return 'insufficient_data'
  if (fit >= 0.75) return 'high_priority'
  return fit >= 0.5 ? 'medium_priority' : 'low_priority'
}

const fitOf = (fits: Fits, attribute: Attribute): number => fits[attribute] ?? 0.5

function scored(fits: Fits) {
  const unknown = ATTRIBUTES.filter((attribute) => fits[attribute] === null)
  const misfits = ATTRIBUTES.filter((attribute) => fits[attribute] === 0)
  const known = ATTRIBUTES.filter((attribute) => fits[attribute] !== null)
  const fit = ATTRIBUTES.reduce((sum, attribute) => sum + WEIGHTS[attribute] * fitOf(fits, attribute), 0)
  const recommendation = tierOf(fit, unknown.length)
  return {
    fit_score: r2(fit),
    fit_breakdown: {
      revenue_fit: fitOf(fits, 'revenue'),
      industry_fit: fitOf(fits, 'industry'),
      employee_fit: fitOf(fits, 'employee_count'),
      region_fit: fitOf(fits, 'region'),
    },
    recommendation,
    reasoning: [TIER_REASONS[recommendation], ...misfits.map((attribute) => MISFITS[attribute])],
    unknown,
    confidence: r2(known.reduce((sum, attribute) => sum + WEIGHTS[attribute], 0)),
  }
}

export const tool = defineTool({
  name: 'score_account_fit',
  input: z.strictObject({ account, icp_criteria: criteria }),
  output: z.strictObject({
    account_id: outsideIdSchema.nullable(),
    /** 0 to 1. */
    fit_score: share,
    fit_breakdown: z.strictObject({
      revenue_fit: share,
      industry_fit: share,
      employee_fit: share,
      region_fit: share,
    }),
    recommendation: z.enum(['high_priority', 'medium_priority', 'low_priority', 'insufficient_data']),
    reasoning: z.array(z.string()),
    /** Attributes of the account without data. */
    unknown: z.array(z.enum(ATTRIBUTES)),
    /** Share of the weight that rests on data. */
    confidence: share,
  }),
  run: ({ account, icp_criteria: icp }) => ({
    account_id: account.account_id ?? null,
    ...scored({
      revenue: inRange(account.revenue, icp.min_revenue, icp.max_revenue),
      industry: isTargeted(account.industry, icp.industries),
      employee_count: inRange(account.employee_count, icp.min_employees, icp.max_employees),
      region: isTargeted(account.region, icp.regions),
    }),
  }),
})
