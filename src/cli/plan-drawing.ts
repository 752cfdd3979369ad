// A plan as a drawing: lines for the terminal, and Mermaid text for a page.
import type { z } from 'zod'
import type { planPreview } from '../http/plan-answers.ts'

type Preview = z.output<typeof planPreview>
type Step = Preview['steps'][number]
type Block = Preview['blocks'][number]

/** A step or a block, with what stands in it. */
type Twig = { readonly label: string; readonly twigs: readonly Twig[] }

type Place = Pick<Step, 'guards' | 'groups' | 'items'>

const stepLabel = ({ step_id, tool, review, when }: Step): string => {
  const person = review === 'none' ? '' : ' (a person approves)'
  const condition = when === null ? '' : `  if ${when}`
  return `${step_id}  ${tool}${person}${condition}`
}

const blockLabel = ({ block, kind, at_most, list, items }: Block): string => {
  if (kind === 'branch') return `branch ${block}`
  if (kind === 'parallel') return `parallel ${block}, at most ${at_most} at once`
  const known = items === null ? `at most ${at_most} items` : `${items} of at most ${at_most} items`
  return `for each of ${list}, ${known}`
}

/** How deep something stands: cases, groups and items. */
const depthOf = ({ guards, groups, items }: Place): number => guards.length + groups.length + items.length

const isIn = (place: Place, { block }: Block, taken: string | null): boolean =>
  place.guards.some((guard) => guard.block === block && guard.case === taken) ||
  (taken === null && (place.groups.includes(block) || place.items.some((item) => item.block === block)))

const placeOf = (block: Block): Place => ({ guards: block.guards, groups: [], items: [] })

/** What stands in a block, or in one of its cases, and in nothing between. */
function twigsIn(plan: Preview, inside: (place: Place) => boolean, depth: number): Twig[] {
  const steps = plan.steps.filter((step) => inside(step) && depthOf(step) === depth)
  const blocks = plan.blocks.filter((block) => inside(placeOf(block)) && depthOf(placeOf(block)) === depth)
  return [
    ...steps.map((step): Twig => ({ label: stepLabel(step), twigs: [] })),
    ...blocks.map((block) => blockTwig(plan, block, depth + 1)),
  ]
}

function blockTwig(plan: Preview, block: Block, depth: number): Twig {
  if (block.kind !== 'branch')
    return {
      label: blockLabel(block),
      twigs: [
        ...block.tools.map((tool): Twig => ({ label: tool, twigs: [] })),
        ...twigsIn(plan, (place) => isIn(place, block, null), depth),
      ],
    }
  const cases = block.cases.map(({ case: name, when }): Twig => ({
    label: when === null ? 'else' : `if ${when}`,
    twigs: twigsIn(plan, (place) => isIn(place, block, name), depth),
  }))
  return { label: blockLabel(block), twigs: cases }
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

/** One line a step or block, those of a block below it. */
export const terminalDrawing = (plan: Preview): string[] => [
  'plan',
  ...drawn(
    twigsIn(plan, () => true, 0),
    '',
  ),
]

const quoted = (text: string): string => `"${text.replaceAll('"', '#quot;')}"`
/** Ids of Mermaid are words. */
const nodeOf = (id: string): string => `n_${id.replaceAll(/\W/g, '_')}`

/** Steps, and diamonds for branches; an arrow for what waits for what. */
export function mermaidText({ steps, blocks }: Preview): string[] {
  const branches = blocks.filter(({ kind }) => kind === 'branch')
  const nodes = [
    ...steps.map(({ step_id, tool }) => `${nodeOf(step_id)}[${quoted(`${step_id}: ${tool}`)}]`),
    ...branches.map(({ block }) => `${nodeOf(block)}{${quoted(block)}}`),
  ]
  const data = steps.flatMap(({ step_id, depends_on }) =>
    depends_on.map((from) => `${nodeOf(from)} --> ${nodeOf(step_id)}`),
  )
  const order = steps.flatMap(({ step_id, after }) =>
    after.map((from) => `${nodeOf(from)} -.-> ${nodeOf(step_id)}`),
  )
  const asked = branches.flatMap(({ block, after }) =>
    after.map((from) => `${nodeOf(from)} --> ${nodeOf(block)}`),
  )
  const taken = steps.flatMap(({ step_id, guards }) => {
    const guard = guards.at(-1)
    const of = branches.find(({ block }) => block === guard?.block)
    const when = of?.cases.find((one) => one.case === guard?.case)?.when ?? 'else'
    return guard === undefined ? [] : [`${nodeOf(guard.block)} -- ${quoted(when)} --> ${nodeOf(step_id)}`]
  })
  return ['flowchart TD', ...[...nodes, ...data, ...order, ...asked, ...taken].map((line) => `  ${line}`)]
}
