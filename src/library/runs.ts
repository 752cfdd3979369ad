// Runs for a program that has the runtime inside it: asked for with what it must say, and answered with what came out.
import type { AcceptedBatch, BatchRequest } from '../engine/batches/contract.ts'
import type { Accepted, Engine, Principal, RunRequest } from '../engine/engine.ts'
import { parsePlan } from '../plan-builder.ts'
import { howLong, libraryDoor, numbered, reloadDoor, requestOf, type Reload } from './door.ts'
import type { PlanDraftInput } from '../registry/plan/draft.ts'
import { plannedBy } from '../run/planned-by.ts'
import type { RunState, StepState } from '../run/state.ts'

/** What is asked for: a goal, a playbook of the registry or a plan; the rest may be left out. */
export type LibraryRequest = Partial<Omit<RunRequest, 'plan'>> & {
  /** As `plan()` builds it, or the same data. */
  readonly plan?: PlanDraftInput

  /** Who asks: default `local`, who may not approve where the requester is excluded. */
  readonly by?: Principal
}

export type LibraryRunRequest = LibraryRequest & {
  /** Milliseconds to wait, `Infinity` for as long as it takes; default 60,000. A run that has not come so far is returned as it stands then. */
  readonly timeoutMs?: number
  /** `person`, the default: what only a person can move is returned at once, as it stands. `over`: its end alone counts. */
  readonly until?: 'person' | 'over'
}

export type LibraryStep = {
  readonly stepId: string
  readonly tool: string
  readonly status: StepState['status']
  /** Once released; null before, and when erased. */
  readonly output: unknown
  readonly error: StepState['error']
}

export type LibraryRun = {
  readonly runId: string
  readonly traceId: string
  readonly status: RunState['status']
  /** Of the completed steps, by their tool; the last one where a tool has several. */
  readonly outputs: Readonly<Record<string, unknown>>
  /** In the order of the plan. */
  readonly steps: readonly LibraryStep[]
  /** Why it did not succeed; null where it did, or is not over. */
  readonly cause: RunState['cause']
  readonly message: string | null
  /** Who planned, and why: `LLM: gpt-4o-mini` or `LLM: offline mode (rule-based), no key`; null: there is no plan. */
  readonly plannedBy: string | null
  /** Approvals that wait for a person: `engine.decide` decides them. */
  readonly approvals: readonly string[]
}

/** The runs of a runtime, without HTTP. */
export type LibraryRuns = {
  /** Lists of items, one run each. */
  readonly batches: LibraryBatches
  /** Accepts a run durably and comes back at once. Errors: those of `engine.start`. */
  readonly start: (request: LibraryRequest) => Promise<Accepted>
  /** Accepts a run and waits for its end. Errors: those of `engine.start`; a run that fails is no error. */
  readonly run: (request: LibraryRunRequest) => Promise<LibraryRun>
}

const DEFAULTS = {
  profile: 'demo',
  tenant: 'default',
  context: {},
  planner: 'auto',
  limits: {},
  idempotencyKey: null,
  traceparent: null,
} as const

const LOCAL: Principal = { id: 'local', roles: ['operator'] }

async function startFor(engine: Engine, request: LibraryRequest): Promise<Accepted> {
  const { by = LOCAL, plan, ...asked } = requestOf(request)
  const given = plan === undefined ? {} : { plan: parsePlan(plan) }
  return engine.start({ ...DEFAULTS, ...asked, ...given }, by)
}

async function stepsOf(engine: Engine, state: RunState): Promise<LibraryStep[]> {
  const steps = (state.plan?.order ?? []).flatMap((id) => state.steps[id] ?? [])
  return Promise.all(
    steps.map(async ({ plan, status, output, error }) => {
      const isReleased = status === 'completed' && output !== null
      const value = isReleased ? await engine.payload(state.runId, output) : null
      return { stepId: plan.step_id, tool: plan.tool, status, output: value, error }
    }),
  )
}

async function runFor(
  engine: Engine,
  request: LibraryRunRequest,
  stopping: AbortSignal,
): Promise<LibraryRun> {
  const { timeoutMs = 60_000, until = 'person', ...asked } = requestOf(request)
  howLong({ until, timeoutMs })
  const { runId, traceId } = await startFor(engine, asked)
  const wait = until === 'person' ? engine.paused : engine.settled
  const state = await wait(runId, timeoutMs, stopping)
  const steps = await stepsOf(engine, state)
  const done = steps.filter(({ status }) => status === 'completed')
  return {
    runId,
    traceId,
    status: state.status,
    outputs: Object.fromEntries(done.map(({ tool, output }) => [tool, output])),
    steps,
    cause: state.cause,
    message: state.finished?.message ?? null,
    plannedBy: state.plan && plannedBy(state.plan),
    approvals: Object.values(state.approvals)
      .filter(({ status }) => status === 'pending')
      .map(({ approvalId }) => approvalId),
  }
}

/** What is asked of each item: a goal, a playbook of the registry or a plan. The rest may be left out. */
export type LibraryBatchRequest = Partial<Omit<BatchRequest, 'plan' | 'items' | 'rejected' | 'columns'>> & {
  readonly plan?: PlanDraftInput
  /** The facts of each item; those of `context` are added where it has none by that name. */
  readonly items: readonly Readonly<Record<string, unknown>>[]
  readonly by?: Principal
}

/** Lists of items, one run each, without HTTP. */
export type LibraryBatches = Omit<Engine['batches'], 'start'> & {
  /** Accepts a list durably and comes back at once. Errors: those of `engine.batches.start`. */
  readonly start: (request: LibraryBatchRequest) => Promise<AcceptedBatch>
}

const batchesOf = ({ batches }: Engine): LibraryBatches => ({
  ...batches,
  start: async (given) => {
    const { by = LOCAL, plan, items, ...asked } = requestOf(given)
    const { traceparent: _traceparent, ...defaults } = DEFAULTS
    const planned = plan === undefined ? {} : { plan: parsePlan(plan) }
    const request = { ...defaults, ...asked, ...planned, items: numbered(items), rejected: [], columns: [] }
    return batches.start(request, by)
  },
})

const runsOf = (engine: Engine, stopping: AbortSignal): LibraryRuns => ({
  batches: batchesOf(engine),
  start: (request) => startFor(engine, request),
  run: (request) => runFor(engine, request, stopping),
})

type Inside = { readonly engine: Engine; readonly reload: Reload }

/** What a program has of a runtime: its engine behind a door, and the runs and lists in few words. */
export function libraryOf({ engine, reload }: Inside, stopping: AbortSignal): LibraryRuns & Inside {
  const door = libraryDoor(engine)
  return { engine: door, reload: reloadDoor(reload), ...runsOf(door, stopping) }
}
