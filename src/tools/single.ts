// One tool by itself, outside any run: the same checks as a step has, no journal, no budget, no approval.
import { z } from 'zod'
import type { Adapter } from '../adapters/adapter.ts'
import { digestOf, jsonPayload } from '../events/digest.ts'
import { isRecord } from '../events/json.ts'
import { problemsOf, type ProblemItem } from '../events/problem.ts'
import type { FailureMode } from '../events/taxonomy.ts'
import { CallError, classify, isToldWhole } from '../run/failure.ts'
import { labelSchema } from './field.ts'
import { NO_TEXTS, type OwnTexts } from './text-file.ts'
import type { RunRecords } from './run-records.ts'
import { noModel } from './tool-model.ts'
import { ALONE_MS, type DefinedTool, type Tool, type ToolContext } from './tool.ts'
import { unfitProblems } from './unfit.ts'

/** Last instant that a date can express, epoch milliseconds. */
const LAST_INSTANT = 8_640_000_000_000_000

const isAdapter = (value: unknown): value is Adapter =>
  isRecord(value) && typeof value['name'] === 'string' && typeof value['interface'] === 'string'

/** What a caller may say of the call; everything else has a fixed value, so that the same call gives the same output. */
const contextSchema = z.strictObject({
  trace_id: labelSchema.max(200).default('0'.repeat(32)),
  run_id: labelSchema.max(200).default('run_single'),
  step_id: labelSchema.max(200).default('s1'),
  profile: labelSchema.max(200).default('single'),
  tenant: labelSchema.max(200).default('default'),
  /** Epoch milliseconds. */
  at: z.int().min(0).max(LAST_INSTANT).default(0),
  adapter: z.custom<Adapter>(isAdapter, 'must be an adapter').nullable().default(null),
  texts: z.custom<OwnTexts>(isRecord, 'must be an object').default(NO_TEXTS),
  runs: z.custom<RunRecords>(isRecord, 'must be an object').nullable().default(null),
  signal: z.instanceof(AbortSignal).optional(),
  /** Is told what the tool, or one of its schemas, threw without declaring it: for its developer alone. */
  on_thrown: z
    .custom<(error: unknown) => void>((value) => typeof value === 'function', 'must be a function')
    .optional(),
})
export type SingleContext = z.input<typeof contextSchema>

export type SingleResult =
  | { readonly output: unknown }
  | {
      readonly error: {
        readonly code: 'INVALID_INPUT' | FailureMode
        readonly detail: string
        readonly errors: readonly ProblemItem[]
      }
    }

const failed = (
  code: 'INVALID_INPUT' | FailureMode,
  detail: string,
  errors: readonly ProblemItem[] = [],
): SingleResult => ({ error: { code, detail, errors } })

/** A thrown value as a result, in the words that a failed step would have. */
function failedCall(error: unknown): SingleResult {
  const { mode, message } = classify(error)
  return failed(mode, message, error instanceof CallError ? error.problems : [])
}

function toolContext(tool: Tool, input: unknown, given: z.output<typeof contextSchema>): ToolContext {
  return {
    traceId: given.trace_id,
    runId: given.run_id,
    stepId: given.step_id,
    profile: given.profile,
    tenant: given.tenant,
    at: given.at,
    idempotencyKey: digestOf({ tool: tool.name, input, trace_id: given.trace_id }),
    signal: given.signal ?? new AbortController().signal,
    timeoutMs: ALONE_MS,
    adapter: given.adapter,
    texts: given.texts,
    runs: given.runs,
    templates: null,
    model: noModel('not_set_up'),
  }
}

function checkedOutput(tool: Tool, value: unknown): SingleResult {
  const output = tool.output.safeParse(value)
  if (output.success) return { output: output.data }
  return failed('agent_invalid_output', 'The output is not what the tool declares.', problemsOf(output.error))
}

/** Calls a tool with `item` as its input. Never rejects: what is wrong is in the result, every problem at once. */
export async function runSingle(
  tool: Tool,
  item: unknown,
  context: SingleContext = {},
): Promise<SingleResult> {
  const given = contextSchema.safeParse(context)
  const told = given.data?.on_thrown
  const fail = (error: unknown): SingleResult => {
    if (!isToldWhole(error)) told?.(error)
    return failedCall(error)
  }
  return Promise.try(() => calledWith(tool, item, given)).catch(fail)
}

/** Rejects with what the tool, or one of its schemas, throws. */
async function calledWith(
  tool: Tool,
  item: unknown,
  given: ReturnType<typeof contextSchema.safeParse>,
): Promise<SingleResult> {
  const input = tool.input.safeParse(item)
  if (!input.success || !given.success) {
    const inContext = problemsOf(given.error ?? new z.ZodError([]))
    return failed('INVALID_INPUT', 'The input is not valid; see errors for every problem.', [
      ...unfitProblems(input.error?.issues ?? [], item),
      ...inContext.map((problem) => ({
        ...problem,
        path: ['context', problem.path].filter(Boolean).join('.'),
      })),
    ])
  }
  if (jsonPayload(item) === null) {
    return failed('INVALID_INPUT', 'The input is not JSON: a number in it is out of range.')
  }
  return checkedOutput(tool, await tool.call(input.data, toolContext(tool, input.data, given.data)))
}

/** The output of a tool, or its error with every problem. */
export type TestedTool<O> = { readonly output: O } | Extract<SingleResult, { error: unknown }>

/**
 * Calls a tool as its own tests do: the same checks as a step has, a fixed clock, no journal and no budget. `context`
 * says what the call shall know, such as `{ at: 0, adapter: calendar }`. Never rejects.
 *
 * @example
 * ```ts
 * import { defineTool, testTool } from 'cugar-sales'
 * import { z } from 'zod'
 *
 * const double = defineTool({
 *   name: 'double',
 *   input: z.object({ n: z.number() }),
 *   output: z.object({ n: z.number() }),
 *   run: ({ n }) => ({ n: 2 * n }),
 * })
 * console.log(await testTool(double, { n: 2 })) // { output: { n: 4 } }
 * ```
 */
export async function testTool<I extends z.ZodType, O extends z.ZodType>(
  tool: DefinedTool<I, O>,
  input: unknown,
  context: SingleContext = {},
): Promise<TestedTool<z.output<O>>> {
  const result = await runSingle(tool, input, context)
  return 'error' in result ? result : { output: result.output as z.output<O> }
}
