// What a run is for: a goal, a playbook of the registry, or a plan that the caller gives. Exactly one of them.
import { AppError } from '../errors.ts'
import { CALLER, PLAYBOOK } from '../registry/names.ts'
import type { PlanDraft } from '../registry/plan/draft.ts'
import type { Playbook, Registry } from '../registry/registry.ts'
import type { PlanRequest } from './engine.ts'

export type Aim = {
  readonly goal: string
  readonly planner: string
  readonly plan: PlanDraft | null
  readonly playbook: string | null
}

const NO_GOAL = 'A plan that the caller gave.'

/** Errors: UNKNOWN_PLAYBOOK. */
export function playbookOf({ playbooks = {} }: Registry, name: string): Playbook {
  const playbook = Object.hasOwn(playbooks, name) ? playbooks[name] : undefined
  if (playbook !== undefined) return playbook
  const known = Object.keys(playbooks).join(', ')
  throw new AppError('UNKNOWN_PLAYBOOK', { playbook: name, known: known === '' ? 'none' : known })
}

/** Errors: INVALID_REQUEST where not exactly one is given, UNKNOWN_PLAYBOOK. */
export function aimOf(request: PlanRequest, registry: Registry): Aim {
  const { goal, playbook, plan, planner } = request
  const given = [goal, playbook, plan].filter((each) => each !== undefined)
  if (given.length !== 1) {
    const message = 'must have exactly one of goal, playbook and plan'
    throw new AppError('INVALID_REQUEST', {}, { problems: [{ path: '', message }] })
  }
  if (plan !== undefined) return { goal: plan.description ?? NO_GOAL, planner: CALLER, plan, playbook: null }
  if (playbook === undefined) return { goal: goal ?? '', planner, plan: null, playbook: null }
  const { name, description } = playbookOf(registry, playbook)
  return { goal: description, planner: PLAYBOOK, plan: null, playbook: name }
}

/** What is to be carried out: the draft as it was kept, or the name of a playbook. */
export type Given = { readonly draft: unknown } | { readonly playbook: string }

/** null: there is a goal, and a planner is asked. */
export function givenOf({ plan, playbook }: Pick<Aim, 'plan' | 'playbook'>): Given | null {
  if (plan !== null) return { draft: plan }
  return playbook === null ? null : { playbook }
}

export const isGoal = ({ plan, playbook }: Pick<Aim, 'plan' | 'playbook'>): boolean =>
  plan === null && playbook === null
