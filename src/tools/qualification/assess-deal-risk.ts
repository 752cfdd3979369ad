// How likely a deal is to be lost: what speaks against it, and whether it stands still. What nobody said is unknown.
import { z } from 'zod'
import { memoizeWide } from '../../cache.ts'
import { valueRule } from '../../events/checks/value-rule.ts'
import { outsideIdSchema, recordWith } from '../field.ts'
import { r2 } from '../number.ts'
import { readAmount } from '../reading-amount.ts'
import {
  addProblems,
  fieldFinder,
  interpretationSchema,
  isPlaceholder,
  keyOf,
  kindOf,
  readAnswer,
  readText,
  takeFirst,
  type Reading,
} from '../reading.ts'
import { listed } from '../summary.ts'
import { defineTool } from '../tool.ts'

type Severity = 'high' | 'medium' | 'low'

/** In the order in which they are added up. */
const FACTORS = [
  {
    name: 'no_champion',
    weight: 0.25,
    severity: 'high',
    mitigation: 'Find somebody inside who speaks for us.',
  },
  {
    name: 'no_budget_confirmed',
    weight: 0.2,
    severity: 'high',
    mitigation: 'Ask who releases the money, and whether it is there.',
  },
  {
    name: 'multiple_stakeholders',
    weight: 0.15,
    severity: 'medium',
    mitigation: 'Name everybody who has a say, and what each of them wants.',
  },
  {
    name: 'competitive_pressure',
    weight: 0.15,
    severity: 'medium',
    mitigation: 'Find out who else is considered, and say what we do that they do not.',
  },
  {
    name: 'long_sales_cycle',
    weight: 0.1,
    severity: 'low',
    mitigation: 'Agree on milestones, and keep in touch between them.',
  },
  {
    name: 'unclear_timeline',
    weight: 0.15,
    severity: 'medium',
    mitigation: 'Agree on a date for the decision, and on what must happen before it.',
  },
] as const satisfies readonly { name: string; weight: number; severity: Severity; mitigation: string }[]

type Factor = (typeof FACTORS)[number]['name']
const NAMES = FACTORS.map(({ name }) => name)

const findFactors = fieldFinder({
  no_champion: ['champion missing', 'missing champion', 'without champion'],
  no_budget_confirmed: ['no budget', 'budget not confirmed', 'budget unconfirmed'],
  multiple_stakeholders: ['many stakeholders', 'stakeholders', 'multiple decision makers'],
  competitive_pressure: ['competition', 'competitors', 'competitor', 'competitive'],
  long_sales_cycle: ['long cycle', 'sales cycle long'],
  unclear_timeline: ['no timeline', 'timeline unclear', 'unclear timing', 'no close date'],
} satisfies Record<Factor, readonly string[]>)

/** Days that a deal may rest in a stage; null: it is over. */
const STAGES = {
  discovery: 30,
  qualification: 21,
  proposal: 14,
  negotiation: 7,
  closed_won: null,
  closed_lost: null,
} as const
type Stage = keyof typeof STAGES
const STAGE_NAMES = Object.keys(STAGES) as Stage[]

/** As CRMs call them when nobody has changed anything. */
const STAGE_WORDS: ReadonlyMap<string, Stage> = new Map<string, Stage>([
  ...STAGE_NAMES.map((stage) => [keyOf(stage), stage] as const),
  ['prospecting', 'discovery'],
  ['needsanalysis', 'discovery'],
  ['qualified', 'qualification'],
  ['qualifiedtobuy', 'qualification'],
  ['proposalpricequote', 'proposal'],
  ['proposalmade', 'proposal'],
  ['contractsent', 'negotiation'],
  ['negotiationreview', 'negotiation'],
  ['negotiationsstarted', 'negotiation'],
  ['won', 'closed_won'],
  ['lost', 'closed_lost'],
])

const STAGE_TAKEN = `must be one of ${STAGE_NAMES.join(', ')}, or as a CRM calls it`

function readStage(value: unknown): Reading<Stage | null> {
  if (isPlaceholder(value)) return { value: null, rule: typeof value === 'string' ? 'placeholder' : null }
  if (typeof value !== 'string') return { problem: `${STAGE_TAKEN}; it is ${kindOf(value)}` }
  const stage = STAGE_WORDS.get(keyOf(value))
  if (stage === undefined) return { problem: `${STAGE_TAKEN}; it is a text that is none of these` }
  return { value: stage, rule: stage === value ? null : 'stage' }
}

const findDeal = fieldFinder({
  opportunity_id: ['id', 'opportunity', 'deal id', 'record id'],
  stage: ['stage name', 'deal stage', 'sales stage'],
})

/** For the check of the input, and again for the judgement. */
const readDeal = memoizeWide((record) => {
  const { found } = findDeal(record)
  const at = ['opportunity']
  const id = takeFirst(found.get('opportunity_id'), {
    field: 'opportunity_id',
    at,
    read: (value) => readText(value, 200),
  })
  const stage = takeFirst(found.get('stage'), { field: 'stage', at, read: readStage })
  return {
    id: id.value ?? 'unknown',
    stage: stage.value ?? ('discovery' as const),
    problems: [...id.problems, ...stage.problems],
    interpreted: [...id.interpreted, ...stage.interpreted],
  }
})

/** The same; to keep it takes longer than to read it. */
function readFactors(record: Readonly<Record<string, unknown>>) {
  const { found, ignored } = findFactors(record)
  const taken = NAMES.map((field) => ({
    field,
    ...takeFirst(found.get(field), { field, at: ['risk_factors'], read: readAnswer }),
  }))
  return {
    answers: new Map(taken.map(({ field, value }) => [field, value])),
    problems: taken.flatMap(({ problems }) => problems),
    interpreted: taken.flatMap(({ interpreted }) => interpreted),
    ignored,
  }
}

const readDays = (value: unknown): Reading<number | null> => readAmount(value, { min: 0, isCount: true })

const daysSchema = z
  .unknown()
  .optional()
  .check(
    valueRule((value, context) => {
      const reading = readDays(value)
      if ('problem' in reading) context.addIssue({ code: 'custom', message: reading.problem })
      else if (reading.wanted !== undefined) context.addIssue({ code: 'custom', message: reading.wanted })
    }),
  )
  .describe('A number of days, or a text with one.')

type Found = {
  readonly factor: string
  readonly weight: number
  readonly severity: Severity
  readonly mitigation: string
}

function stalled(stage: Stage, days: number | null): Found[] {
  const limit = STAGES[stage]
  if (days === null || limit === null || days <= limit) return []
  const mitigation = `It has been in ${stage} for ${days} days, and ${limit} are usual: agree on the next step, or qualify it again.`
  return [{ factor: 'stalled_in_stage', weight: 0.2, severity: 'high', mitigation }]
}

/** Thresholds compare the unrounded sum. */
function levelOf(risk: number): 'low' | 'medium' | 'high' {
  if (risk < 0.3) return 'low'
  return risk < 0.6 ? 'medium' : 'high'
}

function advice(level: string, factors: number): string[] {
  if (level === 'unknown')
    return ['Nothing is known of the risks of this deal: answer the open questions first.']
  return [
    ...(level === 'high' ? ['HIGH RISK: pause, or qualify again before more is invested.'] : []),
    ...(factors > 3 ? ['Several risks at once: begin with the most severe ones.'] : []),
    ...(level === 'low' ? ['Low risk: keep to the plan and its dates.'] : []),
  ]
}

/** What nobody has said, as a question of its own: "no champion" is no unknown. */
const OPEN_QUESTIONS: Readonly<Record<string, string>> = {
  no_champion: 'whether somebody inside speaks for us',
  no_budget_confirmed: 'whether a budget is confirmed',
  multiple_stakeholders: 'how many people decide',
  competitive_pressure: 'whether others are being considered',
  long_sales_cycle: 'whether the sales cycle is long',
  unclear_timeline: 'whether the timeline is clear',
  days_in_stage: 'how long the deal has been in its stage',
}

const answer = z.unknown().optional().describe('Yes, no or unknown, as people write them.')

export const tool = defineTool({
  name: 'assess_deal_risk',
  input: z.strictObject({
    opportunity: recordWith({
      opportunity_id: z.unknown().optional().describe('A text or a whole number.'),
      stage: z
        .unknown()
        .optional()
        .describe(`One of ${STAGE_NAMES.join(', ')}.`),
    }).check(valueRule((record, context) => addProblems(context, readDeal(record).problems, 1))),
    risk_factors: recordWith(Object.fromEntries(NAMES.map((name) => [name, answer])))
      .check(valueRule((record, context) => addProblems(context, readFactors(record).problems, 1)))
      .nullish(),
    days_in_stage: daysSchema,
  }),
  output: z.strictObject({
    opportunity_id: outsideIdSchema,
    /** 0 to 1; null: nothing is known. */
    risk_score: z.number().min(0).max(1).nullable(),
    risk_level: z.enum(['low', 'medium', 'high', 'unknown']),
    risk_factors: z.array(
      z.strictObject({
        factor: z.string(),
        severity: z.enum(['high', 'medium', 'low']),
        mitigation: z.string(),
      }),
    ),
    /** 1 less the risk; null: nothing is known. */
    close_probability: z.number().min(0).max(1).nullable(),
    recommendations: z.array(z.string()),
    /** Factors that nobody stated, and `days_in_stage` where nobody counted. */
    unknowns: z.array(z.string()),
    /** What was read differently from what came. */
    interpreted: z.array(interpretationSchema),
    /** Keys of `risk_factors` that name no factor. */
    ignored: z.array(z.string()),
  }),
  run: ({ opportunity, risk_factors, days_in_stage }) => {
    const deal = readDeal(opportunity)
    const { answers, interpreted, ignored } = readFactors(risk_factors ?? {})
    const reading = readDays(days_in_stage)
    const days = 'value' in reading ? reading.value : null
    const isOpen = STAGES[deal.stage] !== null
    const named = FACTORS.filter(({ name }) => answers.get(name) === true)
    const found: Found[] = [
      ...named.map(({ name, ...rest }) => ({ factor: name, ...rest })),
      ...stalled(deal.stage, days),
    ]
    const unstated = NAMES.filter((name) => (answers.get(name) ?? null) === null)
    const isUnknown = unstated.length === NAMES.length && (days === null || !isOpen)
    const risk = Math.min(
      1,
      found.reduce((sum, { weight }) => sum + weight, 0),
    )
    const level = isUnknown ? ('unknown' as const) : levelOf(risk)
    return {
      opportunity_id: deal.id,
      risk_score: isUnknown ? null : r2(risk),
      risk_level: level,
      risk_factors: found.map(({ factor, severity, mitigation }) => ({ factor, severity, mitigation })),
      close_probability: isUnknown ? null : r2(1 - risk),
      recommendations: advice(level, found.length),
      unknowns: [...unstated, ...(days === null && isOpen ? ['days_in_stage'] : [])],
      interpreted: [...deal.interpreted, ...interpreted],
      ignored,
    }
  },
  summary: ({ risk_level, risk_score, close_probability, risk_factors, recommendations, unknowns }) => [
    risk_score === null || close_probability === null
      ? `deal risk: ${risk_level}`
      : `deal risk: ${risk_level}, ${risk_score.toFixed(2)}; chance to close ${close_probability.toFixed(2)}`,
    ...listed(
      'risk',
      risk_factors.map(
        ({ factor, severity, mitigation }) => `${factor.replaceAll('_', ' ')} (${severity}): ${mitigation}`,
      ),
    ),
    ...listed('next', recommendations),
    ...listed(
      'unknown',
      unknowns.map((name) => OPEN_QUESTIONS[name] ?? name),
    ),
  ],
})
