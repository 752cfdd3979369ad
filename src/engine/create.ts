// Puts the engine together.
import { createBatches } from './batches/batches.ts'
import { cancel, decide, presentState, reconcile, revise } from './commands/commands.ts'
import type { EngineContext } from './context.ts'
import { openControl } from './control.ts'
import type { Engine } from './engine.ts'
import type { EngineParts, InForce } from './parts.ts'
import { createAccess } from './commands/access.ts'
import { createFreezes } from './commands/freezes.ts'
import { previewPlan } from './commands/preview.ts'
import { createRunClock } from './worker/run-clock.ts'
import { createRegistries, type Registries } from './registries.ts'
import { createAdapters } from './commands/adapters.ts'
import { createOverlay } from './slots/overlay.ts'
import { createSlotting, guardsOf } from './slots/slotting.ts'
import { createRunEnds } from './worker/run-end.ts'
import { resumeRun } from './commands/resume.ts'
import { startRun } from './commands/start.ts'
import { payloadValue } from './values.ts'
import { openStops } from './worker/stops.ts'
import { createWorker } from './worker/worker.ts'
import { summaryOf } from '../tools/summary.ts'

const PAGE = 1000

/** Continues every run that is not over: now, or when the clock can move it next. */
async function recover({ parts, worker }: EngineContext): Promise<{ open: number }> {
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

/** Starts the engine over a journal and puts the registry into force; `recover` then continues the open runs. */
export async function createEngine(parts: EngineParts, first: InForce): Promise<Engine> {
  const control = await openControl(parts)
  const overlay = createOverlay(parts, control)
  const slotting = createSlotting(parts, control)
  const guards = guardsOf(slotting, () => registries.current().registry)
  const registries: Registries = await createRegistries({ parts, control, overlay, guards }, first)
  await slotting.restore(registries)
  const freezes = createFreezes(control)
  const clock = createRunClock(parts)
  const worker = createWorker(parts, { registries, clock, stops: await openStops(parts) })
  const ends = createRunEnds(worker)
  const context: EngineContext = { parts, registries, freezes, worker, clock }
  const batches = createBatches(context)
  const registry = () => registries.current().registry
  return {
    start: (request, by) => startRun(context, request, by),
    preview: (request, customer) =>
      previewPlan(context, request, { customer: customer ?? null, settled: ends.wait }),
    state: (runId) => presentState(context, runId),
    settled: ends.wait,
    paused: ends.waitForPeople,
    planned: ends.waitForPlan,
    cancel: (runId, request) => cancel(context, runId, request),
    resume: (runId, by, corrected) => resumeRun(context, runId, { by, corrected: corrected ?? {} }),
    reconcile: (runId, stepId, request) => reconcile(context, runId, { ...request, stepId }),
    decide: (approvalId, request, by) => decide(context, { approvalId, request, by }),
    revise: (runId, stepId, revision) => revise(context, runId, { ...revision, stepId }),
    payload: (runId, digest) => payloadValue(parts.journal, runId, digest),
    words: (tool, output) => summaryOf(registries.current().installed.tools.get(tool), output),
    toolOf: (name) => registries.current().installed.tools.get(name),
    texts: () => registries.current().installed.texts,
    stored: registries.libraries.stored,
    registry,
    adopt: (next, by, onWritten) => registries.adopt(next, { by: by.id, onWritten }),
    adapters: createAdapters({ parts, control, registries, overlay, slotting }),
    access: createAccess(control),
    freezes: freezes.list,
    freeze: (request, by) => freezes.freeze(request, registry(), by),
    lift: (request, by) => freezes.lift(request, registry(), by),
    applyAlerts: (alerts, by) => freezes.applyAlerts(alerts, registry(), by),
    workers: () => ({ busy: worker.busy(), idle: Math.max(0, parts.settings.maxRuns - worker.busy()) }),
    batches,
    recover: async () => {
      const found = await recover(context)
      await batches.recover()
      return found
    },
    stop: async (graceMs) => {
      batches.stop()
      await worker.stop(graceMs)
      await slotting.stop()
    },
  }
}
