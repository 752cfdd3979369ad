// What comes of making an adapter ready to be called.
import type { Adapter } from '../../adapters/adapter.ts'
import type { ProblemItem } from '../../events/problem.ts'

/** An adapter that can be called, and a digest of how it is set up. */
export type OpenedAdapter = { readonly adapter: Adapter; readonly configuration: string }

export type Opening =
  | ({ readonly ok: true } & OpenedAdapter)
  | { readonly ok: false; readonly problems: readonly ProblemItem[] }
