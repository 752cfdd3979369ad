// A plan as whoever makes it writes it: in registry.yaml, in the body of a request, in a file, with the builder. Data
// only: what a step costs, risks and needs a person for is never said here, it comes from registry and profile.
import { z } from 'zod'
import { valueRule, type RuleContext } from '../../events/checks/value-rule.ts'
import { name } from '../name.ts'
import { replanDraftSchema, type ReplanInput } from './replan-draft.ts'
import { expression, inputSources, reference, type SourcesDraft } from './written.ts'

export type { SourceDraft, SourcesDraft } from './written.ts'

/** What expressions and sources use already, and what the spans of a run are called. */
const RESERVED: ReadonlySet<string> = new Set(
  (
    'context item plan llm true false null in as break const continue else for function if import let loop package ' +
    'namespace return var void while has size all exists exists_one map filter'
  ).split(' '),
)

export const MOST_ITEMS = 100
export const MOST_CASES = 10
export const MOST_OF_A_LIST = 1000
/** How deep blocks stand in blocks. */
const MOST_NESTING = 3

const stepId = name.refine((text) => !RESERVED.has(text), {
  error: 'is a reserved word; choose another name',
})

/** One step: it is called `id`, or as its tool where it says nothing. */
export type StepDraft = {
  readonly id?: string | undefined
  readonly tool: string
  readonly inputs: Readonly<Record<string, SourcesDraft>>
  readonly after: readonly string[]
  /** An expression: where it is false, the step is skipped. */
  readonly when?: string | undefined
}

export type CaseDraft =
  | { readonly when: string; readonly steps: readonly NodeDraft[] }
  | { readonly else: true; readonly steps: readonly NodeDraft[] }

/** The first case whose expression is true is carried out, and no other. */
export type BranchDraft = { readonly branch: string; readonly cases: readonly CaseDraft[] }

/** Its steps run together, at most so many at once. */
export type ParallelDraft = {
  readonly parallel: string
  readonly at_most: number
  readonly steps: readonly NodeDraft[]
}

/** Its steps once for each item of a list, which is `item.<path>` there, or has the name `as`. */
export type ForEachDraft = {
  /** `context.<path>`, `<step>.<output>`, or a list of an item around it. */
  readonly for_each: string
  readonly id?: string | undefined
  readonly as?: string | undefined
  readonly at_most: number
  readonly steps: readonly NodeDraft[]
}

export type NodeDraft = StepDraft | BranchDraft | ParallelDraft | ForEachDraft

type StepInput = Pick<StepDraft, 'id' | 'tool' | 'when'> & {
  readonly inputs?: StepDraft['inputs'] | undefined
  readonly after?: StepDraft['after'] | undefined
}
export type CaseInput =
  | { readonly when: string; readonly steps: readonly NodeInput[] }
  | { readonly else: true; readonly steps: readonly NodeInput[] }
/** As a step or a block may be written. */
export type NodeInput =
  | StepInput
  | { readonly branch: string; readonly cases: readonly CaseInput[] }
  | (Omit<ParallelDraft, 'steps'> & { readonly steps: readonly NodeInput[] })
  | (Omit<ForEachDraft, 'steps'> & { readonly steps: readonly NodeInput[] })

const stepShape = {
  id: stepId.optional().meta({ description: 'Of a step; default: its tool.' }),
  tool: name.optional(),
  inputs: inputSources.optional(),
  after: z.array(name).max(MOST_ITEMS).optional(),
  when: expression.optional(),
}

/** As zod reads it: which keys belong together is checked after each. */
type LooseNode = z.input<z.ZodObject<typeof stepShape>> & {
  readonly branch?: string | undefined
  readonly cases?: readonly LooseCase[] | undefined
  readonly parallel?: string | undefined
  readonly for_each?: string | undefined
  readonly as?: string | undefined
  readonly at_most?: number | undefined
  readonly steps?: readonly LooseNode[] | undefined
}
type LooseCase = {
  readonly when?: string | undefined
  readonly else?: true | undefined
  readonly steps: readonly LooseNode[]
}
type Nodes = z.ZodType<NodeDraft[], readonly LooseNode[]>

const caseOf = (steps: Nodes) =>
  z
    .strictObject({ when: expression.optional(), else: z.literal(true).optional(), steps })
    .check(
      valueRule((one, context) => {
        if ((one.when === undefined) === (one.else === undefined))
          context.addIssue({ code: 'custom', message: 'must say either when or else: true' })
      }),
    )
    .transform(({ when, steps: inner }): CaseDraft =>
      when === undefined ? { else: true, steps: inner } : { when, steps: inner },
    )

const blockShapeOf = (steps: Nodes) => ({
  branch: stepId.optional().meta({ description: 'The name of a branch, in place of a tool.' }),
  cases: z.array(caseOf(steps)).min(1).max(MOST_CASES).optional(),
  parallel: stepId.optional().meta({ description: 'The name of a group of steps that run together.' }),
  for_each: reference.optional().meta({ description: 'A list: `context.<path>` or `<step>.<output>`.' }),
  as: stepId.optional().meta({ description: 'Of one item of the list; default: item.' }),
  at_most: z
    .int()
    .min(1)
    .max(MOST_OF_A_LIST)
    .optional()
    .meta({ description: 'How many at once, or how many items.' }),
  steps: steps.optional(),
})

const KEYS = {
  tool: ['id', 'tool', 'inputs', 'after', 'when'],
  branch: ['branch', 'cases'],
  parallel: ['parallel', 'at_most', 'steps'],
  for_each: ['for_each', 'id', 'as', 'at_most', 'steps'],
} as const satisfies Record<string, readonly string[]>
const KINDS = ['tool', 'branch', 'parallel', 'for_each'] as const

type Written = z.output<z.ZodObject<typeof stepShape>> & {
  readonly branch?: string | undefined
  readonly cases?: readonly CaseDraft[] | undefined
  readonly parallel?: string | undefined
  readonly for_each?: string | undefined
  readonly as?: string | undefined
  readonly at_most?: number | undefined
  readonly steps?: readonly NodeDraft[] | undefined
}

const branchFault = ({ cases = [] }: Written): [string, string] | null => {
  if (cases.length === 0) return ['cases', 'is required']
  const last = cases.findIndex((one) => 'else' in one)
  if (last >= 0 && last < cases.length - 1) return ['cases', 'else must be the last case']
  return cases.some((one) => 'when' in one) ? null : ['cases', 'needs a case with when']
}

function checkNode(written: Written, context: RuleContext): void {
  const refuse = (message: string, path: string[] = []) => context.addIssue({ code: 'custom', path, message })
  const [kind, other] = KINDS.filter((key) => written[key] !== undefined)
  if (kind === undefined || other !== undefined) return refuse(`must have one of ${KINDS.join(', ')}`)
  const allowed: readonly string[] = KEYS[kind]
  for (const [key, value] of Object.entries(written))
    if (value !== undefined && !allowed.includes(key)) refuse(`cannot stand beside ${kind}`, [key])
  const fault = kind === 'branch' ? branchFault(written) : null
  if (fault !== null) refuse(fault[1], [fault[0]])
  if (kind !== 'parallel' && kind !== 'for_each') return
  for (const key of ['at_most', 'steps'] as const)
    if (written[key] === undefined) refuse('is required', [key])
}

function nodeOf(written: Written): NodeDraft {
  const { tool, branch, cases = [], parallel, for_each, as, at_most = 1, steps = [] } = written
  const { id, inputs = {}, after = [], when } = written
  if (branch !== undefined) return { branch, cases }
  if (parallel !== undefined) return { parallel, at_most, steps }
  if (for_each !== undefined) {
    const names = { ...(id === undefined ? {} : { id }), ...(as === undefined ? {} : { as }) }
    return { for_each, ...names, at_most, steps }
  }
  return {
    ...(id === undefined ? {} : { id }),
    tool: tool ?? '',
    inputs,
    after,
    ...(when === undefined ? {} : { when }),
  }
}

/** Steps, and blocks in which blocks may stand as deep as `levels`. */
function nodesOf(levels: number): Nodes {
  const shape = levels === 0 ? stepShape : { ...stepShape, ...blockShapeOf(nodesOf(levels - 1)) }
  const node: z.ZodType<NodeDraft, LooseNode> = z
    .strictObject(shape)
    .check(valueRule((written, context) => checkNode(written, context)))
    .transform((written) => nodeOf(written))
  return z.array(node).min(1).max(MOST_ITEMS)
}

export const planDraftSchema = z.strictObject({
  description: z.string().min(1).max(500).optional(),
  steps: nodesOf(MOST_NESTING).meta({ description: 'Each may take values of those before it.' }),
  replan: replanDraftSchema
    .optional()
    .meta({ description: 'How it may be changed because of what happens.' }),
})

/** A plan as it is checked; `PlanDraftInput` is how it may be written. */
export type PlanDraft = z.output<typeof planDraftSchema>
export type PlanDraftInput = {
  readonly description?: string | undefined
  readonly steps: readonly NodeInput[]
  readonly replan?: ReplanInput | undefined
}

export const isStep = (node: NodeDraft): node is StepDraft => 'tool' in node

export const idOf = (step: Pick<StepDraft, 'id' | 'tool'>): string => step.id ?? step.tool

/** The name of a step or a block. */
export function nameOf(node: NodeDraft): string {
  if (isStep(node)) return idOf(node)
  if ('branch' in node) return node.branch
  return 'parallel' in node ? node.parallel : (node.id ?? `each_${node.as ?? ITEM}`)
}

/** What an item is called where nothing else is said. */
export const ITEM = 'item'

/** What stands in a block, whichever its case; of a step nothing. */
export const innerOf = (node: NodeDraft): readonly NodeDraft[] =>
  'cases' in node ? node.cases.flatMap(({ steps }) => steps) : 'steps' in node ? node.steps : []

/** Every name in a plan, however deep, in its order. */
export const namesIn = (nodes: readonly NodeDraft[]): string[] =>
  nodes.flatMap((node) => [nameOf(node), ...namesIn(innerOf(node))])

/** The branches of a plan, however deep. */
export const branchNames = (nodes: readonly NodeDraft[]): string[] =>
  nodes.flatMap((node) => [...('branch' in node ? [node.branch] : []), ...branchNames(innerOf(node))])

/** `context.<path>` or `<step>.<path>` as it is looked up. */
export type Reference = { readonly context: string } | { readonly step: string; readonly output: string }

export function referenceOf(text: string): Reference {
  const [from = '', ...below] = text.split('.')
  const path = below.join('.')
  return from === 'context' && path !== '' ? { context: path } : { step: from, output: path }
}
