import { existsSync, readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'

const AGAIN_MS = 20
/** Who does nothing for so long never will. */
const PATIENCE_MS = 120_000

/**
 * Waits until `count` is so many more than now. By this a life is measured before it is killed, and not by the clock:
 * what is done between two kills is then the same on every machine. Rejects when nothing comes of it.
 */
export async function untilMore(count: () => number, more: number): Promise<void> {
  const wanted = count() + more
  for (const patience = AbortSignal.timeout(PATIENCE_MS); count() < wanted; await pause(AGAIN_MS))
    if (patience.aborted)
      throw new Error(`${wanted - count()} of ${more} are not done after ${PATIENCE_MS} ms`)
}

/** The lines of a file that another process may be writing to just now: it may be empty, or its last line unfinished. */
export function wholeLines(file: string): string[] {
  if (!existsSync(file)) return []
  const text = readFileSync(file, 'utf8')
  const end = text.lastIndexOf('\n')
  return end < 0 ? [] : text.slice(0, end).split('\n')
}
