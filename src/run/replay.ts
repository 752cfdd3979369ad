// What an event means: the run after it. Pure; the engine and http both see a run only through here.
import type { Fact, FactOf, StoredEvent } from '../events/event.ts'
import { evolveBooks } from './budgets/books.ts'
import { kindOfCall, modelCallNumber, withEnd, withStart } from './calls/call.ts'
import { evolveApproval } from './replay-approval.ts'
import { evolveStep, openStep, ownRecords } from './replay-step.ts'
import { rulingKey } from './plan/rules.ts'
import type { PlanRevision, RunState, StepState } from './state.ts'
import { withClock } from './waiting.ts'

/** When something happened, as written by which process; `seq` is its place in the run. */
export type Moment = Pick<StoredEvent, 'at' | 'writer' | 'seq'>

/** Who a run is. */
export type Identity = Pick<StoredEvent, 'run_id' | 'trace_id' | 'span_id' | 'tenant'>

/** A run as its first fact makes it; `seq` 0: the journal does not have it yet. */
export const beginRun = ({ data }: FactOf<'run_started'>, who: Identity, when: Moment): RunState => ({
  runId: who.run_id,
  version: when.seq,
  traceId: who.trace_id,
  spanId: who.span_id,
  tenant: who.tenant,
  profile: data.profile,
  requester: data.requester,
  ...(data.resumed_by === undefined ? {} : { resumedBy: data.resumed_by }),
  ...(data.chain === undefined ? {} : { chain: data.chain }),
  goal: data.goal,
  context: data.context,
  ...(data.plan === undefined ? {} : { givenPlan: data.plan }),
  ...(data.playbook === undefined ? {} : { playbook: data.playbook }),
  planner: data.planner,
  limits: data.limits,
  approvers: data.approvers,
  registry: data.registry,
  resumes: data.resumes,
  ...(data.parent_sampled === false && { parentSampled: false }),
  rules: data.rules,
  ...(data.bounds && { bounds: data.bounds }),
  ...(data.plan_only && { planOnly: data.plan_only }),
  ...(data.batch_id !== undefined && { batch: { id: data.batch_id, item: data.item ?? 0 } }),
  ...(data.reach && { reach: data.reach }),
  status: 'accepted',
  startedAt: when.at,
  updatedAt: when.at,
  writer: when.writer,
  plan: null,
  steps: {},
  approvals: {},
  openCalls: {},
  budget: [],
  spentCost: 0,
  calls: 0,
  modelCalls: 0,
  waitedMs: 0,
  waitingSince: null,
  cause: null,
  cancelled: false,
  stopped: false,
  refusals: [],
  finished: null,
})

/** A later revision adds steps, and leaves out those that it drops; what those have become stays as it is. */
function replanned(state: RunState, { data }: FactOf<'plan_created'>, at: number): Partial<RunState> {
  const { revision, cause, rule, about, trigger, action, dropped, redone, explanation, steps } = data
  const change = { revision, cause, rule, about, trigger, action, dropped, redone, explanation }
  const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined))
  const added = steps.map(({ step_id }) => step_id)
  const revisions = [
    ...(state.revisions ?? []),
    { revision, explanation, ...given, at, added } satisfies PlanRevision,
  ]
  if (rule === undefined || about === undefined) return { revisions }
  return {
    revisions,
    replans: (state.replans ?? 0) + 1,
    rulings: { ...state.rulings, [rulingKey({ rule, about })]: 'followed' },
    ...(redone && { redone: [...(state.redone ?? []), ...redone] }),
    ...(action === 'go_on' ? { tolerated: [...(state.tolerated ?? []), ...about] } : {}),
  }
}

function planned(state: RunState, { data }: FactOf<'plan_created'>, at: number): RunState {
  const { steps, rule: _rule, about: _about, trigger: _trigger, action: _action, ...given } = data
  const { dropped: _dropped, redone: _redone, ...plan } = given
  // Of each later one it says what was changed.
  const isFirst = plan.revision === 1
  const before = isFirst ? undefined : state.plan?.explanation
  const explained =
    before === undefined ? {} : { explanation: `${before}\n${plan.explanation}`.slice(0, 10_000) }
  const entries = Object.fromEntries(steps.map((step): [string, StepState] => [step.step_id, openStep(step)]))
  return {
    ...state,
    ...(isFirst ? {} : replanned(state, { type: 'plan_created', data }, at)),
    plan: { ...plan, ...explained, at, order: [...(plan.kept ?? []), ...steps.map((step) => step.step_id)] },
    // What an earlier revision had stays as it is.
    steps: isFirst ? entries : { ...state.steps, ...entries },
  }
}

function modelAsked(state: RunState, { data }: FactOf<'llm_call_start'>, at: number): RunState {
  const { call_id, request: _request, ...ask } = data
  const name = { call_id, step_id: data.step_id }
  const modelCalls = Math.max(state.modelCalls, modelCallNumber(call_id))
  return { ...state, modelCalls, openCalls: withStart(state.openCalls, name, { at, ask }) }
}

function modelAnswered(state: RunState, { data }: FactOf<'llm_call'>): RunState {
  const { call_id, input_tokens, output_tokens, cost_micro_usd } = data
  const most = state.openCalls[call_id]?.ask?.most
  const { calls, tokens, microUsd } = state.modelUse ?? { calls: 0, tokens: 0, microUsd: 0 }
  return {
    ...state,
    modelUse: {
      calls: calls + 1,
      tokens: tokens + Math.min(input_tokens + output_tokens, most?.llm_tokens ?? Infinity),
      microUsd: microUsd + Math.min(cost_micro_usd, most?.llm_usd ?? Infinity),
    },
    openCalls: withEnd(state.openCalls, call_id),
  }
}

const cancelled = (state: RunState): RunState => ({
  ...state,
  cancelled: true,
  cause: state.cause ?? 'user_cancelled',
})

const withBranch = (state: RunState, { data }: FactOf<'branch_taken'>): RunState => ({
  ...state,
  branches: { ...state.branches, [data.block]: { case: data.case, why: data.why } },
})

/** Only a step that may not run stops or marks its run: without the answer of a model or a look-up it goes on. */
const refused = (state: RunState, { data }: FactOf<'budget_exceeded'>): RunState =>
  kindOfCall(data.call_id) !== 'tool'
    ? state
    : {
        ...state,
        cause: state.cause ?? 'policy_budget',
        stopped: state.stopped || state.limits.on_exceeded === 'stop',
        refusals: [...state.refusals, data],
      }

function fold(state: RunState, fact: Fact, at: number): RunState {
  switch (fact.type) {
    case 'plan_created':
      return planned(state, fact, at)
    case 'budget_updated':
      return evolveBooks(state, fact.data)
    case 'budget_exceeded':
      return refused(state, fact)
    case 'route_decision':
    case 'tool_call_start':
    case 'tool_call_complete':
    case 'tool_call_error':
    case 'call_looked_up':
    case 'step_revised':
    case 'step_skipped':
    case 'condition_met':
    case 'step_failed':
      return evolveStep(state, fact, at)
    case 'block_failed':
      return {
        ...state,
        cause: state.cause ?? fact.data.mode,
        failedBlocks: { ...state.failedBlocks, [fact.data.block]: fact.data.message },
      }
    case 'branch_taken':
      return withBranch(state, fact)
    case 'rule_checked':
      return { ...state, rulings: { ...state.rulings, [rulingKey(fact.data)]: fact.data.outcome } }
    case 'llm_call_start':
      return modelAsked(state, fact, at)
    case 'llm_call':
      return modelAnswered(state, fact)
    case 'approval_requested':
    case 'approval_received':
    case 'approval_timeout':
      return evolveApproval(state, fact, at)
    case 'run_cancelled':
      return cancelled(state)
    case 'run_finished':
      return { ...state, finished: fact.data, status: fact.data.status, cause: fact.data.cause }
    case 'run_started':
    case 'plan_compared':
    case 'budget_warning':
    case 'adapter_changed':
    case 'registry_changed':
    case 'freeze_changed':
    case 'batch_started':
    case 'batch_cancelled':
    case 'batch_resumed':
    case 'batch_finished':
    case 'library_changed':
    case 'keys_changed':
    case 'results_taken':
      return state
  }
}

/** They change no step's status, so that nobody starts or stops waiting; most events of a run are of these. */
const MOVES_NOTHING: ReadonlySet<Fact['type']> = new Set([
  'plan_compared',
  'budget_updated',
  'budget_warning',
  'budget_exceeded',
  'route_decision',
  'llm_call_start',
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

/** The run after one more fact. Of `state`, steps and approvals are changed in place: it is one of `ownRecords`. */
export function evolve(state: RunState, fact: Fact, { at, writer, seq }: Moment): RunState {
  const folded = fold(handOver(state, writer, at), fact, at)
  const after = MOVES_NOTHING.has(fact.type) ? folded : withClock(folded, at)
  return after.version === seq && after.updatedAt === at ? after : { ...after, version: seq, updatedAt: at }
}

function replayOne(state: RunState | null, event: StoredEvent): RunState {
  if (state !== null) return evolve(state, event, event)
  if (event.type !== 'run_started') throw new TypeError(`a run cannot begin with ${event.type}`)
  return beginRun(event, event, event)
}

/** The run after all its events; `null` when there are none. */
export const replay = (events: readonly StoredEvent[], from: RunState | null = null): RunState | null =>
  events.reduce<RunState | null>(replayOne, from === null ? null : ownRecords(from))
