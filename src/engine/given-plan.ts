// The plan of a run that was given one, by its caller or by a playbook of its registry: proved, or every problem of it.
import { isRecord } from '../events/json.ts'
import type { PlannerInput, PlanResult } from '../planner/planner.ts'
import { planDraftSchema } from '../registry/plan/draft.ts'
import { CALLER, PLAYBOOK } from '../registry/names.ts'
import type { Given } from './aim.ts'
import type { EngineParts } from './parts.ts'

const refused = (why: string, problems: (PlanResult & { ok: false })['problems']): PlanResult => ({
  ok: false,
  why,
  missing: [],
  ranking: [],
  ...(problems && { problems }),
})

const proposalOf = (given: Given, { registry }: PlannerInput) => {
  if ('playbook' in given) {
    const { playbook: name } = given
    const playbook = registry.playbooks?.[name]
    return playbook && { draft: playbook, giver: PLAYBOOK, playbook, reason: `playbook ${name}` }
  }
  const draft = isRecord(given.draft) ? planDraftSchema.safeParse(given.draft) : null
  return draft?.success ? { draft: draft.data, giver: CALLER, reason: 'as the caller says' } : undefined
}

/** A result without a plan has `problems`, or says that there is nothing left to prove. */
export function planGiven({ provePlan }: EngineParts, given: Given, input: PlannerInput): PlanResult {
  const proposal = proposalOf(given, input)
  if (proposal === undefined) return refused('The plan that was given is not there any more.', undefined)
  const proof = provePlan(proposal, input)
  if (proof.ok) return proof.plan
  const [first] = proof.problems
  const more = proof.problems.length > 1 ? ` (and ${proof.problems.length - 1} more)` : ''
  return refused(
    `The plan is not valid: ${first?.path ?? ''} ${first?.message ?? ''}${more}.`,
    proof.problems,
  )
}
