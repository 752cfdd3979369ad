import type { Row } from './dashboard.ts'
import { bySeries } from './families.ts'
import { PER_MINUTE, graph } from './panels.ts'
import * as q from './promql.ts'
import { buckets, counter, gauge } from './query.ts'
import { LIMITS } from './thresholds.ts'

const interval = '$__rate_interval'
const made = counter('cugar_adapter_calls_total', {
  status: q.oneOf('success', 'error', 'timeout', 'rate_limited'),
})
const failed = counter('cugar_adapter_calls_total', { status: q.oneOf('error', 'timeout', 'rate_limited') })

/** The vendors behind the tools. */
export const adapters: Row = {
  title: 'Adapters',
  panels: [
    graph({
      title: 'Adapters cut off',
      text: '1 while an adapter is open (its breaker cut it off) or in fallback: its readings go to its fallbacks, its effects are not done, and nobody is asked about them until it is back.',
      unit: 'none',
      width: 6,
      max: 1,
      steps: ['green', [1, 'orange']],
      queries: [
        {
          expr: q.calc(
            q.max(['adapter', 'state'], gauge('cugar_adapter_state', { state: q.oneOf('open', 'fallback') })),
            '==',
            1,
          ),
          legend: '{{adapter}} {{state}}',
        },
      ],
      noValue: 'Every adapter serves',
    }),
    graph({
      title: 'Changes of adapters',
      text: 'What people, breakers and checks changed of adapters, in each interval. Many in a row are a vendor that comes and goes.',
      unit: 'short',
      width: 6,
      queries: [
        {
          expr: q.sum(['change'], q.increase(counter('cugar_adapter_changes_total'), interval)),
          legend: '{{change}}',
        },
      ],
      noValue: 'No adapter was changed',
    }),
    graph({
      title: 'Error ratio by adapter',
      text: 'Share of the operations that a vendor failed, did not answer in time, or refused for their number. The dashed line is where the alert fires.',
      unit: 'percentunit',
      width: 6,
      max: 1,
      steps: ['green', [LIMITS.adapterErrorRatio, 'red']],
      queries: [
        {
          expr: q.ratio(
            q.sum(['adapter'], q.rate(failed, interval)),
            q.sum(['adapter'], q.rate(made, interval)),
          ),
          legend: '{{adapter}}',
        },
      ],
      noValue: 'No adapter was called',
    }),
    graph({
      title: 'P95 latency by adapter',
      text: 'Nineteen of twenty answered operations took less. One vendor alone is that vendor; all together are the network.',
      unit: 's',
      width: 6,
      queries: [
        {
          expr: q.percentile(
            0.95,
            ['le', 'adapter'],
            q.rate(buckets('cugar_adapter_call_duration_seconds'), interval),
          ),
          legend: '{{adapter}}',
        },
      ],
      noValue: 'No adapter was called',
    }),
    graph({
      title: 'Degraded steps by adapter',
      text: 'Steps a minute that a fallback serves in place of an adapter that is cut off. Each says so in its result, its run and the console.',
      unit: PER_MINUTE,
      width: 6,
      queries: [bySeries('adapter', counter('cugar_adapter_fallbacks_total'))],
      noValue: 'Nobody stands in for another',
    }),
    graph({
      title: 'Calls by outcome',
      text: 'Operations of all adapters a minute. Refused ones were not let out: by a breaker, by limits, or by the wish of the vendor.',
      unit: PER_MINUTE,
      width: 6,
      queries: [bySeries('status', counter('cugar_adapter_calls_total'))],
      noValue: 'No adapter was called',
    }),
    graph({
      title: 'Share of the limits',
      text: 'How much of its limits the busiest adapter uses: calls at once, calls in a second. At 1 further calls wait for their turn.',
      unit: 'percentunit',
      width: 6,
      max: 1,
      queries: [
        {
          expr: q.max(['limit'], gauge('cugar_adapter_limit_ratio')),
          legend: '{{limit}}',
        },
      ],
      noValue: 'No adapter has limits',
    }),
    graph({
      title: 'Calls waiting for their turn',
      text: 'A floor that does not return to zero is a limit that is too low for the load, or a vendor that became slow.',
      unit: 'short',
      width: 6,
      queries: [{ expr: q.sum(['adapter'], gauge('cugar_adapter_calls_waiting')), legend: '{{adapter}}' }],
      noValue: 'Nothing waits',
    }),
    graph({
      title: 'Vendors’ quotas used',
      text: 'How much of what each vendor takes in a window is used up, by the window that is nearest to its end, as it said with its last answer. At 1 calls wait until the window begins anew.',
      unit: 'percentunit',
      width: 12,
      max: 1,
      queries: [
        {
          expr: q.max(['adapter'], gauge('cugar_adapter_quota_ratio')),
          legend: '{{adapter}}',
        },
      ],
      noValue: 'No vendor says what it takes',
    }),
    graph({
      title: 'Calls that vendors still take',
      text: 'In the window that has least left, as each vendor said with its last answer; also of those that do not say how many they take in all.',
      unit: 'short',
      width: 12,
      queries: [{ expr: q.min(['adapter'], gauge('cugar_adapter_quota_remaining')), legend: '{{adapter}}' }],
      noValue: 'No vendor says what it takes',
    }),
  ],
}
