// What an adapter can be asked, whoever made it: a plain object, a frozen one, an instance of a class.
import type { Adapter } from '../../adapters/adapter.ts'

type Operation = (...given: readonly unknown[]) => Promise<unknown>

const isFunction = (value: unknown): value is (...given: readonly unknown[]) => unknown =>
  typeof value === 'function'

const valueOf = (adapter: Adapter, name: string): unknown => Reflect.get(adapter, name)

/** One of its operations by name, called as its own; null: it offers none of that name. */
export function operationOf(adapter: Adapter, name: string): Operation | null {
  const value = valueOf(adapter, name)
  if (!isFunction(value)) return null
  return (...given) => Promise.try(() => Reflect.apply(value, adapter, given))
}

/** Those of the classes that it is made of as well. */
function namesOf(adapter: Adapter): readonly string[] {
  const names = new Set<string>()
  for (let part: unknown = adapter; typeof part === 'object' && part !== null;) {
    if (part === Object.prototype) break
    for (const name of Object.getOwnPropertyNames(part)) names.add(name)
    part = Object.getPrototypeOf(part)
  }
  names.delete('constructor')
  return [...names]
}

const known = new WeakMap<Adapter, readonly string[]>()

/** The adapter with something around each of its operations; everything else of it is as it was. */
export function withOperations(
  adapter: Adapter,
  around: (operation: () => Promise<unknown>) => Promise<unknown>,
): Adapter {
  const names = known.get(adapter) ?? namesOf(adapter)
  known.set(adapter, names)
  const { name, interface: served } = adapter
  const values = names.map((one): [string, unknown] => {
    const operation = operationOf(adapter, one)
    return [
      one,
      operation === null ? valueOf(adapter, one) : (...given: unknown[]) => around(() => operation(...given)),
    ]
  })
  return { ...Object.fromEntries(values), name, interface: served }
}
