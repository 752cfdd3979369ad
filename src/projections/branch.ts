// Values found by a row of keys, without a text made of them first: what is looked up at every event of a run.

/** What stands here, and what lies behind each next key. */
export type Branch<K, V> = {
  value: V | undefined
  readonly below: Map<K, Branch<K, V>>
}

export const branch = <K, V>(): Branch<K, V> => ({ value: undefined, below: new Map() })

/** The branch behind these keys, made when missing. */
export function grow<K, V>(root: Branch<K, V>, keys: readonly K[]): Branch<K, V> {
  let at = root
  for (const key of keys) {
    const next = at.below.get(key) ?? branch<K, V>()
    at.below.set(key, next)
    at = next
  }
  return at
}

export type Key = string | number | boolean | null | undefined

/** The same keys give the same value, `make`'s. Keeps up to `limit` of them, then begins anew. */
export function sharing<V>(limit: number): (keys: readonly Key[], make: () => V) => V {
  const root = branch<Key, V>()
  let size = 0
  return (keys, make) => {
    let found: Branch<Key, V> | undefined = root
    for (const key of keys) found = found?.below.get(key)
    if (found?.value !== undefined) return found.value
    if (size >= limit) {
      root.below.clear()
      size = 0
    }
    size += 1
    const made = make()
    grow(root, keys).value = made
    return made
  }
}
