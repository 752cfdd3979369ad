// One check of the doctor: how it is, and what to do when it is wrong.
import { AppError } from '../../errors.ts'
import type { ProblemItem } from '../../events/problem.ts'
import { CliError } from '../failure.ts'

export type Check = {
  readonly check: string
  readonly ok: boolean
  readonly detail: string
  /** What to do; null when nothing is to be done. Where all is well it is a warning. */
  readonly advice: string | null
  /** Each single problem, where there can be several. */
  readonly problems: readonly ProblemItem[]
}

export const good = (check: string, detail: string): Check => ({
  check,
  ok: true,
  detail,
  advice: null,
  problems: [],
})
export const bad = (check: string, detail: string, advice: string): Check => ({
  check,
  ok: false,
  detail,
  advice,
  problems: [],
})

/** Nothing is broken, and something is missing that one should have. */
export const doubtful = (check: string, detail: string, advice: string): Check => ({
  ...good(check, detail),
  advice,
})

const sentence = ({ path, message }: ProblemItem): string => [path, message].filter(Boolean).join(' ')

/** A check that lists what is wrong, problem by problem. */
export const listed = (check: string, problems: readonly ProblemItem[], advice: string): Check => ({
  ...bad(check, problems.map(sentence).join('; '), advice),
  problems,
})

/** An error that a person can do something about, as its sentence; any other one is thrown again. */
export function sentenceOf(error: unknown): string {
  if (!(error instanceof AppError) && !(error instanceof CliError)) throw error
  return error.problems.length > 0 ? error.problems.map(sentence).join('; ') : error.message
}
