// Finds the module of each adapter that is switched on: one file an adapter, named as in registry.yaml.
import type { AdapterSpec } from '../registry/registry.ts'
import type { Adapter } from './adapter.ts'

export type AdapterState = 'enabled' | 'disabled'

/** Is it switched on, by the registry or by its flag, with every secret there. */
export function adapterState(
  spec: AdapterSpec,
  settings: {
    readonly flag: (name: string) => boolean
    readonly secret: (name: string) => string | undefined
  },
): AdapterState {
  const wanted = spec.enabled || (spec.enabled_env !== null && settings.flag(spec.enabled_env))
  const complete = spec.secrets.every((name) => settings.secret(name) !== undefined)
  return wanted && complete ? 'enabled' : 'disabled'
}

const hasAdapter = (module: unknown): module is { adapter: Adapter } =>
  typeof module === 'object' && module !== null && 'adapter' in module

async function loadAdapter(module: string): Promise<Adapter | null> {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  const url = new URL(`./${module.replaceAll('_', '-')}.${extension}`, import.meta.url)
  const loaded: unknown = await import(url.href).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND') return null
    throw error
  })
  return hasAdapter(loaded) ? loaded.adapter : null
}

/** The adapters of these specs by name; `missing` names those whose module is not there. */
export async function loadAdapters(
  specs: readonly AdapterSpec[],
  extra: readonly Adapter[] = [],
): Promise<{ adapters: ReadonlyMap<string, Adapter>; missing: string[] }> {
  const adapters = new Map(extra.map((adapter) => [adapter.name, adapter]))
  const missing: string[] = []
  for (const spec of specs) {
    if (adapters.has(spec.name)) continue
    const adapter = await loadAdapter(spec.module)
    if (adapter === null) missing.push(spec.name)
    else adapters.set(spec.name, adapter)
  }
  return { adapters, missing }
}
