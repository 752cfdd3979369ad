// What people change of the adapters while everything runs: whether one serves, by which module, and in which place.
// Each change is an event of the control stream, and holds over restarts and reloads until a person changes it again.
import { AppError } from '../../errors.ts'
import type { AdapterAspect } from '../../events/control.ts'
import { payloadOf } from '../../events/digest.ts'
import type { Draft } from '../../events/event.ts'
import type { AdapterSpec } from '../../registry/registry.ts'
import { AS_REGISTERED, standingOf } from '../../run/calls/standing.ts'
import type { Control } from '../control.ts'
import type { AdapterChange, AdapterNow, Adapters } from '../vendors.ts'
import type { EngineParts } from '../parts.ts'
import type { Registries } from '../registries.ts'
import type { OpenedAdapter } from '../slots/opening.ts'
import { openAdapter, type Overlay } from '../slots/overlay.ts'
import type { Slotting } from '../slots/slotting.ts'

export type AdaptersParts = {
  readonly parts: EngineParts
  readonly control: Control
  readonly registries: Registries
  readonly overlay: Overlay
  readonly slotting: Slotting
}

function specOf({ registries }: AdaptersParts, adapter: string): AdapterSpec {
  const { adapters } = registries.current().registry
  const spec = Object.hasOwn(adapters, adapter) ? adapters[adapter] : undefined
  if (spec !== undefined) return spec
  throw new AppError('ADAPTER_NOT_FOUND', { adapter, known: Object.keys(adapters).join(', ') })
}

function present(given: AdaptersParts, spec: AdapterSpec): AdapterNow {
  const { control, registries, overlay, slotting } = given
  const standing = standingOf(control.adapters(), spec.name)
  const isThere = registries.vendors().adapters.has(spec.name)
  return {
    spec,
    state: isThere ? (standing?.state ?? 'enabled') : 'disabled',
    module: standing?.module ?? spec.module,
    order: standing?.order ?? null,
    last: standing?.last ?? null,
    problems: overlay.problemsOf(spec.name).map(({ path, message }) => `${path} ${message}`),
    figures: slotting.present()?.figures(spec.name) ?? null,
  }
}

type Turned = { readonly aspect: AdapterAspect; readonly from: string; readonly to: string }

/** What would be another after the change. */
function turnsOf(now: AdapterNow, { enabled, module, order }: AdapterChange): Turned[] {
  const turned: Turned[] = []
  const state = enabled === undefined ? now.state : enabled ? 'enabled' : 'disabled'
  const named = (value: string | number | null): string => String(value ?? AS_REGISTERED)
  const isOther = module !== undefined && (module ?? now.spec.module) !== now.module
  if (isOther) {
    const to = module === now.spec.module ? null : module
    turned.push({ aspect: 'module', from: now.module, to: named(to) })
  }
  if (state !== now.state) turned.push({ aspect: 'state', from: now.state, to: state })
  if (order !== undefined && order !== now.order)
    turned.push({ aspect: 'order', from: named(now.order), to: named(order) })
  return turned
}

const SAID: Readonly<Record<AdapterAspect, string>> = {
  state: 'A person switched it.',
  module: 'A person put another module behind it.',
  order: 'A person gave it another place.',
}

/** The adapter as the change wants it, ready to be called; undefined: what is there stays. */
async function openFor(
  given: AdaptersParts,
  now: AdapterNow,
  change: AdapterChange,
): Promise<OpenedAdapter | undefined> {
  const { parts, registries } = given
  const { spec } = now
  const isOn = change.enabled ?? now.state !== 'disabled'
  const module = change.module === undefined ? now.module : (change.module ?? spec.module)
  const other = module === spec.module ? null : module
  const isThere = registries.vendors().adapters.has(spec.name)
  if (module === now.module && (!isOn || isThere)) return undefined
  const opening = await openAdapter(parts, spec, other)
  if (opening.ok) return opening
  throw new AppError('ADAPTER_UNUSABLE', {}, { problems: opening.problems })
}

async function change(
  given: AdaptersParts,
  name: string,
  { wanted, by }: { readonly wanted: AdapterChange; readonly by: string },
): Promise<AdapterNow> {
  const { control, overlay, slotting } = given
  const spec = specOf(given, name)
  for (;;) {
    await control.catchUp()
    const now = present(given, spec)
    const turns = turnsOf(now, wanted)
    if (turns.length === 0) return now
    const opened = await openFor(given, now, wanted)
    const why = payloadOf(wanted.reason, control.salt)
    const lines = turns.map((turn): Draft => ({
      type: 'adapter_changed',
      data: {
        adapter: name,
        ...turn,
        reason: SAID[turn.aspect],
        by,
        cause: 'person',
        why: why.digest,
      },
    }))
    if (!(await control.append(lines, [why]))) continue
    if (opened !== undefined) overlay.set(name, opened)
    slotting.present()?.reset(name, { isOther: turns.some(({ aspect }) => aspect === 'module') })
    return present(given, spec)
  }
}

export function createAdapters(given: AdaptersParts): Adapters {
  const { registries, slotting } = given
  // One after the other: what one has opened is what the next one finds.
  let last: Promise<unknown> = Promise.resolve()
  const inOrder = <T>(act: () => Promise<T>): Promise<T> => {
    const next = last.then(act)
    last = next.catch(() => undefined)
    return next
  }
  return {
    list: () => Object.values(registries.current().registry.adapters).map((spec) => present(given, spec)),
    isOn: ({ name }) => registries.vendors().adapters.has(name),
    change: (adapter, wanted, by) => inOrder(() => change(given, adapter, { wanted, by: by.id })),
    check: async (adapter) => {
      const spec = specOf(given, adapter)
      const outcome = await (await slotting.open()).check(adapter)
      return { ...outcome, now: present(given, spec) }
    },
    compare: async (request, signal) => {
      const chosen = request.adapters?.map((name) => specOf(given, name))
      const all = Object.values(registries.current().registry.adapters)
      const specs = chosen ?? all.filter((spec) => spec.interface === request.interface)
      const { guard } = await slotting.open()
      const { compareAdapters } = await import('./compare-adapters.ts')
      return compareAdapters({ request, specs, vendors: registries.vendors(), guard, signal })
    },
    observe: slotting.observe,
  }
}
