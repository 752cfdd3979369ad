// How a command that serves ends: the first SIGINT or SIGTERM asks it to stop, the second one ends it at once.
import { isRefused } from '../containment.ts'
import { endProcess } from '../process-ends.ts'

export type Stopping = {
  readonly signal: AbortSignal
  /** Resolves when the process was asked to stop. */
  readonly asked: Promise<void>
}

/** Ctrl-C comes twice where npm started us: from the terminal, and from npm, which hands it on. */
const SAME_MS = 500

export function stopOnSignal(): Stopping {
  const controller = new AbortController()
  const { signal } = controller
  let askedAt = 0
  const stop = (): void => {
    // No signal: somebody's code has emitted its event.
    if (isRefused('process.emit')) return
    if (!signal.aborted) askedAt = performance.now()
    else if (performance.now() - askedAt > SAME_MS) endProcess(1)
    controller.abort()
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  const asked = new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
  return { signal, asked }
}
