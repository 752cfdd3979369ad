// Nothing happens that no panel shows.
import { expect, test } from 'vitest'
import { draftsOf } from '../../bench/run-events.ts'
import { CANONICAL_TYPES, EVENT_TYPES, type Draft } from '../../src/events/event.ts'
import { METRIC_NAMES, type MetricName } from '../../src/projections/metrics/catalogue.ts'
import { fold } from '../../src/projections/metrics/fold.ts'
import { knownValues } from '../../src/projections/labels.ts'
import { createMetricsState, learn, type MetricsState } from '../../src/projections/metrics/metrics-state.ts'
import { registry, run, silentDrafts, step, stored } from '../projections/world.ts'
import { nameOf, parse, selectors } from './parsed.ts'
import { load, targetsOf } from './shipped.ts'

const account = { scope: 'run', key: 'run_1', unit: 'calls', profile: 'demo', limit: 10 } as const
const digest = `sha256:${'0'.repeat(64)}`
const drafts: readonly Draft[] = [
  ...draftsOf(
    run({
      planner: 'llm',
      status: 'failed',
      cause: 'system_timeout',
      steps: [
        step({ approval: 'approved' }),
        step({ approval: 'expired' }),
        step({ end: 'skip' }),
        step({ fails: ['system_timeout'], end: 'system_timeout' }),
      ],
    }),
  ),
  ...silentDrafts,
  { type: 'budget_warning', data: { ...account, spent: 8, threshold: 0.8 } },
  {
    type: 'budget_exceeded',
    data: { ...account, call_id: 's1/1', step_id: 's1', spent: 10, reserved: 0, requested: 1 },
  },
  { type: 'branch_taken', data: { block: 'worth_it', case: '1', why: digest } },
  { type: 'condition_met', data: { step_id: 's1', why: digest } },
  {
    type: 'rule_checked',
    data: { rule: 1, about: ['s2'], outcome: 'not_met', why: `sha256:${'0'.repeat(64)}` },
  },
  { type: 'block_failed', data: { block: 'each', mode: 'agent_condition', category: 'AGENT', message: '' } },
  {
    type: 'step_failed',
    data: {
      step_id: 's1',
      tool: 'find',
      domain: 'intelligence',
      mode: 'agent_condition',
      category: 'AGENT',
      message: '',
    },
  },
  {
    type: 'adapter_changed',
    data: { adapter: 'mock', from: 'enabled', to: 'fallback', reason: 'slow', by: 'alice' },
  },
  { type: 'branch_taken', data: { block: 'worth_it', case: '1', why: digest } },
  { type: 'condition_met', data: { step_id: 's2', why: digest } },
  {
    type: 'rule_checked',
    data: { rule: 1, about: ['s2'], outcome: 'not_met', why: `sha256:${'0'.repeat(64)}` },
  },
  {
    type: 'step_failed',
    data: {
      step_id: 's2',
      tool: 'score_account_fit',
      domain: 'intelligence',
      mode: 'agent_condition',
      category: 'AGENT',
      message: '',
    },
  },
  { type: 'registry_changed', data: { digest, added: [], removed: [], changed: [], by: 'alice' } },
  {
    type: 'freeze_changed',
    data: { scope: 'profile', key: 'demo', frozen: true, cause: 'manual', by: 'alice', reason: null },
  },
]
const events = stored(drafts)

const shown = new Set(
  load()
    .boards.flatMap(targetsOf)
    .flatMap(({ target }) => {
      const parsed = parse(target.expr)
      return selectors(parsed).map((selector) => nameOf(parsed, selector).replace(/_(bucket|sum|count)$/, ''))
    }),
)

const values = ({ series }: MetricsState): Map<MetricName, string> =>
  new Map(
    [...series.families].map(([name, { cells }]) => [
      name,
      JSON.stringify([...cells.values()].map(({ value, counts }) => [value, counts])),
    ]),
  )

/** Shown metrics that each type of event moves, beside the count of events. */
function movedBy(): Map<string, Set<string>> {
  const state = createMetricsState()
  learn(state, 0, knownValues(registry))
  const moved = new Map<string, Set<string>>()
  for (const event of events) {
    const before = values(state)
    fold(state, event)
    const changed = [...values(state)]
      .filter(([name, text]) => text !== before.get(name))
      .map(([name]) => name)
    const seen = moved.get(event.type) ?? new Set()
    moved.set(event.type, seen.union(new Set(changed.filter((name) => shown.has(name)))))
  }
  return moved
}

test('every canonical event moves a metric that a panel shows', () => {
  const moved = movedBy()
  expect([...moved.keys()].toSorted()).toEqual([...EVENT_TYPES].toSorted())
  for (const [type, names] of moved)
    expect([type, [...names]]).toEqual([type, expect.arrayContaining(['cugar_events_total'])])
})

test('the ten canonical names move a series of their own, not only the count of events', () => {
  const moved = movedBy()
  const alone = CANONICAL_TYPES.filter((type) => (moved.get(type)?.size ?? 0) < 2)
  expect(alone).toEqual([])
})

test('no panel is missing for a metric without a reason', () => {
  const unseen = METRIC_NAMES.filter((name) => !shown.has(name))
  // Starts, reloads, the size of the disk and overflow are read by alerts, the build by the variables; stream clients are for capacity planning.
  expect(unseen).toEqual([
    'cugar_runs_started_total',
    'cugar_stream_clients',
    'cugar_registry_reload_success',
    'cugar_registry_reload_timestamp_seconds',
    'cugar_data_dir_size_bytes',
    'cugar_metrics_label_overflow_total',
    'cugar_build_info',
  ])
})
