// How a command that serves ends: the first SIGINT or SIGTERM asks it to stop, the second one ends it at once.

export type Stopping = {
  readonly signal: AbortSignal
  /** Resolves when the process was asked to stop. */
  readonly asked: Promise<void>
}

export function stopOnSignal(): Stopping {
  const controller = new AbortController()
  const { signal } = controller
  const stop = (): void => {
    if (signal.aborted) process.exit(1)
    controller.abort()
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  const asked = new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
  return { signal, asked }
}
