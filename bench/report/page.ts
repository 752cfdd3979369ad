// The report as one page that needs nothing else: no script, no network, its style held by its hash.
import { createHash } from 'node:crypto'
import type { Curve } from '../bench.ts'
import { isBusy } from '../machine.ts'
import type { Comparison, Result } from '../result.ts'
import { ratioOf, settingsText, shown, sideText, spreadOf, verdictOf } from '../table.ts'
import { markup, Markup, NOTHING } from './markup.ts'
import { plot, type Drawn } from './plot.ts'
import { STYLE } from './style.ts'

/** A result and where it was read: the file and its line. `side`: the medians of one side of a comparison. */
export type Read = { readonly result: Result; readonly from: string; readonly side?: 'base' | 'head' }
export type ReadComparison = { readonly comparison: Comparison; readonly from: string }
export type Content = { readonly results: readonly Read[]; readonly comparisons: readonly ReadComparison[] }

type Labelled = Read & { readonly label: string }

const scrolled = (table: Markup): Markup => markup`<div class="scroll">${table}</div>`
const dateOf = (at: string): string => `${at.slice(0, 19).replace('T', ' ')} UTC`

const resultRow = ({ label, from, result }: Labelled): Markup => markup`<tr>
<td class="k">${label}</td><td class="k">${dateOf(result.at)}</td><td>${result.durability}</td><td>${settingsText(result.settings)}</td>
<td>${result.cpu}, ${result.cores} cores, ${result.memoryGb} GB</td><td>${result.node}</td>
<td class="n">${result.load.toFixed(2)}${isBusy(result) ? ' busy' : ''}</td><td>${from}</td></tr>`

const resultTable = (results: readonly Labelled[]): Markup =>
  scrolled(markup`<table><thead><tr><th>result, commit</th><th>date</th><th>durability</th><th>settings</th><th>machine</th><th>Node</th><th class="n">load before</th><th>from</th></tr></thead>
<tbody>${results.map(resultRow)}</tbody></table>`)

function figureTable(results: readonly Labelled[]): Markup {
  const all = results.flatMap(({ result }) => result.figures)
  const rows = new Map(all.map((figure) => [JSON.stringify([figure.name, figure.unit]), figure]))
  const valueIn = ({ result }: Labelled, name: string, unit: string): string =>
    shown(result.figures.find((each) => each.name === name && each.unit === unit)?.value ?? Number.NaN)
  return scrolled(markup`<table><thead><tr><th>figure</th>${results.map(({ label }) => markup`<th class="n">${label}</th>`)}<th></th></tr></thead>
<tbody>${[...rows.values()].map(
    ({ name, unit }) =>
      markup`<tr><td>${name}</td>${results.map((each) => markup`<td class="n">${valueIn(each, name, unit)}</td>`)}<td class="unit">${unit}</td></tr>`,
  )}</tbody></table>`)
}

type Found = { readonly curve: Curve; readonly label: string; readonly index: number }

/** One curve of each result: a colour for each result. Several: a colour for each curve, dashes for each result. */
function drawn(found: readonly Found[], isOverlay: boolean): Drawn[] {
  const names = [...new Set(found.map(({ curve }) => curve.name))]
  return found.map(({ curve, label, index }) => ({
    curve,
    label: isOverlay ? `${curve.name}, ${label}` : curve.name,
    colour: names.length > 1 ? names.indexOf(curve.name) : index,
    dash: names.length > 1 ? index : 0,
  }))
}

function plots(results: readonly Labelled[]): Markup {
  const found = results.flatMap(({ result, label }, index) =>
    result.curves.map((curve) => ({ curve, label, index })),
  )
  const groups = Map.groupBy(found, ({ curve }) => JSON.stringify([curve.plot, curve.kind, curve.x, curve.y]))
  if (groups.size === 0) return NOTHING
  const figures = [...groups.values()].map((group) =>
    plot(group[0]?.curve.plot ?? '', drawn(group, results.length > 1)),
  )
  return markup`<div class="plots">${figures}</div>`
}

const comparedRow = (figure: Comparison['figures'][number], isMany: boolean): Markup => markup`<tr>
<td>${isMany ? `${figure.bench}: ` : ''}${figure.name}</td><td class="n">${shown(figure.base)}</td><td class="n">${shown(figure.head)}</td><td class="unit">${figure.unit}</td>
<td class="n">${ratioOf(figure)}</td><td class="n">${spreadOf(figure)}</td><td class="${figure.differs === true ? 'yes' : 'no'}">${verdictOf(figure)}</td></tr>`

function comparisonSection({ comparison, from }: ReadComparison): Markup {
  const { base, head, figures, missing } = comparison
  const isMany = new Set(figures.map(({ bench }) => bench)).size > 1
  return markup`<section><h2>${comparison.compare}: ${sideText(base)} against ${sideText(head)}</h2>
<p>${comparison.rounds} rounds by turns, ${dateOf(comparison.at)}, ${comparison.cpu}, ${comparison.cores} cores, load ${comparison.load.toFixed(2)} at the start${isBusy(comparison) ? ' (busy)' : ''}, Node ${comparison.node}, ${settingsText(comparison.settings) || 'settings as they are'}; ${from}. A figure differs where the ratios of all rounds lie on one side of 1.</p>
${scrolled(markup`<table><thead><tr><th>figure</th><th class="n">base</th><th class="n">head</th><th></th><th class="n">head/base</th><th class="n">lowest to highest</th><th>differs</th></tr></thead>
<tbody>${figures.map((each) => comparedRow(each, isMany))}</tbody></table>`)}
${missing.length === 0 ? NOTHING : markup`<ul>${missing.map((text) => markup`<li>${text}</li>`)}</ul>`}</section>`
}

/** The figures of a comparison stand with it already. */
function benchSection(bench: string, results: readonly Labelled[]): Markup {
  const alone = results.filter(({ side }) => side === undefined)
  return markup`<section><h2>${bench}</h2>
${resultTable(results)}${plots(results)}${alone.length === 0 ? NOTHING : figureTable(alone)}</section>`
}

const sidesOf = ({ comparison: { results }, from }: ReadComparison): Read[] =>
  results.map((result, index) => {
    const side = index < results.length / 2 ? 'base' : 'head'
    return { result, side, from: `${from}, medians` }
  })

const labelOf = ({ result, side }: Read, index: number): string =>
  [`#${index + 1}`, ...(side === undefined ? [] : [side]), result.commit].join(' ')

export function page(content: Content): string {
  const all = [...content.results, ...content.comparisons.flatMap(sidesOf)]
  const benches = Map.groupBy(all, ({ result }) => result.bench)
  const sections = [...benches].map(([bench, results]) =>
    benchSection(
      bench,
      results.map((read, index) => ({ ...read, label: labelOf(read, index) })),
    ),
  )
  const hash = createHash('sha256').update(STYLE).digest('base64')
  const policy = `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`
  const style = new Markup(STYLE)
  return markup`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Benchmarks</title><style>${style}</style></head>
<body><h1>Benchmarks</h1>
<p>Point at a mark of a curve to read its value.</p>
${content.comparisons.map(comparisonSection)}${sections}</body></html>
`.text
}
