// The one proof of a plan that somebody gives, the caller or a playbook: every name leads somewhere, every value fits,
// and what each step costs, risks and needs a person for is filled in from registry and profile. A plan without a
// problem can be carried out as it is.
import type { ProblemItem } from '../events/problem.ts'
import type { ProposedBlock, ProposedInput, ProposedSource, ProposedStep } from '../events/plan.ts'
import { checkFields } from '../registry/fields.ts'
import type { PlanDraft } from '../registry/plan/draft.ts'
import { resolveDraft, type ResolvedBranch, type ResolvedStep } from '../registry/plan/resolve.ts'
import { mayLackOf } from '../registry/plan/playbook.ts'
import type { Playbook, ToolSpec } from '../registry/registry.ts'
import { isGiven } from './chain.ts'
import { explain } from './explain.ts'
import type { PlannerInput, PlanResult } from './planner.ts'
import { planStep, usableTools } from './steps.ts'
import { estimatedCost, overBudget, worstCase } from './worst-case.ts'

export type Proof =
  | { readonly ok: true; readonly plan: PlanResult & { readonly ok: true } }
  /** Every problem, with its path in the draft. */
  | { readonly ok: false; readonly problems: readonly ProblemItem[] }

export type Proposal = {
  readonly draft: PlanDraft
  /** The playbook that the draft is; absent: it is the caller's own. */
  readonly playbook?: Playbook
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

const inputOf = (sources: readonly ProposedSource[]): ProposedInput => {
  const [only, another] = sources
  return only !== undefined && another === undefined ? only : sources
}

function stepsOf(resolved: readonly ResolvedStep[], reason: string, input: PlannerInput): ProposedStep[] {
  const order = resolved.map(({ id }) => id)
  return resolved.map(({ id, tool, inputs, after, when, guards }) => {
    const entries = Object.entries(inputs).map(([name, sources]): [string, ProposedInput] => [
      name,
      inputOf(sources),
    ])
    return planStep(
      {
        step_id: id,
        tool,
        inputs: Object.fromEntries(entries),
        after: [...after],
        when,
        guards: [...guards],
        reason,
        order,
      },
      input,
    )
  })
}

const blockOf = ({ block, guards, cases }: ResolvedBranch): ProposedBlock => ({
  block,
  kind: 'branch',
  ...(guards.length === 0 ? {} : { guards: [...guards] }),
  after: [...new Set(cases.flatMap(({ when }) => when?.steps ?? []))],
  cases: cases.map((one) => ({ case: one.case, when: one.when?.text ?? null })),
})

/** What the playbook says of the context. */
const contextProblems = ({ inputs }: Playbook, { context }: PlannerInput): ProblemItem[] =>
  checkFields(inputs, context).map(({ path, message }) => ({ path: `context.${path}`, message }))

export function provePlan({ draft, playbook, giver, reason }: Proposal, input: PlannerInput): Proof {
  const ground = {
    toolOf: finderOf(input),
    isGiven: (path: string) => isGiven(input.context, path),
    mayLack: playbook ? mayLackOf(playbook) : () => false,
    contextFields: playbook && Object.keys(playbook.inputs).length > 0 ? playbook.inputs : null,
    context: input.context,
  }
  const {
    steps: resolved,
    blocks,
    faults,
  } = resolveDraft(draft, ground, playbook ? ['playbooks', playbook.name] : ['plan'])
  const problems = [
    ...(playbook ? contextProblems(playbook, input) : []),
    ...faults.map(({ path, message }) => ({ path: path.join('.'), message })),
  ]
  if (problems.length > 0) return { ok: false, problems }
  const steps = stepsOf(resolved, reason, input)
  const worst = worstCase(steps)
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
    ...(blocks.length > 0 ? { blocks: blocks.map(blockOf) } : {}),
    explanation: explain({ ...told, overBudget: over }),
    ranking: [],
    unserved: [],
    estimatedCost: estimatedCost(steps),
    worstCase: worst,
    overBudget: over,
  } as const
  return { ok: true, plan }
}
