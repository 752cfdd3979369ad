// A step or a block as a model may write it: steps, branches, groups that run together, and blocks for each item of a list,
// in each other to a depth of three. Only the shape is read here; what may stand in a plan is proved as of every draft.
import { z } from 'zod'
import { isRecord } from '../../events/json.ts'
import { MOST_STEPS } from '../steps.ts'

const MOST_TEXT = 20_000
const MOST_EXPRESSION = 2000
const MOST_NAME = 64
const MOST_SOURCE = 200
/** How deep blocks stand in blocks. */
const MOST_NESTING = 3

const inputShape = z.strictObject({
  name: z.string().min(1).max(100),
  source: z.string().max(MOST_SOURCE).nullable().default(null),
  value: z.string().max(MOST_TEXT).nullable().default(null),
})
export type ProposedInput = z.output<typeof inputShape>

const nodeName = z.string().min(1).max(MOST_NAME)
const expression = z.string().max(MOST_EXPRESSION)
const count = z.int().min(1).max(MOST_STEPS)

const stepShape = z.strictObject({
  id: nodeName,
  tool: nodeName,
  reason: z.string().max(MOST_TEXT).default(''),
  when: expression.nullable().default(null),
  for_each: z.string().max(MOST_SOURCE).nullable().default(null),
  inputs: z.array(inputShape).max(100).default([]),
})
export type ProposedStep = z.output<typeof stepShape>

/** `when: null`: where no case before it holds. */
export type ProposedCase = { readonly when: string | null; readonly steps: readonly ProposedNode[] }
/** The first case that holds is carried out, and no other. */
export type ProposedBranch = { readonly branch: string; readonly cases: readonly ProposedCase[] }
export type ProposedGroup = {
  readonly parallel: string
  readonly at_most: number
  readonly steps: readonly ProposedNode[]
}
export type ProposedEach = {
  readonly for_each: string
  readonly id?: string | undefined
  readonly as?: string | undefined
  readonly at_most: number
  readonly steps: readonly ProposedNode[]
}
export type ProposedNode = ProposedStep | ProposedBranch | ProposedGroup | ProposedEach

type Nodes = z.ZodType<ProposedNode[]>

/** As a person writes it, `else: true` stands for `when: null`. */
const caseOf = (steps: Nodes) =>
  z
    .strictObject({
      when: expression.nullable().default(null),
      else: z.literal(true).nullish(),
      steps,
    })
    .transform(({ when, steps: inner }): ProposedCase => ({ when, steps: inner }))

const branchOf = (steps: Nodes) =>
  z.strictObject({ branch: nodeName, cases: z.array(caseOf(steps)).min(1).max(10) })
const groupOf = (steps: Nodes) => z.strictObject({ parallel: nodeName, at_most: count, steps })
const eachOf = (steps: Nodes) =>
  z.strictObject({
    for_each: z.string().max(MOST_SOURCE),
    id: nodeName.nullish().transform((id) => id ?? undefined),
    as: nodeName.nullish().transform((as) => as ?? undefined),
    at_most: count,
    steps,
  })

/** The shape that what was written must have, by the word that only one of them has. */
function shapeOf(written: unknown, inner: Nodes | null): z.ZodType<ProposedNode> {
  if (inner === null || !isRecord(written)) return stepShape
  if ('branch' in written) return branchOf(inner)
  if ('parallel' in written) return groupOf(inner)
  return 'for_each' in written && 'steps' in written ? eachOf(inner) : stepShape
}

/** What a server fills in for the keys of the other kinds. */
const withoutNothing = (written: unknown): unknown =>
  isRecord(written) && !('tool' in written && written['tool'] !== null)
    ? Object.fromEntries(Object.entries(written).filter(([, value]) => value !== null))
    : written

function nodesOf(levels: number): Nodes {
  const inner = levels === 0 ? null : nodesOf(levels - 1)
  const node = z.unknown().transform((written, context): ProposedNode => {
    const read = shapeOf(withoutNothing(written), inner).safeParse(withoutNothing(written))
    if (read.success) return read.data
    for (const { path, message } of read.error.issues)
      context.addIssue({ code: 'custom', path: [...path], message })
    return z.NEVER
  })
  return z.array(node).max(MOST_STEPS)
}

export const nodesShape = nodesOf(MOST_NESTING)

export const isProposedStep = (node: ProposedNode): node is ProposedStep => 'tool' in node

/** What stands in a block, whichever its case; of a step nothing. */
export const innerNodes = (node: ProposedNode): readonly ProposedNode[] =>
  'cases' in node ? node.cases.flatMap(({ steps }) => steps) : 'steps' in node ? node.steps : []

/** The id of a step or a block; a list without one is called by its item. */
export function nodeId(node: ProposedNode): string {
  if (isProposedStep(node)) return node.id
  if ('branch' in node) return node.branch
  return 'parallel' in node ? node.parallel : (node.id ?? `each_${node.as ?? 'item'}`)
}

/** Every node, however deep, in its order. */
export const allNodes = (nodes: readonly ProposedNode[]): ProposedNode[] =>
  nodes.flatMap((node) => [node, ...allNodes(innerNodes(node))])
