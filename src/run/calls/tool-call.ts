// The facts around one tool call: which adapter, the intent, the outcome.
import type { DataOf, Draft } from '../../events/event.ts'
import { fromMicro } from '../../registry/registry.ts'
import { toolCallId } from './call.ts'
import type { Charge } from '../budgets/charge.ts'
import type { Failure } from '../failure.ts'
import { spanIdOf } from '../line.ts'
import type { RunState, StepState } from '../state.ts'

const where = (step: StepState) => ({
  step_id: step.plan.step_id,
  tool: step.plan.tool,
  domain: step.plan.domain,
})

/** One span an attempt, named as its idempotency key: the same after a restart. */
const spanOf = (runId: string, step: StepState, attempt: number): string =>
  spanIdOf(`${runId}/${step.plan.step_id}/${attempt}`)

/** What the step's next call may use. */
export const chargeOf = ({ plan, attempt }: StepState): Charge => ({
  callId: toolCallId(plan.step_id, attempt + 1),
  stepId: plan.step_id,
  domain: plan.domain,
  tool: plan.tool,
  most: { calls: 1, cost: plan.cost, ...(plan.side_effects === 'execute' ? { effects: 1 } : {}) },
})

export type Route = {
  readonly selected: string
  readonly alternatives: readonly string[]
  readonly strategy: 'builtin' | 'adapter' | 'fallback'
  /** Of a fallback: for whom it serves. */
  readonly from?: string
  readonly reason: string
}

export const routeDecision = (step: StepState, route: Route): Draft => ({
  type: 'route_decision',
  data: {
    ...where(step),
    selected: route.selected,
    alternatives: [...route.alternatives],
    strategy: route.strategy,
    ...(route.from === undefined ? {} : { from: route.from }),
    reason: route.reason,
  },
})

/** The same for every repetition of one attempt, so that a vendor can recognise it. */
export const idempotencyKey = (runId: string, step: StepState): string =>
  `${runId}/${step.plan.step_id}/${step.attempt + 1}`

export const callStart = (
  state: RunState,
  step: StepState,
  call: {
    readonly inputs: string
    readonly adapter: string
    readonly approvalId: string | null
    /** Of the call that this one repeats. */
    readonly key?: string | null
  },
): Draft => ({
  type: 'tool_call_start',
  span_id: spanOf(state.runId, step, step.attempt + 1),
  data: {
    ...where(step),
    attempt: step.attempt + 1,
    adapter: call.adapter,
    side_effects: step.plan.side_effects,
    idempotency_key: call.key ?? idempotencyKey(state.runId, step),
    inputs: call.inputs,
    approval_id: call.approvalId,
  },
})

/** What its event has of the receipt of an effect. */
export type KeptReceipt = NonNullable<DataOf<'tool_call_complete'>['receipt']>

/** Who says what became of a call with an unknown outcome, and the payload of why; its vendor gives no reason. */
export type Reconciler = { readonly by: string; readonly reason: string | null }

const reconciled = (person: Reconciler | undefined) =>
  person
    ? {
        reconciled_by: person.by,
        ...(person.reason === null ? {} : { reconcile_reason: person.reason }),
      }
    : { reconciled_by: null }

/** Failed attempts cost what they cost; what never reached the tool, or says that nothing happened, costs nothing. */
const costOf = (step: StepState, made: boolean): number => (made ? fromMicro(step.plan.cost) : 0)

export const callComplete = (
  state: RunState,
  step: StepState,
  done: {
    /** The attempt's, where it is at hand: to make it anew takes a microsecond. */
    readonly spanId?: string | undefined
    readonly durationMs: number
    readonly output: string
    readonly bytes: number
    readonly receipt?: KeptReceipt | undefined
    readonly person?: Reconciler
  },
): Draft => ({
  type: 'tool_call_complete',
  span_id: done.spanId ?? spanOf(state.runId, step, step.attempt),
  data: {
    ...where(step),
    attempt: step.attempt,
    duration_ms: done.durationMs,
    cost: costOf(step, done.person === undefined),
    output: done.output,
    output_bytes: done.bytes,
    ...(done.receipt === undefined ? {} : { receipt: done.receipt }),
    ...reconciled(done.person),
  },
})

export const callError = (
  state: RunState,
  step: StepState,
  failed: Failure & {
    readonly now: number
    readonly retryAt: number | null
    /** Whether it costs what a call costs. */
    readonly made: boolean
    readonly cut?: true
    /** The process that cut it did not die. */
    readonly stopped?: true
    /** Payload of what was wrong with the input. */
    readonly problems?: string
    readonly person?: Reconciler
  },
): Draft => ({
  type: 'tool_call_error',
  span_id: spanOf(state.runId, step, step.attempt),
  data: {
    ...where(step),
    attempt: step.attempt,
    duration_ms: failed.person ? 0 : Math.max(0, failed.now - (step.calledAt ?? failed.now)),
    cost: costOf(step, failed.made),
    mode: failed.mode,
    category: failed.category,
    retryable: failed.retryable,
    retry_at: failed.retryAt,
    message: failed.message.slice(0, 300),
    ...(failed.cut === undefined ? {} : { cut: failed.cut }),
    ...(failed.stopped === undefined ? {} : { stopped: failed.stopped }),
    ...(failed.problems === undefined ? {} : { problems: failed.problems }),
    ...reconciled(failed.person),
  },
})
