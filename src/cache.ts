// Every cache of the process, by what it is asked with: a text, several keys, or an object. Each is bounded or lives as
// long as its key. Belongs to no layer: stores, planner, tools and projections use it, and it knows none of them.

/** A map for what comes and goes all the time; values are never undefined. */
export type ReleasingMap<K, V> = {
  readonly get: (key: K) => V | undefined
  readonly has: (key: K) => boolean
  readonly set: (key: K, value: V) => void
  readonly delete: (key: K) => void
  /** From the one that was set first; what is set meanwhile comes, too. */
  readonly values: () => Generator<V, void>
}

/**
 * A Map that lets go of what is deleted from it. The engine's own moves into a new table whenever it is full of deleted
 * entries, and the table that it leaves leads to the next one: once one of them has become old, each collection of young
 * garbage takes all tables after it for alive, with every value that stood in them, and makes these old, too. So tables
 * have boxes here, which are emptied. Measured with 32 values at a time: a twentieth of the time for collecting.
 */
export function releasingMap<K, V>(): ReleasingMap<K, V> {
  const boxes = new Map<K, { value: V | undefined }>()
  return {
    get: (key) => boxes.get(key)?.value,
    has: (key) => boxes.has(key),
    set: (key, value) => {
      const box = boxes.get(key)
      if (box === undefined) boxes.set(key, { value })
      else box.value = value
    },
    delete: (key) => {
      const box = boxes.get(key)
      if (box !== undefined) box.value = undefined
      boxes.delete(key)
    },
    values: function* () {
      for (const { value } of boxes.values()) if (value !== undefined) yield value
    },
  }
}

/** The `max` most recently used entries, by a text. */
export type BoundedMap<V> = {
  readonly get: (key: string) => V | undefined
  readonly set: (key: string, value: V) => void
  readonly delete: (key: string) => void
  readonly clear: () => void
}

export function boundedMap<V>(max: number): BoundedMap<V> {
  const entries = new Map<string, V>()
  const set = (key: string, value: V): void => {
    entries.delete(key)
    entries.set(key, value)
    if (entries.size <= max) return
    const [oldest] = entries.keys()
    if (oldest !== undefined) entries.delete(oldest)
  }
  return {
    get: (key) => {
      const value = entries.get(key)
      // While there is much room, nothing is dropped, and what was used when says nothing.
      if (value !== undefined && entries.size * 2 >= max) set(key, value)
      return value
    },
    set,
    delete: (key) => {
      entries.delete(key)
    },
    clear: () => entries.clear(),
  }
}

/** Values by a text, of which there are not many in all, such as words of a language: the first `max` that are set. */
export function fixedMap<V>(max: number): Pick<BoundedMap<V>, 'get' | 'set'> {
  const entries = new Map<string, V>()
  return {
    get: (key) => entries.get(key),
    set: (key, value) => {
      if (entries.size < max) entries.set(key, value)
    },
  }
}

/** Values by a row of keys, one level of the tree for each key: no text is joined from them to look a value up. */
export type Trie<K, V> = { value: V | undefined; readonly next: Map<K, Trie<K, V>> }

export const emptyTrie = <K, V>(): Trie<K, V> => ({ value: undefined, next: new Map() })

/** The node of these keys, made when missing. Nothing bounds the tree but the caller's choice of keys. */
export function trieNode<K, V>(root: Trie<K, V>, keys: readonly K[]): Trie<K, V> {
  let node = root
  for (const key of keys) {
    const next = node.next.get(key) ?? emptyTrie<K, V>()
    node.next.set(key, next)
    node = next
  }
  return node
}

export type Key = string | number | boolean | null | undefined

/** A bounded number of values, each by a row of keys. */
export type KeyedCache<V> = {
  readonly get: (keys: readonly Key[]) => V | undefined
  /** Keeps the value and returns it. */
  readonly set: (keys: readonly Key[], value: V) => V
}

/** More than a registry and its runs have of anything that is alike; beyond it the cache starts anew. */
const MAX_VALUES = 1000
/** With one first key; beyond it only the values of this key are dropped, so that one key cannot evict the others. */
const MAX_OF_FIRST_KEY = 200

export function keyedCache<V>(): KeyedCache<V> {
  const root = emptyTrie<Key, V>()
  const sizes = new Map<Key, number>()
  let size = 0
  const dropAll = (): void => {
    root.next.clear()
    sizes.clear()
    size = 0
  }
  const drop = (first: Key): void => {
    root.next.delete(first)
    size -= sizes.get(first) ?? 0
    sizes.delete(first)
  }
  return {
    get: (keys) => {
      let node: Trie<Key, V> | undefined = root
      // By index: an iterator would allocate on the path of every event.
      for (let index = 0; node !== undefined && index < keys.length; index += 1) {
        node = node.next.get(keys[index])
      }
      return node?.value
    },
    set: (keys, value) => {
      const [first] = keys
      if (size >= MAX_VALUES) dropAll()
      if ((sizes.get(first) ?? 0) >= MAX_OF_FIRST_KEY) drop(first)
      trieNode(root, keys).value = value
      sizes.set(first, (sizes.get(first) ?? 0) + 1)
      size += 1
      return value
    },
  }
}

/** Asks `make` once for each object, which must always give the same answer for it, and forgets with the object. */
export function memoize<K extends object, V extends object, R extends readonly unknown[] = []>(
  make: (of: K, ...rest: R) => V,
): (of: K, ...rest: R) => V {
  const made = new WeakMap<K, V>()
  return (of, ...rest) => {
    const known = made.get(of)
    if (known !== undefined) return known
    const value = make(of, ...rest)
    made.set(of, value)
    return value
  }
}

/**
 * Of a record with no more keys it is made anew in less time than it takes to keep it, and to collect it again. Measured
 * with an account that is checked twice and scored: 12 µs instead of 24.
 */
const FEW_KEYS = 16

/** The same for records, of which only those with many keys are kept. */
export function memoizeWide<V extends object>(
  make: (record: Readonly<Record<string, unknown>>) => V,
): (record: Readonly<Record<string, unknown>>) => V {
  const kept = memoize(make)
  return (record) => (Object.keys(record).length > FEW_KEYS ? kept(record) : make(record))
}
