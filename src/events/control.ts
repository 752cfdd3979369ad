import { z } from 'zod'
import { digestSchema, idSchema, nameSchema } from './envelope.ts'

/** The stream that control-plane events live in: it has no run. */
export const CONTROL_STREAM = 'control'

/** An adapter is enabled, disabled, swapped, tripped or recovered. */
export const adapterChanged = z.strictObject({
  type: z.literal('adapter_changed'),
  data: z.strictObject({
    adapter: nameSchema,
    from: z.string().max(100),
    to: z.string().max(100),
    reason: z.string().max(300),
    by: idSchema,
  }),
})

const names = z.array(z.string().max(100))

/** registry.yaml was loaded, at start or by a reload. */
export const registryChanged = z.strictObject({
  type: z.literal('registry_changed'),
  data: z.strictObject({
    /** Payload: the whole registry, so that a run that started under it can go on after a restart. */
    digest: digestSchema,
    added: names,
    removed: names,
    changed: names,
    by: idSchema,
  }),
})
