// What an event means: the run after it. Pure; the engine and http both see a run only through here.
import type { EventOf, StoredEvent } from '../events/event.ts'
import { evolveApproval } from './replay-approval.ts'
import { evolveStep, openStep } from './replay-step.ts'
import { setLine } from './budget-lines.ts'
import type { RunState, StepState } from './state.ts'
import { withClock } from './waiting.ts'

function opened(event: EventOf<'run_started'>): RunState {
  const { data } = event
  return {
    runId: event.run_id,
    version: event.seq,
    traceId: event.trace_id,
    spanId: event.span_id,
    tenant: event.tenant,
    profile: data.profile,
    requester: data.requester,
    goal: data.goal,
    context: data.context,
    planner: data.planner,
    limits: data.limits,
    approvers: data.approvers,
    registry: data.registry,
    resumes: data.resumes,
    status: 'accepted',
    startedAt: event.at,
    updatedAt: event.at,
    writer: event.writer,
    plan: null,
    steps: {},
    approvals: {},
    budget: [],
    spentCost: 0,
    calls: 0,
    waitedMs: 0,
    waitingSince: null,
    cause: null,
    cancelled: false,
    stopped: false,
    finished: null,
  }
}

function planned(state: RunState, event: EventOf<'plan_created'>): RunState {
  const { steps, ...plan } = event.data
  const entries = steps.map((step): [string, StepState] => [step.step_id, openStep(step)])
  return {
    ...state,
    plan: { ...plan, at: event.at, order: steps.map((step) => step.step_id) },
    steps: Object.fromEntries(entries),
  }
}

/** The books as these events show them. */
export function withBooks(state: RunState, events: readonly EventOf<'budget_updated'>[]): RunState {
  const budget = [...state.budget]
  for (const { data } of events) {
    const { scope, key, unit, spent, reserved, limit, window_end } = data
    setLine(budget, { scope, key, unit, spent, reserved, limit, window_end })
  }
  return { ...state, budget }
}

function fold(state: RunState, event: StoredEvent): RunState {
  switch (event.type) {
    case 'plan_created':
      return planned(state, event)
    case 'budget_updated':
      return evolveStep(withBooks(state, [event]), event)
    case 'budget_exceeded':
      return {
        ...state,
        cause: state.cause ?? 'policy_budget',
        stopped: state.stopped || state.limits.on_exceeded === 'stop',
      }
    case 'route_decision':
    case 'tool_call_start':
    case 'tool_call_complete':
    case 'tool_call_error':
    case 'step_skipped':
      return evolveStep(state, event)
    case 'approval_requested':
    case 'approval_received':
    case 'approval_timeout':
      return evolveApproval(state, event)
    case 'run_finished':
      return { ...state, finished: event.data, status: event.data.status, cause: event.data.cause }
    case 'run_started':
    case 'llm_call':
    case 'budget_warning':
    case 'adapter_changed':
    case 'registry_changed':
    case 'freeze_changed':
      return state
  }
}

/** They change no step's status, so that nobody starts or stops waiting; most events of a run are of these. */
const MOVES_NOTHING: ReadonlySet<StoredEvent['type']> = new Set([
  'budget_updated',
  'budget_warning',
  'budget_exceeded',
  'route_decision',
  'llm_call',
])

/**
 * The run in the hands of another process. The time since its last event was nobody's work: it counts as waiting,
 * so that a run is not timed out by the absence of the process that should have worked on it.
 */
export function handOver(state: RunState, writer: string, now: number): RunState {
  if (state.writer === writer) return state
  const idle = state.waitingSince === null ? Math.max(0, now - state.updatedAt) : 0
  return { ...state, writer, waitedMs: state.waitedMs + idle, updatedAt: now }
}

/** The run after one more event; `null` before its first. */
export function evolve(state: RunState | null, event: StoredEvent): RunState {
  if (state === null) {
    if (event.type !== 'run_started') throw new TypeError(`a run cannot begin with ${event.type}`)
    return opened(event)
  }
  const mine = handOver(state, event.writer, event.at)
  const folded = fold(mine, event)
  const after = MOVES_NOTHING.has(event.type) ? folded : withClock(folded, event.at)
  return after.version === event.seq && after.updatedAt === event.at
    ? after
    : { ...after, version: event.seq, updatedAt: event.at }
}

/** The run after all its events; `null` when there are none. */
export const replay = (events: readonly StoredEvent[], from: RunState | null = null): RunState | null =>
  events.reduce<RunState | null>(evolve, from)
