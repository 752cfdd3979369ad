// Goals that name a playbook: `run the deal desk playbook for Acme`. Only a goal that says nothing beside it is taken
// so; every other one is understood by its words.
import { OFFLINE_PLANNER } from '../registry/names.ts'
import type { Playbook } from '../registry/registry.ts'
import type { PlannerInput, PlanResult } from './planner.ts'
import { provePlan } from './prove.ts'

const DO = '(?:please )?(?:(?:run|start|use|execute|do|play|apply|follow) )?(?:(?:the|our|my|a) )?'
/** For whom, in at most six words, none of which begins another clause. */
const FOR = "(?: (?:for|on|with)(?: (?!and |then |but |or |without |not )[\\p{L}\\p{N}.&'-]+){1,6})?"
const MOST_GOAL = 200

/** A quick look before anything is made of a goal: nearly none has the word in it. */
const NAMES_ONE = /playbook/iu

const spoken = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/[_\s]+/g, ' ')
    .trim()

/** Names have letters, digits and _ only, so that they mean themselves in an expression. */
const patternOf = ({ name }: Playbook): RegExp => {
  const words = name.replaceAll('_', '[ -]')
  return new RegExp(`^${DO}(?:${words} playbook|playbook ${words})${FOR}(?: (?:please|now))?[.!]?$`, 'u')
}

/** The playbook that the goal names and nothing else; undefined: none. */
export function namedPlaybook({ goal, registry }: PlannerInput): Playbook | undefined {
  if (registry.playbooks === undefined || goal.length > MOST_GOAL || !NAMES_ONE.test(goal)) return undefined
  const said = spoken(goal)
  return Object.values(registry.playbooks).find((playbook) => patternOf(playbook).test(said))
}

/** The whole playbook, or why it cannot be carried out. */
export function planPlaybook(playbook: Playbook, input: PlannerInput): PlanResult {
  const reason = `playbook ${playbook.name}`
  const proof = provePlan({ draft: playbook, playbook, giver: OFFLINE_PLANNER, reason }, input)
  if (proof.ok) return proof.plan
  const problems = proof.problems.map(({ path, message }) => `${path} ${message}`)
  const why = `The playbook ${playbook.name} cannot be carried out: ${problems.join('; ')}.`
  return { ok: false, why, missing: [], ranking: [] }
}
