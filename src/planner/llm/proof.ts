// From what a model proposes to steps that may be adopted. It chooses tools and names sources; what a step costs, does and
// needs a person for is the registry's and the profile's. Everything that does not hold is a problem, never a guess.
import type {
  ProposedBlock,
  ProposedReplan,
  ProposedSource,
  ProposedStep as PlannedStep,
} from '../../events/plan.ts'
import { checkExpression } from '../../registry/expressions/check.ts'
import { ONLINE_PLANNER } from '../../registry/names.ts'
import { checkFields } from '../../registry/fields.ts'
import { readPath } from '../../registry/path.ts'
import type { Field, ToolSpec } from '../../registry/registry.ts'
import { isGiven } from '../chain.ts'
import type { PlannerInput } from '../planner.ts'
import { provePlan } from '../prove.ts'
import { planStep, usableTools } from '../steps.ts'
import { draftOf, playbookOf, problemAt } from './blocks.ts'
import {
  allNodes,
  isProposedStep,
  nodeId,
  type ProposedInput,
  type ProposedNode,
  type ProposedStep,
} from './node.ts'
import { literalOf } from './literal.ts'
import { inOrder } from './order.ts'
import type { Proposal } from './proposal.ts'

export type Proof = {
  readonly steps: readonly PlannedStep[]
  /** What stands beside them; absent: they stand in nothing. */
  readonly blocks?: readonly ProposedBlock[]
  /** The rules of its playbooks; absent: it has none. */
  readonly replan?: ProposedReplan
  /** For the model, one sentence each; empty: the plan may be adopted. */
  readonly problems: readonly string[]
  /** Limits that even one call of each step would break. */
  readonly overBudget: readonly string[]
}

type Known = {
  readonly input: PlannerInput
  readonly usable: ReadonlyMap<string, ToolSpec>
  /** By the ids of the proposal. */
  readonly steps: ReadonlyMap<string, ProposedStep>
  readonly idOf: ReadonlyMap<string, string>
}

type Read = { readonly source: ProposedSource } | { readonly problem: string }

const PATH = /^[A-Za-z_]\w*(\.[A-Za-z_]\w*){0,20}$/

const kindOf = (value: unknown): string => {
  if (Array.isArray(value)) return 'array'
  return value === null ? 'null' : typeof value
}

const ALIKE: Readonly<Record<string, readonly string[]>> = {
  enum: ['string', 'number', 'boolean'],
  // People write figures as text, and the tools read them.
  number: ['number', 'string'],
  integer: ['number', 'string'],
}

/** A value of this kind can be what the field takes. */
const fits = ({ type }: Field, kind: string): boolean =>
  type === 'any' || kind === 'any' || type === kind || (ALIKE[type]?.includes(kind) ?? false)

function contextSource(path: string, field: Field, { input }: Known): Read {
  if (!PATH.test(path) || !isGiven(input.context, path)) return { problem: `context.${path} is not given` }
  const kind = kindOf(readPath(input.context, path))
  if (fits(field, kind)) return { source: { context: path } }
  return { problem: `context.${path} is of type ${kind}, and ${field.type} is needed` }
}

/** Kinds that an output of this type may have when it is there. */
const kindOfOutput = ({ type }: Field): string =>
  type === 'enum' ? 'string' : type === 'integer' ? 'number' : type

function stepSource(text: string, field: Field, { steps, usable, idOf }: Known): Read {
  const dot = text.indexOf('.')
  const [id, output] = [text.slice(0, dot), text.slice(dot + 1)]
  const producer = steps.get(id)
  if (dot < 1 || producer === undefined)
    return { problem: `${text} is neither context.<path> nor <step id>.<output>` }
  const spec = usable.get(producer.tool)
  const declared = spec && Object.hasOwn(spec.outputs, output) ? spec.outputs[output] : undefined
  if (declared === undefined) return { problem: `${id} has no output ${output}` }
  if (fits(field, kindOfOutput(declared))) return { source: { step: idOf.get(id) ?? id, output } }
  return { problem: `${text} is of type ${declared.type}, and ${field.type} is needed` }
}

/** What the plan itself gives, of an input that takes it. */
function literalSource(json: string, field: Field): Read {
  const read = literalOf(json)
  if ('problem' in read) return read
  const [fault] = checkFields({ value: field }, read)
  return fault === undefined ? { source: read } : { problem: `the value ${fault.message}` }
}

function sourceOf({ source, value }: ProposedInput, field: Field, known: Known): Read {
  if ((source === null) === (value === null)) return { problem: 'give either source or value' }
  if (value !== null) return literalSource(value, field)
  if (source === null) return { problem: 'give a source' }
  const prefix = 'context.'
  if (source.startsWith(prefix)) return contextSource(source.slice(prefix.length), field, known)
  return stepSource(source, field, known)
}

type Bound = { readonly inputs: PlannedStep['inputs']; readonly problems: readonly string[] }

function bind(step: ProposedStep, spec: ToolSpec, known: Known): Bound {
  const inputs = new Map<string, ProposedSource>()
  const problems: string[] = []
  for (const given of step.inputs) {
    const field = Object.hasOwn(spec.inputs, given.name) ? spec.inputs[given.name] : undefined
    if (field === undefined) problems.push(`${spec.name} has no input ${given.name}`)
    else if (inputs.has(given.name)) problems.push(`${given.name} is given twice`)
    else {
      const read = sourceOf(given, field, known)
      if ('problem' in read) problems.push(`${given.name}: ${read.problem}`)
      else inputs.set(given.name, read.source)
    }
  }
  return { inputs: Object.fromEntries(inputs), problems }
}

function idProblems(nodes: readonly ProposedNode[]): string[] {
  const ids = allNodes(nodes).map(nodeId)
  const twice = ids.filter((id, at) => ids.indexOf(id) !== at)
  const odd = ids.filter((id) => !/^[a-z][a-z0-9_]{0,63}$/.test(id) || id === 'context')
  return [
    ...twice.map((id) => `${id}: its id is used twice.`),
    ...odd.map((id) => `${id}: an id is lower-case letters, digits and _, and not context.`),
  ]
}

type Condition = { readonly text: string; readonly steps: readonly string[] }

/** The expression of a step, over the context and the steps before it; a text says why it cannot be one. */
function conditionOf(
  { when }: ProposedStep,
  { usable, idOf }: Known,
  before: readonly PlannedStep[],
): Condition | null | string {
  if (when === null) return null
  // Names inside of an expression stay as they are.
  if ([...idOf].some(([id, name]) => id !== name)) return 'needs steps called s1, s2, ... in their order'
  const checked = checkExpression(when, {
    steps: new Map(before.map(({ step_id, tool }) => [step_id, usable.get(tool)?.outputs ?? null])),
    context: null,
    items: new Set(),
    whyNot: (name) => `${name} is neither context nor a step before it`,
  })
  return checked.ok ? { text: when, steps: checked.steps } : `is wrong: ${checked.message}`
}

const refusal = (problems: readonly string[]): Proof => ({ steps: [], problems, overBudget: [] })

/** In the registry's words: what the model writes stays with its answer. */
const REASON = 'chosen by the language model'

/** Every tool that a plan may call. */
const toolsOf = (steps: readonly PlannedStep[], blocks: readonly ProposedBlock[] = []): string[] => [
  ...steps.map(({ tool }) => tool),
  ...blocks.flatMap((block) =>
    block.kind === 'for_each' && block.body !== null ? toolsOf(block.body.steps, block.body.blocks) : [],
  ),
]

/** With playbooks and blocks: proved as what a person writes. */
function proveBlocks(
  ordered: readonly ProposedNode[],
  input: PlannerInput,
  excluded: readonly string[],
): Proof {
  const written = draftOf(ordered, input)
  if ('problems' in written) return refusal(written.problems)
  const { draft, playbooks } = written
  const proof = provePlan({ draft, playbooks, giver: ONLINE_PLANNER, reason: REASON }, input)
  if (!proof.ok)
    return refusal(proof.problems.map(({ path, message }) => problemAt(path.split('.'), message, draft)))
  const { steps, blocks, replan, overBudget } = proof.plan
  const forbidden = [...new Set(toolsOf(steps, blocks))].filter((tool) => excluded.includes(tool))
  if (forbidden.length > 0) return refusal(forbidden.map((tool) => `The goal forbids ${tool}.`))
  return {
    steps,
    ...(blocks === undefined ? {} : { blocks }),
    ...(replan === undefined ? {} : { replan }),
    problems: [],
    overBudget,
  }
}

/** Steps of the proposal, called `s1`, `s2`, ... where it has neither playbooks nor blocks, and every problem. */
export function prove({ steps }: Proposal, input: PlannerInput, excluded: readonly string[]): Proof {
  const named = idProblems(steps)
  if (steps.length === 0) return refusal(['The plan has no steps.'])
  if (named.length > 0) return refusal(named)
  const ordered = inOrder(steps, input)
  if (ordered === null) return refusal(['The steps wait for each other: no order is possible.'])
  const plain = ordered.filter(isProposedStep).filter((step) => step.for_each === null)
  const isPlain =
    plain.length === ordered.length && plain.every((step) => playbookOf(step, input) === undefined)
  return isPlain ? provePlain(plain, input, excluded) : proveBlocks(ordered, input, excluded)
}

/** Steps alone: of each it says where every input comes from, and nothing is guessed. */
function provePlain(
  ordered: readonly ProposedStep[],
  input: PlannerInput,
  excluded: readonly string[],
): Proof {
  const usable = usableTools(input)
  const known: Known = {
    input,
    usable,
    steps: new Map(ordered.map((step) => [step.id, step])),
    idOf: new Map(ordered.map(({ id }, at) => [id, `s${at + 1}`])),
  }
  const order = [...known.idOf.values()]
  const problems: string[] = []
  const proved: PlannedStep[] = []
  for (const step of ordered) {
    const spec = known.usable.get(step.tool)
    const when = conditionOf(step, known, proved)
    if (typeof when === 'string') problems.push(`${step.id}: when ${when}.`)
    if (excluded.includes(step.tool)) problems.push(`${step.id}: the goal forbids ${step.tool}.`)
    if (spec === undefined) {
      problems.push(`${step.id}: no tool that can be used here is called ${step.tool}.`)
      continue
    }
    const bound = bind(step, spec, known)
    problems.push(...bound.problems.map((problem) => `${step.id}: ${problem}.`))
    const step_id = known.idOf.get(step.id) ?? step.id
    const condition = typeof when === 'string' ? null : when
    const choice = { step_id, tool: spec, inputs: bound.inputs, reason: REASON, order, when: condition }
    proved.push(planStep(choice, input))
  }
  if (problems.length > 0) return refusal(problems)
  const proof = provePlan({ parts: { steps: proved, blocks: [] }, giver: ONLINE_PLANNER }, input)
  if (!proof.ok) return refusal(proof.problems.map(({ path, message }) => `${path}: ${message}.`))
  return { steps: proof.plan.steps, problems: [], overBudget: proof.plan.overBudget }
}
