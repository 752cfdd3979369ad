// A small model of the runtime under load: what it would have counted in each stretch of time.
import type { ValueOf } from '../../src/projections/labels.ts'
import type { Series } from '../../src/projections/metrics/series.ts'
import type { ToolSpec } from '../../src/registry/registry.ts'
import { showBudgets } from './budgets.ts'
import { scene, type Scene } from './scenes.ts'

const PROFILES = ['demo', 'sales_rep', 'enterprise'] as const
const LIMIT = 12
const WINDOW_S = 3 * 3600
const APPROVAL_LIFE_S = 1800
const model = { provider: 'openai', model: 'gpt-4o-mini' } as const

type Stage = {
  readonly series: Series
  readonly start: number
  readonly tools: readonly Pick<ToolSpec, 'name' | 'domain'>[]
}
const USUAL: Stage['tools'][number] = { name: 'score_account_fit', domain: 'intelligence' }
export type World = { readonly pass: (at: number, seconds: number) => void }

/** Repeatable numbers from 0 to 1 (mulberry32). */
function dice(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    const mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    const more = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((more ^ (more >>> 14)) >>> 0) / 2 ** 32
  }
}

type Waiting = { readonly since: number; readonly risk: ValueOf<'risk'> }

export function createWorld({ series, start, tools }: Stage): World {
  const roll = dice(7)
  const spread = (middle: number): number => middle * Math.exp((roll() + roll() + roll() - 1.5) * 1.1)
  const pick = <T>(values: readonly [T, ...T[]] | readonly T[], or: T): T =>
    values[Math.floor(roll() * values.length)] ?? or
  const waiting: Waiting[] = []
  let spent = 0
  let events = 0
  let spanFailures = 0

  const count = (type: ValueOf<'event_type'>, times = 1): void => {
    series.add('cugar_events_total', { type }, times)
    events += times
  }

  function callModel({ llmErrors, llmSlowness }: Scene): boolean {
    const failed = roll() < llmErrors
    const status = failed ? pick(['error', 'timeout'] as const, 'error') : 'success'
    count('llm_call')
    series.add('cugar_llm_calls_total', { ...model, operation: 'decompose', status })
    const value = spread(1.6 * llmSlowness)
    series.observe('cugar_llm_call_duration_seconds', { ...model, operation: 'decompose' }, { value })
    series.observe('cugar_llm_time_to_first_chunk_seconds', model, { value: value / 4 })
    if (failed) return false
    for (const [token_type, tokens] of [
      ['input_uncached', 900],
      ['input_cache_read', 2400],
      ['output_response', 350],
      ['output_reasoning', 120],
    ] as const) {
      series.add('cugar_llm_tokens_total', { ...model, token_type }, spread(tokens))
    }
    series.add('cugar_llm_cost_usd_total', model, spread(0.004))
    return true
  }

  /** Seconds that the call took, and whether it came to a good end. */
  function callTool(now: Scene): { seconds: number; done: boolean } {
    const tool = pick(tools, USUAL)
    const at = { domain: tool.domain, tool: tool.name }
    const hit = tool.domain === 'engagement' ? now : { toolErrors: 0.008, toolSlowness: 1 }
    series.add('cugar_route_decisions_total', { domain: tool.domain, strategy: 'builtin' })
    count('route_decision')
    let seconds = 0
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      const took = spread(0.12 * hit.toolSlowness)
      seconds += took
      count('tool_call_start')
      const failed = roll() < hit.toolErrors
      const status = failed ? 'timeout' : 'success'
      series.add('cugar_tool_calls_total', { ...at, status })
      series.observe(
        'cugar_tool_call_duration_seconds',
        { ...at, status: failed ? 'error' : 'success' },
        { value: failed ? 30 : took },
      )
      count(failed ? 'tool_call_error' : 'tool_call_complete')
      if (!failed) return { seconds, done: true }
      seconds += 30
      series.add('cugar_tool_call_errors_total', { ...at, error_type: 'system_timeout' })
      if (attempt < 3) series.add('cugar_retries_total', { component: 'tool', reason: 'system_timeout' })
      else series.add('cugar_retries_exhausted_total', { component: 'tool' })
    }
    return { seconds, done: false }
  }

  function outcomeOf(done: boolean, over: boolean): ValueOf<'outcome'> {
    if (over) return 'budget_exceeded'
    if (!done) return roll() < 0.5 ? 'error' : 'partial'
    const luck = roll()
    if (luck < 0.01) return 'cancelled'
    return luck < 0.04 ? 'approval_denied' : 'success'
  }

  function run(now: Scene, at: number): void {
    const profile = pick(PROFILES, 'demo')
    count('run_started')
    series.add('cugar_runs_started_total', { profile })
    const asked = roll() < 0.4
    const llm = asked && callModel(now)
    const fallback = asked ? (llm ? 'none' : 'unavailable') : 'not_asked'
    const replanned = roll() < 0.06
    for (const kind of replanned ? (['initial', 'replan'] as const) : (['initial'] as const)) {
      series.add('cugar_plans_created_total', { profile, kind, planner: llm ? 'llm' : 'rules', fallback })
      series.observe('cugar_plan_steps', { profile }, { value: 2 + Math.floor(roll() * 4) })
      series.observe('cugar_plan_duration_seconds', { profile }, { value: llm ? spread(1.8) : spread(0.015) })
      count('plan_created')
    }
    const over = profile === 'demo' && spent >= LIMIT && roll() < 0.7
    const steps = over ? 1 : 2 + Math.floor(roll() * 4) + (replanned ? 3 : 0)
    let active = llm ? 2 : 0.1
    let done = true
    for (let step = 0; step < steps; step += 1) {
      const call = callTool(now)
      active += call.seconds
      done = done && call.done
    }
    finish({ profile, steps, active, outcome: outcomeOf(done, over) }, at)
  }

  type End = { profile: string; steps: number; active: number; outcome: ValueOf<'outcome'> }
  function finish({ profile, steps, active, outcome }: End, at: number): void {
    const waits = roll() < 0.3
    if (waits) ask(at)
    const status = outcome === 'success' ? 'success' : 'error'
    series.add('cugar_runs_total', { profile, outcome })
    if (outcome === 'error') series.add('cugar_run_errors_total', { profile, error_type: 'system_timeout' })
    series.observe('cugar_run_active_duration_seconds', { profile, status }, { value: active })
    const wall = active + (waits ? spread(25 + waiting.length * 12) : 0)
    series.observe('cugar_run_duration_seconds', { profile, status }, { value: wall })
    series.observe('cugar_run_queue_seconds', { profile }, { value: spread(0.02) })
    series.observe('cugar_run_steps', { profile }, { value: steps })
    series.observe('cugar_run_budget_utilization_ratio', { resource: 'cost' }, { value: steps / 12 })
    series.observe('cugar_run_budget_utilization_ratio', { resource: 'calls' }, { value: steps / 9 })
    count('run_finished')
    count('budget_updated', steps)
    if (profile === 'demo') spend(steps * 0.006, outcome === 'budget_exceeded')
  }

  function spend(usd: number, refused: boolean): void {
    const before = spent
    spent = Math.min(LIMIT, spent + usd)
    const crossing = { budget: 'demo', resource: 'cost' } as const
    if (before < 0.8 * LIMIT && spent >= 0.8 * LIMIT) {
      series.add('cugar_budget_events_total', { ...crossing, event: 'warning' })
      count('budget_warning')
    }
    if (!refused) return
    series.add('cugar_budget_events_total', { ...crossing, event: 'exceeded' })
    count('budget_exceeded')
  }

  function ask(at: number): void {
    const risk = pick(['low', 'medium', 'medium', 'high'] as const, 'low')
    waiting.push({ since: at, risk })
    series.add('cugar_approvals_requested_total', { domain: 'engagement', risk })
    count('approval_requested')
  }

  function resolve({ since, risk }: Waiting, decision: ValueOf<'decision'>, at: number): void {
    const value = Math.max(1, at - since - roll() * 25)
    series.add('cugar_approvals_resolved_total', { domain: 'engagement', risk, decision })
    series.observe('cugar_approval_wait_seconds', { risk, decision }, { value })
    count(decision === 'timeout' ? 'approval_timeout' : 'approval_received')
  }

  function answer({ answersPerMinute }: Scene, at: number, seconds: number): void {
    const expired = waiting.filter(({ since }) => at - since > APPROVAL_LIFE_S).length
    for (const old of waiting.splice(0, expired)) resolve(old, 'timeout', at)
    const capacity = (answersPerMinute * seconds) / 60
    const answers = Math.floor(capacity) + (roll() < capacity % 1 ? 1 : 0)
    for (const asked of waiting.splice(0, answers)) {
      const luck = roll()
      resolve(asked, luck < 0.85 ? 'approved' : luck < 0.93 ? 'changes_requested' : 'denied', at)
    }
  }

  /** What is read from the state at each scrape. */
  function gauges({ load, toolSlowness }: Scene, at: number): void {
    for (const risk of ['low', 'medium', 'high', 'critical'] as const) {
      const queue = waiting.filter((asked) => asked.risk === risk)
      const oldest = queue[0]
      series.set('cugar_approvals_pending', { risk }, queue.length)
      series.set(
        'cugar_approval_oldest_pending_timestamp_seconds',
        { risk },
        oldest ? start + oldest.since : 0,
      )
    }
    for (const profile of PROFILES) {
      series.set('cugar_runs_in_flight', { profile }, Math.round(spread(load * (1 + toolSlowness / 8))))
    }
    series.set(
      'cugar_tool_calls_in_flight',
      { domain: 'engagement' },
      Math.round(spread(load * toolSlowness) / 6),
    )
    series.set('cugar_tool_calls_in_flight', { domain: 'intelligence' }, Math.round(roll() * load))
    showBudgets(series, {
      spent,
      limit: LIMIT,
      windowEnd: start + (Math.floor(at / WINDOW_S) + 1) * WINDOW_S,
    })
    series.set('cugar_journal_position', {}, events)
    for (const projection of ['metrics', 'views', 'spans'] as const) {
      const behind =
        projection === 'spans' ? Math.floor((load - 0.7) * 40 * roll()) : Math.floor(roll() * 6 * load)
      series.set('cugar_projection_position', { projection }, Math.max(0, events - behind))
    }
    const busy = Math.min(16, Math.round(load * 3 + toolSlowness / 5))
    series.set('cugar_workers', { state: 'busy' }, busy)
    series.set('cugar_workers', { state: 'idle' }, 16 - busy)
    series.set('cugar_metrics_series', {}, 2400 + Math.floor(at / 900))
    series.set('cugar_metrics_render_seconds', {}, 0.0035 + load * 0.001)
    series.set('cugar_adapter_state', { adapter: 'salesforce', state: 'fallback' }, toolSlowness > 1 ? 1 : 0)
  }

  /** Journal, projections, API and exporter. */
  function machine({ load }: Scene, before: number): void {
    const written = events - before
    for (let batch = 0; batch < written / 6; batch += 1) {
      series.observe('cugar_journal_append_duration_seconds', {}, { value: spread(0.002 * load) })
      series.observe('cugar_journal_batch_events', {}, { value: Math.ceil(spread(3 * load)) })
      series.observe(
        'cugar_projection_lag_seconds',
        { projection: 'metrics' },
        { value: spread(0.004 * load) },
      )
      series.observe('cugar_projection_lag_seconds', { projection: 'views' }, { value: spread(0.003 * load) })
      series.observe('cugar_projection_lag_seconds', { projection: 'spans' }, { value: spread(0.02 * load) })
    }
    series.add('cugar_trace_spans_total', { status: 'exported' }, Math.round(written / 2))
    spanFailures += load > 2 ? 2 : 0
    series.add('cugar_trace_spans_total', { status: 'dropped' }, load > 2 ? spanFailures % 3 : 0)
    for (const [method, route, often] of [
      ['POST', '/v1/runs', 4],
      ['GET', '/v1/runs/{run_id}', 9],
      ['GET', '/v1/approvals', 3],
      ['GET', '/metrics', 2],
    ] as const) {
      const times = Math.round(often * load * (0.7 + roll() * 0.6))
      series.add('cugar_http_requests_total', { method, route, code: '200' }, times)
      if (load > 2 && roll() < 0.1) series.add('cugar_http_requests_total', { method, route, code: '503' })
      for (let done = 0; done < times; done += 1) {
        series.observe(
          'cugar_http_request_duration_seconds',
          { method, route },
          { value: spread(0.006 * load) },
        )
      }
    }
  }

  return {
    pass: (at, seconds) => {
      const now = scene(at)
      const before = events
      if (at % WINDOW_S === 0) spent = 0
      const runs = Math.round(spread(0.15 * now.load * seconds))
      for (let one = 0; one < runs; one += 1) run(now, at)
      answer(now, at, seconds)
      gauges(now, at)
      machine(now, before)
    },
  }
}
