// What a tool may read and store in a library of the tenant whose run it is called in.
import type { LibraryAction } from '../events/library.ts'

export type LibraryEntry = {
  readonly action: LibraryAction
  /** The item as it was stored; null: it was erased. */
  readonly item: unknown
  /** This very step has stored it, in this call or in one before. */
  readonly isOwn: boolean
  /** false: a run has stored it that whoever asks may not see. Only the number of its version counts. */
  readonly isSeen: boolean
}

export type LibraryRecords = {
  /** Everything that was stored, the oldest first. */
  readonly read: () => Promise<readonly LibraryEntry[]>
  /**
   * Stores one for good. false: somebody else was first, and nothing was stored: read again and decide anew. `after`: the
   * number of entries that were read.
   */
  readonly store: (
    entry: { readonly action: LibraryAction; readonly item: unknown },
    after: number,
  ) => Promise<boolean>
}
