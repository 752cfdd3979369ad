// The memory of a thread outside of its heap: buffers, and the memory of WebAssembly. The limits that a thread is made
// with do not count it, so that a tool could take all that the machine has; somebody has to look.
import type { Worker } from 'node:worker_threads'

const MEGABYTE = 1024 * 1024
/** Beside the limits of its heap. */
export const MOST_OUTSIDE_MB = 256
const LOOK_MS = 50

/** Tells once when the thread holds too much; until then it looks again and again. Returns how to look no more. */
export function watchMemory(worker: Worker, onTooMuch: () => void): () => void {
  let timer: NodeJS.Timeout | null = null
  let isOver = false
  const again = (): void => {
    if (!isOver) timer = setTimeout(look, LOOK_MS).unref()
  }
  const look = (): void => {
    worker.getHeapStatistics().then(
      ({ external_memory }) => (external_memory > MOST_OUTSIDE_MB * MEGABYTE ? onTooMuch() : again()),
      // It has not begun yet, or has ended, which whoever waits for it will tell.
      again,
    )
  }
  again()
  return () => {
    isOver = true
    if (timer !== null) clearTimeout(timer)
  }
}
