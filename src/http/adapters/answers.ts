// What the door answers about adapters.
import { z } from 'zod'
import { ADAPTER_CAUSES } from '../../events/control.ts'
import { FAILURE_MODES } from '../../events/taxonomy.ts'
import { ADAPTER_STATES } from '../../run/calls/slot.ts'

const time = z.iso.datetime()
const count = z.int().min(0)
const seconds = z.number().nullable()

export const adapter = z.strictObject({
  name: z.string(),
  interface: z.string(),
  module: z.string().meta({ description: 'The one that serves.' }),
  state: z.enum(ADAPTER_STATES).meta({
    description:
      'disabled: nobody uses it; open: its breaker cut it off; half_open: it is tried again; fallback: a check found that it does not answer, and others serve for it.',
  }),
  fallback: z.string().nullable(),
  order: z
    .int()
    .nullable()
    .meta({ description: 'Place that a person gave it, from 1; null: as profiles have it.' }),
  changed: z
    .strictObject({
      at: time,
      by: z.string(),
      cause: z.enum(ADAPTER_CAUSES).nullable(),
      reason: z.string().meta({ description: 'Of a person: their words.' }),
    })
    .nullable()
    .meta({ description: 'Last change of it while it ran; null: there was none, or the key is limited.' }),
  problems: z
    .array(z.string())
    .meta({ description: 'Why it cannot be used although a person switched it on.' }),
  limits: z.strictObject({ parallel: count.nullable(), per_second: count.nullable() }),
  calls: z
    .strictObject({ success: count, error: count, timeout: count, rate_limited: count, refused: count })
    .nullable()
    .meta({
      description:
        'Of this process, by how they ended; refused ones were not made. null: the key is limited.',
    }),
  latency: z
    .strictObject({ p50: seconds, p95: seconds })
    .nullable()
    .meta({ description: 'Seconds, of the last calls that were answered. null: the key is limited.' }),
  load: z
    .strictObject({
      in_flight: count,
      waiting: count.meta({ description: 'For their turn.' }),
      last_second: count.meta({ description: 'Calls that began in it.' }),
      paused_ms: count.meta({ description: 'Until the vendor wants calls again.' }),
    })
    .nullable()
    .meta({ description: 'null: the key is limited.' }),
  quotas: z
    .array(
      z.strictObject({
        window: z.enum(['burst', 'day']).meta({ description: 'burst: of some seconds.' }),
        remaining: count,
        limit: count.nullable().meta({ description: 'null: the vendor does not say.' }),
        reset_ms: count.nullable().meta({ description: 'From when it was said; null: it does not say.' }),
        at: time.meta({ description: 'When the vendor said so.' }),
      }),
    )
    .meta({ description: 'What the vendor has said of its own limits with its last answers.' }),
})

export const adapterChecked = z.strictObject({
  adapter,
  operation: z.string().nullable().meta({ description: 'What was asked; null: nothing can be asked.' }),
  ok: z.boolean().nullable(),
  duration_ms: count,
  problem: z.string().nullable(),
})

export const adaptersCompared = z.strictObject({
  interface: z.string(),
  operation: z.string(),
  agree: z
    .boolean()
    .meta({ description: 'All of them answered, with the same in every field; or none of them has it.' }),
  answers: z.array(
    z.strictObject({
      adapter: z.string(),
      latency_ms: count,
      updated_at: z
        .string()
        .nullable()
        .meta({ description: 'Newest change of what it answered, as it says.' }),
      age_seconds: z.number().nullable(),
      record: z.unknown().meta({ description: 'As it answered; null: it has none, or failed.' }),
      error: z.strictObject({ mode: z.enum(FAILURE_MODES), message: z.string() }).nullable(),
    }),
  ),
  fields: z.array(
    z.strictObject({ field: z.string(), same: z.boolean(), values: z.record(z.string(), z.unknown()) }),
  ),
})
