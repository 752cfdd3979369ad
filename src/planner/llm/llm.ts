// The planner that asks a language model. The model proposes; what comes back is proved like every plan, sent back once
// with its problems, and replaced by the plan of the offline planner, with the reason, where that does not help.
import { ONLINE_PLANNER, PLANNING_DOMAIN } from '../../registry/names.ts'
import type { ModelSpec, ProfileLlm } from '../../registry/registry.ts'
import type { AskModel, ChatMessage, ModelQuestion, ModelReply, ModelRequest } from '../../run/question.ts'
import { explain } from '../explain.ts'
import type { OfflinePlanner, Planner, PlannerInput, PlanResult, ShadowPlan } from '../planner.ts'
import { estimatedCost, worstCase } from '../worst-case.ts'
import { promptOf, repairOf } from './prompt.ts'
import { prove, type Proof } from './proof.ts'
import { PROPOSAL_SCHEMA, readProposal, type Proposal } from './proposal.ts'
import { comparePlans } from './shadow.ts'

export type LlmPlannerParts = {
  /** Plans where the model does not, ranks the tools, and says what of a goal nothing here does. */
  readonly offline: OfflinePlanner
  /** In place of the model that a profile names; null: the profile's. */
  readonly model: string | null
  /** A question in the words of the server. */
  readonly prepare: (question: ModelQuestion, spec: ModelSpec) => ModelRequest
}

type FallbackReason = Exclude<(PlanResult & { ok: true })['fallbackReason'], null>

const REASONS: Readonly<Record<Exclude<ModelReply['outcome'], 'success'>, FallbackReason>> = {
  error: 'unavailable',
  timeout: 'timeout',
  rate_limited: 'rate_limited',
  invalid: 'invalid_plan',
  refused: 'refused',
  cancelled: 'unavailable',
  unknown: 'unavailable',
  over_budget: 'over_budget',
}

type Known = {
  readonly input: PlannerInput
  readonly llm: ProfileLlm
  readonly model: string
  readonly spec: ModelSpec
  readonly ask: AskModel
  /** Tools that the goal forbids, as the rules read it. */
  readonly excluded: readonly string[]
}

type Proved = { readonly proposal: Proposal; readonly proof: Proof }
type Answered =
  | Proved
  | { readonly said: string; readonly problems: readonly string[]; readonly reason: FallbackReason }

/** What was said, proved; or why it cannot be a plan. */
function judge(said: string, { input, excluded }: Known): Answered {
  const read = readProposal(said)
  if ('problems' in read) return { said, problems: read.problems, reason: 'invalid_plan' }
  const proof = prove(read.proposal, input, excluded)
  if (proof.problems.length > 0) return { said, problems: proof.problems, reason: 'invalid_plan' }
  if (proof.overBudget.length > 0) return { said, problems: proof.overBudget, reason: 'over_budget' }
  return { proposal: read.proposal, proof }
}

/** One question, with the attempts that the profile allows. */
async function question(
  parts: LlmPlannerParts,
  known: Known,
  { purpose, messages }: { readonly purpose: string; readonly messages: readonly ChatMessage[] },
): Promise<Answered | FallbackReason> {
  const { llm, model, spec, ask } = known
  const asked: ModelQuestion = {
    purpose,
    model,
    step_id: null,
    domain: PLANNING_DOMAIN,
    tool: null,
    messages,
    schema: PROPOSAL_SCHEMA,
    timeoutMs: llm.timeout_ms,
  }
  const { outcome, answer } = await ask(() => parts.prepare(asked, spec), llm.attempts)
  const text = answer !== null && 'text' in answer ? answer.text : ''
  if (outcome === 'success') return judge(text, known)
  // What was cut, or is no answer at all, can be asked for once more as any other plan that does not hold.
  if (outcome === 'invalid')
    return { said: text, problems: ['The answer is not whole.'], reason: 'invalid_plan' }
  return REASONS[outcome]
}

/** A proved plan, or the reason why there is none. */
async function propose(parts: LlmPlannerParts, known: Known): Promise<Proved | FallbackReason> {
  const prompt = promptOf(known.input, known.llm.share)
  const first = await question(parts, known, { purpose: 'decompose', messages: prompt })
  if (typeof first === 'string' || 'proof' in first) return first
  const messages = repairOf(prompt, first.said, first.problems)
  const second = await question(parts, known, { purpose: 'repair', messages })
  return typeof second === 'string' || 'proof' in second ? second : second.reason
}

/** What the model cannot serve is told in its answer, which may repeat the goal: here only that there is something. */
const UNSERVED = 'something that the language model names in its answer'

function adopted({ proposal, proof }: Proved, { input, model }: Known, offline: PlanResult): PlanResult {
  const { steps, blocks, replan } = proof
  const { profile } = input
  const worst = worstCase(steps, blocks, replan)
  const known = offline.ok ? offline.unserved : []
  const unserved = known.length === 0 && proposal.unserved.length > 0 ? [UNSERVED] : known
  const explanation = explain({
    profile: profile.name,
    giver: 'goal',
    steps,
    worst,
    limits: input.limits,
    leftOut: [],
    overBudget: [],
    unserved,
  })
  return {
    ok: true,
    planner: ONLINE_PLANNER,
    model,
    fallbackReason: null,
    steps,
    ...(blocks === undefined ? {} : { blocks }),
    ...(replan === undefined ? {} : { replan }),
    explanation,
    ranking: offline.ranking,
    unserved,
    estimatedCost: estimatedCost(steps, blocks),
    worstCase: worst,
    overBudget: [],
  }
}

/** What the registry alone plans, and why. */
const instead = (offline: PlanResult, reason: FallbackReason): PlanResult =>
  offline.ok ? { ...offline, fallbackReason: reason } : offline

/** The offline plan, with what the model would have done. */
function shadowed(offline: PlanResult, answer: Proved | FallbackReason, model: string): PlanResult {
  if (!offline.ok) return offline
  const shadow: ShadowPlan =
    typeof answer === 'string'
      ? { model, result: 'invalid', overlap: 0, reason: answer, steps: [] }
      : { model, ...comparePlans(offline.steps, answer.proof.steps), reason: null, steps: answer.proof.steps }
  return { ...offline, fallbackReason: 'not_asked', shadow }
}

async function plan(
  parts: LlmPlannerParts,
  input: PlannerInput,
  { signal, ask }: { readonly signal: AbortSignal; readonly ask: AskModel },
): Promise<PlanResult> {
  const offline = await parts.offline.plan(input, signal)
  const { llm } = input.profile
  if (llm === undefined || llm.planner === 'off') return instead(offline, 'not_asked')
  const model = parts.model ?? llm.model
  const { models } = input.registry
  const spec = Object.hasOwn(models, model) ? models[model] : undefined
  // The registry of an older run may lack the model that is set up today.
  if (spec === undefined) return instead(offline, 'unavailable')
  const { failed = [], denied = [] } = input.happened ?? {}
  const excluded = [...(offline.excluded ?? []), ...failed, ...denied]
  const known = { input, llm, model, spec, ask, excluded }
  const answer = await propose(parts, known)
  if (llm.planner === 'shadow' && input.isPreview !== true) return shadowed(offline, answer, model)
  return typeof answer === 'string' ? instead(offline, answer) : adopted(answer, known, offline)
}

/** Never rejects for what a model says: whatever that is, the goal is planned. */
export const llmPlanner = (parts: LlmPlannerParts): Planner => ({
  name: ONLINE_PLANNER,
  asks: true,
  serves: ({ llm }) => llm !== undefined && llm.planner !== 'off',
  plan: (input, signal, ask) => plan(parts, input, { signal, ask }),
})
