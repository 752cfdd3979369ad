// The one proof of a plan that no planner just made: given by a caller, a playbook or a model, or left by a run that is
// resumed. Every name leads somewhere, every value fits, and what each step costs, risks and needs a person for is
// filled in from registry and profile. A plan without a problem can be carried out as it is.
import type { ProblemItem } from '../events/problem.ts'
import { checkFields } from '../registry/fields.ts'
import type { PlanDraft } from '../registry/plan/draft.ts'
import { resolveDraft } from '../registry/plan/resolve.ts'
import { mayLackOf } from '../registry/plan/playbook.ts'
import type { Playbook, ToolSpec } from '../registry/registry.ts'
import { isGiven } from './chain.ts'
import { explain } from './explain.ts'
import type { PlannerInput, PlanResult } from './planner.ts'
import { mostRevisions, partsProblems, type ProposedPlan } from './proof/parts.ts'
import { proposedParts, proposedReplan } from './plan-parts.ts'
import { renewed } from './proof/renew.ts'
import { planningOf } from '../run/calls/question-most.ts'
import { usableTools } from './steps.ts'
import { estimatedCost, ofRevision, overBudget, worstCase } from './worst-case.ts'

export type Proof =
  | { readonly ok: true; readonly plan: PlanResult & { readonly ok: true } }
  /** Every problem, with its path in the draft. */
  | { readonly ok: false; readonly problems: readonly ProblemItem[] }

/** As somebody writes a plan. */
export type DraftProposal = {
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

/** Steps and blocks as a run has them: of a model's choice, or what an earlier run has left. */
export type PartsProposal = {
  readonly parts: ProposedPlan
  /** As events and metrics name who gave it. */
  readonly giver: string
}

export type Proposal = DraftProposal | PartsProposal

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

/** What the playbook says of the context. */
const contextProblems = ({ inputs }: Playbook, { context }: PlannerInput): ProblemItem[] =>
  checkFields(inputs, context).map(({ path, message }) => ({ path: `context.${path}`, message }))

type Resolved = { readonly plan: ProposedPlan; readonly problems: readonly ProblemItem[] }

function resolved(
  { draft, playbook, playbooks = [], reason }: DraftProposal,
  at: readonly string[],
  input: PlannerInput,
): Resolved {
  const ground = {
    toolOf: finderOf(input),
    isGiven: (path: string) => isGiven(input.context, path),
    mayLack: playbook ? mayLackOf(playbook) : (path: string) => playbooks.some((one) => mayLackOf(one)(path)),
    contextFields: playbook && Object.keys(playbook.inputs).length > 0 ? playbook.inputs : null,
    context: input.context,
  }
  const { faults, replan, ...flat } = resolveDraft(draft, ground, at)
  const problems = [
    ...(playbook ? contextProblems(playbook, input) : []),
    ...playbooks.flatMap((one) => contextProblems(one, input)),
    ...faults.map(({ path, message }) => ({ path: path.join('.'), message })),
  ]
  const parts = proposedParts(flat, reason, input)
  return { plan: { ...parts, ...proposedReplan(replan, parts, input) }, problems }
}

/** Under the policy of today, and changed by its rules no more often than that allows. */
function renewedPlan({ replan, ...parts }: ProposedPlan, input: PlannerInput): ProposedPlan {
  const today = renewed(parts, input)
  if (replan === undefined) return today
  const at_most = Math.min(replan.at_most, mostRevisions(input))
  return {
    ...today,
    replan: { ...replan, at_most, each: ofRevision(today, replan.rules, planningOf(input)) },
  }
}

export function provePlan(proposal: Proposal, input: PlannerInput): Proof {
  const isDraft = 'draft' in proposal
  const at = isDraft && proposal.playbook ? ['playbooks', proposal.playbook.name] : ['plan']
  const { plan: found, problems: unresolved } = isDraft
    ? resolved(proposal, at, input)
    : { plan: renewedPlan(proposal.parts, input), problems: [] }
  const problems = [
    ...unresolved,
    ...partsProblems(found, input, { at: at.join('.'), isResolved: unresolved.length === 0 }),
  ]
  if (problems.length > 0) return { ok: false, problems }
  const { steps, blocks, replan } = found
  // What an earlier run has done is not paid for again.
  const due = steps.filter(({ carried }) => carried === null)
  const worst = worstCase(due, blocks, replan)
  const over = overBudget(due, input.limits, input.registry.domains)
  const told = {
    profile: input.profile.name,
    giver: 'plan',
    steps: due,
    worst,
    limits: input.limits,
    leftOut: [],
    unserved: [],
  } as const
  const plan = {
    ok: true,
    planner: proposal.giver,
    fallbackReason: null,
    steps,
    ...(blocks.length > 0 ? { blocks } : {}),
    ...(replan && { replan }),
    explanation: explain({ ...told, overBudget: over }),
    ranking: [],
    unserved: [],
    estimatedCost: estimatedCost(due, blocks),
    worstCase: worst,
    overBudget: over,
  } as const
  return { ok: true, plan }
}
