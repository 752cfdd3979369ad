// Why a run recommended what it did, from the journal alone: who asked, how it was planned, where each step had its inputs
// from, under which rules, what it said, and who decided about it.
import { z } from 'zod'
import { counted, units } from '../../run/figures.ts'
import { isRecord } from '../../events/json.ts'
import { sourcesOf, type PlanStep } from '../../events/plan.ts'
import { fromMicro } from '../../registry/registry.ts'
import { whySkipped } from './skip-words.ts'
import type { RunState, StepState } from '../../run/state.ts'
import type { RunRecord } from '../run-records.ts'
import { labelSchema } from '../field.ts'
import { listed } from '../summary.ts'
import { defineTool } from '../tool.ts'
import { pastRun, runIdSchema } from './past-run.ts'

const decisionSchema = z.strictObject({
  approval_id: z.string(),
  by: z.string(),
  decision: z.string(),
  reason: z.string().nullable(),
  at: z.iso.datetime(),
})

const stepSchema = z.strictObject({
  step_id: z.string(),
  tool: z.string(),
  status: z.string(),
  /** Why it is in the plan. */
  because: z.string(),
  inputs: z.array(
    z.strictObject({
      name: z.string(),
      /** Where it may come from, best first: `context.<path>`, `<step>.<output>` or `the plan`. */
      from: z.array(z.string()),
    }),
  ),
  rules: z.array(z.string()),
  /** Its result in words; empty where nothing was released. */
  says: z.array(z.string()),
  decisions: z.array(decisionSchema),
  /** What became of it, where it gave nothing; null: it gave something. */
  gave_nothing: z.string().nullable(),
})
type ExplainedStep = z.output<typeof stepSchema>

/** Fields of results that advise, and those that say why. */
const ADVICE = [
  'recommendation',
  'recommendations',
  'verdict',
  'qualified',
  'ready_to_send',
  'risk_level',
  'icp_recommendations',
]
const GROUNDS = [
  'reasoning',
  'gaps',
  'strengths',
  'unknowns',
  'unknown',
  'risk_factors',
  'issues',
  'assumptions',
]

const fieldsIn = (output: unknown, names: readonly string[]): { field: string; value: unknown }[] => {
  if (!isRecord(output)) return []
  return names.flatMap((field) => {
    const value = Object.hasOwn(output, field) ? output[field] : undefined
    const isEmpty = value === undefined || value === null || (Array.isArray(value) && value.length === 0)
    return isEmpty ? [] : [{ field, value }]
  })
}

const timeOf = (at: number): string => new Date(at).toISOString()

const inputsOf = ({ inputs }: PlanStep): ExplainedStep['inputs'] =>
  Object.entries(inputs).map(([name, input]) => ({
    name,
    from: sourcesOf(input).map((source) => {
      if ('value' in source) return 'the plan'
      return 'context' in source ? `context.${source.context}` : `${source.step}.${source.output}`
    }),
  }))

/** What the registry and the profile held the step to, as its plan has it. */
function rulesOf({ plan }: StepState, { state }: RunRecord): string[] {
  const { review, side_effects, interface: vendor, retry } = plan
  const { role, quorum, exclude_requester } = state.approvers
  const reviewer = `${counted(quorum, role)}${exclude_requester ? ', never who asked' : ''}`
  return [
    `${plan.tool} is ${side_effects}, of domain ${plan.domain}, and costs ${units(fromMicro(plan.cost))} units a call`,
    ...(review === 'none' ? [] : [`its ${review} is seen by ${reviewer} (risk ${plan.risk})`]),
    ...(vendor === null ? [] : [`it is served by an adapter of interface ${vendor}`]),
    ...(retry.attempts > 1 ? [`it may be called ${retry.attempts} times`] : []),
    ...(plan.judges === undefined ? [] : [`it judges ${plan.judges} before a person decides about it`]),
  ]
}

async function decisionsOf(
  { approvalIds }: StepState,
  record: RunRecord,
): Promise<ExplainedStep['decisions']> {
  const votes = approvalIds.flatMap((id) =>
    (record.state.approvals[id]?.votes ?? []).map((vote) => ({ id, vote })),
  )
  return Promise.all(
    votes.map(async ({ id, vote }) => ({
      approval_id: id,
      by: vote.by,
      decision: vote.decision,
      reason: vote.reason === null ? null : await record.reason(vote.reason),
      at: timeOf(vote.at),
    })),
  )
}

async function explained(step: StepState, record: RunRecord) {
  const { step_id, tool, reason } = step.plan
  const output = await record.output(step_id)
  const row: ExplainedStep = {
    step_id,
    tool,
    status: step.status,
    because: reason,
    inputs: inputsOf(step.plan),
    rules: rulesOf(step, record),
    says: output === null ? [] : [...(await record.words(step_id, output))],
    decisions: await decisionsOf(step, record),
    gave_nothing: output === null ? whySkipped(step) : null,
  }
  const advice = fieldsIn(output, ADVICE).map((one) => ({
    step_id,
    tool,
    ...one,
    grounds: fieldsIn(output, GROUNDS),
  }))
  return { row, advice }
}

const planned = ({ plan, planner }: RunState) => ({
  planner: plan?.planner ?? planner,
  model: plan?.model ?? null,
  fallback_reason: plan?.fallback_reason ?? null,
  explanation: plan?.explanation ?? null,
  unserved: [...(plan?.unserved ?? [])],
})

const fieldSchema = z.strictObject({ field: z.string(), value: z.unknown() })

export const tool = defineTool({
  name: 'explain_recommendation',
  readsRuns: true,
  input: z.strictObject({
    run_id: runIdSchema,
    /** Left out: every step. */
    step_id: labelSchema.max(200).nullish(),
  }),
  output: z.strictObject({
    run_id: z.string(),
    status: z.string(),
    /** null: it was erased. */
    goal: z.string().nullable(),
    requester: z.string(),
    profile: z.string(),
    started_at: z.iso.datetime(),
    /** The registry that it was held to, by its digest. */
    registry: z.string(),
    planned: z.strictObject({
      planner: z.string(),
      model: z.string().nullable(),
      fallback_reason: z.string().nullable(),
      explanation: z.string().nullable(),
      unserved: z.array(z.string()),
    }),
    /** What was advised, and on which grounds, in the words of the step's result. */
    recommendations: z.array(
      fieldSchema.extend({ step_id: z.string(), tool: z.string(), grounds: z.array(fieldSchema) }),
    ),
    steps: z.array(stepSchema),
    verdict: z.enum(['explained', 'nothing_recommended']),
  }),
  run: async ({ run_id: runId, step_id: only }, { runs }) => {
    const record = await pastRun(runs, runId)
    const { state } = record
    const order = state.plan?.order ?? []
    const steps = order
      .flatMap((id) => state.steps[id] ?? [])
      .filter(({ plan }) => (only ?? plan.step_id) === plan.step_id)
    const rows = await Promise.all(steps.map((step) => explained(step, record)))
    const recommendations = rows.flatMap(({ advice }) => advice)
    return {
      run_id: state.runId,
      status: state.status,
      goal: await record.goal(),
      requester: state.requester,
      profile: state.profile,
      started_at: timeOf(state.startedAt),
      registry: state.registry,
      planned: planned(state),
      recommendations,
      steps: rows.map(({ row }) => row),
      verdict: recommendations.length > 0 ? ('explained' as const) : ('nothing_recommended' as const),
    }
  },
  summary: ({ run_id, status, requester, profile, planned: made, recommendations, steps, verdict }) => [
    `run ${run_id}: ${status}, asked for by ${requester} under profile ${profile}, planned by ${made.planner}`,
    ...(verdict === 'nothing_recommended' ? ['it recommended nothing'] : []),
    ...recommendations.flatMap(({ step_id, tool: name, field, value, grounds }) => [
      `${step_id} ${name} ${field.replaceAll('_', ' ')}: ${worded(value)}`,
      ...listed(
        'because',
        grounds.map((one) => `${one.field.replaceAll('_', ' ')}: ${worded(one.value)}`),
      ),
    ]),
    ...steps.flatMap(({ step_id, tool: name, because, inputs, decisions, gave_nothing }) => [
      `${step_id} ${name}: ${because}`,
      ...listed(
        'input',
        inputs.map((input) => `${input.name} from ${input.from.join(', else ')}`),
      ),
      ...listed(
        'decided',
        decisions.map(
          ({ by, decision, reason }) => `${decision} by ${by}${reason === null ? '' : `: ${reason}`}`,
        ),
      ),
      ...listed('gave nothing', gave_nothing === null ? [] : [gave_nothing]),
    ]),
  ],
})

function worded(value: unknown): string {
  if (Array.isArray(value)) return value.map(worded).join('; ')
  return typeof value === 'string' ? value : JSON.stringify(value)
}
