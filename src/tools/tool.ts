// What can be done: a tool is a typed, vendor-neutral function. Used by the engine, which calls it; promises
// that `run` sees only checked input, and that time and ids come from the context, so that a call can be replayed.
import type { z } from 'zod'
import type { Adapter } from '../adapters/adapter.ts'
import type { CrmAdapter } from '../adapters/crm.ts'
import { CallError } from '../run/failure.ts'
import type { LibraryRecords } from './library-records.ts'
import type { RunRecords } from './run-records.ts'
import { NO_TEXTS, type OwnTexts } from './text-file.ts'
import { noModel, type ToolModel } from './tool-model.ts'
import { unfitProblems } from './unfit.ts'

/** What a tool knows of its call besides its input. */
export type ToolContext = {
  readonly traceId: string
  readonly runId: string
  readonly stepId: string
  readonly profile: string
  readonly tenant: string
  /** The instant of the call, epoch milliseconds: a tool has no clock of its own. */
  readonly at: number
  /** The same for every repetition of this call: a vendor can recognise it. */
  readonly idempotencyKey: string
  /** Aborted at the time limit and when the run is cancelled. */
  readonly signal: AbortSignal
  /** Milliseconds that the whole call may take. With `signal` and `idempotencyKey` all that an adapter is told of it. */
  readonly timeoutMs: number
  /** For whom the adapter stands in, and why; null or absent: for nobody. */
  readonly degraded?: { readonly from: string; readonly reason: string } | null
  /** The one that was chosen for this call, for tools that declare an interface; null: none serves. Narrow it (`isCrm`). */
  readonly adapter: Adapter | null
  /** The operator's own texts; a tool that the registry isolates is given none. */
  readonly texts: OwnTexts
  /** Past runs, as far as the caller's run may see them; null outside a run, and for a tool that the registry isolates. */
  readonly runs: RunRecords | null
  /** The tenant's library of message templates; null outside a run, and for a tool that the registry isolates. */
  readonly templates: LibraryRecords | null
  /** The language model of the profile, for a tool whose registry entry says `model: true`; it may give no answer. */
  readonly model: ToolModel
}

/**
 * Whether the adapter that a tool was given is one of interface `crm`, with its operations; false for null as well.
 *
 * @example
 * ```ts
 * import { defineAdapter, isCrm } from 'cugar-sales'
 *
 * const calendar = defineAdapter({ name: 'calendar', interface: 'calendar' })
 * console.log(isCrm(calendar), isCrm(null)) // false false
 * ```
 */
export const isCrm = (adapter: Adapter | null): adapter is CrmAdapter => adapter?.interface === 'crm'

/** A tool as the engine calls it; made by `defineTool`. */
export type Tool = {
  /** As in registry.yaml. */
  readonly name: string
  readonly input: z.ZodType
  readonly output: z.ZodType
  /** With input that was checked already; its output is checked by whoever calls. */
  readonly call: (input: unknown, context: ToolContext) => unknown
  /** URL of the module that exports it: a tool that the registry isolates is loaded from there. */
  readonly module?: string
  /** It reads past runs: it is called in a run, and never by itself. */
  readonly readsRuns?: boolean
  /** An output that a person has edited, with what follows from the edited fields made anew; absent: nothing does. */
  readonly revised?: (output: unknown) => unknown
  /**
   * What a call with an unknown outcome did, asked of whom it went to by its key: the output that it had; null: it did
   * not happen. Absent: nobody can be asked.
   */
  readonly lookUp?: (input: unknown, context: ToolContext) => Promise<unknown>
  /** What an output says, as lines for people, at once or later; absent, or anything else: its fields are shown. */
  readonly summary?: (output: unknown) => unknown
}

/** A tool with the types of its schemas. */
export type DefinedTool<I extends z.ZodType, O extends z.ZodType> = Tool & {
  readonly input: I
  readonly output: O
  /**
   * Calls it by itself, outside any run: input and output are checked as a step's are. What the context does not say
   * has a fixed value. Errors: what the tool throws; CallError `user_invalid_input` or `agent_invalid_output` with
   * every problem.
   */
  readonly run: (input: z.input<I>, context?: Partial<ToolContext>) => Promise<z.output<O>>
}

/** What `defineTool` is given. `run` sees checked input, and its output is checked too. */
export type ToolDefinition<I extends z.ZodType, O extends z.ZodType> = {
  readonly name: string
  readonly input: I
  readonly output: O
  readonly run: (input: z.output<I>, context: ToolContext) => z.input<O> | Promise<z.input<O>>
  /** `import.meta.url` of the module that exports the tool, for one that the registry isolates. */
  readonly module?: string
  /**
   * What a call with this input and this `idempotencyKey` did: the output that it had; null: it did not happen. Throws
   * where that cannot be found out.
   */
  readonly lookUp?: (input: z.output<I>, context: ToolContext) => Promise<z.input<O> | null>
  /** It reads past runs (`context.runs`), which only a run may. */
  readonly readsRuns?: boolean
  /** Figures of an output that a reviewer has edited, made anew; pure. */
  readonly revised?: (output: z.output<O>) => z.input<O>
  /** The result in words and figures, one line each; pure. A text of several lines is a line of its own. */
  readonly summary?: (output: z.output<O>) => readonly string[]
}

/** What a call outside any run may take: its adapter is told so. */
export const ALONE_MS = 30_000

const alone = (): ToolContext => ({
  traceId: '0'.repeat(32),
  runId: 'run_single',
  stepId: 's1',
  profile: 'single',
  tenant: 'default',
  at: 0,
  idempotencyKey: 'run_single/s1/1',
  signal: new AbortController().signal,
  timeoutMs: ALONE_MS,
  adapter: null,
  texts: NO_TEXTS,
  runs: null,
  templates: null,
  model: noModel('not_set_up'),
})

const MISFITS = {
  user_invalid_input: 'The input is not valid; see problems.',
  agent_invalid_output: 'The output is not what the tool declares; see problems.',
} as const

function checked<S extends z.ZodType>(schema: S, value: unknown, mode: keyof typeof MISFITS): z.output<S> {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  throw new CallError(mode, MISFITS[mode], { problems: unfitProblems(parsed.error.issues, value) })
}

/**
 * Declares a tool. Throw a `CallError` with its mode for a failure that is expected; anything else counts as a bug.
 * The schemas give the types of `run`; what is not in them is refused before the call. The tool also needs its entry
 * in registry.yaml, which says what it may do, what it costs and where its inputs come from.
 *
 * @example
 * ```ts
 * import { defineTool } from 'cugar-sales'
 * import { z } from 'zod'
 *
 * const greet = defineTool({
 *   name: 'greet',
 *   input: z.object({ name: z.string() }),
 *   output: z.object({ text: z.string(), at: z.iso.datetime() }),
 *   // A tool has no clock of its own: `at` is the instant of the call.
 *   run: ({ name }, { at }) => ({ text: `Hello, ${name}!`, at: new Date(at).toISOString() }),
 * })
 * console.log((await greet.run({ name: 'Acme' })).text) // Hello, Acme!
 * ```
 */
export const defineTool = <I extends z.ZodType, O extends z.ZodType>({
  revised,
  summary,
  lookUp,
  ...definition
}: ToolDefinition<I, O>): DefinedTool<I, O> => ({
  name: definition.name,
  input: definition.input,
  output: definition.output,
  call: (input, context) => definition.run(input as z.output<I>, context),
  run: async (input, context) => {
    const read = checked(definition.input, input, 'user_invalid_input')
    const output = await definition.run(read, { ...alone(), ...context })
    return checked(definition.output, output, 'agent_invalid_output')
  },
  ...(definition.module === undefined ? {} : { module: definition.module }),
  ...(definition.readsRuns === undefined ? {} : { readsRuns: definition.readsRuns }),
  ...(lookUp && {
    lookUp: (input: unknown, context: ToolContext) => lookUp(input as z.output<I>, context),
  }),
  ...(revised && { revised: (output: unknown) => revised(output as z.output<O>) }),
  ...(summary && { summary: (output: unknown) => summary(output as z.output<O>) }),
})
