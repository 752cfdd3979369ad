// A plan and its steps in the shape of the API: where each input comes from, and what the step costs and risks.
import type { z } from 'zod'
import {
  sourcesOf,
  type InputSource,
  type ForEachBlock,
  type PlanBlock,
  type PlanStep,
  type ProposedBlock,
  type ProposedParts,
  type ProposedInput,
  type ProposedReplan,
  type ProposedSource,
  type ProposedStep,
} from '../events/plan.ts'
import { fromMicro } from '../registry/registry.ts'
import { plannedBy } from '../run/planned-by.ts'
import type { RunState } from '../run/state.ts'
import type { run } from './runs/run-answers.ts'
import {
  conditionAnswers,
  type planBlock,
  type planRevisions,
  type planRules,
  type planStep,
  type runBlocks,
} from './plan-answers.ts'

/** Body of a payload by its digest; null when erased. */
export type ReadPayload = (digest: string) => Promise<unknown>

type ShownInputs = z.input<typeof planStep>['inputs']

/** Several sources as a list. */
const presentInput = (input: ProposedInput): ShownInputs[string] => {
  const [only, another] = sourcesOf<ProposedSource>(input)
  return only !== undefined && another === undefined ? only : [...sourcesOf<ProposedSource>(input)]
}

export function presentPlanStep(step: ProposedStep): z.input<typeof planStep> {
  return {
    step_id: step.step_id,
    tool: step.tool,
    domain: step.domain,
    side_effects: step.side_effects,
    review: step.review,
    risk: step.risk,
    inputs: Object.fromEntries(
      Object.entries(step.inputs).map(([name, input]) => [name, presentInput(input)]),
    ),
    depends_on: step.depends_on,
    after: step.after ?? [],
    interface: step.interface,
    cost: fromMicro(step.cost),
    timeout_ms: step.timeout_ms,
    idempotent: step.idempotent,
    reason: step.reason,
    when: step.when ?? null,
    guards: [...(step.guards ?? [])],
    groups: [...(step.groups ?? [])],
    items: [...(step.items ?? [])],
  }
}

const listText = ({ list }: Pick<ForEachBlock, 'list'>): string =>
  'context' in list ? `context.${list.context}` : `${list.step}.${list.output}`

const afterOf = (block: ProposedBlock): string[] => {
  if (block.kind === 'branch') return [...block.after]
  return block.kind === 'for_each' && 'step' in block.list ? [block.list.step] : []
}

const toolsOf = (body: ProposedParts | null): string[] =>
  body === null
    ? []
    : [
        ...body.steps.map(({ tool }) => tool),
        ...body.blocks.flatMap((block) => (block.kind === 'for_each' ? toolsOf(block.body) : [])),
      ]

/** From the outside in: the groups that all its steps stand in, but for those that begin inside it. */
function groupsAround(body: ProposedParts | null): string[] {
  const [first, ...others] = body?.steps ?? []
  const inside = new Set(body?.blocks.map(({ block }) => block))
  return (first?.groups ?? []).filter(
    (group) => !inside.has(group) && others.every(({ groups }) => groups?.includes(group) === true),
  )
}

export const presentPlanBlock = (block: ProposedBlock): z.input<typeof planBlock> => ({
  block: block.block,
  kind: block.kind,
  guards: [...(block.guards ?? [])],
  after: afterOf(block),
  cases: block.kind === 'branch' ? block.cases.map((one) => ({ ...one })) : [],
  at_most: block.kind === 'branch' ? null : block.at_most,
  list: block.kind === 'for_each' ? listText(block) : null,
  tools: block.kind === 'for_each' ? toolsOf(block.body) : [],
  items: block.kind === 'for_each' ? block.items : null,
  groups: block.kind === 'for_each' ? groupsAround(block.body) : [],
})

const isOfContext = (name: string): boolean => name === 'context' || name.startsWith('context.')

/** What conditions said. The context is only for tools to see. */
export async function presentConditions(
  why: string | undefined,
  read: ReadPayload,
): Promise<z.output<typeof conditionAnswers>> {
  if (why === undefined) return null
  const told = conditionAnswers.safeParse(await read(why))
  if (!told.success || told.data === null) return null
  return told.data.map((one) => ({
    ...one,
    values: Object.fromEntries(Object.entries(one.values).filter(([name]) => !isOfContext(name))),
  }))
}

const textOf = async (digest: string | null, read: ReadPayload): Promise<string | null> => {
  const text = digest === null ? null : await read(digest)
  return typeof text === 'string' ? text : null
}

/** The condition of an adopted step as it was written; null: none, or erased. */
export const presentWhen = ({ when }: PlanStep, read: ReadPayload): Promise<string | null> =>
  textOf(when ?? null, read)

const casesOf = (block: PlanBlock, read: ReadPayload) =>
  Promise.all(
    (block.kind === 'branch' ? block.cases : []).map(async (one) => ({
      case: one.case,
      when: await textOf(one.when, read),
    })),
  )

/** Without the steps for any one item, which are shown once for each. */
function shownBlock(block: PlanBlock): ProposedBlock {
  if (block.kind !== 'for_each') return block.kind === 'branch' ? { ...block, cases: [] } : block
  const { template: _kept, ...list } = block
  return { ...list, body: null }
}

/** The blocks of a run, with what was chosen. */
export const presentBlocks = (
  { plan, branches }: Pick<RunState, 'plan' | 'branches'>,
  read: ReadPayload,
): Promise<z.input<typeof runBlocks>> =>
  Promise.all(
    (plan?.blocks ?? []).map(async (block) => ({
      ...presentPlanBlock(shownBlock(block)),
      cases: await casesOf(block, read),
      taken: branches?.[block.block]?.case ?? null,
      why: await presentConditions(branches?.[block.block]?.why, read),
    })),
  )

/** Of a plan that is not adopted yet, or with its conditions read. */
export const presentRules = (replan: ProposedReplan | undefined): z.input<typeof planRules> =>
  replan === undefined
    ? null
    : {
        at_most: replan.at_most,
        rules: replan.rules.map(({ on, steps, when = null, action, redo }) => ({
          on,
          steps,
          when,
          action,
          redo,
        })),
        each: replan.each,
      }

/** The rules of a run, with their conditions as they were written. */
export async function presentRunRules(
  { plan }: Pick<RunState, 'plan'>,
  read: ReadPayload,
): Promise<z.input<typeof planRules>> {
  const replan = plan?.replan
  if (replan === undefined) return null
  const rules = replan.rules.map(async ({ on, steps, when, action, redo }) => {
    return { on, steps, when: await textOf(when ?? null, read), action, redo }
  })
  return { at_most: replan.at_most, rules: await Promise.all(rules), each: replan.each }
}

export const presentRevisions = ({ revisions = [] }: RunState): z.input<typeof planRevisions> =>
  revisions.map((one) => ({
    revision: one.revision,
    cause: one.cause ?? 'expanded',
    rule: one.rule ?? null,
    trigger: one.trigger ?? null,
    action: one.action ?? null,
    about: [...(one.about ?? [])],
    added: [...one.added],
    dropped: [...(one.dropped ?? [])],
    redone: [...(one.redone ?? [])],
    explanation: one.explanation,
    at: new Date(one.at).toISOString(),
  }))

const readSource = async (source: InputSource, read: ReadPayload): Promise<ProposedSource> =>
  'value' in source ? { value: await read(source.value) } : source

/** The inputs of an adopted step, with the values that its plan gives by itself. */
export async function presentInputs({ inputs }: PlanStep, read: ReadPayload): Promise<ShownInputs> {
  const shown: ShownInputs = {}
  for (const [name, input] of Object.entries(inputs)) {
    const sources = sourcesOf<InputSource>(input).map((source) => readSource(source, read))
    shown[name] = presentInput(await Promise.all(sources))
  }
  return shown
}

type PlanParts = {
  readonly blocks: z.input<typeof runBlocks>
  readonly replan: z.input<typeof planRules>
  readonly revisions: z.input<typeof planRevisions>
}

/** The plan of a run, with its blocks and its changes as they stand. */
export const presentPlan = (
  plan: NonNullable<RunState['plan']>,
  parts: PlanParts,
): z.input<typeof run>['plan'] => ({
  plan_id: plan.plan_id,
  revision: plan.revision,
  summary: plannedBy(plan),
  planner: plan.planner,
  model: plan.model ?? null,
  fallback_reason: plan.fallback_reason,
  explanation: plan.explanation,
  ...parts,
  unserved: plan.unserved ?? [],
  estimated_cost: plan.estimated_cost,
  worst_case: plan.worst_case,
  created_at: new Date(plan.at).toISOString(),
})
