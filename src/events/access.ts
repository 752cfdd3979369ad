// Who may come in, and what was taken out: the keys of the door and the results that somebody has fetched. In the stream
// of the control plane.
import { z } from 'zod'
import { digestSchema, idSchema } from './envelope.ts'

/** A key by its name; the digest is another one when it opens something else, or is another key. */
const knownKey = z.strictObject({ id: idSchema, digest: digestSchema })

/** The keys are others than before. Who has changed their file, no process knows. */
export const keysChanged = z.strictObject({
  type: z.literal('keys_changed'),
  data: z.strictObject({
    added: z.array(knownKey),
    changed: z.array(knownKey),
    removed: z.array(idSchema),
  }),
})

export const RESULT_FORMATS = ['ndjson', 'csv'] as const

/** Somebody was given the results of a list. */
export const resultsTaken = z.strictObject({
  type: z.literal('results_taken'),
  data: z.strictObject({
    /** The batch. */
    list: idSchema,
    /** Whose it is. */
    of: z.string().min(1).max(100),
    format: z.enum(RESULT_FORMATS),
    by: idSchema,
  }),
})
