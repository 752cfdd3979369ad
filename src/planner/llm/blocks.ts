// Proposals with blocks or playbooks, or a list whose items are each served: written as a draft, as a person writes one, and
// proved as that is. Whatever is not said there is bound by the registry.
import { isRecord } from '../../events/json.ts'
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
import { literalOf } from './literal.ts'
import {
  allNodes,
  isProposedStep,
  nodeId,
  type ProposedInput,
  type ProposedNode,
  type ProposedStep,
} from './node.ts'

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

/** Names that others can take from, or hang on, of a node and of what stands in it. */
export const namesOf = (node: ProposedNode, input: PlannerInput): readonly string[] =>
  allNodes([node]).flatMap((one) => {
    const playbook = isProposedStep(one) ? playbookOf(one, input) : undefined
    return playbook === undefined ? [nodeId(one)] : [nodeId(one), ...namesIn(playbook.steps)]
  })

function sourceOf({ name, source, value }: ProposedInput): readonly [string, unknown] | string {
  if ((source === null) === (value === null)) return `${name}: give either source or value`
  if (value === null) return [name, source]
  const read = literalOf(value)
  return 'problem' in read ? `${name}: ${read.problem}` : [name, read]
}

type Written = {
  readonly nodes: readonly unknown[]
  readonly problems: readonly string[]
  readonly playbooks: readonly Playbook[]
}

const together = (parts: readonly Written[]): Written => ({
  nodes: parts.flatMap(({ nodes }) => nodes),
  problems: parts.flatMap(({ problems }) => problems),
  playbooks: parts.flatMap(({ playbooks }) => playbooks),
})

/** A list for one step is a block of its own around it. */
const eachName = (id: string): string => `${id}_each`

function writtenStep(step: ProposedStep): Written {
  const { id, tool, when, for_each: list } = step
  const read = step.inputs.map(sourceOf)
  const problems = read.filter((one) => typeof one === 'string').map((problem) => `${id}: ${problem}.`)
  const inputs = Object.fromEntries(read.filter((one) => typeof one !== 'string'))
  const node = { id, tool, inputs, ...(when === null ? {} : { when }) }
  if (list === null) return { nodes: [node], problems, playbooks: [] }
  const block = { for_each: list, id: eachName(id), at_most: MOST_ITEMS, steps: [node] }
  return { nodes: [block], problems, playbooks: [] }
}

function writtenPlaybook({ id, when, inputs, for_each: list }: ProposedStep, playbook: Playbook): Written {
  const { steps } = playbook
  const problems = [
    ...(inputs.length > 0 ? ['a playbook takes its inputs from the context: give it none'] : []),
    ...(list === null ? [] : ['a playbook cannot be done for each item of a list']),
  ].map((problem) => `${id}: ${problem}.`)
  const nodes = when === null ? steps : [{ branch: id, cases: [{ when, steps }] }]
  return { nodes, problems, playbooks: [playbook] }
}

function writtenNode(node: ProposedNode, input: PlannerInput): Written {
  if (isProposedStep(node)) {
    const playbook = playbookOf(node, input)
    return playbook === undefined ? writtenStep(node) : writtenPlaybook(node, playbook)
  }
  if ('cases' in node) {
    const cases = node.cases.map(({ when, steps }) => ({ when, inner: writtenNodes(steps, input) }))
    const written = cases.map(({ when, inner: { nodes } }) =>
      when === null ? { else: true, steps: nodes } : { when, steps: nodes },
    )
    const inner = together(cases.map((one) => one.inner))
    return { ...inner, nodes: [{ branch: node.branch, cases: written }] }
  }
  const inner = writtenNodes(node.steps, input)
  return { ...inner, nodes: [{ ...node, steps: inner.nodes }] }
}

const writtenNodes = (nodes: readonly ProposedNode[], input: PlannerInput): Written =>
  together(nodes.map((node) => writtenNode(node, input)))

/** As in a profile that says nothing. */
const MOST_REVISIONS = 3

/** The rules of every playbook that stands in it, with as many changes as all of them have where the profile allows it. */
function replanOf(playbooks: readonly Playbook[], { profile }: PlannerInput) {
  const replans = playbooks.flatMap(({ replan }) => replan ?? [])
  if (replans.length === 0) return {}
  const most = replans.map((replan) => replan.at_most)
  const sum = most.reduce((all, one) => all + one, 0)
  const allowed = Math.min(sum, profile.plan?.most_revisions ?? MOST_REVISIONS)
  const rules = replans.flatMap((replan) => replan.rules)
  return { replan: { at_most: Math.max(allowed, ...most), rules } }
}

export type WrittenDraft =
  | { readonly draft: PlanDraft; readonly playbooks: readonly Playbook[] }
  | { readonly problems: readonly string[] }

/** The proposal as a draft, in the order of its steps. */
export function draftOf(steps: readonly ProposedNode[], input: PlannerInput): WrittenDraft {
  const { nodes, problems, playbooks } = writtenNodes(steps, input)
  if (problems.length > 0) return { problems }
  const written = { steps: nodes, ...replanOf(playbooks, input) }
  const read = planDraftSchema.safeParse(written)
  if (read.success) return { draft: read.data, playbooks }
  return { problems: read.error.issues.map(({ path, message }) => problemAt(path, message, written)) }
}

const CALLED = ['id', 'branch', 'parallel', 'tool'] as const

/** What a node of a draft is called, as the model has written it; null: it is no node. */
function calledOf(node: unknown): string | null {
  if (!isRecord(node)) return null
  const [name] = CALLED.flatMap((key) => (typeof node[key] === 'string' ? [node[key]] : []))
  return name === undefined ? null : 'for_each' in node ? name.replace(/_each$/, '') : name
}

const inside = (value: unknown, part: PropertyKey): unknown => {
  if (Array.isArray(value)) return value[Number(part)] as unknown
  return isRecord(value) && Object.hasOwn(value, String(part)) ? value[String(part)] : undefined
}

/** For the model: by the step or block of its plan that the path in the draft leads to. */
export function problemAt(path: readonly PropertyKey[], message: string, draft: unknown): string {
  let at = draft
  let name = 'the plan'
  let rest: PropertyKey[] = []
  for (const part of path[0] === 'plan' ? path.slice(1) : path) {
    at = inside(at, part)
    const called = calledOf(at)
    rest = called === null ? [...rest, part] : []
    name = called ?? name
  }
  return `${name}: ${rest.length === 0 ? '' : `${rest.join('.')} `}${message}.`
}
