// Listening to signals that outlive many listeners, and ends that are asked for more than once. Belongs to no layer.
import { memoize, releasingMap, type ReleasingMap } from './cache.ts'

const listenersOf = memoize((signal: AbortSignal): ReleasingMap<object, () => void> => {
  const listeners = releasingMap<object, () => void>()
  const tell = (): void => {
    for (const listener of listeners.values()) listener()
  }
  signal.addEventListener('abort', tell, { once: true })
  return listeners
})

/**
 * Tells the listener when the signal aborts; what it returns takes the listener away. A signal that is aborted tells
 * nobody. A signal has one listener of its own for all of them: one that it has lost leads to the next one that it was
 * given, and once one of them has become old, the collections of young garbage take all after it for alive, with
 * everything that they know.
 */
export function onAbort(signal: AbortSignal, listener: () => void): () => void {
  const listeners = listenersOf(signal)
  const key = {}
  listeners.set(key, listener)
  return () => listeners.delete(key)
}

/** An end that is asked for again is the one that was asked for first. */
export function once(end: (graceMs?: number) => Promise<void>): (graceMs?: number) => Promise<void> {
  let ended: Promise<void> | undefined
  return (graceMs) => (ended ??= end(graceMs))
}
