// Whether the language model that is set up answers: one cheap question, what its server takes, how long it took and what
// it cost. It belongs to no run, so no budget is charged.
import { inspectEnvironment, type LlmSettings } from '../../config.ts'
import { PLANNING_DOMAIN } from '../../registry/names.ts'
import { fromMicro, type ModelSpec, type Registry } from '../../registry/registry.ts'
import type { ModelOutcome } from '../../models/model.ts'
import { modelAnswer, type ModelQuestion } from '../../run/question.ts'
import { checkRegistryFile } from '../registry-file.ts'
import { withRegistry } from '../shipped-registry.ts'
import { bad, good, type Check } from './check.ts'

const NAME = 'language model'
const TIMEOUT_MS = 20_000
/** A refusal teaches how to word the next one. */
const MOST_CALLS = 6
/** Of a word's answer. */
const MOST_OUTPUT = 100

const questionFor = (model: string): ModelQuestion => ({
  purpose: 'explain',
  model,
  step_id: null,
  domain: PLANNING_DOMAIN,
  tool: null,
  messages: [{ role: 'user', content: 'Answer with the JSON object {"ready": true} and nothing else.' }],
  schema: {
    name: 'ready',
    schema: {
      type: 'object',
      additionalProperties: false,
      required: ['ready'],
      properties: { ready: { type: 'boolean' } },
    },
  },
  timeoutMs: TIMEOUT_MS,
})

type Asked = { readonly outcome: ModelOutcome; readonly takes: string }

async function askOnce(llm: LlmSettings, model: string, spec: ModelSpec): Promise<Asked> {
  const { openaiModels } = await import('../../models/openai.ts')
  const models = openaiModels(llm)
  for (let calls = 1; ; calls += 1) {
    const request = models.prepare(questionFor(model), { ...spec, max_output_tokens: MOST_OUTPUT })
    const outcome = await models.ask(request, new AbortController().signal)
    const answer = modelAnswer.safeParse(outcome.answer).data
    const isReworded = answer !== undefined && 'error' in answer && answer.error.retry === 'reworded'
    if (isReworded && calls < MOST_CALLS) continue
    const learned = models.learned(model)
    const takes: string[] = learned === null ? [] : [learned.answers, learned.limit]
    if (learned?.temperature === true) takes.push('temperature')
    if (learned?.seed === true) takes.push('seed')
    return { outcome, takes: takes.join(', ') }
  }
}

function checkOf(model: string, { outcome, takes }: Asked): Check {
  const took = `${model} in ${outcome.durationMs.toFixed(0)} ms`
  const answer = modelAnswer.safeParse(outcome.answer).data
  if (outcome.outcome !== 'success') {
    const why =
      answer !== undefined && 'error' in answer ? `, ${answer.error.status ?? ''} ${answer.error.code}` : ''
    const advice = 'look at OPENAI_API_KEY, OPENAI_BASE_URL and OPENAI_MODEL; the rules plan meanwhile'
    return bad(NAME, `${took}: ${outcome.outcome}${why}`, advice)
  }
  const { usage } = outcome
  const cost =
    usage === null
      ? 'reports no usage: every call is charged what was reserved'
      : `${usage.input_tokens + usage.output_tokens} tokens, $${fromMicro(usage.cost_micro_usd).toFixed(6)}`
  return good(NAME, `${took}, ${cost}; its server takes ${takes}`)
}

/** The model that the settings name, or the first one that a profile does. */
const modelOf = (llm: LlmSettings, { profiles }: Registry): string | null =>
  llm.model ?? Object.values(profiles).find(({ llm: own }) => own !== undefined)?.llm?.model ?? null

export async function examineModel(): Promise<Check> {
  const { settings, problems } = inspectEnvironment()
  const { llm, registryFile } = withRegistry(settings)
  if (problems.some(({ path }) => path.startsWith('OPENAI_')))
    return bad(NAME, 'its settings are wrong', 'see settings')
  if (llm === null)
    return good(
      NAME,
      'offline mode (rule-based), no key: set OPENAI_API_KEY or OPENAI_BASE_URL to have one plan',
    )
  const { registry } = await checkRegistryFile(registryFile)
  if (registry === null) return bad(NAME, 'the registry has problems', 'see registry')
  const model = modelOf(llm, registry)
  const spec = model === null ? undefined : registry.models[model]
  if (model === null || spec === undefined)
    return bad(NAME, `${model ?? 'none'} has no price`, `give it one below models in ${registryFile}`)
  return checkOf(model, await askOnce(llm, model, spec))
}
