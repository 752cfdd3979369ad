// Finds the module of each adapter that is switched on: one file, or one folder with an `adapter.ts`, an adapter; named
// as in registry.yaml. What needs settings is connected with those that its entry lists, and with no others.
import { existsSync } from 'node:fs'
import { inAdapter } from '../containment.ts'
import { AppError } from '../errors.ts'
import { isRecord } from '../events/json.ts'
import type { ProblemItem } from '../events/problem.ts'
import { loadModule } from '../modules.ts'
import type { AdapterSpec } from '../registry/registry.ts'
import type { Adapter, AdapterSettings, ConnectedAdapter } from './adapter.ts'

/** Of the environment: what switches an adapter on, and what it is connected with. */
export type AdapterEnvironment = {
  readonly flag: (name: string) => boolean
  readonly secret: (name: string) => string | undefined
}

const isWanted = ({ enabled, enabled_env }: AdapterSpec, { flag }: AdapterEnvironment): boolean =>
  enabled || (enabled_env !== null && flag(enabled_env))

/** `enabled` where the registry or its flag switches it on and every secret is there. */
export function adapterState(spec: AdapterSpec, environment: AdapterEnvironment): 'enabled' | 'disabled' {
  const isComplete = spec.secrets.every((name) => environment.secret(name) !== undefined)
  return isWanted(spec, environment) && isComplete ? 'enabled' : 'disabled'
}

/** The secrets that an adapter lacks although it is switched on; `path` is the variable. */
export function missingSecrets(spec: AdapterSpec, environment: AdapterEnvironment): ProblemItem[] {
  if (!isWanted(spec, environment)) return []
  const by = spec.enabled ? 'adapters.' + spec.name + '.enabled' : (spec.enabled_env ?? '')
  return spec.secrets
    .filter((path) => environment.secret(path) === undefined)
    .map((path) => ({ path, message: `must be set: ${by} switches adapter ${spec.name} on, which needs it` }))
}

export const isAdapter = (value: unknown): value is Adapter =>
  isRecord(value) && typeof value['name'] === 'string' && typeof value['interface'] === 'string'

const isConnected = (value: Adapter): value is Adapter & ConnectedAdapter =>
  'connect' in value && typeof value.connect === 'function'

async function moduleOf({ name, module }: AdapterSpec): Promise<Adapter | null> {
  const end = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  const noun = module.replaceAll('_', '-')
  const file = [`${noun}.${end}`, `${noun}/adapter.${end}`].find((one) =>
    existsSync(new URL(`./${one}`, import.meta.url)),
  )
  if (file === undefined) return null
  const url = new URL(`./${file}`, import.meta.url)
  const { adapter } = await loadModule({ url, file: `adapters/${file}`, path: `adapters.${name}` })
  return isAdapter(adapter) ? adapter : null
}

const NO_SETTINGS: AdapterEnvironment['secret'] = () => undefined

/** Whatever is not in its entry an adapter is not told. */
function settingsOf(spec: AdapterSpec, secret: AdapterEnvironment['secret']): AdapterSettings {
  const listed: ReadonlySet<string> = new Set([...spec.secrets, ...spec.settings])
  return (name) => {
    if (listed.has(name)) return secret(name) ?? null
    const path = `adapters.${spec.name}`
    const problems = [{ path, message: `must list ${name} below secrets or settings: its module reads it` }]
    throw new AppError('REGISTRY_INVALID', {}, { problems })
  }
}

/** A tool narrows by what the adapter says of itself: it must be what the registry says. */
function checkInterface(spec: AdapterSpec, adapter: Adapter): void {
  if (adapter.interface === spec.interface) return
  const path = `adapters.${spec.name}.interface`
  const message = `must be ${adapter.interface}, which its module serves`
  throw new AppError('REGISTRY_INVALID', {}, { problems: [{ path, message }] })
}

/**
 * The adapters of these specs by name, `extra` ones before files, connected with what `secret` knows; `missing` names
 * those whose module is not there. Errors: REGISTRY_INVALID where one has another interface than the registry says;
 * SETTINGS_INVALID with what is wrong with its settings.
 */
export async function loadAdapters(
  specs: readonly AdapterSpec[],
  extra: readonly Adapter[] = [],
  secret: AdapterEnvironment['secret'] = NO_SETTINGS,
): Promise<{ adapters: ReadonlyMap<string, Adapter>; missing: string[] }> {
  const own = new Map(extra.map((adapter) => [adapter.name, adapter]))
  const adapters = new Map<string, Adapter>()
  const missing: string[] = []
  for (const spec of specs) {
    const adapter = own.get(spec.name) ?? (await moduleOf(spec))
    if (adapter === null) {
      missing.push(spec.name)
      continue
    }
    checkInterface(spec, adapter)
    const connected = isConnected(adapter)
      ? inAdapter(spec.name, () => adapter.connect(settingsOf(spec, secret)))
      : adapter
    adapters.set(spec.name, connected)
  }
  return { adapters, missing }
}
