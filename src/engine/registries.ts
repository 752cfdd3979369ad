// The registry in force with what is installed for it, and every one that an open run started under: registries are
// kept as payloads of the control stream. The two are swapped together, after the journal has the change.
import { memoize } from '../cache.ts'
import { AppError } from '../errors.ts'
import { canonicalJson, digestOf } from '../events/digest.ts'
import { CONTROL_STREAM } from '../events/control.ts'
import { completeRegistry } from '../registry/complete.ts'
import { diffRegistries, type RegistryDiff } from '../registry/diff.ts'
import type { Registry } from '../registry/registry.ts'
import { NO_TEXTS } from '../tools/text-file.ts'
import type { Control } from './control.ts'
import { createLibraries } from './library.ts'
import type { EngineParts, InForce, Libraries, RunEquipment, Vendors } from './parts.ts'
import { orderOf, statesOf, type AdapterStandings } from '../run/calls/standing.ts'
import type { Overlay } from './slots/overlay.ts'

/** What is done with a registry that is taken into force. */
export type Adoption = {
  readonly by: string
  /** Called when the journal has it, before the first run starts under it. */
  readonly onWritten: () => void
}

export type Registries = {
  readonly current: () => InForce
  /**
   * What a run of this registry works with: its tools as they were installed with it in this process, or else those of
   * today; and always the vendors of today, so that one that was switched off serves nobody any more.
   */
  readonly equipmentOf: (digest: string) => Promise<RunEquipment>
  readonly adopt: (next: InForce, adoption: Adoption) => Promise<RegistryDiff>
  readonly vendors: () => Vendors
  readonly libraries: Libraries
}

async function stored(parts: EngineParts, digest: string): Promise<Registry> {
  const body = await parts.journal.payload(CONTROL_STREAM, digest)
  if (body === null)
    throw new AppError('INTERNAL', {}, { cause: new Error(`The registry ${digest} is not in the journal.`) })
  return completeRegistry(JSON.parse(body))
}

/** Every call asks for it; a registry does not change. */
const digestsOf = memoize((_registry: Registry) => new Map<string, string>())

function declaredAs(registry: Registry, adapter: string): string {
  const digests = digestsOf(registry)
  const known = digests.get(adapter) ?? digestOf(registry.adapters[adapter] ?? null)
  digests.set(adapter, known)
  return known
}

const configurationOf = ({ registry, installed }: InForce, adapter: string): string =>
  installed.configurations?.get(adapter) ?? declaredAs(registry, adapter)

/** What is known of the adapters beside the registry: what people have said of them, and how they are called. */
export type Standings = {
  readonly overlay: Overlay
  readonly guards: Vendors['guards']
}

type VendorParts = Standings & { readonly control: Control }

/** The vendors as they are now; every call asks several times, and gets one object until something of them changes. */
function vendorsOf({ control, overlay, guards }: VendorParts, current: () => InForce): () => Vendors {
  let said: { readonly of: AdapterStandings; readonly now: Pick<Vendors, 'states' | 'order'> } | null = null
  let shown: Vendors | null = null
  const standing = (): Pick<Vendors, 'states' | 'order'> => {
    const of = control.adapters()
    if (said?.of !== of) said = { of, now: { states: statesOf(of), order: orderOf(of) } }
    return said.now
  }
  const configured: Vendors['configurationOf'] = (adapter) =>
    overlay.configurationOf(adapter) ?? configurationOf(current(), adapter)
  return () => {
    const adapters = overlay.adapters(current())
    const { states, order } = standing()
    if (shown?.adapters !== adapters || shown.states !== states || shown.order !== order)
      shown = { adapters, states, order, configurationOf: configured, guards }
    return shown
  }
}

/** Puts `first` into force where it differs from the one before. */
export async function createRegistries(
  { parts, control, overlay, guards }: Standings & { readonly parts: EngineParts; readonly control: Control },
  first: InForce,
): Promise<Registries> {
  const libraries = createLibraries(parts)
  const known = new Map<string, Registry>()
  const installed = new Map<string, InForce>()
  let current = first

  const byDigest = async (digest: string): Promise<Registry> => {
    const registry = known.get(digest) ?? (await stored(parts, digest))
    known.set(digest, registry)
    return registry
  }
  const vendors = vendorsOf({ control, overlay, guards }, () => current)
  const announce = (registry: Registry, by: string, diff: RegistryDiff): Promise<boolean> => {
    const changed = { type: 'registry_changed', data: { digest: registry.digest, ...diff, by } } as const
    return control.append([changed], [{ digest: registry.digest, body: canonicalJson(registry) }])
  }

  const adopt: Registries['adopt'] = async (next, { by, onWritten }) => {
    const { registry } = next
    for (;;) {
      await control.catchUp()
      const digest = control.registryDigest()
      const diff = diffRegistries(digest === null ? null : await byDigest(digest), registry)
      if (digest !== registry.digest && !(await announce(registry, by, diff))) continue
      onWritten()
      known.set(registry.digest, registry)
      installed.set(registry.digest, next)
      current = next
      await overlay.open(registry)
      return diff
    }
  }

  await adopt(first, { by: 'start', onWritten: () => undefined })
  return {
    current: () => current,
    equipmentOf: async (digest) => {
      const registry = await byDigest(digest)
      const { tools, texts = NO_TEXTS } = (installed.get(digest) ?? current).installed
      return { registry, tools, texts, libraries, vendors }
    },
    adopt,
    vendors,
    libraries,
  }
}
