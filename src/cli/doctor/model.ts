// Whether the language model that is set up answers: one cheap question, what its server takes, how long it took and what
// it cost. It belongs to no run, so no budget is charged.
import { inspectEnvironment, PROVIDER_URL, type LlmSettings } from '../../config.ts'
import { isRecord } from '../../events/json.ts'
import { PLANNING_DOMAIN } from '../../registry/names.ts'
import { fromMicro, type ModelSpec, type Registry } from '../../registry/registry.ts'
import type { ModelOutcome } from '../../models/model.ts'
import { dollars } from '../../run/figures.ts'
import { modelAnswer, type ModelAnswer, type ModelQuestion } from '../../run/question.ts'
import { objectIn } from '../../run/said-object.ts'
import { checkRegistryFile } from '../registry-file.ts'
import { withRegistry } from '../shipped-registry.ts'
import { bad, good, type Check } from './check.ts'

const NAME = 'LLM'
const TIMEOUT_MS = 20_000
/** A refusal teaches how to word the next one. */
const MOST_CALLS = 6
/** Of a word's answer, with what some models think before it. */
const MOST_OUTPUT = 1000

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
    if (learned?.system === false) takes.push('no role of its own for the task')
    if (learned?.mostOutput != null) takes.push(`answers of ${learned.mostOutput} tokens at most`)
    return { outcome, takes: takes.join(', ') }
  }
}

/** A server may take the shape and not keep to it. */
function isReady(answer: ModelAnswer | undefined): boolean {
  const said = answer !== undefined && 'text' in answer ? objectIn(answer.text) : undefined
  return isRecord(said) && said['ready'] === true
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
  if (!isReady(answer))
    return bad(
      NAME,
      `${took}: it does not answer in the shape that it is asked for`,
      'its plans will not hold, and the rules plan; take a model that answers in JSON',
    )
  const { usage } = outcome
  const cost =
    usage === null
      ? 'reports no usage: every call is charged what was reserved'
      : `${usage.input_tokens + usage.output_tokens} tokens, ${dollars(fromMicro(usage.cost_micro_usd))}`
  return good(NAME, `${took}, ${cost}; its server takes ${takes}`)
}

/** The model that the settings name, or the first one that a profile does. */
const modelOf = (llm: LlmSettings, { profiles }: Registry): string | null =>
  llm.model ?? Object.values(profiles).find(({ llm: own }) => own !== undefined)?.llm?.model ?? null

/** Where it is asked, without what else a URL may say. */
const hostOf = ({ baseUrl }: LlmSettings): string => new URL(baseUrl ?? PROVIDER_URL).host

type SetUp = { readonly llm: LlmSettings; readonly model: string; readonly spec: ModelSpec }

/** The model that would plan, with its price; or what a check says where there is none. */
async function setUp(): Promise<SetUp | Check> {
  const { settings, problems } = inspectEnvironment()
  const { llm, registryFile } = withRegistry(settings)
  if (problems.some(({ path }) => path.startsWith('OPENAI_')))
    return bad(NAME, 'its settings are wrong', 'see settings')
  if (llm === null)
    return good(
      NAME,
      'offline mode (rule-based), no key: set OPENAI_API_KEY or OPENAI_BASE_URL to have one plan',
    )
  // What cannot be read is told by the check of the registry.
  const registry = await checkRegistryFile(registryFile).then(
    (checked) => checked.registry,
    () => null,
  )
  if (registry === null) return bad(NAME, 'the registry has problems', 'see registry')
  const model = modelOf(llm, registry)
  if (model === null) return bad(NAME, 'no profile names one', `give a profile its llm in ${registryFile}`)
  const spec = Object.hasOwn(registry.models, model) ? registry.models[model] : undefined
  if (spec === undefined)
    return bad(NAME, `${model} has no price`, `give it one below models in ${registryFile}`)
  return { llm, model, spec }
}

/** Who would plan, without a question. */
export async function examineModelSettings(): Promise<Check> {
  const found = await setUp()
  return 'check' in found
    ? found
    : good(NAME, `${found.model} at ${hostOf(found.llm)}: cugar doctor --llm asks it`)
}

/** Who would plan, asked one question. */
export async function examineModel(): Promise<Check> {
  const found = await setUp()
  return 'check' in found ? found : checkOf(found.model, await askOnce(found.llm, found.model, found.spec))
}
