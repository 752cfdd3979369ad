// The keys as their file has them now: it is looked at every second, so that a key that is revoked opens nothing any more
// without a restart. A file that cannot be read, or has problems, changes nothing, and the log says so until it is right.
import { readFile, stat } from 'node:fs/promises'
import type { Logger } from 'pino'
import { AppError } from '../../errors.ts'
import type { ProblemItem } from '../../events/problem.ts'
import { parseKeys, type Keys } from './keys.ts'

export type KeysFile = {
  /** Those in force. */
  readonly keys: () => Keys
  /** Is told of them whenever the file was read again. */
  readonly observe: (listener: (keys: Keys) => void) => void
  /** Reads the file if it is another than before. Never rejects. */
  readonly look: () => Promise<void>
  readonly stop: () => void
}

const EVERY_MS = 1000
/** While it is broken, the log says so again. */
const REMIND_MS = 60_000

/** Another text has another time, size or place, however the file was replaced. */
const stampOf = async (file: string): Promise<string> => {
  const { mtimeNs, size, ino } = await stat(file, { bigint: true })
  return `${mtimeNs} ${size} ${ino}`
}

const problemsOf = (error: unknown): readonly ProblemItem[] => {
  if (error instanceof AppError && error.problems.length > 0) return error.problems
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
  return [{ path: '', message: `cannot be read (${code})` }]
}

/** `first`: the keys with which the process starts. */
export function watchKeys(file: string, first: Keys, logger: Logger): KeysFile {
  let keys = first
  let seen = ''
  let remindAt: number | null = null
  const listeners: ((keys: Keys) => void)[] = []

  const refuse = (error: unknown): void => {
    const now = performance.now()
    if (remindAt !== null && now < remindAt) return
    remindAt = now + REMIND_MS
    logger.error({ file, problems: problemsOf(error) }, 'keys file refused: the keys before stay in force')
  }
  const read = async (): Promise<void> => {
    const stamp = await stampOf(file)
    if (stamp === seen && remindAt === null) return
    const isNew = seen !== ''
    if (stamp !== seen) remindAt = null
    seen = stamp
    keys = parseKeys(await readFile(file, 'utf8'))
    remindAt = null
    if (isNew) logger.info({ file, keys: keys.length }, 'keys file read again')
    for (const listener of listeners) listener(keys)
  }
  const look = (): Promise<void> => read().catch(refuse)
  const timer = setInterval(() => void look(), EVERY_MS)
  timer.unref()
  const observe: KeysFile['observe'] = (listener) => {
    listeners.push(listener)
  }
  return { keys: () => keys, observe, look, stop: () => clearInterval(timer) }
}
