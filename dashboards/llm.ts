import { dashboard, offered, type Row } from './dashboard.ts'
import { busiest } from './families.ts'
import { PER_MINUTE, graph, stat } from './panels.ts'
import * as q from './promql.ts'
import { buckets, counter, countOf, sumOf } from './query.ts'

const chosen = { provider: q.variable('provider'), model: q.variable('model') }
const interval = '$__rate_interval'
const range = '$__range'
const perModel = ['provider', 'model'] as const
const calls = counter('cugar_llm_calls_total', chosen)
const failed = counter('cugar_llm_calls_total', { ...chosen, status: q.not('success') })
const cost = counter('cugar_llm_cost_usd_total', chosen)
const tokens = counter('cugar_llm_tokens_total', chosen)
const inputs = counter('cugar_llm_tokens_total', {
  ...chosen,
  token_type: q.oneOf('input_uncached', 'input_cache_read', 'input_cache_write'),
})
const cacheReads = counter('cugar_llm_tokens_total', { ...chosen, token_type: 'input_cache_read' })
const runs = q.sum([], q.increase(counter('cugar_runs_total'), range))
const total = <L extends string>(of: q.Selector<L, 'counter'>) => q.sum([], q.increase(of, range))
const NO_CALLS = 'No model calls'

const summary: Row = {
  title: 'Summary of the selected range',
  panels: [
    stat({
      title: 'Cost',
      text: 'Estimated US dollars that models cost over the selected range, by the prices of the registry.',
      unit: 'currencyUSD',
      width: 4,
      queries: [{ expr: total(cost), legend: 'cost' }],
      noValue: NO_CALLS,
    }),
    stat({
      title: 'Cost per run',
      text: 'Cost divided by all finished runs of the range, those without a model included.',
      unit: 'currencyUSD',
      width: 4,
      decimals: 4,
      queries: [{ expr: q.ratio(total(cost), runs), legend: 'cost per run' }],
      noValue: NO_CALLS,
    }),
    stat({
      title: 'Tokens',
      text: 'All tokens of the range. The types are a partition: nothing is counted twice.',
      unit: 'short',
      width: 4,
      queries: [{ expr: total(tokens), legend: 'tokens' }],
      noValue: NO_CALLS,
    }),
    stat({
      title: 'Cache read share',
      text: 'Share of the input tokens that the provider read from its cache, at a lower price. Low: prompts change from their beginning on.',
      unit: 'percentunit',
      width: 4,
      max: 1,
      decimals: 1,
      queries: [{ expr: q.ratio(total(cacheReads), total(inputs)), legend: 'cache reads' }],
      noValue: NO_CALLS,
    }),
    stat({
      title: 'Calls per run',
      text: 'Model calls per finished run. A rise is repair and replanning.',
      unit: 'short',
      width: 4,
      decimals: 2,
      queries: [{ expr: q.ratio(total(calls), runs), legend: 'calls per run' }],
      noValue: NO_CALLS,
    }),
    stat({
      title: 'Error ratio',
      text: 'Share of the model calls of the range that did not succeed.',
      unit: 'percentunit',
      width: 4,
      decimals: 1,
      queries: [{ expr: q.ratio(total(failed), total(calls)), legend: 'errors' }],
      noValue: NO_CALLS,
      links: ['failed traces'],
    }),
  ],
}

const red: Row = {
  title: 'Rate, errors, duration',
  panels: [
    graph({
      title: 'Calls by model',
      text: 'Model calls that ended a minute, failed ones included. Traffic of runs should move it in step.',
      unit: PER_MINUTE,
      width: 8,
      queries: [{ expr: q.sum(perModel, q.rate(calls, interval)), legend: '{{provider}} {{model}}' }],
      noValue: NO_CALLS,
      links: ['model traces'],
    }),
    graph({
      title: 'Error ratio by model',
      text: 'Share of the calls that did not succeed.',
      unit: 'percentunit',
      width: 8,
      max: 1,
      queries: [
        {
          expr: q.ratio(q.sum(perModel, q.rate(failed, interval)), q.sum(perModel, q.rate(calls, interval))),
          legend: '{{provider}} {{model}}',
        },
      ],
      noValue: NO_CALLS,
      links: ['failed traces'],
    }),
    graph({
      title: 'P95 duration by model',
      text: 'Nineteen of twenty calls took less, whole answers.',
      unit: 's',
      width: 8,
      queries: [
        {
          expr: q.percentile(
            0.95,
            ['le', 'provider', 'model'],
            q.rate(buckets('cugar_llm_call_duration_seconds', chosen), interval),
          ),
          legend: '{{provider}} {{model}}',
          exemplars: true,
        },
      ],
      noValue: NO_CALLS,
      links: ['model traces'],
    }),
  ],
}

const spend: Row = {
  title: 'Tokens and cost',
  panels: [
    graph({
      title: 'Tokens a minute by type',
      text: 'Tokens a minute, stacked: the types are a partition and the top is the sum.',
      unit: 'short',
      width: 6,
      stacked: true,
      queries: [
        {
          expr: q.calc(q.sum(['token_type'], q.rate(tokens, interval)), '*', 60),
          legend: '{{token_type}}',
        },
      ],
      noValue: NO_CALLS,
    }),
    graph({
      title: 'Spend an hour',
      text: 'US dollars an hour at the present pace. A step without more calls is a dearer model or longer prompts.',
      unit: 'currencyUSD',
      width: 6,
      queries: [
        {
          expr: q.calc(q.sum(perModel, q.rate(cost, interval)), '*', 3600),
          legend: '{{provider}} {{model}}',
        },
      ],
      noValue: NO_CALLS,
    }),
    graph({
      title: 'P95 time to first chunk',
      text: 'Streamed answers only: how long people would look at nothing.',
      unit: 's',
      width: 6,
      queries: [
        {
          expr: q.percentile(
            0.95,
            ['le', 'provider', 'model'],
            q.rate(buckets('cugar_llm_time_to_first_chunk_seconds', chosen), interval),
          ),
          legend: '{{provider}} {{model}}',
        },
      ],
      noValue: 'No streamed calls',
    }),
    graph({
      title: 'Plans by planner and fallback',
      text: 'Who made the plans, and why rules did where a model was meant to. Anything but none, no_key and not_asked is a fallback that the alert counts.',
      unit: PER_MINUTE,
      width: 6,
      stacked: true,
      queries: [busiest(['planner', 'fallback'], counter('cugar_plans_created_total'))],
    }),
  ],
}

const compared = counter('cugar_plan_comparisons_total')

const shadow: Row = {
  title: 'In the shadow',
  panels: [
    graph({
      title: 'Plans compared',
      text: 'Plans that a model made beside those that were carried out (planner: shadow), by what the comparison says. Mostly same or reordered: the model could plan. invalid: it gave none that holds.',
      unit: PER_MINUTE,
      width: 12,
      stacked: true,
      queries: [{ expr: q.sum(['result'], q.rate(compared, interval)), legend: '{{result}}' }],
      noValue: 'No profile plans in the shadow',
    }),
    graph({
      title: 'Overlap of steps',
      text: 'Mean share of the steps that both plans have, of all that either has; 1: the same steps. Only of plans that hold.',
      unit: 'percentunit',
      width: 12,
      max: 1,
      queries: [
        {
          expr: q.ratio(
            q.sum(['profile'], q.rate(sumOf('cugar_plan_overlap_ratio'), interval)),
            q.sum(['profile'], q.rate(countOf('cugar_plan_overlap_ratio'), interval)),
          ),
          legend: '{{profile}}',
        },
      ],
      noValue: 'No profile plans in the shadow',
    }),
  ],
}

export const llm = () =>
  dashboard({
    key: 'llm',
    // Nobody looks for models that are not set up: the page is found by its name, not in the dropdown.
    tag: 'cugar-models',
    title: 'LLM',
    text: 'Calls to models: what they cost, how they fail, how long they take.',
    variables: [
      offered('provider', q.within('job=~"$job"').counter('cugar_llm_calls_total'), '.+'),
      offered(
        'model',
        q.within('job=~"$job"').counter('cugar_llm_calls_total', { provider: q.variable('provider') }),
        '.+',
      ),
    ],
    rows: [summary, red, spend, shadow],
  })
