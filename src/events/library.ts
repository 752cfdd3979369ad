// What a tenant's people have stored in a library of their own, one stream a library: every version of every item, for
// good. What an item is called and says is a payload.
import { z } from 'zod'
import { digestSchema, idSchema, nameSchema } from './envelope.ts'

export const LIBRARIES = ['templates'] as const
export type LibraryName = (typeof LIBRARIES)[number]

export const LIBRARY_ACTIONS = ['created', 'updated', 'retired'] as const
export type LibraryAction = (typeof LIBRARY_ACTIONS)[number]

/** An item has another version, or is offered no more: its versions stay. */
export const libraryChanged = z.strictObject({
  type: z.literal('library_changed'),
  data: z.strictObject({
    library: z.enum(LIBRARIES),
    action: z.enum(LIBRARY_ACTIONS),
    /** Payload: the item from now on. */
    item: digestSchema,
    /** The run and the step that stored it: the same for every repetition of its call. */
    run_id: idSchema,
    step_id: idSchema,
    /** Who asked for the run. */
    by: idSchema,
    /** Of the run. */
    profile: nameSchema.optional(),
  }),
})

/** The stream of a tenant's library. */
export const libraryStream = (library: LibraryName, tenant: string): string => `lib_${library}.${tenant}`
