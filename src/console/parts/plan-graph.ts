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
}

const WIDTH = 220
const HEIGHT = 58
const MARGIN = 6

type Point = { readonly x: number; readonly y: number }

const lineOf = (points: readonly Point[]): string =>
  points.map(({ x, y }, index) => `${index === 0 ? 'M' : 'L'}${Math.round(x)} ${Math.round(y)}`).join(' ')

const box = (step: GraphStep, { x, y }: Point, href: string): Html => {
  const [left, top] = [Math.round(x - WIDTH / 2), Math.round(y - HEIGHT / 2)]
  const name = plain(step.tool)
  const how = `${step.domain} · ${statusWords(step.status)}`
  return html`<a href="${href}" class="node ${toneOf(step.status)}" aria-label="${name}, ${how}">
    <rect x="${left}" y="${top}" width="${WIDTH}" height="${HEIGHT}" rx="10"></rect>
    <circle cx="${left + 18}" cy="${top + 21}" r="4.5"></circle>
    <text x="${left + 32}" y="${top + 25}" class="name">${name}</text>
    <text x="${left + 32}" y="${top + 44}">${how}</text>
  </a>`
}

/** `hrefOf` is where a step leads. Steps that depend on what is not in the plan stand alone. */
export function planGraph(steps: readonly GraphStep[], hrefOf: (stepId: string) => string): Html {
  const graph = new graphlib.Graph()
  graph.setGraph({ rankdir: 'LR', nodesep: 16, ranksep: 46, marginx: MARGIN, marginy: MARGIN })
  graph.setDefaultEdgeLabel(() => ({}))
  const known = new Set(steps.map(({ step_id }) => step_id))
  for (const { step_id } of steps) graph.setNode(step_id, { width: WIDTH, height: HEIGHT })
  for (const { step_id, depends_on } of steps)
    for (const source of depends_on) if (known.has(source)) graph.setEdge(source, step_id)
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
      ${steps.map((step) => box(step, graph.node(step.step_id), hrefOf(step.step_id)))}
    </svg>
  </div>`
}
