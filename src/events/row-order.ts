// The two orders of a list's rows, by their sort: whoever pages through them, in a store or in memory, goes the same way.

/** Which rows come first: those with the highest sort, or those with the lowest. */
export type RowOrder = 'newest' | 'oldest'

/** What every row lies beyond. */
export const startOf = (order: RowOrder): number => (order === 'newest' ? Number.MAX_SAFE_INTEGER : -1)

/** Whether `sort` comes after `than`. */
export const isBeyond = (sort: number, than: number, order: RowOrder): boolean =>
  order === 'newest' ? sort < than : sort > than

/** For `Array.sort`. */
export const byOrder =
  (order: RowOrder) =>
  (one: { readonly sort: number }, other: { readonly sort: number }): number =>
    order === 'newest' ? other.sort - one.sort : one.sort - other.sort
