// The registry in force, and every one that an open run started under: kept as a payload of the control stream.
import { AppError } from '../errors.ts'
import { canonicalJson } from '../events/digest.ts'
import { CONTROL_STREAM } from '../events/control.ts'
import type { EventOf } from '../events/event.ts'
import { completeRegistry } from '../registry/complete.ts'
import { diffRegistries } from '../registry/diff.ts'
import type { Registry } from '../registry/registry.ts'
import { appendControl } from './control.ts'
import type { EngineParts } from './parts.ts'

export type RegistryDiff = { added: string[]; removed: string[]; changed: string[] }

export type Registries = {
  readonly current: () => Registry
  readonly byDigest: (digest: string) => Promise<Registry>
  readonly adopt: (registry: Registry, by: string) => Promise<RegistryDiff>
}

const changes = async (parts: EngineParts) => {
  const events = await parts.journal.read(CONTROL_STREAM)
  const last = events.findLast(
    (event): event is EventOf<'registry_changed'> => event.type === 'registry_changed',
  )
  return { version: events.at(-1)?.seq ?? 0, digest: last?.data.digest ?? null }
}

async function stored(parts: EngineParts, digest: string): Promise<Registry> {
  const body = await parts.journal.payload(CONTROL_STREAM, digest)
  if (body === null)
    throw new AppError('JOURNAL_BROKEN', { why: `The registry ${digest} is not in the journal.` })
  return completeRegistry(JSON.parse(body))
}

async function announce(
  parts: EngineParts,
  registry: Registry,
  change: { readonly version: number; readonly diff: RegistryDiff; readonly by: string },
): Promise<boolean> {
  const written = await appendControl(parts, {
    version: change.version,
    lines: [{ type: 'registry_changed', data: { digest: registry.digest, ...change.diff, by: change.by } }],
    payloads: [{ digest: registry.digest, body: canonicalJson(registry) }],
  })
  return written !== null
}

/** Reads what was in force, and takes `first` into force where it differs. */
export async function createRegistries(parts: EngineParts, first: Registry): Promise<Registries> {
  const known = new Map<string, Registry>()
  let current = first

  const byDigest = async (digest: string): Promise<Registry> => {
    const registry = known.get(digest) ?? (await stored(parts, digest))
    known.set(digest, registry)
    return registry
  }

  const adopt = async (registry: Registry, by: string): Promise<RegistryDiff> => {
    for (;;) {
      const { version, digest } = await changes(parts)
      const before = digest === null ? null : await byDigest(digest)
      const diff = diffRegistries(before, registry)
      const isNews = digest !== registry.digest
      if (isNews && !(await announce(parts, registry, { version, diff, by }))) continue
      known.set(registry.digest, registry)
      current = registry
      return diff
    }
  }

  await adopt(first, 'start')
  return { current: () => current, byDigest, adopt }
}
