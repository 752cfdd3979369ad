// One plot as SVG without styles of its own: the page's classes colour it, so that it follows a dark or light screen.
import { line } from 'd3-shape'
import type { Curve } from '../bench.ts'
import { shown } from '../table.ts'
import { lineAxis, percentileAxis, valueAxis, type Axis } from './axes.ts'
import { markup, NOTHING, type Markup } from './markup.ts'

export type Drawn = {
  readonly label: string
  readonly curve: Curve
  /** Index of the colour and of the dashes. */
  readonly colour: number
  readonly dash: number
}

export const COLOURS = 8
export const DASHES = 4

const WIDTH = 760
const HEIGHT = 380
const LEFT = 72
const RIGHT = WIDTH - 24
const TOP = 28
const BOTTOM = HEIGHT - 52
/** More points than these are a line alone. */
const MARKED = 60

type Point = readonly [x: number, y: number]
type Axes = { readonly x: Axis; readonly y: Axis }

const finite = ({ points }: Curve): Point[] =>
  points.filter(([x, y]) => Number.isFinite(x) && Number.isFinite(y))

const classOf = ({ colour, dash }: Drawn): string => `c${colour % COLOURS} d${dash % DASHES}`
const near = (value: number): string => value.toFixed(1)

function axesOf(drawn: readonly Drawn[], first: Curve): Axes {
  const points = drawn.flatMap(({ curve }) => finite(curve))
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)]
  const x =
    first.kind === 'distribution' ? percentileAxis(xs, [LEFT, RIGHT]) : lineAxis(first.x, xs, [LEFT, RIGHT])
  return { x, y: valueAxis(first.y, ys, [BOTTOM, TOP]) }
}

const grid = ({ x, y }: Axes): Markup => markup`
<g class="grid">${y.ticks.map(({ at }) => markup`<line x1="${LEFT}" x2="${RIGHT}" y1="${near(at)}" y2="${near(at)}"/>`)}${x.ticks.map(({ at }) => markup`<line x1="${near(at)}" x2="${near(at)}" y1="${TOP}" y2="${BOTTOM}"/>`)}</g>
<g class="ticks">${y.ticks.map(({ at, text }) => markup`<text x="${LEFT - 8}" y="${near(at + 4)}" text-anchor="end">${text}</text>`)}${x.ticks.map(({ at, text }) => markup`<text x="${near(at)}" y="${BOTTOM + 18}" text-anchor="middle">${text}</text>`)}</g>
<g class="axis"><text x="${LEFT - 64}" y="14">${y.label}</text><text x="${(LEFT + RIGHT) / 2}" y="${HEIGHT - 8}" text-anchor="middle">${x.label}</text></g>`

const whereOf = (curve: Curve, x: number): string => {
  if (curve.kind === 'line') return `${curve.x} ${shown(x)}`
  return x >= 100 ? 'longest' : `P${x}`
}

function marks({ curve, label }: Drawn, { x, y }: Axes, points: readonly Point[]): readonly Markup[] {
  if (points.length > MARKED) return []
  return points.map(
    ([at, value]) =>
      markup`<circle cx="${near(x.place(at))}" cy="${near(y.place(value))}" r="3"><title>${label}: ${whereOf(curve, at)}, ${shown(value)} ${curve.y}</title></circle>`,
  )
}

function drawnLine(drawn: Drawn, axes: Axes): Markup {
  const points = finite(drawn.curve)
  const path = line<Point>(
    ([at]) => axes.x.place(at),
    ([, value]) => axes.y.place(value),
  ).digits(1)([...points])
  return markup`<g class="${classOf(drawn)}"><path d="${path ?? ''}"/>${marks(drawn, axes, points)}</g>`
}

const legendOf = (drawn: readonly Drawn[]): Markup =>
  markup`<ul class="legend">${drawn.map(
    (each) =>
      markup`<li><svg width="34" height="10" viewBox="0 0 34 10" aria-hidden="true"><g class="${classOf(each)}"><path d="M1,5H33"/></g></svg> ${each.label}</li>`,
  )}</ul>`

/** A figure with its legend. The curves are of one kind and have the same axes. */
export function plot(title: string, all: readonly Drawn[]): Markup {
  const drawn = all.filter(({ curve }) => finite(curve).length > 0)
  const [first] = drawn
  if (!first) return NOTHING
  const axes = axesOf(drawn, first.curve)
  return markup`<figure><figcaption>${title}</figcaption>
<svg class="plot" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${title}">${grid(axes)}
${drawn.map((each) => drawnLine(each, axes))}</svg>
${legendOf(drawn)}</figure>`
}
