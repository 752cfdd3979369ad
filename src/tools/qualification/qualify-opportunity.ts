// Is an opportunity qualified: BANT with the extras of MEDDICC. What nobody said is unknown, never a no and never a yes.
import { z } from 'zod'
import { outsideIdSchema, textSchema } from '../field.ts'
import { r2 } from '../number.ts'
import { defineTool } from '../tool.ts'

const BANT = ['budget', 'authority', 'need', 'timing'] as const
const EXTRAS = [
  'metrics',
  'economic_buyer',
  'decision_criteria',
  'decision_process',
  'identify_pain',
  'champion',
  'competition',
] as const
const CRITERIA = [...BANT, ...EXTRAS] as const
type Criterion = (typeof CRITERIA)[number]

const answer = z.boolean().optional()
const criteriaSchema = z.strictObject({
  budget: answer,
  authority: answer,
  need: answer,
  timing: answer,
  metrics: answer,
  economic_buyer: answer,
  decision_criteria: answer,
  decision_process: answer,
  identify_pain: answer,
  champion: answer,
  competition: answer,
} satisfies Record<Criterion, typeof answer>)
type Criteria = z.output<typeof criteriaSchema>

/** In the order in which a seller would do them. */
const ACTIONS = [
  ['authority', 'Meet whoever decides and confirm their authority.'],
  ['budget', 'Confirm that there is a budget and how it is approved.'],
  ['need', 'Work out with the buyer which problem is to be solved.'],
  ['timing', 'Agree on a timeline with a date for the decision.'],
] as const

const named = (criterion: Criterion): string => criterion.replaceAll('_', ' ')
const label = (criterion: Criterion): string =>
  BANT.some((item) => item === criterion) ? criterion.toUpperCase() : `MEDDICC ${named(criterion)}`

function recommended(criteria: Criteria, score: number): string[] {
  const actions = ACTIONS.filter(([criterion]) => criteria[criterion] !== true).map(([, action]) => action)
  if (score < 0.3) return [...actions, 'CRITICAL: disqualify, or move to long-term nurture.']
  if (score < 0.5) return [...actions, 'WARNING: close the gaps before a proposal.']
  return actions
}

function assessed(criteria: Criteria) {
  const answered = (items: readonly Criterion[], value: boolean) =>
    items.filter((item) => criteria[item] === value)
  const confirmed = answered(BANT, true).length
  const extras = answered(EXTRAS, true).length
  const score = 0.7 * (confirmed / BANT.length) + 0.3 * (extras / EXTRAS.length)
  const framework = extras > 0 ? ('MEDDICC' as const) : ('BANT' as const)
  const relevant = framework === 'MEDDICC' ? CRITERIA : BANT
  return {
    qualification_score: r2(score),
    qualified: score >= 0.5,
    framework,
    strengths: answered(relevant, true).map((item) => `${label(item)} confirmed`),
    gaps: answered(relevant, false).map((item) => `${label(item)} not confirmed`),
    unknowns: CRITERIA.filter((item) => criteria[item] === undefined),
    recommendations: recommended(criteria, score),
    requires_review: score >= 0.4 && score <= 0.6,
  }
}

export const tool = defineTool({
  name: 'qualify_opportunity',
  input: z.strictObject({
    opportunity_id: outsideIdSchema,
    criteria: criteriaSchema,
    notes: textSchema.nullish(),
  }),
  output: z.strictObject({
    opportunity_id: outsideIdSchema,
    /** 0 to 1. */
    qualification_score: z.number().min(0).max(1),
    qualified: z.boolean(),
    framework: z.enum(['BANT', 'MEDDICC']),
    strengths: z.array(z.string()),
    gaps: z.array(z.string()),
    /** Criteria that nobody answered. */
    unknowns: z.array(z.enum(CRITERIA)),
    recommendations: z.array(z.string()),
    requires_review: z.boolean(),
    notes: z.string().nullable(),
  }),
  run: ({ opportunity_id, criteria, notes }) => ({
    opportunity_id,
    ...assessed(criteria),
    notes: notes ?? null,
  }),
})
