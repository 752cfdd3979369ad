// What a colour means, wherever a name appears: green is well, red is not, purple is policy, grey is nobody's fault. What
// means neither has a colour of its own among the lines of its graph.
import { CLOSED, isClosed, type ClosedSet, type LabelSet } from '../src/projections/labels.ts'
import { METRIC_NAMES, specOf } from '../src/projections/metrics/catalogue.ts'
import { DEFAULT_NAMES, GIVERS } from '../src/registry/names.ts'
import type { SloName } from './rules/slo.ts'

type Named = { readonly [S in ClosedSet]?: Readonly<Record<(typeof CLOSED)[S][number], string>> }

const BY_SET = {
  outcome: {
    success: 'green',
    partial: 'yellow',
    error: 'red',
    timeout: 'orange',
    rejected: 'blue',
    budget_exceeded: 'purple',
    approval_denied: 'super-light-purple',
    approval_timeout: 'dark-purple',
    cancelled: 'text',
  },
  decision: {
    approved: 'green',
    denied: 'red',
    changes_requested: 'yellow',
    timeout: 'orange',
    cancelled: 'text',
  },
  risk: { low: 'green', medium: 'yellow', high: 'orange', critical: 'red' },
  plan_kind: { initial: 'blue', expanded: 'green', replan: 'orange' },
  span_status: { exported: 'green', dropped: 'orange', failed: 'red' },
  worker_state: { busy: 'orange', idle: 'green' },
  component: { tool: 'blue' },
  item_outcome: { succeeded: 'green', partial: 'yellow', failed: 'red', cancelled: 'text' },
  adapter_call: {
    success: 'green',
    error: 'red',
    timeout: 'orange',
    rate_limited: 'purple',
    refused: 'blue',
  },
  look_up: { found: 'green', not_found: 'blue', failed: 'red' },
} as const satisfies Named

/** Lines of several levels lie over each other, and red and orange are their limits. */
const OF_SLO: Readonly<Record<SloName, string>> = {
  'run-success': 'blue',
  'run-latency-60s': 'yellow',
  'tool-success': 'purple',
  'approval-response-15m': 'green',
}

const BY_NAME: Readonly<Record<string, string>> = {
  P50: 'green',
  P95: 'yellow',
  P99: 'red',
  unknown: 'red',
  'server errors': 'red',
  requested: 'blue',
  resolved: 'green',
}

const HUES = ['blue', 'orange', 'purple', 'green', 'yellow', 'red'] as const
/** Teal, pink, brown and lavender, as many shades of each as of those above. */
const BETWEEN = [
  ['#2EC4B6', '#FF7AC6', '#B0804F', '#9AA5FF'],
  ['#8FE3DA', '#FFB5DF', '#D9B38C', '#C9CFFF'],
  ['#1D9E93', '#D95AA3', '#8F653A', '#7480E0'],
  ['#12786F', '#B03A80', '#6E4A24', '#5560C0'],
]
/** As far from each other as so many can be: neighbours differ by hue, and only then by shade. */
export const PALETTE: readonly string[] = ['', 'light-', 'semi-dark-', 'dark-'].flatMap((shade, index) => [
  ...HUES.map((hue) => `${shade}${hue}`),
  ...(BETWEEN[index] ?? []),
])

/** Names of open sets that are the same in every installation, or that ours ships with. */
const SHIPPED: { readonly [S in LabelSet]?: readonly string[] } = {
  profile: ['demo', 'sales_rep', 'sales_manager', 'enterprise', 'smb', 'technical'],
  domain: DEFAULT_NAMES.domains,
  planner: [...DEFAULT_NAMES.planners, ...GIVERS],
  adapter: ['mock', 'salesforce', 'hubspot', 'dynamics', 'pipedrive'],
}

/** The set that a label has its values from, by the metrics of an expression; undefined: it is none of theirs. */
function setOf(label: string, expr: string): LabelSet | undefined {
  const read = new Set([...expr.matchAll(/\bcugar_\w+/g)].map(([name]) => name))
  const bases = new Set([...read].map((name) => name.replace(/_(bucket|sum|count)$/, '')))
  const measured = METRIC_NAMES.filter((name) => read.has(name) || bases.has(name))
  return measured.map((name) => specOf(name).labels[label]).find((set) => set !== undefined)
}

const valuesOf = (set: LabelSet | undefined): readonly string[] => {
  if (set === undefined) return []
  return isClosed(set) ? CLOSED[set] : (SHIPPED[set] ?? [])
}

const LAST_LABEL = /\{\{(\w+)\}\}(?!.*\{\{)/

/** Every name that a series with this legend can have, those that differ by its first label side by side; none: nobody knows them before. */
function namesOf(legend: string, expr: string): string[] {
  const label = LAST_LABEL.exec(legend)?.[1]
  if (label === undefined) return [legend]
  return valuesOf(setOf(label, expr)).flatMap((value) => namesOf(legend.replace(LAST_LABEL, value), expr))
}

type Line = { readonly legend: string; readonly expr: string }

/** The colours that say how it is; a label by itself says it of its values. */
function meaningOf({ legend, expr }: Line): Readonly<Record<string, string>> {
  if (legend === '{{slo}}') return OF_SLO
  const label = /^\{\{(\w+)\}\}$/.exec(legend)?.[1]
  const set = label === undefined ? undefined : setOf(label, expr)
  if (set !== undefined && isMeant(set)) return BY_SET[set]
  const color = BY_NAME[legend]
  return color === undefined ? {} : { [legend]: color }
}

const isMeant = (set: LabelSet): set is keyof typeof BY_SET => set in BY_SET

export type Colours = {
  readonly byName: readonly (readonly [name: string, color: string])[]
  /** Some lines have names that nobody knows before. */
  readonly isOpen: boolean
}

/** What the lines of a graph are drawn in: no two of one colour while there are not more names than colours. */
export function coloursFor(lines: readonly Line[]): Colours {
  const meant = new Map(lines.flatMap((line) => Object.entries(meaningOf(line))))
  const taken = new Set(meant.values())
  const free = PALETTE.filter((color) => !taken.has(color))
  const own = lines.filter((line) => Object.keys(meaningOf(line)).length === 0)
  const names = own.flatMap(({ legend, expr }) => namesOf(legend, expr))
  const coloured = [...new Set(names)].map(
    (name, index) => [name, free[index % free.length] ?? 'text'] as const,
  )
  return {
    byName: [...meant, ...coloured],
    isOpen: own.some(({ legend, expr }) => namesOf(legend, expr).length === 0),
  }
}
