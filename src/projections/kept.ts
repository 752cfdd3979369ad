// What is made once and found again: by a row of keys, without a text made of them first, or by the object it is of.

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

/** More than a registry and its runs have of anything that is alike; beyond it everything is made anew. */
const MAX_KEPT = 1000

/** The same keys give the same value, `make`'s; a bounded number of them. */
export function sharing<V>(): (keys: readonly Key[], make: () => V) => V {
  const root = branch<Key, V>()
  let size = 0
  return (keys, make) => {
    let found: Branch<Key, V> | undefined = root
    for (const key of keys) found = found?.below.get(key)
    if (found?.value !== undefined) return found.value
    if (size >= MAX_KEPT) {
      root.below.clear()
      size = 0
    }
    size += 1
    const made = make()
    grow(root, keys).value = made
    return made
  }
}

/** What `make` says of an object, asked once for as long as the object lives. */
export function remembered<K extends object, V>(make: (of: K) => V): (of: K) => V {
  const kept = new WeakMap<K, { readonly value: V }>()
  return (of) => {
    const before = kept.get(of)
    if (before) return before.value
    const value = make(of)
    kept.set(of, { value })
    return value
  }
}
