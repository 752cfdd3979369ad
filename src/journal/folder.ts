// Makes a folder where there is none, with what leads to it.
import { existsSync, mkdirSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

/**
 * One after the other: Node's own way down, `recursive`, never comes back from a place that takes no folders and says
 * that there is none, such as /proc. Errors: those of the system.
 */
export function makeFolder(path: string, mode = 0o777): void {
  const missing: string[] = []
  for (let at = resolve(path); !existsSync(at); at = dirname(at)) missing.push(at)
  for (const at of missing.toReversed()) makeOne(at, mode)
}

/** Somebody else may have made it in between; a link that leads nowhere is no folder. */
function makeOne(at: string, mode: number): void {
  try {
    mkdirSync(at, { mode })
  } catch (error) {
    if (!existsSync(at)) throw error
  }
}
