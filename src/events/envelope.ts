// What every event carries, whatever happened. Used by every schema in this folder; promises that an event
// can be ordered (position, seq), traced (trace_id, span_id) and checked (prev) without reading its data.
import { z } from 'zod'
import { NAME_PATTERN, NAME_RULE } from './names.ts'

export const hex = (digits: number) =>
  z.string().regex(new RegExp(`^[0-9a-f]{${digits}}$`), `must be ${digits} lower-case hex digits`)

/** `sha256:` and 64 hex digits: names a payload that is kept beside the event, or a registry. */
export const digestSchema = z.string().regex(/^sha256:[0-9a-f]{64}$/)

/** Opaque ids of ours and of other runtimes. Never a metric label. */
export const idSchema = z.string().min(1).max(200)

export const nameSchema = z.string().regex(NAME_PATTERN, NAME_RULE)

/** Where an event was first written, when that was not here: another runtime, and its id there. */
export const originSchema = z.strictObject({
  source: z.string().regex(/^[a-z][a-z0-9_.-]{0,99}$/),
  id: idSchema,
})
export type Origin = z.infer<typeof originSchema>

export const envelopeShape = {
  /** Global order in the journal, from 1. */
  position: z.int().min(1),
  id: idSchema,
  run_id: idSchema,
  /** Order inside the run, dense, from 1. */
  seq: z.int().min(1),
  trace_id: hex(32),
  span_id: hex(16),
  /** Epoch milliseconds. */
  at: z.int().min(0),
  tenant: z.string().min(1).max(100),
  /** The process that wrote it. */
  writer: z.string().min(1).max(100),
  /** SHA-256 of the run's previous event (hex), 64 zeros for the first one. */
  prev: hex(64),
  /** Absent: it was first written here. */
  origin: originSchema.optional(),
}
