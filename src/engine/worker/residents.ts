// The runs that are in memory: those that something is under way for, and the ones that were let go last, so that a
// decision that comes soon finds its run without reading it again. Promises one copy of a run, however many ask for it.
import { boundedMap, releasingMap } from '../../cache.ts'
import { AppError } from '../../errors.ts'
import { kindOf } from '../../events/stream.ts'
import { handOver, replay } from '../../run/replay.ts'
import type { RunState } from '../../run/state.ts'
import { activeRun, type ActiveRun } from '../active-run.ts'
import type { EngineParts } from '../parts.ts'
import type { Registries } from '../registries.ts'
import type { RunClock } from './run-clock.ts'
import type { Stops } from './stops.ts'

export type Residents = {
  /** A run that was never in the journal, or was just accepted. */
  readonly add: (run: ActiveRun) => void
  /**
   * Uses the run, loading it once however many ask. `use` runs in the same turn in which the run is known to be the
   * active one: a run that was let go in between would be a second copy of it. Errors: RUN_NOT_FOUND.
   */
  readonly use: (runId: string, use: (run: ActiveRun) => void) => Promise<void>
  /** A run as the journal has it: one that is being moved may have an append that it has not taken in yet. */
  readonly present: (runId: string) => Promise<RunState>
  readonly isActive: (runId: string) => boolean
  readonly active: () => readonly ActiveRun[]
  /** Lets a run go, and does not keep it at hand. */
  readonly forget: (runId: string) => void
  /** Lets a run go; one that is not over stays at hand for a while. */
  readonly remove: (run: ActiveRun) => void
}

const RECENT_RUNS = 64

export type ResidentParts = {
  readonly registries: Registries
  readonly clock: RunClock
  readonly stops: Stops
}

export function createResidents(parts: EngineParts, { registries, clock, stops }: ResidentParts): Residents {
  const active = releasingMap<string, ActiveRun>()
  const recent = boundedMap<ActiveRun>(RECENT_RUNS)
  const loading = releasingMap<string, Promise<ActiveRun>>()

  const load = async (runId: string): Promise<ActiveRun> => {
    // The journal has other streams than those of runs: their ids are no runs to anybody.
    if (kindOf(runId) !== 'run') throw new AppError('RUN_NOT_FOUND', { run_id: runId })
    const [events, stream] = await Promise.all([parts.journal.read(runId), parts.journal.stream(runId)])
    const state = replay(events)
    if (state === null || stream === null) throw new AppError('RUN_NOT_FOUND', { run_id: runId })
    const equipment = await registries.equipmentOf(state.registry)
    const taken = handOver(state, parts.writer, clock.now(state))
    const isFromStop = stops.has(state.writer)
    return activeRun(taken, { ...equipment, salt: stream.salt, clock, isFromStop })
  }
  const activate = (run: ActiveRun): ActiveRun => {
    recent.delete(run.runId)
    active.set(run.runId, run)
    return run
  }
  const held = (runId: string): ActiveRun | undefined => active.get(runId) ?? recent.get(runId)
  return {
    add: activate,
    use: async (runId, use) => {
      const known = held(runId)
      if (known) return use(activate(known))
      const reading = loading.get(runId) ?? load(runId).finally(() => loading.delete(runId))
      loading.set(runId, reading)
      const loaded = await reading
      use(activate(active.get(runId) ?? loaded))
    },
    present: async (runId) => {
      const run = held(runId)
      return run && !run.draining ? run.state : (await load(runId)).state
    },
    isActive: (runId) => active.has(runId),
    active: () => [...active.values()],
    forget: (runId) => {
      active.delete(runId)
      recent.delete(runId)
    },
    remove: (run) => {
      active.delete(run.runId)
      if (run.state.finished === null && run.state.version > 0) recent.set(run.runId, run)
    },
  }
}
