// What a colour means, wherever a name appears: green is well, red is not, purple is policy, grey is nobody's fault.
import type { CLOSED, ClosedSet } from '../src/projections/labels.ts'
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

/** The set of the values that a label shows in our graphs. */
const SET_OF: Readonly<Record<string, keyof typeof BY_SET>> = {
  outcome: 'outcome',
  decision: 'decision',
  risk: 'risk',
  kind: 'plan_kind',
  status: 'span_status',
  state: 'worker_state',
  component: 'component',
}

const coloursOf = (legend: string): Readonly<Record<string, string>> => {
  if (legend === '{{slo}}') return OF_SLO
  const set = SET_OF[/^\{\{(\w+)\}\}$/.exec(legend)?.[1] ?? '']
  if (set !== undefined) return BY_SET[set]
  const color = BY_NAME[legend]
  return color === undefined ? {} : { [legend]: color }
}

/** Names with a colour of their own that series with these legends can have. */
export const coloursFor = (legends: readonly string[]): [string, string][] =>
  legends.flatMap((legend) => Object.entries(coloursOf(legend)))
