// What a colour means, wherever a name appears: green is well, red is not, purple is policy, grey is nobody's fault.
import type { CLOSED, ClosedSet } from '../src/projections/labels.ts'

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
  const set = SET_OF[/^\{\{(\w+)\}\}$/.exec(legend)?.[1] ?? '']
  if (set !== undefined) return BY_SET[set]
  const color = BY_NAME[legend]
  return color === undefined ? {} : { [legend]: color }
}

/** Names with a colour of their own that series with these legends can have. */
export const coloursFor = (legends: readonly string[]): [string, string][] =>
  legends.flatMap((legend) => Object.entries(coloursOf(legend)))
