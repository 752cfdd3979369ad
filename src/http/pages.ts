// Pages of a list that is in memory as a whole: budgets, and the events of one run. Lists of runs and approvals are
// paged by the journal.

/** The page after a key, of items in the order of their keys; `lastKey` is null when no item is left after it. */
export function pageAfter<T, K extends string | number>(
  items: readonly T[],
  keyOf: (item: T) => K,
  { after, limit }: { readonly after: K; readonly limit: number },
): { readonly items: T[]; readonly lastKey: K | null } {
  const rest = items.filter((item) => keyOf(item) > after)
  const shown = rest.slice(0, limit)
  const last = shown.at(-1)
  return { items: shown, lastKey: last !== undefined && rest.length > shown.length ? keyOf(last) : null }
}
