// A past run made again from its record under the present registry, and every difference told. Asks nobody outside: what
// only a vendor or a person can say again is left out, and listed.
import { z } from 'zod'
import { counted } from '../../run/figures.ts'
import { fromMicro, type Profile, type Registry, type ToolSpec } from '../../registry/registry.ts'
import { reviewOf } from '../../run/approval-policy.ts'
import type { StepState } from '../../run/state.ts'
import type { RunRecord } from '../run-records.ts'
import { listed } from '../summary.ts'
import { defineTool } from '../tool.ts'
import { valueDifferences } from './output-differences.ts'
import { pastRun, runIdSchema } from './past-run.ts'

/** Of one step; more are counted. */
const MOST_DIFFERENCES = 50
const MAX_TEXT = 500

const differenceSchema = z.strictObject({ path: z.string(), before: z.unknown(), now: z.unknown() })

const stepSchema = z.strictObject({
  step_id: z.string(),
  tool: z.string(),
  result: z.enum(['same', 'different', 'failed', 'left_out']),
  /** Why it failed or was left out; null: it was made again. */
  why: z.string().nullable(),
  /** A person had changed something of it, which may be the difference. */
  edited: z.boolean(),
  differences: z.array(differenceSchema),
  difference_count: z.int().min(0),
  /** What registry and profile say of it now and did not then. */
  policy: z.array(differenceSchema),
})
type ReplayedStep = z.output<typeof stepSchema>

/** A long text is told by its beginning: what it is compared by is whole. */
const short = (value: unknown): unknown => {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
  return text.length <= MAX_TEXT ? value : `${text.slice(0, MAX_TEXT)}…`
}

const policyNow = (spec: ToolSpec, profile: Profile) => ({
  domain: spec.domain,
  side_effects: spec.side_effects,
  review: reviewOf(spec, profile),
  risk: spec.approval.risk,
  interface: spec.adapter,
  cost: fromMicro(spec.cost),
  timeout_ms: spec.timeout_ms,
  attempts: spec.retry.attempts,
  idempotent: spec.idempotent,
  allowed: profile.allowed_tools.includes(spec.name) && spec.enabled,
})

const policyThen = ({ plan }: StepState) => ({
  domain: plan.domain,
  side_effects: plan.side_effects,
  review: plan.review,
  risk: plan.risk,
  interface: plan.interface,
  cost: fromMicro(plan.cost),
  timeout_ms: plan.timeout_ms,
  attempts: plan.retry.attempts,
  idempotent: plan.idempotent,
  allowed: true,
})

/** Under a profile or with a tool that is gone nothing is allowed. */
function policyDifferences(step: StepState, registry: Registry, profileName: string): ReplayedStep['policy'] {
  const spec = Object.hasOwn(registry.tools, step.plan.tool) ? registry.tools[step.plan.tool] : undefined
  const profile = Object.hasOwn(registry.profiles, profileName) ? registry.profiles[profileName] : undefined
  if (spec === undefined || profile === undefined) return [{ path: 'allowed', before: true, now: false }]
  return [...valueDifferences(policyThen(step), policyNow(spec, profile))]
}

const isEdited = ({ approvalIds, editedInputs }: StepState, { state }: RunRecord): boolean =>
  editedInputs !== null ||
  approvalIds.some((id) => state.approvals[id]?.votes.some(({ changes }) => changes !== null) === true)

async function resultOf(step: StepState, record: RunRecord, signal: AbortSignal) {
  const { step_id: stepId } = step.plan
  const again = await record.recompute(stepId, signal)
  if (again.kind !== 'made') return { result: again.kind, why: again.why, differences: [] }
  const before = await record.output(stepId)
  if (before === null) return { result: 'left_out' as const, why: 'Its result was erased.', differences: [] }
  const differences = valueDifferences(before, again.output)
  return {
    result: differences.length === 0 ? ('same' as const) : ('different' as const),
    why: null,
    differences,
  }
}

async function replayed(
  step: StepState,
  record: RunRecord,
  { registry, signal }: { readonly registry: Registry; readonly signal: AbortSignal },
): Promise<ReplayedStep> {
  const { differences, ...made } = await resultOf(step, record, signal)
  return {
    step_id: step.plan.step_id,
    tool: step.plan.tool,
    ...made,
    edited: isEdited(step, record),
    differences: differences
      .slice(0, MOST_DIFFERENCES)
      .map(({ path, before, now }) => ({ path, before: short(before), now: short(now) })),
    difference_count: differences.length,
    policy: policyDifferences(step, registry, record.state.profile),
  }
}

const countOf = (steps: readonly ReplayedStep[], result: ReplayedStep['result']): number =>
  steps.filter((step) => step.result === result).length

function verdictOf(steps: readonly ReplayedStep[]): 'same' | 'different' | 'nothing_made_again' {
  const isDifferent = steps.some(
    ({ result, policy }) => ['different', 'failed'].includes(result) || policy.length > 0,
  )
  if (isDifferent) return 'different'
  return countOf(steps, 'same') > 0 ? 'same' : 'nothing_made_again'
}

export const tool = defineTool({
  name: 'replay_run',
  readsRuns: true,
  input: z.strictObject({ run_id: runIdSchema }),
  output: z.strictObject({
    run_id: z.string(),
    /** Of the past run. */
    status: z.string(),
    verdict: z.enum(['same', 'different', 'nothing_made_again']),
    registry: z.strictObject({ before: z.string(), now: z.string(), same: z.boolean() }),
    /** In the order of the plan. */
    steps: z.array(stepSchema),
    same: z.int().min(0),
    different: z.int().min(0),
    failed: z.int().min(0),
    left_out: z.int().min(0),
  }),
  run: async ({ run_id: runId }, { runs, signal }) => {
    const record = await pastRun(runs, runId)
    const { state } = record
    const registry = runs?.registry
    const steps: ReplayedStep[] = []
    // One after the other: a long run must not take every processor of the others.
    for (const id of state.plan?.order ?? []) {
      const step = state.steps[id]
      if (step !== undefined && registry !== undefined)
        steps.push(await replayed(step, record, { registry, signal }))
    }
    return {
      run_id: state.runId,
      status: state.status,
      verdict: verdictOf(steps),
      registry: {
        before: state.registry,
        now: registry?.digest ?? '',
        same: state.registry === registry?.digest,
      },
      steps,
      same: countOf(steps, 'same'),
      different: countOf(steps, 'different'),
      failed: countOf(steps, 'failed'),
      left_out: countOf(steps, 'left_out'),
    }
  },
  summary: ({ run_id, verdict, registry, steps, same }) => [
    `replay of ${run_id}: ${verdict.replaceAll('_', ' ')}, ${same} of ${counted(steps.length, 'step')} the same${registry.same ? '' : ', under another registry'}`,
    ...steps.flatMap(
      ({ step_id, tool: name, result, why, edited, differences, difference_count, policy }) => [
        `${step_id} ${name}: ${result.replaceAll('_', ' ')}${why === null ? '' : `. ${why}`}${edited ? ' A person had edited it.' : ''}`,
        ...listed(
          'difference',
          differences.map(
            ({ path, before, now }) => `${path}: ${JSON.stringify(before)}, now ${JSON.stringify(now)}`,
          ),
        ),
        ...(difference_count > differences.length
          ? [`  ${difference_count - differences.length} more differences`]
          : []),
        ...listed(
          'policy',
          policy.map(
            ({ path, before, now }) => `${path}: ${JSON.stringify(before)}, now ${JSON.stringify(now)}`,
          ),
        ),
      ],
    ),
  ],
})
