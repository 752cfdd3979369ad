// Why a command ended without its result, and with which exit code. Used by every command; cugar.ts alone shows it.
import { CommanderError } from 'commander'
import { AppError } from '../errors.ts'
import type { ProblemItem } from '../events/problem.ts'

/** 0: done. 1: the run failed, or a check found something. 2: wrong usage. */
export type ExitCode = 0 | 1 | 2

/** Codes that only the command line has; a server's refusal has the server's own code. */
export type CliCode =
  | 'USAGE'
  | 'FILE_UNREADABLE'
  | 'FILE_UNWRITABLE'
  | 'FILE_INVALID'
  | 'SERVER_UNREACHABLE'
  | 'SERVER_ANSWER'
  | 'STREAM_ENDED'
  | 'NO_ANSWER'
  | 'NO_JOURNAL'
  | 'NO_BENCH'
  | 'UNREACHABLE'

const USAGE_CODES: ReadonlySet<string> = new Set(['USAGE', 'FILE_UNREADABLE', 'FILE_INVALID'])

/** Why a command cannot go on. `code` may be a server's. */
export class CliError extends Error {
  readonly code: string
  readonly problems: readonly ProblemItem[]

  constructor(
    code: string,
    detail: string,
    options: { cause?: unknown; problems?: readonly ProblemItem[] } = {},
  ) {
    super(detail, { cause: options.cause })
    this.name = 'CliError'
    this.code = code
    this.problems = options.problems ?? []
  }
}

export const cliError = (
  code: CliCode,
  detail: string,
  options: { cause?: unknown; problems?: readonly ProblemItem[] } = {},
): CliError => new CliError(code, detail, options)

/** The command was given something that it does not accept: exit code 2. */
export const usage = (detail: string): CliError => cliError('USAGE', detail)

export type Report = {
  readonly exitCode: ExitCode
  readonly code: string
  readonly detail: string
  readonly errors: readonly ProblemItem[]
  /** Where it was thrown; only for an error that nobody expected. */
  readonly stack: string | null
}

function usageReport(error: CommanderError): Report | null {
  if (error.exitCode === 0) return null
  const missing = error.code === 'commander.help'
  const detail = missing ? 'a command is missing' : error.message.replace(/^error: /, '')
  return { exitCode: 2, code: 'USAGE', detail, errors: [], stack: null }
}

/** null: nothing went wrong, help or version was asked for. */
export function reportOf(error: unknown): Report | null {
  if (error instanceof CommanderError) return usageReport(error)
  if (error instanceof CliError) {
    const exitCode = USAGE_CODES.has(error.code) ? 2 : 1
    return { exitCode, code: error.code, detail: error.message, errors: error.problems, stack: null }
  }
  if (error instanceof AppError) {
    const detail = error.problems.length > 0 ? error.title : error.message
    return { exitCode: 1, code: error.code, detail, errors: error.problems, stack: null }
  }
  const detail = error instanceof Error ? error.message : String(error)
  const stack = error instanceof Error ? (error.stack ?? null) : null
  return { exitCode: 1, code: 'INTERNAL', detail, errors: [], stack }
}
