// A journal that cannot be used, with what kind of thing is to be done about it. Thrown by the stores; whoever advises
// people reads the remedy, never the text.
import { AppError } from '../errors.ts'

export type Remedy = 'rights' | 'place' | 'restore' | 'newer' | 'stop' | 'lock' | 'disk' | 'room' | 'memory'

/** `why`: one or two sentences for people, with names of files and without anything that is in them. */
export const unusable = (remedy: Remedy, why: string, cause?: unknown): AppError =>
  new AppError('JOURNAL_BROKEN', { why, remedy }, { cause })
