// Puts the engine together.
import { AppError } from '../errors.ts'
import type { Registry } from '../registry/registry.ts'
import type { RunState } from '../run/state.ts'
import { cancel, decide, reconcile } from './commands.ts'
import type { Engine, PlanPreview, PlanRequest } from './engine.ts'
import type { EngineParts } from './parts.ts'
import { plannerOf } from './planning.ts'
import { createFreezes } from './freezes.ts'
import { createRegistries } from './registries.ts'
import { profileOf, resumeRun, startRun, type Desk } from './start.ts'
import { createWorker } from './worker.ts'

const PAGE = 1000

async function preview(desk: Desk, request: PlanRequest): Promise<PlanPreview> {
  const registry = desk.registries.current()
  const profile = profileOf(registry, request.profile)
  const planner = plannerOf(desk.parts, request.planner)
  if (planner === null) throw new AppError('PLANNER_UNAVAILABLE', { planner: request.planner })
  const input = { goal: request.goal, context: request.context, profile, limits: profile.limits, registry }
  const result = await planner.plan(input, new AbortController().signal)
  if (!result.ok) {
    const problems = result.missing.map(({ tool, input: name, sources }) => ({
      path: `${tool}.${name}`,
      message: sources.length === 0 ? 'has no source' : `give ${sources.join(' or ')}`,
    }))
    throw new AppError('PLAN_IMPOSSIBLE', { why: result.why }, { problems })
  }
  const { steps, explanation, ranking, estimatedCost, worstCase, overBudget } = result
  const fitsBudget = overBudget.length === 0
  return {
    planner: result.planner,
    steps,
    explanation,
    ranking,
    estimatedCost,
    worstCase,
    fitsBudget,
    overBudget,
  }
}

async function recover(desk: Desk): Promise<{ open: number }> {
  const { parts, worker } = desk
  let open = 0
  for (let after = ''; ;) {
    const runs = await parts.journal.openRuns(after, PAGE)
    for (const { runId, waiting, wakeAt } of runs) {
      if (waiting && wakeAt !== null && wakeAt > parts.clock()) worker.sleep(runId, wakeAt)
      else if (!waiting || wakeAt !== null) worker.queue(runId)
      after = runId
    }
    open += runs.length
    if (runs.length < PAGE) return { open }
  }
}

type Ended = Map<string, Set<(state: RunState) => void>>

async function settled(
  desk: Desk,
  ended: Ended,
  wait: { readonly runId: string; readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<RunState> {
  const { runId, timeoutMs, signal } = wait
  const { promise, resolve } = Promise.withResolvers<RunState | null>()
  const listeners = ended.get(runId) ?? new Set()
  ended.set(runId, listeners.add(resolve))
  const giveUp = (): void => resolve(null)
  const timer = setTimeout(giveUp, timeoutMs)
  signal.addEventListener('abort', giveUp, { once: true })
  try {
    // A run in the worker's hands needs no reading; any other may be over already, or unknown.
    const state = desk.worker.isActive(runId) ? null : await desk.worker.load(runId)
    if (state?.finished) return state
    return (await promise) ?? (await desk.worker.load(runId))
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', giveUp)
    listeners.delete(resolve)
    if (listeners.size === 0) ended.delete(runId)
  }
}

/** Brings up the engine over a journal: takes the registry into force; `recover` then takes up the open runs. */
export async function createEngine(parts: EngineParts, registry: Registry): Promise<Engine> {
  const registries = await createRegistries(parts, registry)
  const freezes = await createFreezes(parts)
  const worker = createWorker(parts, registries.byDigest)
  const desk: Desk = { parts, registries, freezes, worker }
  const ended: Ended = new Map()
  worker.onFinished((state) => ended.get(state.runId)?.forEach((resolve) => resolve(state)))
  return {
    start: (request, by) => startRun(desk, request, by),
    preview: (request) => preview(desk, request),
    state: (runId) => worker.load(runId),
    settled: (runId, timeoutMs, signal) => settled(desk, ended, { runId, timeoutMs, signal }),
    cancel: (runId) => cancel(desk, runId),
    resume: (runId, by) => resumeRun(desk, runId, by),
    reconcile: (runId, stepId, request) => reconcile(desk, runId, { ...request, stepId }),
    decide: (approvalId, request, by) => decide(desk, { approvalId, request, by }),
    payload: async (runId, digest) => {
      const body = await parts.journal.payload(runId, digest)
      return body === null ? null : (JSON.parse(body) as unknown)
    },
    registry: registries.current,
    adopt: (next, by) => registries.adopt(next, by.id),
    freezes: freezes.list,
    freeze: (request, by) => freezes.freeze(request, registries.current(), by),
    lift: (request, by) => freezes.lift(request, registries.current(), by),
    heed: (alerts, by) => freezes.heed(alerts, registries.current(), by),
    workers: () => ({ busy: worker.busy(), idle: Math.max(0, parts.settings.maxRuns - worker.busy()) }),
    recover: () => recover(desk),
    stop: (graceMs) => worker.stop(graceMs),
  }
}
