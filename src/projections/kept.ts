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

export type Shared<V> = {
  /** What was kept for these keys. The first of them should tell the most. */
  readonly find: (keys: readonly Key[]) => V | undefined
  /** Keeps the value for them, and gives it back. */
  readonly keep: (keys: readonly Key[], value: V) => V
}

/** More than a registry and its runs have of anything that is alike; beyond it everything is made anew. */
const MAX_KEPT = 1000
/** Of one first key: those are looked through; beyond it they are made anew. */
const MAX_ALIKE = 50

type Entry<V> = { readonly keys: readonly Key[]; readonly value: V }

function areSame(some: readonly Key[], others: readonly Key[]): boolean {
  if (some.length !== others.length) return false
  for (let index = 0; index < others.length; index += 1) if (some[index] !== others[index]) return false
  return true
}

/** A bounded number of values by as many keys each: most are told by the first, and the others are only compared. */
export function sharing<V>(): Shared<V> {
  const kept = new Map<Key, Entry<V>[]>()
  let size = 0
  return {
    find: (keys) => {
      const alike = kept.get(keys[0])
      if (alike === undefined) return undefined
      for (let index = 0; index < alike.length; index += 1) {
        const entry = alike[index]
        if (entry && areSame(entry.keys, keys)) return entry.value
      }
      return undefined
    },
    keep: (keys, value) => {
      if (size >= MAX_KEPT) {
        kept.clear()
        size = 0
      }
      const alike = kept.get(keys[0]) ?? []
      if (alike.length >= MAX_ALIKE) size -= alike.splice(0).length
      alike.push({ keys, value })
      kept.set(keys[0], alike)
      size += 1
      return value
    },
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
