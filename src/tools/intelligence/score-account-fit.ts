// How well an account fits the ideal customer profile: four weighted components, what is not known counts half.
import { z } from 'zod'
import { memoizeWide } from '../../cache.ts'
import { valueRule } from '../../events/checks/value-rule.ts'
import { outsideIdSchema, recordWith } from '../field.ts'
import { r2 } from '../number.ts'
import { addProblems, interpretationSchema, type ReadingProblem } from '../reading.ts'
import { listed } from '../summary.ts'
import { defineTool } from '../tool.ts'
import { readAccount, type AccountReading } from './account-record.ts'
import { readCriteria, type FitCriteria } from './fit-criteria.ts'
import { fitOfFigure, fitOfText, type Fit } from './fit.ts'

const ATTRIBUTES = ['revenue', 'industry', 'employee_count', 'region'] as const
type Attribute = (typeof ATTRIBUTES)[number]
const WEIGHTS = { revenue: 0.35, industry: 0.35, employee_count: 0.15, region: 0.15 } as const
const USED: ReadonlySet<string> = new Set([...ATTRIBUTES, 'account_id', 'currency'])

const FIGURES = ['revenue', 'employee_count'] as const
const FIGURE = 'must be a number, or a text with one that can be read, and employees at least 0'

/** A figure that is there and cannot be read is told, unless another key says it. */
const unreadable = (account: AccountReading): ReadingProblem[] =>
  FIGURES.flatMap((field) =>
    account[field] === null
      ? (account.unreadable.get(field) ?? []).map((key) => ({ path: ['account', key], message: FIGURE }))
      : [],
  )

/** For the check of the input, and again for the score. */
const readRecord = memoizeWide((record) => readAccount(record, 'account'))

const figure = z.unknown().optional().describe('A number, or a text with one such as "€42M" or "51-200".')
const text = z.unknown().optional().describe('A text.')
const list = z.unknown().optional().describe('A list of texts, or one text with commas between them.')

/** Named for those who read the schema; other headings are understood too. */
const account = recordWith({
  account_id: z.unknown().optional().describe('A text or a whole number.'),
  revenue: figure,
  industry: text,
  employee_count: figure,
  region: text,
}).check(
  valueRule((record, context) => {
    const reading = readRecord(record)
    const problems = reading.problems.filter(({ field }) => USED.has(field))
    addProblems(context, [...problems, ...unreadable(reading)], 1)
  }),
)

const criteria = recordWith({
  min_revenue: figure,
  max_revenue: figure,
  industries: list,
  min_employees: figure,
  max_employees: figure,
  regions: list,
}).check(valueRule((record, context) => addProblems(context, readCriteria(record).problems, 1)))

type Fits = Readonly<Record<Attribute, Fit>>

const isAmbiguous = (known: AccountReading, field: 'revenue' | 'employee_count'): boolean =>
  known.codes.get(field)?.includes(`ambiguous_${field}`) ?? false

const fitsOf = (known: AccountReading, wanted: FitCriteria): Fits => ({
  revenue: fitOfFigure('Revenue', known.revenue, {
    min: wanted.min_revenue,
    max: wanted.max_revenue,
    isAmbiguous: isAmbiguous(known, 'revenue'),
  }),
  industry: fitOfText('Industry', known.industry, wanted.industries),
  employee_count: fitOfFigure('Number of employees', known.employee_count, {
    min: wanted.min_employees,
    max: wanted.max_employees,
    isAmbiguous: isAmbiguous(known, 'employee_count'),
  }),
  region: fitOfText('Region', known.region, wanted.regions),
})

type Tier = 'high_priority' | 'medium_priority' | 'low_priority' | 'insufficient_data'

const TIER_REASONS: Readonly<Record<Exclude<Tier, 'insufficient_data'>, string>> = {
  high_priority: 'The account fits the ideal customer profile well.',
  medium_priority: 'The account fits the ideal customer profile in part.',
  low_priority: 'The account fits the ideal customer profile poorly.',
}

/** The weight on which a recommendation must rest. */
const WEIGHT_NEEDED = 0.5

function tierOf(fit: number): Exclude<Tier, 'insufficient_data'> {
  if (fit >= 0.75) return 'high_priority'
  return fit >= 0.5 ? 'medium_priority' : 'low_priority'
}

function judged(isAsked: boolean, fit: number, known: number): { recommendation: Tier; because: string } {
  const because = isAsked
    ? 'Less than half of what counts is known of the account: too little for a recommendation.'
    : 'The profile sets no criteria, so nothing can be said of the fit.'
  if (!isAsked || known < WEIGHT_NEEDED) return { recommendation: 'insufficient_data', because }
  return { recommendation: tierOf(fit), because: TIER_REASONS[tierOf(fit)] }
}

function scored(fits: Fits) {
  const isAsked = ATTRIBUTES.some((attribute) => fits[attribute].isLimited)
  // Where nothing is asked for nothing fits and nothing misses.
  const fitOf = (attribute: Attribute): number => (isAsked ? (fits[attribute].fits ?? 0.5) : 0.5)
  const unknown: Attribute[] = []
  let [known, fit] = [0, 0]
  for (const attribute of ATTRIBUTES) {
    fit += WEIGHTS[attribute] * fitOf(attribute)
    if (fits[attribute].fits === null) unknown.push(attribute)
    else known += WEIGHTS[attribute]
  }
  const { recommendation, because } = judged(isAsked, fit, known)
  return {
    fit_score: r2(fit),
    fit_breakdown: {
      revenue_fit: fitOf('revenue'),
      industry_fit: fitOf('industry'),
      employee_fit: fitOf('employee_count'),
      region_fit: fitOf('region'),
    },
    recommendation,
    reasoning: [because, ...ATTRIBUTES.map((attribute) => fits[attribute].reason)],
    unknown,
    confidence: r2(known),
  }
}

const share = z.number().min(0).max(1)
const isOutsideId = (id: unknown): id is number => Number.isSafeInteger(id)

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
    /** insufficient_data: no criteria, or less than half of the weight is known. */
    recommendation: z.enum(['high_priority', 'medium_priority', 'low_priority', 'insufficient_data']),
    /** Why the recommendation, then one for each attribute with its value and limit. */
    reasoning: z.array(z.string()),
    /** Attributes of the account without data that can be compared. */
    unknown: z.array(z.enum(ATTRIBUTES)),
    /** Share of the weight that rests on data. */
    confidence: share,
    /** What was read differently from what came. */
    interpreted: z.array(interpretationSchema),
    /** Keys of the account and of the criteria that were not understood. */
    ignored: z.array(z.string()),
  }),
  run: ({ account: record, icp_criteria }) => {
    const known = readRecord(record)
    const wanted = readCriteria(icp_criteria)
    const id = record['account_id']
    return {
      account_id: isOutsideId(id) ? id : known.account_id,
      ...scored(fitsOf(known, wanted.criteria)),
      interpreted: [...known.interpreted, ...wanted.interpreted],
      ignored: [...known.ignored, ...wanted.ignored],
    }
  },
  summary: ({ fit_score, recommendation, reasoning, unknown }) => [
    `fit score: ${fit_score.toFixed(2)} (${recommendation})`,
    ...reasoning.map((reason) => `  ${reason}`),
    ...listed('not known', unknown.length > 0 ? [unknown.join(', ')] : []),
  ],
})
