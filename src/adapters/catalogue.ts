// Finds the module of each adapter that is switched on: one file an adapter, named as in registry.yaml.
import { existsSync } from 'node:fs'
import { AppError } from '../errors.ts'
import { isRecord } from '../events/json.ts'
import { loadModule } from '../modules.ts'
import type { AdapterSpec } from '../registry/registry.ts'
import type { Adapter } from './adapter.ts'

/** `enabled` where the registry or its flag switches it on and every secret is there. */
export function adapterState(
  spec: AdapterSpec,
  settings: {
    readonly flag: (name: string) => boolean
    readonly secret: (name: string) => string | undefined
  },
): 'enabled' | 'disabled' {
  const wanted = spec.enabled || (spec.enabled_env !== null && settings.flag(spec.enabled_env))
  const complete = spec.secrets.every((name) => settings.secret(name) !== undefined)
  return wanted && complete ? 'enabled' : 'disabled'
}

export const isAdapter = (value: unknown): value is Adapter =>
  isRecord(value) && typeof value['name'] === 'string' && typeof value['interface'] === 'string'

async function loadAdapter({ name, module }: AdapterSpec): Promise<Adapter | null> {
  const file = `${module.replaceAll('_', '-')}.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`
  const url = new URL(`./${file}`, import.meta.url)
  if (!existsSync(url)) return null
  const { adapter } = await loadModule({ url, file: `adapters/${file}`, path: `adapters.${name}` })
  return isAdapter(adapter) ? adapter : null
}

/** A tool narrows by what the adapter says of itself: it must be what the registry says. */
function checkInterface(spec: AdapterSpec, adapter: Adapter): void {
  if (adapter.interface === spec.interface) return
  const path = `adapters.${spec.name}.interface`
  const message = `must be ${adapter.interface}, which its module serves`
  throw new AppError('REGISTRY_INVALID', {}, { problems: [{ path, message }] })
}

/**
 * The adapters of these specs by name, `extra` ones before files; `missing` names those whose module is not there.
 * Errors: REGISTRY_INVALID where one has another interface than the registry says.
 */
export async function loadAdapters(
  specs: readonly AdapterSpec[],
  extra: readonly Adapter[] = [],
): Promise<{ adapters: ReadonlyMap<string, Adapter>; missing: string[] }> {
  const own = new Map(extra.map((adapter) => [adapter.name, adapter]))
  const adapters = new Map<string, Adapter>()
  const missing: string[] = []
  for (const spec of specs) {
    const adapter = own.get(spec.name) ?? (await loadAdapter(spec))
    if (adapter === null) {
      missing.push(spec.name)
      continue
    }
    checkInterface(spec, adapter)
    adapters.set(spec.name, adapter)
  }
  return { adapters, missing }
}
