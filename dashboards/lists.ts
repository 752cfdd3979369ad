// Panels about lists of items: how far they are, and how their items end.
import { bySeries } from './families.ts'
import { PER_MINUTE, graph } from './panels.ts'
import * as q from './promql.ts'
import { counter, gauge } from './query.ts'

export const LIST_PANELS = [
  graph({
    title: 'Lists',
    text: 'Batches that are not over, and their items that have not begun. Items that do not become fewer wait for a place, a budget or the lift of a freeze.',
    unit: 'short',
    width: 8,
    queries: [
      { expr: q.sum([], gauge('cugar_batches_running')), legend: 'batches' },
      { expr: q.sum([], gauge('cugar_batch_items_waiting')), legend: 'items not begun' },
    ],
  }),
  graph({
    title: 'Oldest list',
    text: 'How long ago the oldest batch that is not over was accepted. One that only waits for people grows old without anything being wrong.',
    unit: 's',
    width: 8,
    queries: [
      {
        expr: q.minus(q.time, q.earliest([], gauge('cugar_batch_oldest_timestamp_seconds'))),
        legend: 'oldest',
      },
    ],
    noValue: 'No list is worked on',
  }),
  graph({
    title: 'Items by outcome',
    text: 'Items of batches that ended a minute, by how. What failed is resumed with the batch: cugar batches ID --resume.',
    unit: PER_MINUTE,
    width: 8,
    queries: [bySeries('outcome', counter('cugar_batch_items_total'))],
    noValue: 'No list is worked on',
  }),
]
