// What an adapter can be asked, whoever made it: a plain object, a frozen one, an instance of a class.
import type { Adapter, AdapterCall } from '../../adapters/adapter.ts'
import { isRecord } from '../../events/json.ts'

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

type OnQuota = NonNullable<AdapterCall['onQuota']>

const isCall = (value: unknown): value is AdapterCall =>
  isRecord(value) && value['signal'] instanceof AbortSignal && 'idempotencyKey' in value

/** What is told of the call to an adapter, with somebody more who hears of its vendor's limits. */
const overheard = (value: unknown, onQuota: OnQuota): unknown => {
  if (!isCall(value)) return value
  const { onQuota: own } = value
  const tell: OnQuota = (quota) => {
    onQuota(quota)
    own?.(quota)
  }
  return { ...value, onQuota: tell }
}

export type Around = {
  readonly around: (operation: () => Promise<unknown>) => Promise<unknown>
  /** Hears what the vendor says of its limits with each answer. */
  readonly onQuota: OnQuota
}

/** The adapter with something around each of its operations; everything else of it is as it was. */
export function withOperations(adapter: Adapter, { around, onQuota }: Around): Adapter {
  const names = known.get(adapter) ?? namesOf(adapter)
  known.set(adapter, names)
  const { name, interface: served } = adapter
  const values = names.map((one): [string, unknown] => {
    const operation = operationOf(adapter, one)
    return [
      one,
      operation === null
        ? valueOf(adapter, one)
        : (...given: unknown[]) =>
            around(() => operation(...given.map((value) => overheard(value, onQuota)))),
    ]
  })
  return { ...Object.fromEntries(values), name, interface: served }
}
