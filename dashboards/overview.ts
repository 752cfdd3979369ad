import { MEASURED } from '../src/projections/outcome.ts'
import { dashboard, type Row } from './dashboard.ts'
import { firingNow } from './firing.ts'
import { LIST_PANELS } from './lists.ts'
import { busiest, bySeries, latency } from './families.ts'
import { PER_MINUTE, graph, heatmap, radial, stat } from './panels.ts'
import * as q from './promql.ts'
import { buckets, counter, countOf, gauge, sumOf } from './query.ts'
import { LATENCY_SECONDS, objectiveOf } from './rules/slo.ts'
import { LIMITS } from './thresholds.ts'

const succeeded = counter('cugar_runs_total', { outcome: 'success' })
const judged = counter('cugar_runs_total', { outcome: q.oneOf(...MEASURED) })
const failedCalls = counter('cugar_tool_calls_total', { status: q.oneOf('error', 'timeout') })
const judgedCalls = counter('cugar_tool_calls_total', { status: q.oneOf('success', 'error', 'timeout') })
const activeOfSuccess = buckets('cugar_run_active_duration_seconds', { status: 'success' })
const interval = '$__rate_interval'

const now: Row = {
  title: 'Right now',
  panels: [
    stat({
      title: 'Success rate (1h)',
      text: 'Share of the finished runs of the last hour that succeeded. Runs that policy stopped (budget, approval, cancel) and goals or inputs that were refused count on neither side. Red below the objective of the service level.',
      unit: 'percentunit',
      width: 4,
      max: 1,
      decimals: 1,
      steps: ['red', [objectiveOf('run-success'), 'green']],
      queries: [
        {
          expr: q.ratio(q.sum([], q.rate(succeeded, '1h')), q.sum([], q.rate(judged, '1h'))),
          legend: 'success',
        },
      ],
      links: ['failed runs', 'failed traces'],
    }),
    stat({
      title: 'P95 latency (1h)',
      text: 'Nineteen of twenty successful runs of the last hour took less working time than this; waiting for a person is not in it. Red above the bound of the latency objective.',
      unit: 's',
      width: 4,
      steps: ['green', [LATENCY_SECONDS, 'red']],
      queries: [{ expr: q.percentile(0.95, ['le'], q.rate(activeOfSuccess, '1h')), legend: 'P95' }],
      links: ['run traces'],
    }),
    stat({
      title: 'Tool error rate (1h)',
      text: 'Share of the tool calls of the last hour that failed or timed out; refused calls count on neither side. Each attempt counts, so retries that help still show here.',
      unit: 'percentunit',
      width: 4,
      decimals: 1,
      steps: ['green', [LIMITS.toolErrorRatio, 'red']],
      queries: [
        {
          expr: q.ratio(q.sum([], q.rate(failedCalls, '1h')), q.sum([], q.rate(judgedCalls, '1h'))),
          legend: 'errors',
        },
      ],
      links: ['failed traces'],
    }),
    stat({
      title: 'Steps per task (1h)',
      text: 'Steps executed per finished run over the last hour. A rise without new kinds of goals means longer plans or more replanning.',
      unit: 'short',
      width: 4,
      decimals: 1,
      steps: ['green', [LIMITS.stepsPerTask, 'orange']],
      queries: [
        {
          expr: q.ratio(
            q.sum([], q.rate(sumOf('cugar_run_steps'), '1h')),
            q.sum([], q.rate(countOf('cugar_run_steps'), '1h')),
          ),
          legend: 'steps',
        },
      ],
    }),
    radial({
      title: 'Fullest budget',
      text: 'The budget window that is nearest to its limit, of any profile and resource. At 100 % calls are refused; the governance dashboard says which budget it is.',
      unit: 'percentunit',
      width: 4,
      max: 1,
      steps: ['green', [LIMITS.budgetExhausted, 'red']],
      queries: [{ expr: q.max([], gauge('cugar_budget_utilization_ratio')), legend: 'utilization' }],
      noValue: 'No limits',
    }),
    stat({
      title: 'Approvals waiting',
      text: 'Approvals that wait for a person at this moment. Runs behind them use no working time.',
      unit: 'short',
      width: 4,
      steps: ['green', [LIMITS.approvalsPending, 'orange']],
      queries: [{ expr: q.sum([], gauge('cugar_approvals_pending')), legend: 'waiting' }],
      links: ['approvals'],
    }),
  ],
}

const traffic: Row = {
  title: 'Traffic and outcome',
  panels: [
    graph({
      title: 'Runs by outcome',
      text: 'Runs that ended a minute, stacked by how they ended. Purple is policy doing its work, red and orange are failures.',
      unit: PER_MINUTE,
      width: 12,
      stacked: true,
      queries: [bySeries('outcome', counter('cugar_runs_total'))],
      links: ['runs', 'failed runs'],
    }),
    graph({
      title: 'Success rate',
      text: 'Share of the finished runs of each profile that succeeded. The dashed line is the objective; a gap means that nothing finished.',
      unit: 'percentunit',
      width: 12,
      max: 1,
      floor: 0.9,
      steps: ['red', [objectiveOf('run-success'), 'green']],
      queries: [
        {
          expr: q.ratio(
            q.sum(['profile'], q.rate(succeeded, interval)),
            q.sum(['profile'], q.rate(judged, interval)),
          ),
          legend: '{{profile}}',
        },
      ],
      links: ['failed runs', 'failed traces'],
    }),
  ],
}

const durations: Row = {
  title: 'Latency',
  panels: [
    graph({
      title: 'Active run latency',
      text: 'Working time of runs, approval waits subtracted: what the system answers for. A P99 far above P95 is a tail of a few runs; follow its exemplars to their traces.',
      unit: 's',
      width: 8,
      steps: ['green', [LATENCY_SECONDS, 'red']],
      queries: latency(buckets('cugar_run_active_duration_seconds'), { exemplars: true }),
      links: ['run traces'],
    }),
    graph({
      title: 'Wall-clock latency',
      text: 'Time from start to end, human waits included. High values beside a low active latency mean that people, not the system, are slow.',
      unit: 's',
      width: 8,
      queries: latency(buckets('cugar_run_duration_seconds'), { exemplars: true }),
      links: ['run traces'],
    }),
    heatmap({
      title: 'Active latency distribution',
      text: 'Runs by their working time; brighter cells hold more runs. Two bands are two kinds of runs, which no percentile shows.',
      unit: 's',
      width: 8,
      queries: [
        {
          expr: q.sum(['le'], q.increase(buckets('cugar_run_active_duration_seconds'), interval)),
          legend: '{{le}}',
        },
      ],
    }),
  ],
}

const work: Row = {
  title: 'Work shape and saturation',
  panels: [
    graph({
      title: 'Steps per task',
      text: 'Mean and P95 of the steps executed per finished run. P95 away from the mean: a few runs do most of the work.',
      unit: 'short',
      width: 8,
      steps: ['green', [LIMITS.stepsPerTask, 'orange']],
      queries: [
        {
          expr: q.ratio(
            q.sum([], q.rate(sumOf('cugar_run_steps'), interval)),
            q.sum([], q.rate(countOf('cugar_run_steps'), interval)),
          ),
          legend: 'mean',
        },
        { expr: q.percentile(0.95, ['le'], q.rate(buckets('cugar_run_steps'), interval)), legend: 'P95' },
      ],
    }),
    graph({
      title: 'Plans and replans',
      text: 'Plans made a minute. Replans that grow without more initial plans mean that steps do not bring what was planned.',
      unit: PER_MINUTE,
      width: 8,
      queries: [bySeries('kind', counter('cugar_plans_created_total'))],
    }),
    graph({
      title: 'Planning time and size',
      text: 'P95 of the time to make a plan (left, seconds) and the mean number of its steps (right).',
      unit: 's',
      width: 8,
      right: { series: 'mean steps', unit: 'short' },
      queries: [
        {
          expr: q.percentile(0.95, ['le'], q.rate(buckets('cugar_plan_duration_seconds'), interval)),
          legend: 'P95',
          exemplars: true,
        },
        {
          expr: q.ratio(
            q.sum([], q.rate(sumOf('cugar_plan_steps'), interval)),
            q.sum([], q.rate(countOf('cugar_plan_steps'), interval)),
          ),
          legend: 'mean steps',
        },
      ],
    }),
    graph({
      title: 'Runs in flight',
      text: 'Runs started and not ended, and how many of them wait for people. Runs that do not wait and do not end are stuck.',
      unit: 'short',
      width: 8,
      queries: [
        { expr: q.sum(['profile'], gauge('cugar_runs_in_flight')), legend: '{{profile}}' },
        { expr: q.sum([], gauge('cugar_runs_waiting')), legend: 'waiting for people' },
      ],
      links: ['runs'],
    }),
    graph({
      title: 'Errors by class',
      text: 'Failed runs a minute by their root cause. system_ and resource_ are ours to mend, policy_ and user_ are decisions.',
      unit: PER_MINUTE,
      width: 8,
      queries: [bySeries('error_type', counter('cugar_run_errors_total'))],
      links: ['failed runs', 'failed traces'],
    }),
    graph({
      title: 'Retries by component',
      text: 'Attempts that were scheduled again a minute, and why. A storm here doubles the load on whatever already struggles.',
      unit: PER_MINUTE,
      width: 8,
      queries: [busiest(['component', 'reason'], counter('cugar_retries_total'))],
      noValue: 'Nothing was tried again',
    }),
    graph({
      title: 'Wait for the first step',
      text: 'Time from the acceptance of a run to its first step: planning, and the wait for a worker. When it rises while planning does not, all workers are busy.',
      unit: 's',
      width: 8,
      queries: latency(buckets('cugar_run_queue_seconds'), { exemplars: false }),
    }),
    graph({
      title: 'Routing',
      text: 'Steps routed a minute by the domain of their tool: which part of the business the work is about.',
      unit: PER_MINUTE,
      width: 8,
      stacked: true,
      queries: [bySeries('domain', counter('cugar_route_decisions_total'))],
    }),
    ...LIST_PANELS,
    graph({
      title: 'Branches taken',
      text: 'Cases of branches of plans taken a minute: which way the work goes. inline are plans that are no playbook.',
      unit: PER_MINUTE,
      width: 8,
      stacked: true,
      queries: [busiest(['block', 'case'], counter('cugar_branches_taken_total'))],
      noValue: 'No plan with a branch',
    }),
    graph({
      title: 'Changes of plans by cause',
      text: 'Plans changed a minute: a list became known (expanded), a rule did something again or went on without it (rule), or had the planner plan anew (planner), each with what the rule waited for.',
      unit: PER_MINUTE,
      width: 8,
      stacked: true,
      queries: [busiest(['cause', 'trigger'], counter('cugar_plan_revisions_total'))],
      noValue: 'No plan was changed',
    }),
  ],
}

export const overview = () =>
  dashboard({
    key: 'overview',
    title: 'Overview',
    text: 'Golden signals of the runtime: success, latency, tool errors, steps per task, budgets and approvals.',
    variables: [],
    rows: [now, firingNow, traffic, durations, work],
  })
