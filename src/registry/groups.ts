// What the groups of an identity provider mean here: the roles of their people, and whose runs these are for.
import { z } from 'zod'
import { TENANTS_PATTERN } from '../events/names.ts'
import { name } from './name.ts'

/** As the provider writes it: a word, a path, an id. */
export const groupName = z
  .string()
  .min(1)
  .max(200)
  .refine((text) => text !== 'constructor', { error: 'must be the name of a group' })

export const groupSource = z.strictObject({
  /** Ours (viewer, operator, approver, admin, metrics, hooks) and those that profiles ask of approvers. */
  roles: z.array(name).min(1).max(20),
  tenants: z
    .array(z.string().regex(TENANTS_PATTERN, 'must be the name of a tenant, or a pattern with one *'))
    .min(1)
    .max(100)
    .optional(),
  profiles: z.array(name).min(1).max(100).optional(),
})
export type GroupSource = z.output<typeof groupSource>

/** A group of people, as registry.yaml has it. */
export type GroupSpec = {
  readonly roles: readonly string[]
  /** Names, or patterns with one `*`; null: every one. */
  readonly tenants: readonly string[] | null
  readonly profiles: readonly string[] | null
}

export const groupOf = ({ roles, tenants, profiles }: GroupSource): GroupSpec => ({
  roles,
  tenants: tenants ?? null,
  profiles: profiles ?? null,
})
