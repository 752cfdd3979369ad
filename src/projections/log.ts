// Lines of the log: the milestones and problems of runs, in codes and numbers. Nothing that a person wrote, no input or
// output, and nobody's id comes into a line.
import type { EventOf, EventType, StoredEvent } from '../events/event.ts'
import type { Followed, Projection } from './follow.ts'

export type LogLevel = 'info' | 'warn' | 'error'
type Fields = Readonly<Record<string, string | number | boolean | null>>
export type LogLine = { readonly level: LogLevel; readonly message: string; readonly fields: Fields }

/** The part of pino's logger that is used. */
export type LineWriter = Readonly<Record<LogLevel, (fields: object, message: string) => void>> & {
  readonly isLevelEnabled: (level: string) => boolean
}

type Lines = { readonly [T in EventType]: ((event: EventOf<T>) => LogLine | null) | null }

const line = (level: LogLevel, message: string, fields: Fields): LogLine => ({ level, message, fields })

const atOf = (data: {
  readonly step_id: string
  readonly tool: string
  readonly domain: string
}): Fields => ({
  step_id: data.step_id,
  tool: data.tool,
  domain: data.domain,
})

const accountOf = ({ data }: EventOf<'budget_warning' | 'budget_exceeded'>): Fields => ({
  profile: data.profile,
  scope: data.scope,
  ...((data.scope === 'domain' || data.scope === 'tool') && { account: data.key }),
  unit: data.unit,
  spent: data.spent,
  limit: data.limit,
})

function callFailed({ data }: EventOf<'tool_call_error'>): LogLine {
  const { attempt, mode, category, duration_ms, retry_at } = data
  const fields = { ...atOf(data), attempt, mode, category }
  if (data.reconciled_by !== null)
    return line('info', 'unknown outcome settled', { ...fields, happened: false })
  if (mode === 'system_unknown_outcome')
    return line('error', 'outcome unknown: a person must settle it', fields)
  return line('warn', 'tool call failed', { ...fields, duration_ms, retried: retry_at !== null })
}

function finished({ data }: EventOf<'run_finished'>): LogLine {
  const isFine = data.status === 'succeeded' || data.status === 'cancelled'
  return line(isFine ? 'info' : 'warn', 'run finished', {
    profile: data.profile,
    status: data.status,
    cause: data.cause,
    recovery: data.recovery,
    completed: data.completed.length,
    failed: data.failed.length,
    skipped: data.skipped.length,
    unknown: data.unknown.length,
    calls: data.calls,
    cost: data.cost,
    duration_ms: data.duration_ms,
    active_ms: data.active_ms,
  })
}

const LINES: Lines = {
  run_started: ({ data }) =>
    line('info', 'run accepted', {
      profile: data.profile,
      planner: data.planner,
      resumes: data.resumes,
    }),
  llm_call_start: null,
  llm_call: ({ data }) =>
    data.outcome === 'success'
      ? null
      : line('warn', 'model call failed', {
          provider: data.provider,
          model: data.model,
          purpose: data.purpose,
          outcome: data.outcome,
          duration_ms: data.duration_ms,
        }),
  plan_created: ({ data }) =>
    line('info', data.revision === 1 ? 'plan adopted' : 'plan changed', {
      ...(data.cause && { cause: data.cause }),
      ...(data.rule && { rule: data.rule, trigger: data.trigger ?? null, action: data.action ?? null }),
      ...(data.dropped && { dropped: data.dropped.length }),
      profile: data.profile,
      planner: data.planner,
      fallback_reason: data.fallback_reason,
      revision: data.revision,
      steps: data.steps.length,
      duration_ms: data.duration_ms,
    }),
  plan_compared: ({ data }) =>
    line('info', 'plan compared', {
      profile: data.profile,
      model: data.model,
      result: data.result,
      overlap: data.overlap,
      reason: data.reason,
    }),
  route_decision: null,
  approval_requested: ({ data }) =>
    line('info', 'approval requested', {
      ...atOf(data),
      approval_id: data.approval_id,
      risk: data.risk,
      review: data.review,
      required: data.required,
      expires_at: data.expires_at,
    }),
  approval_received: ({ data }) =>
    line('info', 'approval decided', {
      approval_id: data.approval_id,
      step_id: data.step_id,
      domain: data.domain,
      risk: data.risk,
      decision: data.decision,
      wait_ms: data.wait_ms,
    }),
  approval_timeout: ({ data }) =>
    line(data.cause === 'expired' ? 'warn' : 'info', 'approval ended without a decision', {
      approval_id: data.approval_id,
      step_id: data.step_id,
      domain: data.domain,
      risk: data.risk,
      cause: data.cause,
      wait_ms: data.wait_ms,
    }),
  budget_updated: null,
  budget_warning: (event) =>
    line('warn', 'budget near its limit', { ...accountOf(event), threshold: event.data.threshold }),
  budget_exceeded: (event) =>
    line('warn', 'budget exceeded', {
      ...accountOf(event),
      step_id: event.data.step_id,
      reserved: event.data.reserved,
      requested: event.data.requested,
    }),
  tool_call_start: null,
  tool_call_complete: ({ data }) =>
    data.reconciled_by === null
      ? null
      : line('info', 'unknown outcome settled', { ...atOf(data), attempt: data.attempt, happened: true }),
  tool_call_error: callFailed,
  call_looked_up: ({ data }) =>
    line(data.outcome === 'failed' ? 'warn' : 'info', 'unknown outcome looked up', {
      ...atOf(data),
      attempt: data.attempt,
      adapter: data.adapter,
      look_up: data.look_up,
      outcome: data.outcome,
      mode: data.mode,
      asked_again: data.next_at !== null,
    }),
  step_revised: ({ data }) => line('info', 'step revised', { ...atOf(data), revision: data.revision }),
  step_skipped: null,
  branch_taken: ({ data }) => line('info', 'branch taken', { block: data.block, case: data.case }),
  condition_met: null,
  rule_checked: ({ data }) =>
    data.outcome === 'met' || data.outcome === 'not_met'
      ? null
      : line('warn', 'plan not changed', { rule: data.rule, outcome: data.outcome }),
  block_failed: ({ data }) => line('warn', 'list not carried out', { ...data }),
  step_failed: ({ data }) =>
    line('warn', 'step failed without a call', {
      ...atOf(data),
      mode: data.mode,
      category: data.category,
    }),
  run_cancelled: () => line('info', 'run cancelled', {}),
  run_finished: finished,
  adapter_changed: ({ data }) =>
    line('warn', 'adapter changed', { adapter: data.adapter, from: data.from, to: data.to }),
  registry_changed: ({ data }) =>
    line('info', 'registry in force', {
      digest: data.digest,
      added: data.added.length,
      removed: data.removed.length,
      changed: data.changed.length,
    }),
  freeze_changed: ({ data }) =>
    line(data.frozen ? 'warn' : 'info', data.frozen ? 'new runs are refused' : 'new runs are taken again', {
      scope: data.scope,
      key: data.key,
      cause: data.cause,
    }),
  batch_started: ({ data }) =>
    line('info', 'batch accepted', {
      profile: data.profile,
      planner: data.planner,
      items: data.items,
      rejected: data.rejected,
    }),
  library_changed: ({ data }) =>
    line('info', 'library changed', { library: data.library, action: data.action }),
  keys_changed: ({ data }) =>
    line('info', 'keys changed', {
      added: data.added.length,
      changed: data.changed.length,
      removed: data.removed.length,
    }),
  results_taken: ({ data }) => line('info', 'results taken', { list: data.list, format: data.format }),
  batch_cancelled: () => line('info', 'batch cancelled', {}),
  batch_resumed: () => line('info', 'batch resumed', {}),
  batch_finished: ({ data }) =>
    line(data.status === 'succeeded' ? 'info' : 'warn', 'batch finished', {
      profile: data.profile,
      status: data.status,
      succeeded: data.succeeded,
      partial: data.partial,
      failed: data.failed,
      cancelled: data.cancelled,
      not_begun: data.not_begun,
      cost: data.cost,
      duration_ms: data.duration_ms,
    }),
}

/** What the log says of an event; null where it says nothing. */
export function lineOf(event: StoredEvent): LogLine | null {
  const make = LINES[event.type] as ((event: StoredEvent) => LogLine | null) | null
  const made = make?.(event) ?? null
  if (made === null) return null
  const { type, run_id, trace_id, tenant } = event
  return { ...made, fields: { event: type, run_id, trace_id, tenant, ...made.fields } }
}

const logProjection = (writer: LineWriter): Projection => ({
  name: 'log',
  fold: (event) => {
    const line = lineOf(event)
    if (line !== null) writer[line.level](line.fields, line.message)
  },
  drain: () => ({ state: null, rows: [] }),
})

/** The log of what comes after `from`: a start does not write history again. null: the logger is silent. */
export const followedLog = (logger: LineWriter, from: number): Followed | null =>
  logger.isLevelEnabled('error') ? { projection: logProjection(logger), from, checkpointMs: null } : null
