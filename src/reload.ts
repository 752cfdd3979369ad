// The registry's file while everything runs: what it would change, and putting it into force.
import type { Engine, Principal } from './engine/engine.ts'
import { loadRegistry } from './installation.ts'
import type { Projections } from './projections/projections.ts'
import { diffRegistries, type RegistryDiff } from './registry/diff.ts'
import type { RuntimeOptions } from './runtime-options.ts'

const textNow = async ({ readRegistry, registry }: RuntimeOptions): Promise<string> =>
  (await readRegistry?.()) ?? registry

/** What the file says now, against what is in force. Errors: REGISTRY_INVALID. */
export async function compareRegistry(engine: Engine, options: RuntimeOptions): Promise<RegistryDiff> {
  const next = await loadRegistry(await textNow(options), options)
  return diffRegistries(engine.registry(), next.registry)
}

type Reloaded = {
  readonly engine: Engine
  readonly projections: Pick<Projections, 'adoptRegistry' | 'refusedRegistry'>
}

/** Puts another registry into force, or counts that it was refused; null: what the file says. Errors: REGISTRY_INVALID. */
export const reloadOf =
  (options: RuntimeOptions, { engine, projections }: Reloaded) =>
  async (text: string | null, by: Principal): Promise<RegistryDiff> => {
    try {
      const next = await loadRegistry(text ?? (await textNow(options)), options)
      return await engine.adopt(next, by, () => projections.adoptRegistry(next.registry))
    } catch (error) {
      projections.refusedRegistry()
      throw error
    }
  }
