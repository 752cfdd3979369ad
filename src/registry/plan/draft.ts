// A plan as whoever makes it writes it: in registry.yaml, in the body of a request, in a file, with the builder. Data
// only: what a step costs, risks and needs a person for is never said here, it comes from registry and profile.
import { z } from 'zod'
import { name } from '../name.ts'

/** What expressions and sources use already, and what the spans of a run are called. */
const RESERVED: ReadonlySet<string> = new Set(
  (
    'context item plan llm true false null in as break const continue else for function if import let loop package ' +
    'namespace return var void while has size all exists exists_one map filter'
  ).split(' '),
)

export const MOST_ITEMS = 100
const MOST_SOURCES = 10

const stepId = name.refine((text) => !RESERVED.has(text), {
  error: 'is a reserved word; choose another name',
})

const reference = z
  .string()
  .max(200)
  .regex(/^(context|[a-z][a-z0-9_]*)(\.[A-Za-z_]\w*)+$/)
/** null would be no value at all. */
const literal = z.strictObject({
  value: z.json().refine((value) => value !== null, { error: 'must not be null' }),
})

const SOURCE_RULE = 'must be context.<path>, <step>.<output>, { value: ... } or a list of these'
const source = z.union([reference, literal], { error: SOURCE_RULE })
const sources = z.union([reference, literal, z.array(source).min(1).max(MOST_SOURCES)], {
  error: SOURCE_RULE,
})

export type SourceDraft = z.output<typeof source>
export type SourcesDraft = z.output<typeof sources>

const stepDraft = z.strictObject({
  id: stepId.optional(),
  tool: name,
  inputs: z.record(name, sources).default({}),
  after: z.array(name).max(MOST_ITEMS).default([]),
})

/** One step: it is called `id`, or as its tool where it says nothing. */
export type StepDraft = z.output<typeof stepDraft>

export const planDraftSchema = z.strictObject({
  description: z.string().min(1).max(500).optional(),
  steps: z
    .array(stepDraft)
    .min(1)
    .max(MOST_ITEMS)
    .meta({ description: 'Each may take values of those before it.' }),
})

/** A plan as it is checked; `PlanDraftInput` is how it may be written. */
export type PlanDraft = z.output<typeof planDraftSchema>
export type PlanDraftInput = z.input<typeof planDraftSchema>

export const idOf = (step: Pick<StepDraft, 'id' | 'tool'>): string => step.id ?? step.tool

/** `context.<path>` or `<step>.<path>` as it is looked up. */
export type Reference = { readonly context: string } | { readonly step: string; readonly output: string }

export function referenceOf(text: string): Reference {
  const dot = text.indexOf('.')
  const [from, path] = [text.slice(0, dot), text.slice(dot + 1)]
  return from === 'context' ? { context: path } : { step: from, output: path }
}
