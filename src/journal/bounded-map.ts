/** The `max` most recently used entries. */
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
      if (value !== undefined) set(key, value)
      return value
    },
    set,
    delete: (key) => {
      entries.delete(key)
    },
    clear: () => entries.clear(),
  }
}
