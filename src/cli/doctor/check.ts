// One check of the doctor: how it is, and what to do when it is wrong.
import { AppError } from '../../errors.ts'
import { CliError } from '../failure.ts'

export type Check = {
  readonly check: string
  readonly ok: boolean
  readonly detail: string
  /** What to do; null when nothing is to be done. */
  readonly advice: string | null
}

export const good = (check: string, detail: string): Check => ({ check, ok: true, detail, advice: null })
export const bad = (check: string, detail: string, advice: string): Check => ({
  check,
  ok: false,
  detail,
  advice,
})

/** An error that a person can do something about, as its sentence; any other one is thrown again. */
export function sentenceOf(error: unknown): string {
  if (!(error instanceof AppError) && !(error instanceof CliError)) throw error
  const problems = error.problems.map(({ path, message }) => `${path} ${message}`)
  return problems.length > 0 ? problems.join('; ') : error.message
}
