// How a call failed, said by whoever knows: a tool, an adapter or the engine throws a CallError with its mode.
// Classified by type and code only; the text of an error is never read.
import { FAILURES, type Category, type FailureMode } from '../events/taxonomy.ts'
import type { ProblemItem } from '../events/problem.ts'
import { MOST_AFTER_MS } from './retry-after.ts'

/** What is known of the effect of a failed call. */
export type Happened = 'yes' | 'no' | 'unknown'

/**
 * A failure of a call that is expected. Its mode decides about retries and metrics; `happened` says what is known of
 * the effect: only where it is `no` may a call with effects be made again without asking a person, and the attempt
 * costs nothing then. `retryAfterMs` is the time, from now, before which a vendor wants no further call (its
 * Retry-After); the retry policy's `cap_ms` bounds it, and its `attempts` count as ever.
 *
 * @example
 * ```ts
 * import { CallError } from 'cugar-sales'
 *
 * const error = new CallError('resource_rate_limited', 'The CRM accepts no more calls now.', { happened: 'no' })
 * console.log(error.mode, error.happened) // resource_rate_limited no
 * ```
 */
export class CallError extends Error {
  readonly mode: FailureMode
  readonly happened: Happened
  readonly problems: readonly ProblemItem[]
  readonly retryAfterMs: number | null

  /**
   * `message` is ours and safe to record: no vendor text, no personal data. Of it, and of each problem, the first 1,000
   * characters are kept, and of the problems the first thousand; a wait of more than a day is a day.
   */
  constructor(
    mode: FailureMode,
    message: string,
    options: {
      happened?: Happened
      problems?: readonly ProblemItem[]
      retryAfterMs?: number
      cause?: unknown
    } = {},
  ) {
    super(message, { cause: options.cause })
    this.name = 'CallError'
    this.mode = mode
    this.happened = options.happened ?? 'unknown'
    this.problems = options.problems ?? []
    this.retryAfterMs = options.retryAfterMs ?? null
  }
}

export type Failure = {
  readonly mode: FailureMode
  readonly category: Category
  readonly retryable: boolean
  readonly happened: Happened
  readonly message: string
  /** Milliseconds before which no further call is wanted. */
  readonly retryAfterMs?: number
}

const NETWORK_CODES: Readonly<Record<string, { mode: FailureMode; happened: Happened }>> = {
  ECONNREFUSED: { mode: 'system_network', happened: 'no' },
  ENOTFOUND: { mode: 'system_network', happened: 'no' },
  EAI_AGAIN: { mode: 'system_network', happened: 'no' },
  ECONNRESET: { mode: 'system_network', happened: 'unknown' },
  EPIPE: { mode: 'system_network', happened: 'unknown' },
  ETIMEDOUT: { mode: 'system_timeout', happened: 'unknown' },
  UND_ERR_CONNECT_TIMEOUT: { mode: 'system_timeout', happened: 'no' },
  UND_ERR_HEADERS_TIMEOUT: { mode: 'system_timeout', happened: 'unknown' },
  UND_ERR_SOCKET: { mode: 'system_network', happened: 'unknown' },
}

export const failure = (mode: FailureMode, message: string, happened: Happened = 'no'): Failure => ({
  mode,
  category: FAILURES[mode].category,
  retryable: FAILURES[mode].retryable,
  happened,
  message,
})

/** Causes of causes are looked at this deep: an error may be its own cause. */
const DEEPEST_CAUSE = 5

const codeOf = (error: unknown, depth = 0): string | undefined => {
  if (typeof error !== 'object' || error === null || depth > DEEPEST_CAUSE) return undefined
  if ('code' in error && typeof error.code === 'string') return error.code
  return 'cause' in error ? codeOf(error.cause, depth + 1) : undefined
}

const isMode = (mode: unknown): mode is FailureMode =>
  typeof mode === 'string' && Object.hasOwn(FAILURES, mode)

/** A sentence for people; what is longer would be kept for ever, in the event and in every copy of it. */
const MOST_MESSAGE = 1000
const MOST_PROBLEMS = 1000

/** Whole characters, with a sign that something is left out. */
const cut = (text: string): string =>
  text.length <= MOST_MESSAGE ? text : `${text.slice(0, MOST_MESSAGE - 1).toWellFormed()}…`

/** What a CallError says, or null: whoever made it gave it what is none of its values. */
function declared({ mode, message, happened, retryAfterMs }: CallError): Failure | null {
  if (!isMode(mode) || typeof message !== 'string') return null
  const known = failure(mode, cut(message), happened === 'yes' || happened === 'no' ? happened : 'unknown')
  const asksToWait = typeof retryAfterMs === 'number' && Number.isFinite(retryAfterMs) && retryAfterMs > 0
  return asksToWait ? { ...known, retryAfterMs: Math.min(retryAfterMs, MOST_AFTER_MS) } : known
}

const bug = (): Failure =>
  failure('agent_bug', 'The tool threw an error that it does not declare.', 'unknown')

/** Whether whoever threw it declares it as a failure that is expected. Never throws. */
export function isDeclared(error: unknown): boolean {
  try {
    return error instanceof CallError && declared(error) !== null
  } catch {
    return false
  }
}

/** Declared, and without a cause: its developer knows nothing more of it than its outcome says. Never throws. */
export function isToldWhole(error: unknown): boolean {
  try {
    return isDeclared(error) && error instanceof CallError && error.cause === undefined
  } catch {
    return false
  }
}

/** Read once: a getter may say something else the next time. */
function problemOf({ path, message }: ProblemItem): ProblemItem {
  if (typeof path !== 'string' || typeof message !== 'string')
    throw new TypeError('a problem is of two texts')
  return { path: cut(path), message: cut(message) }
}

/** The first problems that it lists, for whoever may see the call's input; none where one is no problem. Never throws. */
export function declaredProblems(error: unknown): readonly ProblemItem[] {
  try {
    if (!(error instanceof CallError)) return []
    const { problems }: { readonly problems: unknown } = error
    // Its own methods may be a tool's.
    return Array.isArray(problems)
      ? Array.prototype.slice.call(problems, 0, MOST_PROBLEMS).map(problemOf)
      : []
  } catch {
    return []
  }
}

/** Any thrown value as a failure; what nobody typed is a bug in the tool and is not tried again. Never throws. */
export function classify(error: unknown): Failure {
  try {
    if (error instanceof CallError) return declared(error) ?? bug()
    const known = NETWORK_CODES[codeOf(error) ?? '']
    return known ? failure(known.mode, 'The network failed during the call.', known.happened) : bug()
  } catch {
    // It is a proxy, or its fields are getters, and reading them throws.
    return bug()
  }
}
