// Which values come how often, in the order in which they first appeared: ties are for the first one.

/** Each value with its number, the most frequent first; of equal ones the one that was seen first. */
export function byFrequency<T>(values: readonly T[]): { readonly value: T; readonly count: number }[] {
  const counts = new Map<T, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts]
    .map(([value, count]) => ({ value, count }))
    .toSorted((one, other) => other.count - one.count)
}

/** Null where there are no values. */
export const mostFrequent = <T>(values: readonly T[]): T | null => byFrequency(values)[0]?.value ?? null

/** The items by what `keyOf` says, in the order in which the keys first appeared; what has no key is in no group. */
export function groupBy<T>(items: readonly T[], keyOf: (item: T) => string | null): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const key = keyOf(item)
    if (key === null) continue
    const group = groups.get(key)
    if (group) group.push(item)
    else groups.set(key, [item])
  }
  return groups
}
