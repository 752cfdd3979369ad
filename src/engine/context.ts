// What the commands of the engine work with.
import type { Freezes } from './commands/freezes.ts'
import type { EngineParts } from './parts.ts'
import type { Registries } from './registries.ts'
import type { RunClock } from './worker/run-clock.ts'
import type { Worker } from './worker/worker.ts'

export type EngineContext = {
  readonly parts: EngineParts
  readonly registries: Registries
  readonly freezes: Freezes
  readonly worker: Worker
  readonly clock: RunClock
}
