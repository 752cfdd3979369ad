// A line over time as a drawing, with its figures as a table for who cannot see it; made here, so that the browser
// needs no program for it.
import { html, type Html } from '../html.ts'

export type PlotPoint = { readonly at: string; readonly value: number | null }

export type Plot = {
  readonly title: string
  readonly points: readonly PlotPoint[]
  /** Of a value, as people read it. */
  readonly say: (value: number) => string
  /** Where the scale ends at least, so that a flat line near nothing is not drawn as mountains. */
  readonly top: number
  /** Where what happened in a point is looked at. */
  readonly hrefOf: (at: string) => string
  /** The same in PromQL; null: Prometheus cannot tell. */
  readonly query: string | null
}

const WIDTH = 560
const HEIGHT = 96
const clock = (at: string): string => `${at.replace('T', ' ').slice(0, 16)} UTC`

type Placed = { readonly x: number; readonly y: number }

/** Runs of neighbours: where nothing was measured, nothing is drawn. */
function stretches(points: readonly (Placed | null)[]): Placed[][] {
  const all: Placed[][] = [[]]
  for (const point of points) {
    if (point === null) all.push([])
    else all.at(-1)?.push(point)
  }
  return all.filter((one) => one.length > 0)
}

const line = (points: readonly Placed[]): Html =>
  points.length === 1
    ? html`<path class="alone" d="M${points[0]?.x ?? 0} ${points[0]?.y ?? 0}h0"></path>`
    : html`<path
        d="${points.map(({ x, y }, index) => `${index === 0 ? 'M' : 'L'}${x} ${y}`).join('')}"
      ></path>`

/** What a reader without the drawing gets: only the points at which something was measured. */
const figures = ({ title, points, say, hrefOf, query }: Plot): Html =>
  html`<details>
    <summary>Figures<span class="visually-hidden"> of ${title}</span></summary>
    ${query === null ? null : html`<p class="query"><code>${query}</code></p>`}
    <div class="scroll" tabindex="0" role="region" aria-label="${title}">
      <table>
        <thead>
          <tr>
            <th>From</th>
            <th class="num">${title}</th>
          </tr>
        </thead>
        <tbody>
          ${points.flatMap(({ at, value }) =>
            value === null
              ? []
              : [
                  html`<tr>
                    <td>
                      <a href="${hrefOf(at)}"><time datetime="${at}">${clock(at)}</time></a>
                    </td>
                    <td class="num">${say(value)}</td>
                  </tr>`,
                ],
          )}
        </tbody>
      </table>
    </div>
  </details>`

/** From when to when. */
function axis(points: readonly PlotPoint[]): Html | null {
  const [first, last] = [points[0], points.at(-1)]
  if (first === undefined || last === undefined) return null
  return html`<p class="axis"><time datetime="${first.at}">${clock(first.at)}</time><span>now</span></p>`
}

export function plot(of: Plot): Html {
  const { title, points, say, top, hrefOf } = of
  const values = points.flatMap(({ value }) => (value === null ? [] : [value]))
  const highest = Math.max(top, ...values)
  const wide = WIDTH / Math.max(1, points.length)
  const placed = points.map(({ value }, index) =>
    value === null
      ? null
      : {
          x: Math.round((index + 0.5) * wide * 10) / 10,
          y: Math.round((HEIGHT - 4 - (value / highest) * (HEIGHT - 12)) * 10) / 10,
        },
  )
  const last = values.at(-1)
  return html`<figure class="plot">
    <figcaption>
      <span>${title}</span> <b>${last === undefined ? '–' : say(last)}</b>
      <span class="dim">up to ${say(highest)}</span>
    </figcaption>
    <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true">
      ${stretches(placed).map(line)}
      ${points.map(({ at, value }, index) =>
        value === null
          ? null
          : html`<a href="${hrefOf(at)}" tabindex="-1"
              ><rect
                x="${Math.round(index * wide * 10) / 10}"
                y="0"
                width="${Math.round(wide * 10) / 10}"
                height="${HEIGHT}"
                ><title>${clock(at)}: ${say(value)}</title></rect
              ></a
            >`,
      )}
    </svg>
    ${axis(points)} ${figures(of)}
  </figure>`
}
