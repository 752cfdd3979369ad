// The model that a tool is given for one call: what it asks is prepared, recorded and paid for as every question of the
// run, and answered from the record where an earlier attempt, or the run that this one resumes, has asked it already.
import { AsyncLocalStorage } from 'node:async_hooks'
import { z } from 'zod'
import type { ModelSpec, ProfileLlm, ToolSpec } from '../../registry/registry.ts'
import type { AskModel, ModelQuestion, ModelReply } from '../../run/question.ts'
import { isTooLong, MOST_QUESTIONS } from '../../run/calls/question-most.ts'
import { objectIn } from '../../run/said-object.ts'
import { noModel, type NoAnswer, type ToolModel, type ToolQuestion } from '../../tools/tool-model.ts'
import type { ActiveRun } from '../active-run.ts'
import { askerOf, repliesTo, type SendRequest } from '../asks.ts'
import type { EngineParts, ToolAsking } from '../parts.ts'

/** The rest of its time is the tool's own: it must be able to do without an answer. */
const SHARE_OF_TIME = 0.5

const REASONS: Readonly<Record<Exclude<ModelReply['outcome'], 'success'>, NoAnswer>> = {
  error: 'unavailable',
  timeout: 'timeout',
  rate_limited: 'rate_limited',
  invalid: 'invalid_answer',
  refused: 'refused',
  cancelled: 'unavailable',
  unknown: 'unavailable',
  over_budget: 'over_budget',
}

export type ToolCallOf = {
  readonly spec: ToolSpec
  readonly stepId: string
  readonly timeoutMs: number
  /** Of the call: made when it is asked for. */
  readonly signal: () => AbortSignal
  readonly send: SendRequest
}

type Reached = {
  readonly asking: ToolAsking
  readonly llm: ProfileLlm
  readonly model: string
  readonly spec: ModelSpec
}

/** What a tool of this run may ask, or why it may not. */
function reach({ toolAsking }: EngineParts, run: ActiveRun, tool: ToolSpec): Reached | NoAnswer {
  if (tool.model !== true) return 'not_allowed'
  if (toolAsking === undefined) return 'not_set_up'
  const { llm } = run.registry.profiles[run.state.profile] ?? {}
  if (llm === undefined) return 'not_in_profile'
  if (llm.share !== 'values') return 'not_shared'
  const { models } = run.registry
  const model = toolAsking.model ?? llm.model
  const spec = Object.hasOwn(models, model) ? models[model] : undefined
  // The registry of an older run may lack the model that is set up today.
  return spec === undefined ? 'unavailable' : { asking: toolAsking, llm, model, spec }
}

/** JSON Schema as strict servers take it: without what they do not know. */
function schemaOf(purpose: string, schema: z.ZodType): ModelQuestion['schema'] {
  const { $schema: _dialect, ...shape } = z.toJSONSchema(schema, { io: 'input' })
  return { name: purpose, schema: shape }
}

function questionOf(
  { llm, model }: Reached,
  { spec, stepId }: ToolCallOf,
  asked: ToolQuestion<z.ZodType>,
): ModelQuestion {
  const { purpose, messages, schema, maxOutputTokens } = asked
  return {
    purpose,
    model,
    step_id: stepId,
    domain: spec.domain,
    tool: spec.name,
    messages,
    schema: schemaOf(purpose, schema),
    timeoutMs: llm.timeout_ms,
    ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
  }
}

/** What was said, as the tool asked for it. */
function answerIn<S extends z.ZodType>(
  { outcome, answer }: ModelReply,
  schema: S,
): { value: z.output<S> } | NoAnswer {
  if (outcome !== 'success') return REASONS[outcome]
  const said = answer !== null && 'text' in answer ? answer.text : ''
  const parsed = schema.safeParse(objectIn(said))
  return parsed.success ? { value: parsed.data } : 'invalid_answer'
}

/** The model for a call that is about to be made. */
export function toolModel(parts: EngineParts, run: ActiveRun, call: ToolCallOf): ToolModel {
  const reached = reach(parts, run, call.spec)
  if (typeof reached === 'string') return noModel(reached)
  const end = performance.now() + call.timeoutMs * SHARE_OF_TIME
  const left = (): number => end - performance.now()
  // What follows from a question is the run's business: it must not be held to be the tool's.
  const outside = AsyncLocalStorage.snapshot()
  let questions = 0
  const answered = async <S extends z.ZodType>(asked: ToolQuestion<S>) => {
    const question = questionOf(reached, call, asked)
    const { most } = reached.asking.prepare(question, reached.spec)
    // The plan was certified with less.
    if (isTooLong('tool', most, reached.spec)) return 'over_budget'
    const recorded = await repliesTo(parts.journal, run.state, question)
    const ask: AskModel = askerOf({ recorded, send: call.send, left, signal: call.signal() })
    const reply = await ask(() => reached.asking.prepare(question, reached.spec), reached.llm.attempts)
    return answerIn(reply, asked.schema)
  }
  return {
    ask: async (asked) => {
      questions += 1
      const answer = questions > MOST_QUESTIONS ? 'too_many' : await outside(() => answered(asked))
      if (typeof answer !== 'string') return answer.value
      asked.onNone?.(answer)
      return null
    },
  }
}
