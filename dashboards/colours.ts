// What a colour means, wherever a name appears: green is well, red is not, purple is policy, grey is nobody's fault.
import type { CLOSED, ClosedSet } from '../src/projections/labels.ts'

type Named = { readonly [S in ClosedSet]?: Readonly<Record<(typeof CLOSED)[S][number], string>> }

const BY_SET = {
  outcome: {
    success: 'green',
    partial: 'yellow',
    error: 'red',
    timeout: 'orange',
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
  resource: { cost: 'blue', tokens: 'purple', calls: 'green', time: 'orange' },
  plan_kind: { initial: 'blue', replan: 'orange' },
  span_status: { exported: 'green', dropped: 'orange', failed: 'red' },
  worker_state: { busy: 'orange', idle: 'green' },
  component: { tool: 'blue', llm: 'purple', run: 'green' },
} as const satisfies Named

const BY_NAME = { P50: 'green', P95: 'yellow', P99: 'red', P10: 'blue', used: 'blue', limit: 'red' } as const

/** Every name that has a colour of its own. */
export const COLOURS: Readonly<Record<string, string>> = Object.assign(
  {},
  BY_NAME,
  ...Object.values(BY_SET),
)
