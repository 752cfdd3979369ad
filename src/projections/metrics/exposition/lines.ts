// Samples as lines of an exposition. The beginning of each line, name and labels, is made once for a series and cached:
// joining it at every scrape was nearly all of its cost (10 ms of the event loop at 13,000 series, now 2).
import { memoize } from '../../../cache.ts'
import type { MetricName } from '../catalogue.ts'
import type { Cell, Exemplar, Family } from '../families.ts'

const escaped = (value: string): string =>
  value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"')

const labelled = (name: string, labels: string): string =>
  labels === '' ? `${name} ` : `${name}{${labels}} `

/** The beginnings of a series' lines. The cell comes first because they are cached by it. */
const beginnings = memoize((cell: Cell, { name, buckets }: Family): readonly string[] => {
  const labels = Object.entries(cell.labels)
    .map(([label, value]) => `${label}="${escaped(value)}"`)
    .join(',')
  if (!buckets) return [labelled(name, labels)]
  const rest = labels === '' ? '' : `,${labels}`
  return [
    ...[...buckets, '+Inf'].map((bound) => labelled(`${name}_bucket`, `le="${bound}"${rest}`)),
    labelled(`${name}_sum`, labels),
    labelled(`${name}_count`, labels),
  ]
})

function numberText(value: number): string {
  if (Number.isFinite(value)) return `${value}`
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf'
}

const exemplarText = ({ traceId, spanId, value, at }: Exemplar): string =>
  ` # {trace_id="${traceId}",span_id="${spanId}"} ${numberText(value)} ${at}`

function histogramLines(family: Family, cell: Cell, withExemplars: boolean): string {
  const starts = beginnings(cell, family)
  const { counts, exemplars } = cell
  let lines = ''
  let count = 0
  for (let index = 0; index < counts.length; index += 1) {
    count += counts[index] ?? 0
    const exemplar = withExemplars ? exemplars[index] : undefined
    lines += `\n${starts[index] ?? ''}${count}${exemplar ? exemplarText(exemplar) : ''}`
  }
  const [sum = '', total = ''] = starts.slice(counts.length)
  return `${lines}\n${sum}${numberText(cell.value)}\n${total}${count}`
}

/** What still goes on shows although its name is gone. */
const UNDER_WAY: ReadonlySet<MetricName> = new Set([
  'cugar_runs_in_flight',
  'cugar_runs_waiting',
  'cugar_tool_calls_in_flight',
])

/** What the registry in force does not let it show. */
export const isHidden = ({ name, gone }: Family, cell: Cell): boolean =>
  gone?.has(cell) === true && !(UNDER_WAY.has(name) && cell.value !== 0)

/** Every sample of a metric that the registry in force lets it show, each on a line after a line break. */
export function linesOf(family: Family, withExemplars: boolean): string {
  let lines = ''
  for (const cell of family.cells.values()) {
    if (isHidden(family, cell)) continue
    lines += family.buckets
      ? histogramLines(family, cell, withExemplars)
      : `\n${beginnings(cell, family)[0] ?? ''}${numberText(cell.value)}`
  }
  return lines
}
