import { describe, expect, test } from 'vitest'
import { FED_BY, metricsPage } from '../../docs/metrics.ts'
import { draftsOf } from '../../bench/run-events.ts'
import { EVENT_TYPES, type Draft, type StoredEvent } from '../../src/events/event.ts'
import { METRIC_NAMES, specOf } from '../../src/projections/metrics/catalogue.ts'
import { fold } from '../../src/projections/metrics/fold.ts'
import { knownValues } from '../../src/projections/labels.ts'
import { createMetricsState, learn, type MetricsState } from '../../src/projections/metrics/metrics-state.ts'
import { registry, run, step, stored, silentDrafts } from '../projections/world.ts'
import { read } from './read.ts'

const reference = { approval_id: 'apr_1_1', step_id: 's1', domain: 'engagement', risk: 'high' } as const
const budget = { scope: 'tenant', key: 'acme', unit: 'llm_usd', profile: 'demo' } as const
const others: Draft[] = [
  ...silentDrafts,
  {
    type: 'route_decision',
    data: {
      step_id: 's1',
      tool: 'find',
      domain: 'intelligence',
      selected: 'mock',
      alternatives: [],
      strategy: 'fallback',
      from: 'hubspot',
      reason: 'Adapter hubspot is cut off.',
    },
  },
  {
    type: 'step_revised',
    data: {
      step_id: 's1',
      tool: 'find',
      domain: 'intelligence',
      revision: 2,
      by: 'alice',
      inputs: `sha256:${'0'.repeat(64)}`,
    },
  },
  { type: 'step_skipped', data: { step_id: 's2', reason: 'condition_false' } },
  { type: 'branch_taken', data: { block: 'worth_it', case: '1', why: `sha256:${'0'.repeat(64)}` } },
  { type: 'block_failed', data: { block: 'each', mode: 'agent_condition', category: 'AGENT', message: '' } },
  { type: 'condition_met', data: { step_id: 's2', why: `sha256:${'0'.repeat(64)}` } },
  {
    type: 'rule_checked',
    data: { rule: 1, about: ['s2'], outcome: 'not_met', why: `sha256:${'0'.repeat(64)}` },
  },
  {
    type: 'step_failed',
    data: {
      step_id: 's2',
      tool: 'score',
      domain: 'intelligence',
      mode: 'agent_condition',
      category: 'AGENT',
      message: '',
    },
  },
  { type: 'approval_timeout', data: { ...reference, cause: 'expired', wait_ms: 1000 } },
  { type: 'budget_warning', data: { ...budget, spent: 8, limit: 10, threshold: 0.8 } },
  {
    type: 'budget_exceeded',
    data: { ...budget, call_id: 's1/1', step_id: 's1', spent: 9, reserved: 1, requested: 1, limit: 10 },
  },
  {
    type: 'adapter_changed',
    data: { adapter: 'mock', from: 'enabled', to: 'open', reason: 'tripped', by: 'engine' },
  },
  {
    type: 'registry_changed',
    data: { digest: `sha256:${'0'.repeat(64)}`, added: [], removed: [], changed: [], by: 'alice' },
  },
  ...(['profile', 'tenant'] as const).map((scope): Draft => ({
    type: 'freeze_changed',
    data: { scope, key: 'demo', frozen: true, cause: 'manual', by: 'alice', reason: null },
  })),
]

const ofBatch = (draft: Draft): Draft =>
  draft.type === 'run_finished' ? { ...draft, data: { ...draft.data, in_batch: true } } : draft

const changed = (draft: Draft): Draft =>
  draft.type === 'plan_created'
    ? { ...draft, data: { ...draft.data, revision: 2, cause: 'rule', trigger: 'failed' } }
    : draft

const refusedAtPlanning = (draft: Draft): Draft =>
  draft.type === 'run_finished'
    ? {
        ...draft,
        data: { ...draft.data, over_budget: [{ scope: 'run', unit: 'calls', requested: 2, limit: 1 }] },
      }
    : draft

/** Runs in which everything happens that moves a metric. */
const eventful = (): StoredEvent[] => [
  ...stored(
    draftsOf(
      run({
        planner: 'llm',
        steps: [
          step({ approval: 'approved', fails: ['system_timeout', 'system_timeout'], end: 'complete' }),
          step({ end: 'system_unknown_outcome', reconciled: true }),
        ],
      }),
    ),
    'run_1',
  ),
  ...stored(
    draftsOf(
      run({
        steps: [step({ fails: ['system_timeout'], end: 'system_timeout' })],
        status: 'failed',
        cause: 'system_timeout',
      }),
    ),
    'run_2',
  ),
  ...stored(others, 'run_3'),
  ...stored(
    draftsOf(run({ steps: [], status: 'failed', cause: 'policy_budget' })).map(refusedAtPlanning),
    'run_4',
  ),
  ...stored(
    draftsOf(run({ steps: [] }))
      .map(ofBatch)
      .map(changed),
    'run_5',
  ),
]

const pictureOf = (state: MetricsState): ReadonlyMap<string, string> =>
  new Map(
    [...state.series.families].map(([name, { cells }]) => [
      name,
      JSON.stringify([...cells.values()].map(({ value, counts }) => [value, counts])),
    ]),
  )

/** `<metric> <event>` of every pair in which the event moved the metric. */
function movedBy(events: readonly StoredEvent[]): Set<string> {
  const state = createMetricsState()
  learn(state, 0, knownValues(registry))
  const pairs = new Set<string>()
  for (const event of events) {
    const before = pictureOf(state)
    fold(state, event)
    for (const [name, picture] of pictureOf(state))
      if (picture !== before.get(name)) pairs.add(`${name} ${event.type}`)
  }
  return pairs
}

describe('docs/metrics.md', () => {
  test('is what the catalogue gives', () => {
    expect(read('docs/metrics.md')).toBe(metricsPage())
  })

  test('names for every metric of the journal exactly the events that move it', () => {
    const moved = movedBy(eventful())
    const said = METRIC_NAMES.filter((name) => specOf(name).source === 'journal').flatMap((name) => {
      const fed = FED_BY[name]
      return (typeof fed === 'string' ? EVENT_TYPES : fed).map((type) => `${name} ${type}`)
    })
    expect([...moved].filter((pair) => !said.includes(pair))).toEqual([])
    expect(said.filter((pair) => !moved.has(pair))).toEqual([])
  })
})
