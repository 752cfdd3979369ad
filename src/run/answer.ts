// What a run says to the one who asked for it: its results in words, what is missing and why, what it cost, and what
// waits for whom. Pure; http gives it with the run, so that command line, demo and console say the same.
import { fromMicro } from '../registry/registry.ts'
import { counted, dollars, units } from './figures.ts'
import { isHeld } from './judge.ts'
import { leftOutIn } from './plan/as-planned.ts'
import { presentSteps } from './plan/version.ts'
import { refusalText } from './refusal.ts'
import type { ApprovalState, RunState, StepState } from './state.ts'
import { isLookedUp, isOver } from './waiting.ts'

/** What only a person can do. */
export type WaitingKind = 'approval' | 'revision' | 'reconciliation'

export type Answer = {
  /** Of each released output, in the order of the plan. */
  readonly results: readonly {
    readonly step_id: string
    readonly tool: string
    readonly lines: readonly string[]
  }[]
  /** Sentences: lists that could not be carried out, steps that gave nothing, and why. */
  readonly missing: readonly string[]
  /** Sentences: steps that the plan itself left out, and why. */
  readonly leftOut: readonly string[]
  /** Sentences: results that somebody else gave than the one who should have, and why. */
  readonly degraded: readonly string[]
  readonly spent: string
  readonly waiting: readonly {
    readonly kind: WaitingKind
    readonly step_id: string
    readonly approval_id: string | null
    readonly text: string
  }[]
}

/** Payloads as whoever answers has read them, and the words of tools. */
export type AnswerSources = {
  /** null: erased. */
  readonly valueOf: (digest: string) => unknown
  readonly wordsOf: (tool: string, output: unknown) => readonly string[]
}

const lastOf = ({ approvals }: RunState, { approvalIds }: StepState): ApprovalState | undefined =>
  approvals[approvalIds.at(-1) ?? '']

/** The payloads that an answer needs. */
export const answerPayloads = (state: RunState): string[] =>
  presentSteps(state).flatMap((step) => [
    ...(step.status === 'completed' && step.output !== null ? [step.output] : []),
    ...(lastOf(state, step)?.votes ?? []).flatMap(({ reason }) => (reason === null ? [] : [reason])),
  ])

const quoted = (reason: unknown): string => (typeof reason === 'string' ? `: "${reason}"` : '')

/** What the last person said who did not approve. */
function refusedBy(state: RunState, step: StepState, sources: AnswerSources): string {
  const vote = lastOf(state, step)?.votes.findLast(({ decision }) => decision !== 'approved')
  if (vote === undefined) return ''
  return ` by ${vote.by}${quoted(vote.reason === null ? null : sources.valueOf(vote.reason))}`
}

/** The outermost branch that chose another case. */
function notTaken({ branches }: RunState, { plan }: StepState): string {
  const closed = plan.guards?.find(({ block, case: name }) => branches?.[block]?.case !== name)
  const taken = branches?.[closed?.block ?? '']?.case
  return `of ${closed?.block ?? 'its branch'} ${taken === 'none' ? 'no case holds' : `case ${taken} was taken`}`
}

function whySkipped(state: RunState, step: StepState, sources: AnswerSources): string {
  switch (step.skipReason) {
    case 'approval_denied':
      return `denied${refusedBy(state, step, sources)}`
    case 'approval_timeout':
      return 'nobody decided in time'
    case 'budget_exceeded': {
      const refusal = state.refusals.find(({ step_id }) => step_id === step.plan.step_id)
      return refusal ? refusalText(refusal) : 'the budget did not allow it'
    }
    case 'run_timeout':
      return 'the time of the run was over'
    case 'cancelled':
      return 'the run was cancelled'
    case 'condition_false':
      return 'its condition does not hold'
    case 'replanned':
      return 'the plan was changed'
    case 'branch_not_taken':
      return notTaken(state, step)
    case 'dependency_failed':
    case null:
      return `it needs ${step.plan.depends_on.map((id) => state.steps[id]?.plan.tool ?? id).join(' and ')}`
  }
}

function missingOf(state: RunState, step: StepState, sources: AnswerSources): string[] {
  const name = `${step.plan.step_id} ${step.plan.tool}`
  if (step.status === 'failed') return [`${name} failed: ${step.error?.message ?? 'nobody knows why'}`]
  if (step.status === 'skipped') return [`${name} was not done: ${whySkipped(state, step, sources)}`]
  if (isHeld(step)) return [`${name} is done, and released with ${step.plan.judges}`]
  if (isLookedUp(step)) return [`${name} was called, and its vendor is asked whether it happened`]
  return isOver(step) ? [] : [`${name} is still to come`]
}

function degradedOf({ plan, status, output, adapter, degraded }: StepState): string[] {
  if (status !== 'completed' || output === null || !degraded) return []
  const { from, reason } = degraded
  return [`${plan.step_id} ${plan.tool} was answered by ${adapter} in place of ${from}. ${reason}`]
}

const waits = (kind: WaitingKind, step: StepState, text: string): Answer['waiting'][number] => ({
  kind,
  step_id: step.plan.step_id,
  approval_id: kind === 'approval' ? (step.approvalIds.at(-1) ?? null) : null,
  text: `${step.plan.step_id} ${step.plan.tool} ${text}`,
})

function waitingOf(state: RunState, step: StepState, sources: AnswerSources): Answer['waiting'] {
  if (isLookedUp(step)) return []
  if (step.status === 'unknown')
    return [waits('reconciliation', step, 'was called, and nobody knows whether it happened')]
  if (step.status === 'changes_requested')
    return [
      waits(
        'revision',
        step,
        `was sent back${refusedBy(state, step, sources)}; ${state.requester} may revise it`,
      ),
    ]
  const approval = lastOf(state, step)
  if (approval?.status !== 'pending') return []
  const what = approval.review === 'call' ? 'may not be called' : 'has a proposal that is not released'
  return [waits('approval', step, `${what} before a person approves it (risk ${approval.risk})`)]
}

/** `4 calls, 2.7 cost units`, and what language models took where one was asked. */
function spentBy({ calls, spentCost, modelUse }: RunState): string {
  const spent = `${counted(calls, 'call')}, ${units(fromMicro(spentCost))} cost units`
  if (modelUse === undefined) return spent
  const { calls: asked, tokens, microUsd } = modelUse
  return `${spent}; ${counted(asked, 'question')} to a language model, ${counted(tokens, 'token')}, ${dollars(fromMicro(microUsd))}`
}

/** What the run has to say now, over or not. */
export function answerOf(state: RunState, sources: AnswerSources): Answer {
  const steps = presentSteps(state)
  const leftOut = leftOutIn(state)
  return {
    results: steps.flatMap(({ plan, status, output }) => {
      if (status !== 'completed' || output === null) return []
      const value = sources.valueOf(output)
      const lines = value === null ? ['its result was erased'] : sources.wordsOf(plan.tool, value)
      return [{ step_id: plan.step_id, tool: plan.tool, lines }]
    }),
    missing: [
      ...Object.entries(state.failedBlocks ?? {}).map(([block, why]) => `${block} failed: ${why}`),
      ...steps.flatMap((step) => {
        const asks = waitingOf(state, step, sources).length > 0
        return asks || leftOut.has(step.plan.step_id) ? [] : missingOf(state, step, sources)
      }),
    ],
    leftOut: steps.flatMap((step) => (leftOut.has(step.plan.step_id) ? missingOf(state, step, sources) : [])),
    spent: spentBy(state),
    degraded: steps.flatMap(degradedOf),
    waiting: steps.flatMap((step) => waitingOf(state, step, sources)),
  }
}
