import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { draftsOf } from '../../../bench/run-events.ts'
import { EVENT_TYPES, type Draft, type StoredEvent } from '../../../src/events/event.ts'
import { memoryJournal } from '../../../src/journal/memory.ts'
import { createExposition } from '../../../src/projections/metrics/exposition/exposition.ts'
import { fold } from '../../../src/projections/metrics/fold.ts'
import { CLOSED, knownValues } from '../../../src/projections/labels.ts'
import {
  createMetricsState,
  learn,
  type MetricsState,
} from '../../../src/projections/metrics/metrics-state.ts'
import { restore, serialise } from '../../../src/projections/metrics/metrics-text.ts'
import { callStatusOf, isMeasured, outcomeOf } from '../../../src/projections/outcome.ts'
import { compare } from '../../../src/projections/metrics/recompute.ts'
import { recordRun, registry, run, runShapes, silentDrafts, step, stored, valueOf } from '../world.ts'

const fresh = (): MetricsState => {
  const state = createMetricsState()
  learn(state, 0, knownValues(registry))
  return state
}

const folded = (events: readonly StoredEvent[], state: MetricsState = fresh()): MetricsState => {
  for (const event of events) fold(state, event)
  return state
}

const textOf = async (state: MetricsState, format: 'text' | 'openmetrics' = 'text'): Promise<string> =>
  (await createExposition(() => [state.series], false)(format)).body

const reference = { approval_id: 'apr_1_1', step_id: 's1', domain: 'engagement', risk: 'high' } as const
const budget = { scope: 'tenant', key: 'acme', unit: 'llm_usd', profile: 'demo' } as const

const freeze = (scope: 'profile' | 'tenant', key: string, frozen: boolean): Draft => ({
  type: 'freeze_changed',
  data: { scope, key, frozen, cause: 'CugarBudgetExhausted', by: 'alertmanager', reason: null },
})

const others: Draft[] = [
  ...silentDrafts,
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
      tool: 'find',
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
  freeze('profile', 'demo', true),
  freeze('tenant', 'acme', true),
]

describe('folding events into series', () => {
  test('every event type moves at least one series', async () => {
    const story = run({ planner: 'llm', steps: [step({ approval: 'approved', fails: ['system_timeout'] })] })
    const events = stored([...draftsOf(story), ...others])
    expect(new Set(events.map(({ type }) => type))).toEqual(new Set(EVENT_TYPES))
    const moved: string[] = []
    for (const event of events) {
      const state = folded(events)
      const before = await textOf(state)
      fold(state, event)
      if ((await textOf(state)) !== before) moved.push(event.type)
    }
    expect(moved).toEqual(events.map(({ type }) => type))
  })

  test('one run shows in exactly these series', async () => {
    const before = await textOf(fresh())
    const after = await textOf(
      folded(stored(draftsOf(run({ steps: [step({ fails: ['system_timeout'] })] })))),
    )
    const had = new Set(before.split('\n'))
    const moved = after.split('\n').filter((line) => !had.has(line) && !line.includes('_bucket'))
    expect(moved).toMatchInlineSnapshot(`
      [
        "cugar_runs_started_total{profile="demo"} 1",
        "cugar_runs_total{profile="demo",outcome="success"} 1",
        "cugar_run_duration_seconds_sum{profile="demo",status="success"} 1.2",
        "cugar_run_duration_seconds_count{profile="demo",status="success"} 1",
        "cugar_run_active_duration_seconds_sum{profile="demo",status="success"} 0.12",
        "cugar_run_active_duration_seconds_count{profile="demo",status="success"} 1",
        "cugar_run_queue_seconds_count{profile="demo"} 1",
        "cugar_run_steps_sum{profile="demo"} 1",
        "cugar_run_steps_count{profile="demo"} 1",
        "cugar_plans_created_total{profile="demo",kind="initial",planner="rules",fallback="no_key"} 1",
        "cugar_plan_steps_sum{profile="demo"} 1",
        "cugar_plan_steps_count{profile="demo"} 1",
        "cugar_plan_duration_seconds_sum{profile="demo"} 0.012",
        "cugar_plan_duration_seconds_count{profile="demo"} 1",
        "cugar_route_decisions_total{domain="intelligence",strategy="adapter"} 1",
        "cugar_tool_calls_total{domain="intelligence",tool="score_account_fit",status="success"} 1",
        "cugar_tool_calls_total{domain="intelligence",tool="score_account_fit",status="timeout"} 1",
        "cugar_tool_call_errors_total{domain="intelligence",tool="score_account_fit",error_type="system_timeout"} 1",
        "cugar_tool_call_duration_seconds_sum{domain="intelligence",tool="score_account_fit",status="success"} 0.1",
        "cugar_tool_call_duration_seconds_count{domain="intelligence",tool="score_account_fit",status="success"} 1",
        "cugar_tool_call_duration_seconds_sum{domain="intelligence",tool="score_account_fit",status="error"} 0.1",
        "cugar_tool_call_duration_seconds_count{domain="intelligence",tool="score_account_fit",status="error"} 1",
        "cugar_retries_total{component="tool",reason="system_timeout"} 1",
        "cugar_run_budget_utilization_ratio_sum{resource="calls"} 0.02",
        "cugar_run_budget_utilization_ratio_count{resource="calls"} 1",
        "cugar_events_total{type="run_started"} 1",
        "cugar_events_total{type="plan_created"} 1",
        "cugar_events_total{type="route_decision"} 1",
        "cugar_events_total{type="budget_updated"} 4",
        "cugar_events_total{type="tool_call_start"} 2",
        "cugar_events_total{type="tool_call_complete"} 1",
        "cugar_events_total{type="tool_call_error"} 1",
        "cugar_events_total{type="run_finished"} 1",
      ]
    `)
  })

  test('every known combination starts at 0, and only the possible ones exist', async () => {
    const text = await textOf(fresh())
    const { tool, domain } = step()
    expect(valueOf(text, 'cugar_runs_total{profile="demo",outcome="success"}')).toBe(0)
    expect(valueOf(text, `cugar_tool_calls_total{domain="${domain}",tool="${tool}",status="success"}`)).toBe(
      0,
    )
    expect(text).not.toContain(`domain="territory",tool="${tool}"`)
    expect(text).not.toContain('"other"')
  })

  test('a tool, profile or model that the registry does not name collapses to other and is counted', async () => {
    const state = folded(
      stored(draftsOf(run({ profile: 'stranger', steps: [step({ tool: 'unheard_of' })] }))),
    )
    const text = await textOf(state)
    expect(valueOf(text, 'cugar_runs_total{profile="other",outcome="success"}')).toBe(1)
    expect(valueOf(text, 'cugar_tool_calls_total{domain="intelligence",tool="other",status="success"}')).toBe(
      1,
    )
    expect(state.series.overflow.get('cugar_tool_calls_total\ttool')).toBe(1)
    expect(text).not.toContain('stranger')
  })

  test('series of what the registry no longer names go, and come back with it; what is under way stays', async () => {
    const { demo: _, ...profiles } = registry.profiles
    const without = knownValues({ ...registry, profiles, tools: {} })
    const drafts = draftsOf(run())
    const state = folded([...stored(drafts), ...stored(drafts.slice(0, 2), 'run_2')])
    const whole = await textOf(state)
    learn(state, 9, without)
    const rest = await textOf(state)
    const named = (text: string) => text.split('\n').filter((line) => /"demo"|score_account_fit/.test(line))
    expect(named(whole).length).toBeGreaterThan(100)
    expect(named(rest)).toEqual(['cugar_runs_in_flight{profile="demo"} 1'])
    expect(valueOf(rest, 'cugar_runs_total{profile="smb",outcome="success"}')).toBe(0)
    const { state: restored } = restore(serialise(state))
    learn(restored, 9, without)
    expect(named(await textOf(restored))).toEqual(named(rest))
    learn(state, 10, knownValues(registry))
    expect(named(await textOf(state))).toEqual(named(whole))
  })

  test('what is frozen shows until it is lifted, a tenant as a number alone', async () => {
    const set = [freeze('profile', 'demo', true), freeze('tenant', 'acme', true), freeze('tenant', 'b', true)]
    const text = await textOf(folded(stored(set)))
    expect(valueOf(await textOf(fresh()), 'cugar_profile_frozen{profile="demo"}')).toBe(0)
    expect(valueOf(text, 'cugar_profile_frozen{profile="demo"}')).toBe(1)
    expect(valueOf(text, 'cugar_profile_frozen{profile="smb"}')).toBe(0)
    expect(valueOf(text, 'cugar_tenants_frozen')).toBe(2)
    expect(text).not.toContain('acme')
    const lifts = [freeze('profile', 'demo', false), freeze('tenant', 'acme', false)]
    const lifted = await textOf(folded(stored([...set, ...lifts])))
    expect(valueOf(lifted, 'cugar_profile_frozen{profile="demo"}')).toBe(0)
    expect(valueOf(lifted, 'cugar_tenants_frozen')).toBe(1)
    expect(valueOf(lifted, 'cugar_freezes_total{scope="tenant",action="frozen"}')).toBe(2)
    expect(valueOf(lifted, 'cugar_freezes_total{scope="profile",action="lifted"}')).toBe(1)
  })

  test('an unknown outcome that a person settles is counted once and waits no more', async () => {
    const unknown = step({ end: 'system_unknown_outcome' })
    const waits = await textOf(folded(stored(draftsOf(run({ steps: [unknown] })))))
    const settled = await textOf(folded(stored(draftsOf(run({ steps: [{ ...unknown, reconciled: true }] })))))
    const { tool, domain } = unknown
    const calls = (status: string) =>
      `cugar_tool_calls_total{domain="${domain}",tool="${tool}",status="${status}"}`
    expect(valueOf(waits, 'cugar_steps_unknown')).toBe(1)
    expect(valueOf(settled, 'cugar_steps_unknown')).toBe(0)
    expect(valueOf(settled, calls('error'))).toBe(1)
    expect(valueOf(settled, calls('success'))).toBe(0)
    expect(valueOf(settled, `cugar_tool_calls_in_flight{domain="${domain}"}`)).toBe(0)
  })

  test('a run waits for its first step once, from its acceptance; one without a step has not waited', async () => {
    const drafts = draftsOf(run({ steps: [step(), step()] }))
    const late = stored(drafts).map((event) => ({
      ...event,
      at: event.type === 'run_started' ? event.at : event.at + 40,
    }))
    const refused = stored(
      drafts.filter(({ type }) => type === 'run_started' || type === 'run_finished'),
      'run_2',
    )
    const state = folded([...late, ...refused])
    const text = await textOf(state)
    const queue = 'cugar_run_queue_seconds'
    expect(valueOf(text, `${queue}_count{profile="demo"}`)).toBe(1)
    expect(valueOf(text, `${queue}_sum{profile="demo"}`)).toBe(0.04)
    expect(valueOf(text, `${queue}_bucket{le="0.025",profile="demo"}`)).toBe(0)
    expect(valueOf(text, `${queue}_bucket{le="0.05",profile="demo"}`)).toBe(1)
    expect(state.accepted.size).toBe(0)
  })

  test('an approval that needs three people is resolved once', async () => {
    const text = await textOf(
      folded(stored(draftsOf(run({ steps: [step({ approval: 'approved', quorum: 3 })] })))),
    )
    const labels = 'domain="intelligence",risk="medium",decision="approved"'
    expect(valueOf(text, `cugar_approvals_resolved_total{${labels}}`)).toBe(1)
  })

  test('token types are a partition of what was sent and received', async () => {
    const text = await textOf(folded(stored(draftsOf(run({ planner: 'llm' })))))
    const lines = text.split('\n').filter((line) => line.startsWith('cugar_llm_tokens_total{'))
    expect(lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)).toBe(1020)
  })

  test('partial results count for the success rate; what policy, a person or the caller stopped does not', () => {
    expect(CLOSED.outcome.filter(isMeasured)).toEqual(['success', 'partial', 'error', 'timeout'])
    const statuses = ['user_invalid_input', 'policy_security', 'system_timeout', 'agent_bug'] as const
    expect(statuses.map(callStatusOf)).toEqual(['denied', 'denied', 'timeout', 'error'])
  })

  test('outcomes tell policy stops and refusals from failures', () => {
    expect(outcomeOf({ status: 'succeeded', cause: null })).toBe('success')
    expect(outcomeOf({ status: 'cancelled', cause: 'user_cancelled' })).toBe('cancelled')
    expect(outcomeOf({ status: 'partial', cause: 'policy_budget' })).toBe('budget_exceeded')
    expect(outcomeOf({ status: 'failed', cause: 'policy_denied' })).toBe('approval_denied')
    expect(outcomeOf({ status: 'failed', cause: 'user_approval_timeout' })).toBe('approval_timeout')
    expect(outcomeOf({ status: 'failed', cause: 'resource_run_timeout' })).toBe('timeout')
    expect(outcomeOf({ status: 'partial', cause: 'system_timeout' })).toBe('partial')
    expect(outcomeOf({ status: 'failed', cause: 'agent_bug' })).toBe('error')
    expect(outcomeOf({ status: 'failed', cause: 'agent_planning' })).toBe('rejected')
    expect(outcomeOf({ status: 'failed', cause: 'user_invalid_input' })).toBe('rejected')
    expect(outcomeOf({ status: 'partial', cause: 'user_invalid_input' })).toBe('rejected')
  })

  test('saved and restored at any point, the exposition is the same as without a stop', async () => {
    await fc.assert(
      fc.asyncProperty(runShapes, fc.double({ min: 0, max: 1, noNaN: true }), async (shapes, share) => {
        const journal = memoryJournal()
        for (const shape of shapes) await recordRun(journal, shape)
        const events = await journal.readAll(0, 10_000)
        const cut = Math.floor(events.length * share)
        const straight = folded(events)
        const { state: stopped } = restore(serialise(folded(events.slice(0, cut))))
        folded(events.slice(cut), stopped)
        expect(compare(straight, stopped)).toEqual([])
        expect(serialise(stopped)).toBe(serialise(straight))
        const sorted = async (state: MetricsState) => (await textOf(state, 'openmetrics')).split('\n').sort()
        expect(await sorted(stopped)).toEqual(await sorted(straight))
      }),
      { numRuns: 25 },
    )
  })

  test('exemplars stand in OpenMetrics only, on the five durations', async () => {
    const state = folded(stored(draftsOf(run({ planner: 'llm' }))))
    const open = await textOf(state, 'openmetrics')
    const withTrace = open.split('\n').filter((line) => line.includes(' # {'))
    expect(new Set(withTrace.map((line) => line.split('_bucket')[0]))).toEqual(
      new Set([
        'cugar_run_duration_seconds',
        'cugar_run_active_duration_seconds',
        'cugar_plan_duration_seconds',
        'cugar_tool_call_duration_seconds',
        'cugar_llm_call_duration_seconds',
      ]),
    )
    expect(withTrace[0]).toMatch(/# \{trace_id="[0-9a-f]{32}",span_id="[0-9a-f]{16}"\} [\d.]+ [\d.]+$/)
    expect(await textOf(state)).not.toContain('trace_id')
    expect(open.endsWith('# EOF\n')).toBe(true)
  })
})
