// A plan as a drawing: laid out here, so that the browser needs no program for it.
import { graphlib, layout } from '@dagrejs/dagre'
import { html, type Html } from '../html.ts'
import { plain, statusWords, toneOf } from '../words.ts'

export type GraphStep = {
  readonly step_id: string
  readonly tool: string
  readonly domain: string
  readonly status: string
  readonly depends_on: readonly string[]
  readonly after?: readonly string[]
  /** The cases of branches that it stands in, from the outside in. */
  readonly guards?: readonly { readonly block: string; readonly case: string }[]
  /** Items of lists that it is for, counted from 0. */
  readonly items?: readonly { readonly block: string; readonly index: number }[]
  /** Groups that it stands in. */
  readonly groups?: readonly string[]
}

/** A branch stands between what it hangs on and the steps of its cases. */
export type GraphBlock = Pick<GraphStep, 'guards'> & {
  readonly block: string
  readonly kind: string
  readonly after: readonly string[]
  readonly taken?: string | null
}

const WIDTH = 252
const HEIGHT = 58
const MARGIN = 6

type Point = { readonly x: number; readonly y: number }

const lineOf = (points: readonly Point[]): string =>
  points.map(({ x, y }, index) => `${index === 0 ? 'M' : 'L'}${Math.round(x)} ${Math.round(y)}`).join(' ')

const box = (step: GraphStep, { x, y }: Point, { href, isHere }: { href: string; isHere: boolean }): Html => {
  const [left, top] = [Math.round(x - WIDTH / 2), Math.round(y - HEIGHT / 2)]
  const name = plain(step.tool)
  const items = (step.items ?? []).map(({ index }) => `item ${index + 1} · `).join('')
  const how = `${items === '' ? `${step.domain} · ` : items}${statusWords(step.status)}`
  return html`<a
    href="${href}"
    class="node ${toneOf(step.status)} ${isHere ? 'here' : ''}"
    ${isHere ? html`aria-current="step"` : null}
    aria-label="${name}, ${how}"
  >
    <rect x="${left}" y="${top}" width="${WIDTH}" height="${HEIGHT}" rx="10"></rect>
    <circle cx="${left + 18}" cy="${top + 21}" r="4.5"></circle>
    <text x="${left + 32}" y="${top + 25}" class="name">${name}</text>
    <text x="${left + 32}" y="${top + 44}">${how}</text>
  </a>`
}

const diamond = ({ block, taken }: GraphBlock, { x, y }: Point): Html => {
  const [left, top] = [Math.round(x - WIDTH / 2), Math.round(y - HEIGHT / 2)]
  const how = taken == null ? 'not chosen yet' : taken === 'none' ? 'no case holds' : `case ${taken}`
  const corners = [
    `${left} ${top + HEIGHT / 2}`,
    `${left + 20} ${top}`,
    `${left + WIDTH - 20} ${top}`,
    `${left + WIDTH} ${top + HEIGHT / 2}`,
    `${left + WIDTH - 20} ${top + HEIGHT}`,
    `${left + 20} ${top + HEIGHT}`,
  ]
  return html`<g class="node branch">
    <path d="M${corners.join('L')}z"></path>
    <text x="${left + 32}" y="${top + 25}" class="name">${plain(block)}</text>
    <text x="${left + 32}" y="${top + 44}">${how}</text>
  </g>`
}

type Edge = readonly [string, string]

const PREFIX = 'block '

/** The steps in a group or list. */
const stepsIn = (steps: readonly GraphStep[], block: string): GraphStep[] =>
  steps.filter(
    ({ groups = [], items = [] }) => groups.includes(block) || items.some((item) => item.block === block),
  )

const waitsFor = ({ depends_on, after = [] }: GraphStep): string[] => [...depends_on, ...after]

/** The last steps in a group or list; where no step of it is known, what it waits for. */
function endsOf(steps: readonly GraphStep[], { block, after }: GraphBlock): readonly string[] {
  const inside = stepsIn(steps, block)
  const followed = new Set(inside.flatMap(waitsFor))
  const ends = inside.flatMap(({ step_id }) => (followed.has(step_id) ? [] : [step_id]))
  return ends.length > 0 ? ends : after
}

/** The first steps in a list: they wait for what gives it. */
function startsOf(steps: readonly GraphStep[], block: string): readonly string[] {
  const inside = stepsIn(steps, block)
  const ids = new Set(inside.map(({ step_id }) => step_id))
  return inside.flatMap((step) => (waitsFor(step).some((id) => ids.has(id)) ? [] : [step.step_id]))
}

/** What is drawn for what a step waits for: a step itself, a branch, or the ends of a group or list. */
function sourcesOf(steps: readonly GraphStep[], blocks: readonly GraphBlock[]) {
  const drawn = new Map(
    blocks.map((one) => [one.block, one.kind === 'branch' ? [`${PREFIX}${one.block}`] : endsOf(steps, one)]),
  )
  return (id: string): readonly string[] => drawn.get(id) ?? [id]
}

/** A branch is drawn once for what it hangs on, and once for each step of its cases. */
function edgesOf(steps: readonly GraphStep[], blocks: readonly GraphBlock[]): Edge[] {
  const sources = sourcesOf(steps, blocks)
  const branches = blocks.filter(({ kind }) => kind === 'branch')
  const lists = blocks.filter(({ kind }) => kind === 'for_each')
  return [
    ...lists.flatMap(({ block, after }) =>
      after.flatMap((source) => startsOf(steps, block).map((id): Edge => [source, id])),
    ),
    ...steps.flatMap((step) =>
      waitsFor(step)
        .flatMap(sources)
        .map((source): Edge => [source, step.step_id]),
    ),
    ...steps.flatMap(({ step_id, guards = [] }) =>
      guards.slice(-1).map(({ block }): Edge => [`${PREFIX}${block}`, step_id]),
    ),
    ...branches.flatMap(({ block, after, guards = [] }) => [
      ...after.flatMap(sources).map((source): Edge => [source, `${PREFIX}${block}`]),
      ...guards.slice(-1).map((outer): Edge => [`${PREFIX}${outer.block}`, `${PREFIX}${block}`]),
    ]),
  ]
}

export type Drawn = {
  readonly blocks?: readonly GraphBlock[]
  /** The step that the page is about. */
  readonly here?: string
}

/** `hrefOf` is where a step leads. Steps that depend on what is not in the plan stand alone. */
export function planGraph(
  steps: readonly GraphStep[],
  hrefOf: (stepId: string) => string,
  { blocks = [], here }: Drawn = {},
): Html {
  const branches = blocks.filter(({ kind }) => kind === 'branch')
  const graph = new graphlib.Graph()
  graph.setGraph({ rankdir: 'LR', nodesep: 16, ranksep: 46, marginx: MARGIN, marginy: MARGIN })
  graph.setDefaultEdgeLabel(() => ({}))
  const known = new Set([
    ...steps.map(({ step_id }) => step_id),
    ...branches.map(({ block }) => `${PREFIX}${block}`),
  ])
  for (const name of known) graph.setNode(name, { width: WIDTH, height: HEIGHT })
  for (const [from, to] of edgesOf(steps, blocks)) if (known.has(from)) graph.setEdge(from, to)
  layout(graph)
  const { width = 0, height = 0 } = graph.graph()
  const edges = graph
    .edges()
    .map((edge: { v: string; w: string }): string => lineOf(graph.edge(edge).points as Point[]))
  return html`<div class="scroll">
    <svg
      class="plan"
      width="${Math.ceil(width)}"
      height="${Math.ceil(height)}"
      viewBox="0 0 ${Math.ceil(width)} ${Math.ceil(height)}"
      role="group"
      aria-label="Plan"
    >
      <defs>
        <marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">
          <path d="M0 0L8 4L0 8z"></path>
        </marker>
      </defs>
      ${edges.map((line: string) => html`<path class="edge" d="${line}" marker-end="url(#arrow)"></path>`)}
      ${branches.map((one) => diamond(one, graph.node(`${PREFIX}${one.block}`)))}
      ${steps.map((step) => box(step, graph.node(step.step_id), { href: hrefOf(step.step_id), isHere: step.step_id === here }))}
    </svg>
  </div>`
}
