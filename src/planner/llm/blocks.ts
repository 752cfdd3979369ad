// Proposals that name a playbook, or a list whose items are each served: written as a draft, as a person writes one, and
// proved as that is. Whatever is not said there is bound by the registry.
import {
  innerOf,
  isStep,
  namesIn,
  planDraftSchema,
  type NodeDraft,
  type PlanDraft,
} from '../../registry/plan/draft.ts'
import type { Playbook } from '../../registry/registry.ts'
import type { PlannerInput } from '../planner.ts'
import { usableTools } from '../steps.ts'
import type { ProposedInput, ProposedStep } from './proposal.ts'

/** Of a list in the plan of a model. */
export const MOST_ITEMS = 50

/** Those that the profile can carry out whole. */
export function usablePlaybooks(input: PlannerInput): readonly Playbook[] {
  const usable = usableTools(input)
  const tools = (nodes: readonly NodeDraft[]): string[] =>
    nodes.flatMap((node) => (isStep(node) ? [node.tool] : tools(innerOf(node))))
  return Object.values(input.registry.playbooks ?? {}).filter(({ name, steps }) => {
    // A tool of the same name comes first.
    return !usable.has(name) && tools(steps).every((tool) => usable.has(tool))
  })
}

export const playbookOf = ({ tool }: ProposedStep, input: PlannerInput): Playbook | undefined =>
  usablePlaybooks(input).find(({ name }) => name === tool)

/** Names that others can take from, or hang on. */
export const namesOf = (step: ProposedStep, input: PlannerInput): readonly string[] => {
  const playbook = playbookOf(step, input)
  return playbook === undefined ? [step.id] : [step.id, ...namesIn(playbook.steps)]
}

function sourceOf({ name, source, value }: ProposedInput): readonly [string, unknown] | string {
  if ((source === null) === (value === null)) return `${name}: give either source or value`
  if (value === null) return [name, source]
  try {
    return [name, { value: JSON.parse(value) as unknown }]
  } catch {
    return `${name}: value must be a JSON text`
  }
}

type Written = { readonly nodes: readonly unknown[]; readonly problems: readonly string[] }

function writtenStep(step: ProposedStep): Written {
  const { id, tool, when, for_each: list } = step
  const read = step.inputs.map(sourceOf)
  const problems = read.filter((one) => typeof one === 'string')
  const inputs = Object.fromEntries(read.filter((one) => typeof one !== 'string'))
  const node = { id, tool, inputs, ...(when === null ? {} : { when }) }
  if (list === null) return { nodes: [node], problems }
  return { nodes: [{ for_each: list, id: `${id}_each`, at_most: MOST_ITEMS, steps: [node] }], problems }
}

function writtenPlaybook({ id, when, inputs, for_each: list }: ProposedStep, { steps }: Playbook): Written {
  const problems = [
    ...(inputs.length > 0 ? ['a playbook takes its inputs from the context: give it none'] : []),
    ...(list === null ? [] : ['a playbook cannot be done for each item of a list']),
  ]
  return { nodes: when === null ? steps : [{ branch: id, cases: [{ when, steps }] }], problems }
}

export type WrittenDraft =
  | {
      readonly draft: PlanDraft
      /** The step of the proposal that each node of the draft comes from. */
      readonly from: readonly string[]
      readonly playbooks: readonly Playbook[]
    }
  | { readonly problems: readonly string[] }

/** The proposal as a draft, in the order of its steps. */
export function draftOf(steps: readonly ProposedStep[], input: PlannerInput): WrittenDraft {
  const written = steps.map((step) => {
    const playbook = playbookOf(step, input)
    const { nodes, problems } = playbook === undefined ? writtenStep(step) : writtenPlaybook(step, playbook)
    return { id: step.id, playbook, nodes, problems: problems.map((problem) => `${step.id}: ${problem}.`) }
  })
  const problems = written.flatMap((one) => one.problems)
  if (problems.length > 0) return { problems }
  const from = written.flatMap(({ id, nodes }) => nodes.map(() => id))
  const read = planDraftSchema.safeParse({ steps: written.flatMap(({ nodes }) => nodes) })
  if (read.success) {
    const playbooks = written.flatMap(({ playbook }) => playbook ?? [])
    return { draft: read.data, from, playbooks }
  }
  return { problems: read.error.issues.map(({ path, message }) => problemAt(path, message, from)) }
}

/** For the model: by the step that it proposed. */
export function problemAt(path: readonly PropertyKey[], message: string, from: readonly string[]): string {
  const at = path.findIndex((part) => typeof part === 'number' || /^\d+$/.test(String(part)))
  const id = from[Number(path[at])] ?? 'the plan'
  const inside = path.slice(at + 1).join('.')
  return `${id}: ${inside === '' ? '' : `${inside} `}${message}.`
}
