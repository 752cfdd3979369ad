// What the machine gives this process: files that it may have open, and memory.
import { readFile } from 'node:fs/promises'
import { doubtful, good, type Check } from './check.ts'

/** One a connection, and some for the journal and its threads. */
const ENOUGH_FILES = 1024
const MIB = 1_048_576
/** A server at rest has a quarter of it, a thread of an isolated tool may take another one. */
const ENOUGH_BYTES = 512 * MIB

/** null: the system does not say; Infinity: any number. */
async function mostFiles(): Promise<number | null> {
  const limits = await readFile('/proc/self/limits', 'utf8').catch(() => '')
  const [, most] = /^Max open files +\S+ +(\d+|unlimited)/m.exec(limits) ?? []
  if (most === undefined) return null
  return most === 'unlimited' ? Infinity : Number(most)
}

/** Only what there is too little of is told. */
export async function examineMachine(): Promise<Check[]> {
  const files = await mostFiles()
  const bytes = process.availableMemory()
  const free = `${Math.floor(bytes / MIB)} MiB of memory to be had`
  return [
    ...(files === null || files >= ENOUGH_FILES
      ? []
      : [
          doubtful(
            'files',
            `this process may have ${files} open`,
            `let it have ${ENOUGH_FILES} (ulimit -n): each connection is one`,
          ),
        ]),
    bytes >= ENOUGH_BYTES
      ? good('memory', free)
      : doubtful('memory', free, `let it have ${ENOUGH_BYTES / MIB} MiB`),
  ]
}
