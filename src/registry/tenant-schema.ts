// The shape of what registry.yaml says of tenants: who they are, what they may spend, and under which profiles.
import { z } from 'zod'
import { OTHER, TENANTS_PATTERN } from '../events/names.ts'
import { name } from './name.ts'
import { windowsSource } from './windows.ts'

/** What is called `default` holds for tenants that no other entry names. */
export const DEFAULT_TENANT = 'default'

/** A name, or a name with one * for any characters: `eu-*`. */
export const tenantName = z
  .string()
  .refine((text) => TENANTS_PATTERN.test(text) && text.length <= 90 && text !== 'constructor', {
    error: 'must be the name of a tenant, at most 90 characters, with one * in it where it is a pattern',
  })
  .refine((text) => text !== OTHER, {
    error: `must not be ${OTHER}: metrics call those so that they do not tell apart`,
  })

export const tenantSource = z.strictObject({
  limits: windowsSource.optional(),
  allowed_profiles: z.array(name).min(1).max(100).optional(),
  shared: z.boolean().optional(),
  warning_threshold: z.number().gt(0).max(1).default(0.8),
})
export type TenantSource = z.output<typeof tenantSource>

export const UNKNOWN_TENANTS = ['default', 'refuse'] as const
export const unknownSource = z.enum(UNKNOWN_TENANTS)
