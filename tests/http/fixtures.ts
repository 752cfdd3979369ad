// A registry, a run that waits for the approval of a draft, and the same run finished.
import { digestOf } from '../../src/events/digest.ts'
import type { PlanStep } from '../../src/events/plan.ts'
import type { Limits, RetryPolicy } from '../../src/events/policy.ts'
import { DEFAULT_NAMES } from '../../src/registry/names.ts'
import type { Registry, ToolSpec } from '../../src/registry/registry.ts'
import type { ApprovalState, RunState, StepState } from '../../src/run/state.ts'

export const AT = Date.UTC(2026, 0, 2, 3, 4, 5)
export const RUN_ID = 'run_abc'
export const APPROVAL_ID = 'apr_abc_2'

export const PAYLOADS = {
  goal: 'Draft an outreach to Acme',
  context: { secret_note: 'only tools see this' },
  score: { fit_score: 0.9 },
  draftInputs: { template: 'Hello' },
  firstDraft: { message_draft: 'first draft' },
  secondDraft: { message_draft: 'second draft' },
  reason: 'Too long',
} as const

export const digests = Object.fromEntries(
  Object.entries(PAYLOADS).map(([name, value]) => [name, digestOf(value)]),
) as Record<keyof typeof PAYLOADS, string>

const retry: RetryPolicy = { strategy: 'none', base_ms: 0, factor: 1, cap_ms: 0, jitter: 0, attempts: 3 }

const limits: Limits = {
  run: { calls: 50, cost: 100_000_000, llm_usd: 500_000 },
  domain: { engagement: { calls: 20 } },
  tool: {},
  tenant: { calls: 5000 },
  window: 'day',
  warning_threshold: 0.8,
  on_exceeded: 'skip',
  timeout_ms: 30_000,
}

const approvers = { role: 'approver', quorum: 1, exclude_requester: true, timeout_s: 86_400 }

const toolSpec: ToolSpec = {
  name: 'draft_outbound_message',
  domain: 'engagement',
  description: 'Drafts a message',
  purpose: 'Reach a buyer',
  side_effects: 'propose',
  approval: { required: true, review: 'output', risk: 'medium', consequences: ['A draft is released.'] },
  inputs: { template: { type: 'string', required: true, values: [], description: 'The text' } },
  outputs: { message_draft: { type: 'string', required: true, values: [], description: 'The draft' } },
  binds: { template: [{ context: 'template' }] },
  guardrails: [],
  adapter: 'crm',
  cost: 1_000_000,
  timeout_ms: 5000,
  retry,
  idempotent: true,
  enabled: true,
}

export const registry: Registry = {
  digest: digestOf('registry'),
  version: 'v1',
  metadata: { name: 'test', version: '1' },
  max_series: 5000,
  ...DEFAULT_NAMES,
  tools: { draft_outbound_message: toolSpec },
  profiles: {
    demo: {
      name: 'demo',
      allowed_tools: ['draft_outbound_message'],
      approval_required: ['execute', 'propose'],
      approvers,
      allowed_adapters: ['mock'],
      limits,
    },
  },
  adapters: {
    mock: {
      name: 'mock',
      interface: 'crm',
      module: 'mock',
      enabled: true,
      enabled_env: null,
      secrets: [],
      settings: [],
      fallback: null,
    },
    hubspot: {
      name: 'hubspot',
      interface: 'crm',
      module: 'hubspot',
      enabled: false,
      enabled_env: 'ENABLE_HUBSPOT_ADAPTER',
      secrets: ['HUBSPOT_TOKEN'],
      settings: [],
      fallback: 'mock',
    },
  },
  models: {},
  alerts: {},
}

export const planStep = (stepId: string, tool: string): PlanStep => ({
  step_id: stepId,
  tool,
  domain: 'engagement',
  side_effects: 'propose',
  review: 'output',
  risk: 'medium',
  inputs: { template: { context: 'template' } },
  depends_on: [],
  interface: null,
  cost: 1_000_000,
  timeout_ms: 5000,
  retry,
  idempotent: true,
  reason: 'The goal asks for a draft.',
  carried: null,
})

const step = (plan: PlanStep, patch: Partial<StepState>): StepState => ({
  plan,
  status: 'pending',
  attempt: 0,
  tries: 0,
  cuts: 0,
  revision: 1,
  adapter: null,
  editedInputs: null,
  inputs: null,
  output: null,
  idempotencyKey: null,
  retryAt: null,
  startedAt: null,
  calledAt: null,
  endedAt: null,
  spent: 0,
  error: null,
  skipReason: null,
  approvalIds: [],
  ...patch,
})

const approval = (patch: Partial<ApprovalState>): ApprovalState => ({
  approvalId: APPROVAL_ID,
  stepId: 's2',
  revision: 2,
  review: 'output',
  risk: 'medium',
  status: 'pending',
  digest: digestOf('what is approved'),
  subject: digests.secondDraft,
  consequences: ['A draft is released.'],
  required: 1,
  requestedAt: AT,
  expiresAt: AT + 86_400_000,
  decidedAt: null,
  votes: [],
  used: false,
  ...patch,
})

const firstApproval = approval({
  approvalId: 'apr_abc_1',
  revision: 1,
  status: 'changes_requested',
  subject: digests.firstDraft,
  decidedAt: AT,
  votes: [
    {
      by: 'alice',
      decision: 'changes_requested',
      reason: digests.reason,
      changes: digests.secondDraft,
      at: AT,
    },
  ],
})

export const waitingRun: RunState = {
  runId: RUN_ID,
  version: 12,
  traceId: 'a'.repeat(32),
  spanId: 'b'.repeat(16),
  tenant: 'default',
  profile: 'demo',
  requester: 'alice',
  goal: digests.goal,
  context: digests.context,
  planner: 'auto',
  limits,
  approvers,
  registry: registry.digest,
  resumes: null,
  rules: ['planning_limited', 'cancel_recorded'],
  status: 'waiting',
  startedAt: AT,
  updatedAt: AT + 1000,
  writer: 'test',
  plan: {
    plan_id: 'plan_1',
    profile: 'demo',
    revision: 1,
    planner: 'rules',
    fallback_reason: 'no_key',
    explanation: 'Score, then draft.',
    estimated_cost: 1.5,
    worst_case: { calls: 6, cost: 4.5, approvals: 1 },
    duration_ms: 2,
    at: AT,
    order: ['s1', 's2'],
  },
  steps: {
    s1: step(planStep('s1', 'score_account_fit'), {
      status: 'completed',
      attempt: 1,
      output: digests.score,
      spent: 500_000,
      startedAt: AT,
      endedAt: AT + 5,
    }),
    s2: step(planStep('s2', 'draft_outbound_message'), {
      status: 'reviewing',
      attempt: 1,
      revision: 2,
      inputs: digests.draftInputs,
      output: digests.secondDraft,
      approvalIds: ['apr_abc_1', APPROVAL_ID],
    }),
  },
  approvals: { apr_abc_1: firstApproval, [APPROVAL_ID]: approval({}) },
  budget: [
    {
      scope: 'run',
      key: RUN_ID,
      unit: 'cost',
      spent: 1_500_000,
      reserved: 500_000,
      limit: 100_000_000,
      window_end: null,
    },
    {
      scope: 'run',
      key: RUN_ID,
      unit: 'llm_usd',
      spent: 250_000,
      reserved: 0,
      limit: 500_000,
      window_end: null,
    },
  ],
  spentCost: 1_500_000,
  openCalls: {},
  calls: 2,
  modelCalls: 0,
  waitedMs: 0,
  waitingSince: AT + 1000,
  cause: null,
  cancelled: false,
  stopped: false,
  refusals: [],
  finished: null,
}

export const finishedRun: RunState = {
  ...waitingRun,
  status: 'succeeded',
  waitingSince: null,
  steps: {
    ...waitingRun.steps,
    s2: step(planStep('s2', 'draft_outbound_message'), {
      status: 'completed',
      output: digests.secondDraft,
      approvalIds: ['apr_abc_1', APPROVAL_ID],
    }),
  },
  approvals: {
    apr_abc_1: firstApproval,
    [APPROVAL_ID]: approval({ status: 'approved', decidedAt: AT + 900, used: true }),
  },
  finished: {
    profile: 'demo',
    status: 'succeeded',
    completed: ['s1', 's2'],
    failed: [],
    skipped: [],
    unknown: [],
    duration_ms: 1000,
    active_ms: 100,
    cost: 1.5,
    calls: 2,
    cause: null,
    recovery: 'none',
    message: null,
    budget_use: {},
  },
}
