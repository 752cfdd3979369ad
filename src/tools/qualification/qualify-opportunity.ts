// Is an opportunity qualified: BANT with the extras of MEDDICC. What nobody said is unknown, never a no and never a yes.
import { z } from 'zod'
import { valueRule } from '../../events/checks/value-rule.ts'
import { givenIdSchema, outsideIdSchema, recordWith, textSchema } from '../field.ts'
import { r2 } from '../number.ts'
import {
  addProblems,
  fieldFinder,
  interpretationSchema,
  readAnswer,
  takeFirst,
  type Interpretation,
  type ReadingProblem,
} from '../reading.ts'
import { cleanText } from '../text.ts'
import { listed } from '../summary.ts'
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

/** Other names of the criteria; case, blanks and underscores do not matter. */
const findCriteria = fieldFinder({
  budget: ['money', 'funding', 'funds', 'budget confirmed'],
  authority: ['decision maker', 'decision makers', 'decision authority'],
  need: ['needs', 'business need', 'problem'],
  timing: ['timeline', 'time line', 'timeframe', 'timescale', 'time', 'schedule'],
  metrics: ['metric', 'kpi', 'kpis'],
  economic_buyer: ['buyer', 'eb'],
  decision_criteria: ['criteria'],
  decision_process: ['process', 'buying process'],
  identify_pain: ['pain', 'pains', 'pain point', 'pain points', 'identified pain', 'implicate pain'],
  champion: ['champions'],
  competition: ['competitor', 'competitors', 'competitive'],
} satisfies Record<Criterion, readonly string[]>)

/** null: nobody knows. */
type Criteria = Readonly<Record<Criterion, boolean | null>>

const AT = ['criteria']

/** For the check of the input, and again for the judgement: to keep it takes longer than to read it. */
function readCriteria(record: Readonly<Record<string, unknown>>) {
  const { found, ignored } = findCriteria(record)
  const criteria: Partial<Record<Criterion, boolean | null>> = {}
  const interpreted: Interpretation[] = []
  const problems: ReadingProblem[] = []
  for (const field of CRITERIA) {
    const taken = takeFirst(found.get(field), { field, at: AT, read: readAnswer })
    criteria[field] = taken.value
    interpreted.push(...taken.interpreted)
    problems.push(...taken.problems)
  }
  return { criteria: criteria as Criteria, interpreted, problems, ignored }
}

const answer = z.unknown().optional().describe('Yes, no or unknown, as people write them.')

const criteriaSchema = recordWith(Object.fromEntries(CRITERIA.map((criterion) => [criterion, answer]))).check(
  valueRule((record, context) => addProblems(context, readCriteria(record).problems, 1)),
)

/** In the order in which a seller would do them. */
const ACTIONS = [
  ['authority', 'Meet whoever decides and confirm their authority.'],
  ['budget', 'Confirm that there is a budget and how it is approved.'],
  ['need', 'Work out with the buyer which problem is to be solved.'],
  ['timing', 'Agree on a timeline with a date for the decision.'],
] as const

/** In strengths and gaps. */
const LABELS: ReadonlyMap<Criterion, string> = new Map([
  ...BANT.map((item) => [item, item.toUpperCase()] as const),
  ...EXTRAS.map((item) => [item, `MEDDICC ${item.replaceAll('_', ' ')}`] as const),
])

/** What to ask where nobody knows. */
const QUESTIONS: Readonly<Record<Criterion, string>> = {
  budget: 'Is there a budget, and who approves it?',
  authority: 'Who decides, and have we met them?',
  need: 'Which problem is to be solved, and what does it cost to leave it?',
  timing: 'By when must there be a decision, and why then?',
  metrics: 'Which figures will show that it was worth it?',
  economic_buyer: 'Who can release the money?',
  decision_criteria: 'By which criteria will they choose?',
  decision_process: 'Which steps lead to a signature?',
  identify_pain: 'What hurts today, and whom?',
  champion: 'Who inside speaks for us?',
  competition: 'Who else is being considered?',
}

const VERDICTS = ['qualified', 'not_qualified', 'disqualify', 'insufficient_data'] as const
type Verdict = (typeof VERDICTS)[number]

/** Of BANT, so that a verdict rests on more than silence; and noes, so that a disqualification rests on answers. */
const ANSWERS_NEEDED = 3
const NOES_NEEDED = 2

function verdictOf(criteria: Criteria, score: number): Verdict {
  if (BANT.filter((item) => criteria[item] !== null).length < ANSWERS_NEEDED) return 'insufficient_data'
  if (score >= 0.5) return 'qualified'
  const noes = CRITERIA.filter((item) => criteria[item] === false).length
  return score < 0.3 && noes >= NOES_NEEDED ? 'disqualify' : 'not_qualified'
}

function recommended(criteria: Criteria, score: number, verdict: Verdict): string[] {
  const actions = ACTIONS.filter(([criterion]) => criteria[criterion] !== true).map(([, action]) => action)
  if (verdict === 'disqualify') return [...actions, 'CRITICAL: disqualify, or move to long-term nurture.']
  if (score >= 0.5) return actions
  if (verdict === 'insufficient_data')
    return [...actions, 'Too little is known for a verdict: ask the open questions first.']
  return [...actions, 'WARNING: close the gaps before a proposal.']
}

function assessed(criteria: Criteria) {
  const answered = (items: readonly Criterion[], value: boolean | null) =>
    items.filter((item) => criteria[item] === value)
  const confirmed = answered(BANT, true).length
  const extras = answered(EXTRAS, true).length
  const score = 0.7 * (confirmed / BANT.length) + 0.3 * (extras / EXTRAS.length)
  const framework = extras > 0 ? ('MEDDICC' as const) : ('BANT' as const)
  const relevant = framework === 'MEDDICC' ? CRITERIA : BANT
  const unknowns = answered(CRITERIA, null)
  const verdict = verdictOf(criteria, score)
  return {
    qualification_score: r2(score),
    qualified: score >= 0.5,
    verdict,
    framework,
    strengths: answered(relevant, true).map((item) => `${LABELS.get(item)} confirmed`),
    gaps: answered(relevant, false).map((item) => `${LABELS.get(item)} not confirmed`),
    unknowns,
    questions: unknowns.map((item) => QUESTIONS[item]),
    recommendations: recommended(criteria, score, verdict),
    requires_review: score >= 0.4 && score <= 0.6,
  }
}

export const tool = defineTool({
  name: 'qualify_opportunity',
  input: z.strictObject({
    opportunity_id: givenIdSchema,
    criteria: criteriaSchema,
    notes: textSchema.nullish(),
  }),
  output: z.strictObject({
    opportunity_id: outsideIdSchema,
    /** 0 to 1. */
    qualification_score: z.number().min(0).max(1),
    /** By the score alone; `verdict` also looks at how much is known. */
    qualified: z.boolean(),
    /** insufficient_data: fewer than three of BANT are answered. disqualify: at least two answers are no. */
    verdict: z.enum(VERDICTS),
    framework: z.enum(['BANT', 'MEDDICC']),
    strengths: z.array(z.string()),
    gaps: z.array(z.string()),
    /** Criteria that nobody answered. */
    unknowns: z.array(z.enum(CRITERIA)),
    /** One for each unknown, those of the most weight first. */
    questions: z.array(z.string()),
    recommendations: z.array(z.string()),
    requires_review: z.boolean(),
    notes: z.string().nullable(),
    /** What was read differently from what came. */
    interpreted: z.array(interpretationSchema),
    /** Keys of `criteria` that name no criterion. */
    ignored: z.array(z.string()),
  }),
  run: ({ opportunity_id: came, criteria: record, notes }) => {
    const { criteria, interpreted, ignored } = readCriteria(record)
    const opportunity_id = typeof came === 'string' ? cleanText(came) : came
    const cleaned = { path: 'opportunity_id', as: opportunity_id, rule: 'cleaned_text' }
    return {
      opportunity_id,
      ...assessed(criteria),
      notes: notes ?? null,
      interpreted: opportunity_id === came ? interpreted : [cleaned, ...interpreted],
      ignored,
    }
  },
  summary: ({ verdict, framework, qualification_score, strengths, gaps, questions, recommendations }) => [
    `qualification: ${verdict.replaceAll('_', ' ')}, ${framework} ${qualification_score.toFixed(2)}`,
    ...listed('strength', strengths),
    ...listed('gap', gaps),
    ...listed('to ask', questions),
    ...listed('next', recommendations),
  ],
})
