// A result as a line of JSON: what `--json` prints, `--out` keeps and `report` reads. A line may come from anywhere:
// it is checked whole.
import { appendFile } from 'node:fs/promises'
import { z } from 'zod'
import { BenchError, reasonOf } from './failure.ts'

/** A figure that was not a number is null in JSON. */
const value = z
  .number()
  .nullable()
  .transform((number) => number ?? Number.NaN)

const machine = {
  at: z.iso.datetime(),
  node: z.string(),
  cpu: z.string(),
  cores: z.number(),
  memoryGb: z.number(),
  load: z.number(),
}
const curve = z.object({
  plot: z.string(),
  name: z.string(),
  kind: z.enum(['distribution', 'line']),
  x: z.string(),
  y: z.string(),
  points: z.array(z.tuple([z.number(), value])),
})
const settings = z.record(z.string(), z.number())

export const resultSchema = z.object({
  bench: z.string(),
  commit: z.string(),
  ...machine,
  durability: z.string(),
  settings,
  figures: z.array(z.object({ name: z.string(), value, unit: z.string() })),
  /** Results of before there were curves have none. */
  curves: z.array(curve).default([]),
})
export type Result = z.output<typeof resultSchema>

const side = z.object({ name: z.string(), commit: z.string() })

export const comparisonSchema = z.object({
  compare: z.string(),
  ...machine,
  rounds: z.number(),
  settings,
  base: side,
  head: side,
  /** head/base: median of the rounds, lowest and highest; null where a base of 0 has no ratio. */
  figures: z.array(
    z.object({
      bench: z.string(),
      name: z.string(),
      unit: z.string(),
      base: value,
      head: value,
      ratio: z.number().nullable(),
      lowest: z.number().nullable(),
      highest: z.number().nullable(),
      /** Does the spread exclude 1? null: too few rounds to say, or no ratio. */
      differs: z.boolean().nullable(),
    }),
  ),
  /** What only one side has, in words. */
  missing: z.array(z.string()),
  /** The medians of each side as results of their own; the base's first. */
  results: z.array(resultSchema),
})
export type Comparison = z.output<typeof comparisonSchema>

export type Kept = { readonly result: Result } | { readonly comparison: Comparison }

const problems = ({ issues }: z.ZodError): string =>
  issues.map(({ path, message }) => `${path.join('.') || 'the line'}: ${message}`).join('; ')

/** Errors: an Error that says what is wrong with the line. */
export function readLine(line: string): Kept {
  const read: unknown = JSON.parse(line)
  const isComparison = typeof read === 'object' && read !== null && 'compare' in read
  const parsed = isComparison ? comparisonSchema.safeParse(read) : resultSchema.safeParse(read)
  if (!parsed.success) throw new TypeError(problems(parsed.error))
  return 'compare' in parsed.data ? { comparison: parsed.data } : { result: parsed.data }
}

export type Keep = (line: string) => Promise<void>

/** Appends lines to a file; without one, keeps nothing. Found out before anything is measured. */
export async function keepIn(path: string | undefined): Promise<Keep> {
  if (path === undefined) return async () => undefined
  await appendFile(path, '').catch((cause: unknown) => {
    throw new BenchError(2, `${path} cannot be written: ${reasonOf(cause)}`, { cause })
  })
  return (line) => appendFile(path, `${line}\n`)
}
