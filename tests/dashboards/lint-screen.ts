// Rules about what a person sees on a screen: whole titles, readable axes and legends, numbers, and the choice of a
// profile that holds everywhere.
import { DASHBOARDS } from '../../dashboards/rules/alert.ts'
import { CLOSED, isClosed } from '../../src/projections/labels.ts'
import { METRIC_NAMES, specOf } from '../../src/projections/metrics/catalogue.ts'
import type { Report } from './lint-queries.ts'
import type { Board, Panel, Target } from './shipped.ts'

/** A laptop's width, of 24 columns; what a title shares it with; the width of a letter. All in pixels. */
const SCREEN = 1280
const BESIDE_TITLE = 56
const LETTER = 7.2
const MOST_LINES = 12
/** Of a label that the registry fills: a small one has so many profiles. */
const OPEN_VALUES = 8
/** Has one value for each value of the label beside it: it makes no line more. */
const FOLLOWS: Readonly<Record<string, string>> = { provider: 'model', domain: 'tool', state: 'adapter' }
const CHOICES: readonly string[] = ['profile', 'tenant']
const PER_MINUTE = 'suffix:/min'

const COLUMNS = 24

/** 22: a title is read whole at 1280 px, and no panel stands beyond the edge. */
function titled({ title, gridPos }: Panel, report: Report): void {
  if (gridPos.x + gridPos.w > COLUMNS) report(22, 'a panel beyond the right edge')
  const room = Math.floor(((SCREEN / COLUMNS) * gridPos.w - BESIDE_TITLE) / LETTER)
  if (title.length > room) report(22, `a title of ${title.length} letters where ${room} are seen`)
}

/** 22: and so are the columns of a table, whose widths are given. */
function wide({ gridPos, fieldConfig }: Panel, report: Report): void {
  const widths = fieldConfig.overrides
    .flatMap(({ properties }) => properties)
    .filter(({ id }) => id === 'custom.width')
    .map(({ value }) => Number(value))
  const sum = widths.reduce((all, width) => all + width, 0)
  if (sum > (SCREEN / COLUMNS) * gridPos.w) report(22, `columns of ${sum} pixels`)
}

/** 23: no NaN: a percentile of nothing is left out. */
function numeric({ expr }: Target, report: Report): void {
  if (expr.startsWith('histogram_quantile(') && !expr.endsWith(' >= 0'))
    report(23, 'NaN where nothing happened')
}

/** How many values the labels of a legend can have together. */
function linesOf(legend: string, expr: string): number {
  const name = METRIC_NAMES.find((each) => new RegExp(`\\b${each}(_bucket)?\\b`).test(expr))
  if (name === undefined) return 1
  const labels = Object.entries(specOf(name).labels).filter(
    ([label]) => legend.includes(`{{${label}}}`) && !legend.includes(`{{${FOLLOWS[label]}}}`),
  )
  return labels.reduce((product, [, set]) => product * (isClosed(set) ? CLOSED[set].length : OPEN_VALUES), 1)
}

/** 24: a legend that nobody can read; the busiest are enough. */
function legible(panel: Panel, { expr, legendFormat = '' }: Target, report: Report): void {
  if (panel.type !== 'timeseries' || /topk\(\d,/.test(expr)) return
  const lines = linesOf(legendFormat, expr)
  if (lines > MOST_LINES) report(24, `a legend of ${lines} lines`)
}

/** 25: an axis that shows zeros as zeros. */
function zeroed({ type, fieldConfig }: Panel, report: Report): void {
  if (type !== 'timeseries') return
  const { custom } = fieldConfig.defaults
  if (custom?.axisSoftMin === undefined || custom.axisSoftMax === undefined)
    report(25, 'an axis without bounds around zero')
}

/** 26: a chosen profile or tenant is the one that is shown. */
function chosen(board: Board, { expr }: Target, report: Report): void {
  for (const [, name = '', matchers = ''] of expr.matchAll(/\b(cugar_\w+)\{([^}]*)\}/g)) {
    const metric = METRIC_NAMES.find(
      (each) => name.replace(/_(bucket|sum|count)$/, '') === each || name === each,
    )
    if (metric === undefined) continue
    for (const [label, set] of Object.entries(specOf(metric).labels)) {
      if (CHOICES.includes(set) && !matchers.includes(`${label}=~"$${set}"`))
        report(26, `${name} of any ${set}`)
    }
  }
  if (!board.templating.list.some(({ name }) => name === 'profile')) report(26, 'no choice of a profile')
}

/** 27: a rate that says it is per minute is one, and none is per second. */
function paced({ fieldConfig }: Panel, { expr }: Target, report: Report): void {
  const { unit } = fieldConfig.defaults
  if (unit === PER_MINUTE && !expr.endsWith(' * 60')) report(27, 'a rate a second shown as one a minute')
  if (unit === 'ops' || unit === 'reqps') report(27, 'a rate a second')
}

/** 28: a page of models is in no list of dashboards before there is a model. */
export function hidden(board: Board, report: Report): void {
  const isListed = board.tags.includes('cugar')
  if (isListed === (board.uid === DASHBOARDS.llm))
    report(28, isListed ? 'listed without a model' : 'not listed')
}

/** 29: lines of one colour are one line to who looks; only names that nobody knows before are coloured by their order. */
function apart({ type, fieldConfig, targets = [] }: Panel, report: Report): void {
  if (type !== 'timeseries') return
  const colours = fieldConfig.overrides
    .filter(({ matcher }) => matcher.id === 'byName')
    .flatMap(({ properties }) => properties.filter(({ id }) => id === 'color'))
    .map(({ value }) => JSON.stringify(value))
  if (new Set(colours).size < colours.length) report(29, 'two lines of one colour')
  const isByName = fieldConfig.defaults.color?.mode === 'palette-classic-by-name'
  if (isByName && colours.length < targets.length) report(29, 'names that may come to one colour')
}

export function seen(board: Board, panel: Panel, report: Report): void {
  if (panel.type === 'row') return
  titled(panel, report)
  wide(panel, report)
  zeroed(panel, report)
  apart(panel, report)
  for (const target of panel.targets ?? []) {
    numeric(target, report)
    legible(panel, target, report)
    chosen(board, target, report)
    paced(panel, target, report)
  }
}
