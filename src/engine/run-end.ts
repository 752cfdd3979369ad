// Waiting for a run to be over.
import type { RunState } from '../run/state.ts'
import type { Worker } from './worker.ts'

export type RunEnds = {
  /** The run when it is over, or as it stands after `timeoutMs` or at the signal. Errors: RUN_NOT_FOUND. */
  readonly wait: (runId: string, timeoutMs: number, signal: AbortSignal) => Promise<RunState>
}

export function createRunEnds(worker: Worker): RunEnds {
  const waiting = new Map<string, Set<(state: RunState | null) => void>>()
  worker.onFinished((state) => waiting.get(state.runId)?.forEach((resolve) => resolve(state)))

  const wait: RunEnds['wait'] = async (runId, timeoutMs, signal) => {
    const { promise, resolve } = Promise.withResolvers<RunState | null>()
    const listeners = waiting.get(runId) ?? new Set()
    waiting.set(runId, listeners.add(resolve))
    const giveUp = (): void => resolve(null)
    const timer = setTimeout(giveUp, timeoutMs)
    signal.addEventListener('abort', giveUp, { once: true })
    try {
      // A run in the worker's hands needs no reading; any other may be over already, or unknown.
      const state = worker.isActive(runId) ? null : await worker.load(runId)
      if (state?.finished) return state
      return (await promise) ?? (await worker.load(runId))
    } finally {
      clearTimeout(timer)
      signal.removeEventListener('abort', giveUp)
      listeners.delete(resolve)
      if (listeners.size === 0) waiting.delete(runId)
    }
  }
  return { wait }
}
