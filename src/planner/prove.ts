// The one proof of a plan that somebody gives, the caller or a playbook: every name leads somewhere, every value fits,
// and what each step costs, risks and needs a person for is filled in from registry and profile. A plan without a
// problem can be carried out as it is.
import type { ProblemItem } from '../events/problem.ts'
import { MOST_PLAN_STEPS } from '../events/plan.ts'
import { checkFields } from '../registry/fields.ts'
import type { PlanDraft } from '../registry/plan/draft.ts'
import { resolveDraft, type ResolvedParts } from '../registry/plan/resolve.ts'
import { mayLackOf } from '../registry/plan/playbook.ts'
import type { Playbook, ToolSpec } from '../registry/registry.ts'
import { isGiven } from './chain.ts'
import { explain } from './explain.ts'
import type { PlannerInput, PlanResult } from './planner.ts'
import { proposedParts, proposedReplan } from './plan-parts.ts'
import { MOST_STEPS, usableTools } from './steps.ts'
import { estimatedCost, overBudget, worstCase } from './worst-case.ts'

export type Proof =
  | { readonly ok: true; readonly plan: PlanResult & { readonly ok: true } }
  /** Every problem, with its path in the draft. */
  | { readonly ok: false; readonly problems: readonly ProblemItem[] }

export type Proposal = {
  readonly draft: PlanDraft
  /** The playbook that the draft is; absent: it is the caller's own. */
  readonly playbook?: Playbook
  /** Playbooks whose steps stand in it; absent: none. */
  readonly playbooks?: readonly Playbook[]
  /** As events and metrics name who gave it. */
  readonly giver: string
  /** Why each of its steps is there. */
  readonly reason: string
}

/** The tool, or why the profile may not use it. */
function finderOf({ profile, registry }: PlannerInput): (name: string) => ToolSpec | string {
  const usable = usableTools({ profile, registry })
  return (name) => {
    const tool = usable.get(name)
    if (tool !== undefined) return tool
    const known = `profile ${profile.name} may use ${[...usable.keys()].join(', ')}`
    return Object.hasOwn(registry.tools, name)
      ? `${name} cannot be used: ${known}`
      : `no tool is called ${name}: ${known}`
  }
}

/** More are no plan any more. */
function sizeProblems(
  { steps, blocks }: ResolvedParts,
  { profile }: PlannerInput,
  path: string,
): ProblemItem[] {
  const most = profile.plan?.most_steps ?? MOST_STEPS
  const plain = steps.filter(({ items }) => items.length === 0).length
  const problems = plain > most ? [`has ${plain} steps; ${most} are allowed`] : []
  const all = countOf({ steps, blocks })
  if (all > MOST_PLAN_STEPS)
    problems.push(`may have ${all} steps with all its items; ${MOST_PLAN_STEPS} are allowed`)
  return problems.map((message) => ({ path, message }))
}

const countOf = ({ steps, blocks }: ResolvedParts): number =>
  blocks.reduce(
    (sum, block) =>
      sum + (block.kind === 'for_each' && block.body !== null ? block.at_most * countOf(block.body) : 0),
    steps.length,
  )

/** As in a profile that says nothing. */
const MOST_REVISIONS = 3

function revisionProblems({ replan }: PlanDraft, { profile }: PlannerInput, path: string): ProblemItem[] {
  const most = profile.plan?.most_revisions ?? MOST_REVISIONS
  if (replan === undefined || replan.at_most <= most) return []
  return [{ path, message: `is ${replan.at_most}; profile ${profile.name} allows ${most} revisions` }]
}

/** What the playbook says of the context. */
const contextProblems = ({ inputs }: Playbook, { context }: PlannerInput): ProblemItem[] =>
  checkFields(inputs, context).map(({ path, message }) => ({ path: `context.${path}`, message }))

export function provePlan(
  { draft, playbook, playbooks = [], giver, reason }: Proposal,
  input: PlannerInput,
): Proof {
  const ground = {
    toolOf: finderOf(input),
    isGiven: (path: string) => isGiven(input.context, path),
    mayLack: playbook ? mayLackOf(playbook) : (path: string) => playbooks.some((one) => mayLackOf(one)(path)),
    contextFields: playbook && Object.keys(playbook.inputs).length > 0 ? playbook.inputs : null,
    context: input.context,
  }
  const at = playbook ? ['playbooks', playbook.name] : ['plan']
  const { faults, replan: rules, ...resolved } = resolveDraft(draft, ground, at)
  const problems = [
    ...(playbook ? contextProblems(playbook, input) : []),
    ...playbooks.flatMap((one) => contextProblems(one, input)),
    ...faults.map(({ path, message }) => ({ path: path.join('.'), message })),
    ...sizeProblems(resolved, input, [...at, 'steps'].join('.')),
    ...revisionProblems(draft, input, [...at, 'replan', 'at_most'].join('.')),
  ]
  if (problems.length > 0) return { ok: false, problems }
  const { steps, blocks } = proposedParts(resolved, reason, input)
  const changed = proposedReplan(rules, { steps, blocks })
  const worst = worstCase(steps, blocks, changed.replan)
  const over = overBudget(steps, input.limits, input.registry.domains)
  const told = {
    profile: input.profile.name,
    giver: 'plan',
    steps,
    worst,
    leftOut: [],
    unserved: [],
  } as const
  const plan = {
    ok: true,
    planner: giver,
    fallbackReason: null,
    steps,
    ...(blocks.length > 0 ? { blocks } : {}),
    ...changed,
    explanation: explain({ ...told, overBudget: over }),
    ranking: [],
    unserved: [],
    estimatedCost: estimatedCost(steps, blocks),
    worstCase: worst,
    overBudget: over,
  } as const
  return { ok: true, plan }
}
