// One thing that is wrong with an input, and where. Made from zod's issues; never repeats the value.
import { z } from 'zod'

export const problemSchema = z.strictObject({
  /** Dotted path into the input, '' for the whole; or `line N` of a file. */
  path: z.string(),
  message: z.string(),
})
export type ProblemItem = Readonly<z.output<typeof problemSchema>>

export const problemsOf = (error: z.ZodError): ProblemItem[] =>
  error.issues.map((issue) => ({ path: issue.path.map(String).join('.'), message: issue.message }))
