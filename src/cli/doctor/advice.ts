// What to do about a journal that cannot be used, by what its store says of it. The doctor says it, and a start that is
// refused.
import { AppError } from '../../errors.ts'
import type { Remedy } from '../../journal/unusable.ts'

/** `PLACE` is the setting that names where the journal is. */
const ADVICE: Readonly<Record<Remedy, string>> = {
  rights: 'give this user the right to write there, or set PLACE to another place',
  place: 'set PLACE to a folder of its own, or put right what is there',
  restore: 'keep a copy of all that is there, then restore it from a backup, or set PLACE to a new one',
  newer: 'start the version of cugar that wrote it, or a later one: nothing is wrong with it',
  stop: 'stop the program that has it open, or set PLACE to another place',
  lock: 'delete lock.db while no server runs there: the next start makes it anew',
  disk: 'look after the disk (the log of the machine says more) before anything is written again',
  room: 'make room on its disk, or set PLACE to another place',
  memory: 'let this process have more memory and open files (`ulimit -a` shows what it may have)',
}

/** What stores say of the machine they are on: messages and codes of SQLite, PostgreSQL and the system. */
const SIGNS: readonly { readonly signs: RegExp; readonly remedy: Remedy }[] = [
  {
    signs: /\b(?:readonly|read-only|permission denied|EACCES|EPERM|EROFS|25006|42501)\b/i,
    remedy: 'rights',
  },
  { signs: /\b(?:is full|no space left|disk full|ENOSPC|EDQUOT|53100)\b/i, remedy: 'room' },
  { signs: /\b(?:EMFILE|ENFILE|out of memory|ENOMEM|53200)\b/i, remedy: 'memory' },
  { signs: /unable to open database file/i, remedy: 'rights' },
  { signs: /\bdatabase (?:table )?is locked\b/i, remedy: 'stop' },
  { signs: /\b(?:disk I\/O error|EIO|58030)\b/i, remedy: 'disk' },
  {
    signs: /\b(?:malformed|not a database|no such table|42P01|42P07|42701|42703|XX001|XX002)\b/i,
    remedy: 'restore',
  },
  { signs: /\bIts schema is version\b/, remedy: 'newer' },
]

const DEEPEST_CAUSE = 5

/** Messages and codes of an error and its causes. */
function signsOf(error: unknown, depth = 0): string {
  if (!(error instanceof Error) || depth > DEEPEST_CAUSE) return ''
  const code = 'code' in error ? String(error.code) : ''
  return [code, error.message, signsOf(error.cause, depth + 1)].join(' ')
}

/** Whoever says what to do by itself, as a session of PostgreSQL does, after what went wrong. */
const SAYS_ITSELF = /\b(?:53300|57P03|ECONNREFUSED|ENOTFOUND|28P01|28000|3D000)\b/

function remedyOf(error: unknown): Remedy | null {
  const said = error instanceof AppError ? error.params['remedy'] : undefined
  const own = Object.keys(ADVICE).find((remedy): remedy is Remedy => remedy === said)
  if (own !== undefined) return own
  const signs = signsOf(error)
  return SIGNS.find((one) => one.signs.test(signs))?.remedy ?? null
}

/** `place`: the setting. A journal that is whole is never to be restored; of what nobody knows, a copy is kept first. */
export function adviceOn(error: unknown, place: string): string {
  if (SAYS_ITSELF.test(signsOf(error)))
    return 'do what it says, and nothing else: the journal itself is not at fault'
  const remedy = remedyOf(error)
  if (remedy !== null) return ADVICE[remedy].replaceAll('PLACE', place)
  return `nothing was changed; keep a copy of it before anything else is tried, or set ${place} to a new one`
}

/** A refused start, with what to do about it, unless it says so itself. */
export function withAdvice(error: AppError, place: string): AppError {
  if (SAYS_ITSELF.test(signsOf(error))) return error
  const advice = adviceOn(error, place)
  const why = `${error.message.replace(/[.\s]*$/, '')}. What to do: ${advice}.`
  return new AppError('JOURNAL_BROKEN', { ...error.params, why }, { cause: error })
}
