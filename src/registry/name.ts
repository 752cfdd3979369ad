// A name as a person writes it in a registry or in a plan.
import { z } from 'zod'
import { nameSchema } from '../events/envelope.ts'

/** `constructor` is left out because every JavaScript object seems to have an entry of that name. */
export const name = z
  .string()
  .refine((text) => nameSchema.safeParse(text).success && text !== 'constructor', {
    error: 'must be a name: a lower-case letter, then lower-case letters, digits and _, at most 64 in all',
  })
