// One thing that is wrong with an input, and where. Made from zod's issues; never repeats the value.
import type { z } from 'zod'

export type ProblemItem = {
  /** Dotted path into the input, '' for the whole; or `line N` of a file. */
  readonly path: string
  readonly message: string
}

export const problemsOf = (error: z.ZodError): ProblemItem[] =>
  error.issues.map((issue) => ({ path: issue.path.map(String).join('.'), message: issue.message }))
