import { z } from 'zod'
import { digestSchema, idSchema, nameSchema } from './envelope.ts'

/** The stream that control-plane events live in: it has no run. */
export const CONTROL_STREAM = 'control'

export const ADAPTER_CAUSES = ['person', 'breaker', 'check'] as const
export type AdapterCause = (typeof ADAPTER_CAUSES)[number]

/** What of an adapter can be changed while everything runs. */
export const ADAPTER_ASPECTS = ['state', 'module', 'order'] as const
export type AdapterAspect = (typeof ADAPTER_ASPECTS)[number]

/** An adapter is enabled, disabled, swapped, tripped or recovered. */
export const adapterChanged = z.strictObject({
  type: z.literal('adapter_changed'),
  data: z.strictObject({
    adapter: nameSchema,
    from: z.string().max(100),
    to: z.string().max(100),
    /** In our words. */
    reason: z.string().max(300),
    by: idSchema,
    /** Left out before 0.2.0. */
    cause: z.enum(ADAPTER_CAUSES).optional(),
    /** What `from` and `to` speak of; left out before 0.2.0, where it is the state if `to` names one. */
    aspect: z.enum(ADAPTER_ASPECTS).optional(),
    /** Payload: why, in a person's words. */
    why: digestSchema.optional(),
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

export const FREEZE_SCOPES = ['profile', 'tenant'] as const
export const freezeScopeSchema = z.enum(FREEZE_SCOPES)
export type FreezeScope = z.infer<typeof freezeScopeSchema>

/** The cause of a freeze that a person asked for; no alert may be called so. */
export const MANUAL = 'manual'

/** A profile or tenant accepts no new runs from now on, or accepts them again. Written only where it is a change. */
export const freezeChanged = z.strictObject({
  type: z.literal('freeze_changed'),
  data: z.strictObject({
    scope: freezeScopeSchema,
    /** Name of the profile, or the tenant. */
    key: z.string().min(1).max(100),
    frozen: z.boolean(),
    /** Name of the alert, or MANUAL. */
    cause: z.string().min(1).max(100),
    by: idSchema,
    /** Payload: why, in a person's words; null where an alert froze it. */
    reason: digestSchema.nullable(),
    /** Of a lift: digest of the limits that it was lifted under. */
    limits: digestSchema.optional(),
  }),
})
