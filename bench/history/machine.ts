// What Prometheus and Node would say of the process in the made-up history: one restart, one busy hour.
import { RESTART_S, scene } from './scenes.ts'

type Sample = readonly [name: string, labels: Readonly<Record<string, string>>, value: number]

export function machineSamples(start: number, at: number): Sample[] {
  const restarted = at >= RESTART_S
  const since = restarted ? at - RESTART_S : at
  const { load } = scene(at)
  const saw = (at % 600) / 600
  return [
    ['up', {}, 1],
    ['process_start_time_seconds', {}, restarted ? start + RESTART_S : start - 7200],
    [
      'process_cpu_seconds_total',
      {},
      since * 0.12 * (restarted ? 1.4 : 1) + Math.max(0, since - 15_600) * 0.2,
    ],
    ['process_resident_memory_bytes', {}, 118e6 + load * 9e6 + saw * 12e6],
    ['nodejs_heap_size_used_bytes', {}, 46e6 + load * 5e6 + saw * 18e6],
    ['nodejs_eventloop_lag_p99_seconds', {}, 0.011 + load * 0.006 + saw * 0.004],
    ['nodejs_eventloop_lag_mean_seconds', {}, 0.0101 + load * 0.0004],
    ['nodejs_gc_duration_seconds_sum', { kind: 'minor' }, since * 0.002],
    ['nodejs_gc_duration_seconds_sum', { kind: 'major' }, since * 0.0006],
    ['scrape_duration_seconds', {}, 0.006 + load * 0.002 + saw * 0.001],
    ['cugar_build_info', { version: '0.1.0', revision: 'none', node_version: 'v24' }, 1],
  ]
}
