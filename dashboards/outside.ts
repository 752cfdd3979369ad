// Metrics that are not ours: of the scrape, of Node and of Prometheus itself. What a query may name besides the
// catalogue is listed here.
export const OUTSIDE = {
  up: { kind: 'gauge', labels: [] },
  scrape_duration_seconds: { kind: 'gauge', labels: [] },
  process_start_time_seconds: { kind: 'gauge', labels: [] },
  process_cpu_seconds_total: { kind: 'counter', labels: [] },
  process_resident_memory_bytes: { kind: 'gauge', labels: [] },
  nodejs_heap_size_used_bytes: { kind: 'gauge', labels: [] },
  nodejs_eventloop_lag_p99_seconds: { kind: 'gauge', labels: [] },
  nodejs_eventloop_lag_mean_seconds: { kind: 'gauge', labels: [] },
  nodejs_gc_duration_seconds_sum: { kind: 'counter', labels: ['kind'] },
  ALERTS_FOR_STATE: { kind: 'gauge', labels: ['alertname', 'severity'] },
  ALERTS: { kind: 'gauge', labels: ['alertname', 'alertstate', 'severity'] },
} as const satisfies Record<string, { kind: 'counter' | 'gauge'; labels: readonly string[] }>
export type OutsideName = keyof typeof OUTSIDE
