// How a run is named in a trace: every name of a span, an attribute and a span event is in this table. The GenAI
// conventions of OpenTelemetry are still in development: a name that changes there changes here, with NAMES_VERSION.

/** Version of this table; an attribute of every exported resource. */
export const NAMES_VERSION = '1'

/** Values of `gen_ai.operation.name`; `cugar.await_approval` has none, because there is no convention for it. */
export const OPERATION = {
  run: 'invoke_agent',
  plan: 'plan',
  tool: 'execute_tool',
  model: 'chat',
} as const

export const SPAN_NAME = {
  run: (profile: string): string => `${OPERATION.run} ${profile}`,
  plan: (profile: string): string => `${OPERATION.plan} ${profile}`,
  tool: (tool: string): string => `${OPERATION.tool} ${tool}`,
  model: (model: string): string => `${OPERATION.model} ${model}`,
  approval: 'cugar.await_approval',
  batch: 'cugar.batch',
} as const

export const SPAN_EVENT = {
  route: 'cugar.route_decision',
  vote: 'cugar.approval_received',
  warning: 'cugar.budget_warning',
  exceeded: 'cugar.budget_exceeded',
  skipped: 'cugar.step_skipped',
  branch: 'cugar.branch_taken',
  rule: 'cugar.rule_checked',
  failed: 'cugar.step_failed',
  reconciled: 'cugar.outcome_reconciled',
  cancelled: 'cugar.run_cancelled',
} as const

export const ATTRIBUTE = {
  operation: 'gen_ai.operation.name',
  agent: 'gen_ai.agent.name',
  tool: 'gen_ai.tool.name',
  toolType: 'gen_ai.tool.type',
  toolCallId: 'gen_ai.tool.call.id',
  provider: 'gen_ai.provider.name',
  model: 'gen_ai.request.model',
  inputTokens: 'gen_ai.usage.input_tokens',
  outputTokens: 'gen_ai.usage.output_tokens',
  cacheReadTokens: 'gen_ai.usage.cache_read.input_tokens',
  cacheWriteTokens: 'gen_ai.usage.cache_creation.input_tokens',
  reasoningTokens: 'gen_ai.usage.reasoning.output_tokens',
  /** Seconds. */
  firstChunk: 'gen_ai.response.time_to_first_chunk',
  errorType: 'error.type',
  runId: 'cugar.run.id',
  runStatus: 'cugar.run.status',
  runCause: 'cugar.run.cause',
  recovery: 'cugar.run.recovery',
  resumed: 'cugar.run.resumed',
  /** Seconds without the waits for people. */
  activeSeconds: 'cugar.run.active_seconds',
  calls: 'cugar.run.calls',
  completed: 'cugar.run.steps.completed',
  failed: 'cugar.run.steps.failed',
  skipped: 'cugar.run.steps.skipped',
  unknown: 'cugar.run.steps.unknown',
  tenant: 'cugar.tenant',
  cost: 'cugar.cost',
  costUsd: 'cugar.cost_usd',
  planner: 'cugar.plan.planner',
  fallback: 'cugar.plan.fallback_reason',
  planRevision: 'cugar.plan.revision',
  planSteps: 'cugar.plan.steps',
  planCause: 'cugar.plan.cause',
  rule: 'cugar.plan.rule',
  trigger: 'cugar.plan.trigger',
  action: 'cugar.plan.action',
  block: 'cugar.plan.block',
  case: 'cugar.plan.case',
  batchId: 'cugar.batch.id',
  batchItem: 'cugar.batch.item',
  batchStatus: 'cugar.batch.status',
  batchSucceeded: 'cugar.batch.items.succeeded',
  batchPartial: 'cugar.batch.items.partial',
  batchFailed: 'cugar.batch.items.failed',
  batchCancelled: 'cugar.batch.items.cancelled',
  batchNotBegun: 'cugar.batch.items.not_begun',
  purpose: 'cugar.llm.purpose',
  stepId: 'cugar.step.id',
  domain: 'cugar.domain',
  adapter: 'cugar.adapter',
  sideEffects: 'cugar.side_effects',
  attempt: 'cugar.attempt',
  outputBytes: 'cugar.output.bytes',
  category: 'cugar.error.category',
  retried: 'cugar.retried',
  strategy: 'cugar.route.strategy',
  approvalId: 'cugar.approval.id',
  approvalRevision: 'cugar.approval.revision',
  review: 'cugar.approval.review',
  risk: 'cugar.approval.risk',
  required: 'cugar.approval.required',
  decision: 'cugar.approval.decision',
  scope: 'cugar.budget.scope',
  /** A domain or a tool; run and tenant are attributes of the root span. */
  account: 'cugar.budget.account',
  unit: 'cugar.budget.unit',
  spent: 'cugar.budget.spent',
  requested: 'cugar.budget.requested',
  limit: 'cugar.budget.limit',
  reason: 'cugar.reason',
  outcome: 'cugar.outcome',
} as const

export type AttributeName = (typeof ATTRIBUTE)[keyof typeof ATTRIBUTE]
export type Attributes = { [K in AttributeName]?: string | number | boolean }
