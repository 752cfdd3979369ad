// A plan as a drawing: lines for the terminal, and Mermaid text for a page.
import { planTree, type DrawnBlock, type DrawnStep, type PlanNode, type Preview } from './plan-tree.ts'

/** A line, with those that stand below it. */
type Twig = { readonly label: string; readonly twigs: readonly Twig[] }

const stepLabel = ({ step_id, tool, review, when }: DrawnStep): string => {
  const person = review === 'none' ? '' : ' (a person approves)'
  const condition = when === null ? '' : `  if ${when}`
  return `${step_id}  ${tool}${person}${condition}`
}

const blockLabel = ({ block, kind, at_most, list, items }: DrawnBlock): string => {
  if (kind === 'branch') return `branch ${block}`
  if (kind === 'parallel') return `parallel ${block}, at most ${at_most} at once`
  const known = items === null ? `at most ${at_most} items` : `${items} of at most ${at_most} items`
  return `for each of ${list}, ${known}`
}

const caseLabel = (when: string | null): string => (when === null ? 'else' : `if ${when}`)

function twigOf(node: PlanNode): Twig {
  if (node.kind === 'step') return { label: stepLabel(node.step), twigs: [] }
  const label = blockLabel(node.block)
  if (node.kind === 'branch')
    return {
      label,
      twigs: node.cases.map(({ when, nodes }) => ({ label: caseLabel(when), twigs: nodes.map(twigOf) })),
    }
  const tools = node.block.tools.map((tool): Twig => ({ label: tool, twigs: [] }))
  return { label, twigs: [...tools, ...node.nodes.map(twigOf)] }
}

function drawn(twigs: readonly Twig[], margin: string): string[] {
  return twigs.flatMap(({ label, twigs: inner }, index) => {
    const isLast = index === twigs.length - 1
    return [
      `${margin}${isLast ? '└─' : '├─'} ${label}`,
      ...drawn(inner, `${margin}${isLast ? '   ' : '│  '}`),
    ]
  })
}

/** One line a step or block in the order of the plan, those of a block below it. */
export const terminalDrawing = (plan: Preview): string[] => ['plan', ...drawn(planTree(plan).map(twigOf), '')]

const ENTITIES: Readonly<Record<string, string>> = { '"': '#quot;', '#': '#35;', '<': '#lt;', '>': '#gt;' }
/** Nothing in it is read as Mermaid or as HTML. */
const quoted = (text: string): string =>
  `"${text.replaceAll(/["#<>]/g, (found) => ENTITIES[found] ?? found)}"`
/** Ids of Mermaid are words. */
const wordOf = (id: string): string => `n_${id.replaceAll(/\W/g, '_')}`

const idOf = (node: PlanNode): string => wordOf(node.kind === 'step' ? node.step.step_id : node.block.block)

/** Steps as boxes, branches as diamonds, groups and lists as frames around what stands in them. */
function shapes(node: PlanNode): string[] {
  if (node.kind === 'step') {
    const { step_id, tool, when } = node.step
    return [`${idOf(node)}[${quoted(`${step_id}: ${tool}${when === null ? '' : ` if ${when}`}`)}]`]
  }
  if (node.kind === 'branch')
    return [
      `${idOf(node)}{${quoted(node.block.block)}}`,
      ...node.cases.flatMap(({ nodes }) => nodes.flatMap(shapes)),
    ]
  const tools = node.block.tools.map((tool, at) => `${idOf(node)}_${at + 1}[${quoted(tool)}]`)
  const inside = [...tools, ...node.nodes.flatMap(shapes)].map((line) => `  ${line}`)
  return [`subgraph ${idOf(node)}[${quoted(blockLabel(node.block))}]`, ...inside, 'end']
}

/** From each branch to what stands in its cases. */
function choices(node: PlanNode): string[] {
  if (node.kind === 'step') return []
  if (node.kind === 'block') return node.nodes.flatMap(choices)
  return node.cases.flatMap(({ when, nodes }) => [
    ...nodes.map((inner) => `${idOf(node)} -- ${quoted(when ?? 'else')} --> ${idOf(inner)}`),
    ...nodes.flatMap(choices),
  ])
}

/** Shapes, and an arrow for what waits for what: dotted where it takes nothing from it. */
export function mermaidText(plan: Preview): string[] {
  const { steps, blocks } = plan
  const tree = planTree(plan)
  const data = steps.flatMap(({ step_id, depends_on }) =>
    depends_on.map((from) => `${wordOf(from)} --> ${wordOf(step_id)}`),
  )
  const order = steps.flatMap(({ step_id, after }) =>
    after.map((from) => `${wordOf(from)} -.-> ${wordOf(step_id)}`),
  )
  const asked = blocks
    .filter(({ kind }) => kind === 'branch')
    .flatMap(({ block, after }) => after.map((from) => `${wordOf(from)} --> ${wordOf(block)}`))
  const lines = [...tree.flatMap(shapes), ...data, ...order, ...asked, ...tree.flatMap(choices)]
  return ['flowchart TD', ...lines.map((line) => `  ${line}`)]
}
