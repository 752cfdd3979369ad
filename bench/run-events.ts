// Whole stories of runs as events, by the shape that is asked for: for benchmarks and for the tests of what is
// derived from the journal.
import type { Draft } from '../src/events/event.ts'
import type { Approvers, Limits } from '../src/events/policy.ts'
import type { PlanStep } from '../src/events/plan.ts'
import { FAILURES, type FailureMode } from '../src/events/taxonomy.ts'

export const DIGEST = `sha256:${'0'.repeat(64)}`

/** How one step goes: `fails` names the modes of its failed attempts before the last one. */
export type StepShape = {
  readonly tool: string
  readonly domain: string
  readonly approval: 'none' | 'approved' | 'denied' | 'changes_requested' | 'expired' | 'cancelled'
  /** People who must approve. */
  readonly quorum: number
  readonly fails: readonly FailureMode[]
  readonly end: 'complete' | 'skip' | FailureMode
  /** A person settles an unknown outcome afterwards. */
  readonly reconciled: boolean
  readonly ms: number
}

export type RunShape = {
  readonly runId: string
  readonly profile: string
  readonly tenant: string
  readonly at: number
  readonly planner: 'rules' | 'llm'
  readonly steps: readonly StepShape[]
  readonly status: 'succeeded' | 'partial' | 'failed' | 'cancelled'
  readonly cause: FailureMode | null
  readonly finishes: boolean
}

const limits: Limits = {
  run: { calls: 50 },
  domain: {},
  tool: {},
  tenant: { calls: 1000 },
  window: 'day',
  warning_threshold: 0.8,
  on_exceeded: 'skip',
  timeout_ms: 30_000,
}
const approvers: Approvers = { role: 'approver', quorum: 1, exclude_requester: true, timeout_s: 3600 }

const stepIdOf = (index: number): string => `s${index + 1}`

const planStep = (step: StepShape, index: number): PlanStep => ({
  step_id: stepIdOf(index),
  tool: step.tool,
  domain: step.domain,
  side_effects: step.approval === 'none' ? 'read-only' : 'execute',
  review: step.approval === 'none' ? 'none' : 'call',
  risk: 'medium',
  inputs: {},
  depends_on: [],
  interface: null,
  cost: 1_000_000,
  timeout_ms: 1000,
  retry: { strategy: 'none', base_ms: 0, factor: 1, cap_ms: 0, jitter: 0, attempts: 1 },
  idempotent: true,
  reason: 'serves the goal',
  carried: null,
})

function opening(run: RunShape): Draft[] {
  const started: Draft = {
    type: 'run_started',
    data: {
      goal: DIGEST,
      context: DIGEST,
      profile: run.profile,
      requester: 'alice',
      planner: 'auto',
      limits,
      approvers,
      registry: DIGEST,
      idempotency_key: null,
      resumes: null,
      parent_span_id: null,
      rules: [],
    },
  }
  const called: Draft = {
    type: 'llm_call',
    data: {
      call_id: 'm1',
      step_id: null,
      domain: 'governance',
      tool: null,
      usage: 'reported',
      answer: null,
      purpose: 'decompose',
      provider: 'openai',
      model: 'gpt-4o-mini',
      outcome: 'success',
      input_tokens: 900,
      output_tokens: 120,
      cache_read_tokens: 300,
      cache_write_tokens: 0,
      reasoning_tokens: 20,
      cost_micro_usd: 207,
      duration_ms: 640,
      first_chunk_ms: 180,
    },
  }
  const planned: Draft = {
    type: 'plan_created',
    data: {
      plan_id: `plan_${run.runId}`,
      profile: run.profile,
      revision: 1,
      planner: run.planner,
      fallback_reason: run.planner === 'rules' ? 'no_key' : null,
      steps: run.steps.map(planStep),
      explanation: 'in the order of their inputs',
      estimated_cost: run.steps.length,
      worst_case: { calls: run.steps.length, cost: run.steps.length, approvals: 1 },
      duration_ms: 12,
    },
  }
  return run.planner === 'llm' ? [started, called, planned] : [started, planned]
}

function approvalOf(run: RunShape, step: StepShape, index: number): Draft[] {
  if (step.approval === 'none') return []
  const reference = {
    approval_id: `apr_${run.runId.slice(4)}_${index + 1}`,
    step_id: stepIdOf(index),
    domain: step.domain,
    risk: 'medium' as const,
  }
  const requested: Draft = {
    type: 'approval_requested',
    data: {
      ...reference,
      revision: 1,
      tool: step.tool,
      side_effects: 'execute',
      review: 'call',
      consequences: ['cannot be undone'],
      digest: DIGEST,
      subject: DIGEST,
      expires_at: run.at + 3_600_000,
      required: step.quorum,
    },
  }
  if (step.approval === 'expired' || step.approval === 'cancelled') {
    return [
      requested,
      { type: 'approval_timeout', data: { ...reference, cause: step.approval, wait_ms: step.ms * 100 } },
    ]
  }
  const decision = step.approval
  const votes = decision === 'approved' ? step.quorum : 1
  const answers = Array.from({ length: votes }, (_, vote): Draft => ({
    type: 'approval_received',
    data: {
      ...reference,
      decision,
      by: `approver_${vote}`,
      reason: null,
      changes: null,
      edits: null,
      wait_ms: step.ms * 100,
    },
  }))
  return [requested, ...answers]
}

type Place = { readonly run: RunShape; readonly step: StepShape; readonly index: number }

function attempt({ run, step, index }: Place, number: number, ending: StepShape['end']): Draft[] {
  const call = { step_id: stepIdOf(index), attempt: number, tool: step.tool, domain: step.domain }
  const booked = { call_id: `${call.step_id}/${number}`, step_id: call.step_id, profile: run.profile }
  const account = {
    scope: 'tenant',
    key: run.tenant,
    unit: 'calls',
    limit: 1000,
    window_end: 86_400_000 * (Math.floor(run.at / 86_400_000) + 1),
  } as const
  const begun: Draft[] = [
    {
      type: 'budget_updated',
      data: { ...booked, kind: 'reserved', accounts: [{ ...account, delta: 1, spent: number, reserved: 1 }] },
    },
    {
      type: 'tool_call_start',
      data: {
        ...call,
        adapter: 'mock',
        side_effects: 'read-only',
        idempotency_key: `${run.runId}_${index}`,
        inputs: DIGEST,
        approval_id: null,
      },
    },
  ]
  const settled: Draft = {
    type: 'budget_updated',
    data: {
      ...booked,
      kind: 'settled',
      accounts: [{ ...account, delta: 0, spent: number + 1, reserved: 0 }],
    },
  }
  return [...begun, callEnd({ run, step, index }, { call, ending }), settled]
}

type Call = { step_id: string; attempt: number; tool: string; domain: string }

function callEnd({ run, step }: Place, { call, ending }: { call: Call; ending: StepShape['end'] }): Draft {
  if (ending === 'complete' || ending === 'skip') {
    const data = {
      ...call,
      duration_ms: step.ms,
      cost: 1,
      output: DIGEST,
      output_bytes: 512,
      reconciled_by: null,
    }
    return { type: 'tool_call_complete', data }
  }
  const { category, retryable } = FAILURES[ending]
  const isLast = call.attempt > step.fails.length
  const data = {
    ...call,
    duration_ms: step.ms,
    cost: 1,
    mode: ending,
    category,
    retryable,
    retry_at: isLast ? null : run.at + 1000,
    message: 'the call failed',
    reconciled_by: null,
  }
  return { type: 'tool_call_error', data }
}

function stepOf(run: RunShape, step: StepShape, index: number): Draft[] {
  const place = { run, step, index }
  const skipped: Draft = {
    type: 'step_skipped',
    data: { step_id: stepIdOf(index), reason: 'dependency_failed' },
  }
  if (step.end === 'skip') return [skipped]
  const route: Draft = {
    type: 'route_decision',
    data: {
      step_id: stepIdOf(index),
      tool: step.tool,
      domain: step.domain,
      selected: 'mock',
      alternatives: [],
      strategy: 'adapter',
      reason: 'the only one enabled',
    },
  }
  const asked = approvalOf(run, step, index)
  if (step.approval !== 'none' && step.approval !== 'approved') return [route, ...asked, skipped]
  const failed = step.fails.flatMap((mode, number) => attempt(place, number + 1, mode))
  const last = attempt(place, step.fails.length + 1, step.end)
  return [route, ...asked, ...failed, ...last, ...reconciliation(step, index)]
}

function reconciliation(step: StepShape, index: number): Draft[] {
  if (!step.reconciled || step.end !== 'system_unknown_outcome') return []
  const call = {
    step_id: stepIdOf(index),
    attempt: step.fails.length + 1,
    tool: step.tool,
    domain: step.domain,
  }
  const data = { ...call, duration_ms: 0, cost: 0, output: DIGEST, output_bytes: 2, reconciled_by: 'alice' }
  return [{ type: 'tool_call_complete', data }]
}

function closing(run: RunShape): Draft[] {
  if (!run.finishes) return []
  const ids = (wanted: (step: StepShape) => boolean): string[] =>
    run.steps.flatMap((step, index) => (wanted(step) ? [stepIdOf(index)] : []))
  const duration_ms = Math.round(run.steps.reduce((sum, step) => sum + step.ms, 20))
  return [
    {
      type: 'run_finished',
      data: {
        profile: run.profile,
        status: run.status,
        completed: ids((step) => step.end === 'complete'),
        failed: ids((step) => step.end !== 'complete' && step.end !== 'skip'),
        skipped: ids((step) => step.end === 'skip'),
        unknown: [],
        duration_ms: duration_ms * 10,
        active_ms: duration_ms,
        cost: run.steps.length,
        calls: run.steps.length,
        cause: run.cause,
        recovery: 'none',
        message: null,
        budget_use: { calls: run.steps.length / 50 },
      },
    },
  ]
}

/** Every fact of one run, in order. */
export const draftsOf = (run: RunShape): Draft[] => [
  ...opening(run),
  ...run.steps.flatMap((step, index) => stepOf(run, step, index)),
  ...closing(run),
]
