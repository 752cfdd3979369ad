// The slots of adapters, loaded when one is needed: a program that calls no vendor loads no breaker.
import type { Control } from '../control.ts'
import type { AdapterSpec, Registry } from '../../registry/registry.ts'
import type { EngineParts, Vendors } from '../parts.ts'
import type { Registries } from '../registries.ts'
import { cutsOff } from '../../run/calls/slot.ts'
import type { AdapterSample } from '../vendors.ts'
import type { Slots } from './slots.ts'

export type Slotting = {
  readonly open: () => Promise<Slots>
  /** null: none was needed yet. */
  readonly present: () => Slots | null
  /** Is told of every operation of every adapter that ended. */
  readonly observe: (listener: (sample: AdapterSample) => void) => void
  /** Nothing is tried again any more; what was found out is written. */
  readonly stop: () => Promise<void>
  /** What an earlier process left cut off is tried again; called once the registry is in force. */
  readonly restore: (registries: Pick<Registries, 'current' | 'vendors'>) => Promise<void>
}

/** The entry of today, and of an adapter that is no more in the registry one without limits. */
const entryOf = (name: string, { adapters }: Registry): AdapterSpec =>
  (Object.hasOwn(adapters, name) ? adapters[name] : undefined) ?? {
    name,
    interface: '',
    module: name,
    enabled: true,
    enabled_env: null,
    secrets: [],
    settings: [],
    fallback: null,
  }

export const guardsOf =
  (slotting: Slotting, registry: () => Registry): Vendors['guards'] =>
  async (name) => {
    const slots = await slotting.open()
    return (adapter, time) => slots.guard(adapter, entryOf(name, registry()), time)
  }

export function createSlotting({ onFailure }: EngineParts, control: Control): Slotting {
  const listeners: ((sample: AdapterSample) => void)[] = []
  let known: Pick<Registries, 'current' | 'vendors'> | null = null
  let slots: Slots | null = null
  const registries = (): Pick<Registries, 'current' | 'vendors'> => {
    if (known === null) throw new TypeError('there is no registry in force yet')
    return known
  }
  const open = async (): Promise<Slots> => {
    const { createSlots } = await import('./slots.ts')
    slots ??= createSlots({
      control,
      registry: () => registries().current().registry,
      vendors: () => registries().vendors(),
      onSample: (sample) => {
        for (const listener of listeners) listener(sample)
      },
      onFailure,
    })
    return slots
  }
  return {
    open,
    present: () => slots,
    observe: (listener) => listeners.push(listener),
    stop: async () => {
      slots?.stop()
      await slots?.settled()
    },
    restore: async (given) => {
      known = given
      const isCutOff = Object.values(control.adapters()).some(({ state }) => cutsOff(state ?? undefined))
      if (isCutOff) (await open()).restore()
    },
  }
}
