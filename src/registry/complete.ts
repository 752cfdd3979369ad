// A registry as an older version kept it, with what has been added to registries since.
import { completeNames, DEFAULT_PROVIDER } from './names.ts'
import type { ModelSpec, Registry } from './registry.ts'

type OldModel = Omit<ModelSpec, 'provider'> & Partial<ModelSpec>

/** What every version has kept; the rest came later. */
type OldRegistry = Omit<Registry, 'alerts' | 'domains' | 'planners' | 'operations' | 'models'> &
  Partial<Registry> & { readonly models: Readonly<Record<string, OldModel>> }

/** `kept`: the JSON of a registry that some version took into force. Its digest stays that of the kept text. */
export function completeRegistry(kept: unknown): Registry {
  const registry = kept as OldRegistry
  const models = Object.entries(registry.models).map(([name, model]): [string, ModelSpec] => [
    name,
    { ...model, provider: model.provider ?? DEFAULT_PROVIDER },
  ])
  return {
    ...registry,
    ...completeNames(registry),
    alerts: registry.alerts ?? {},
    models: Object.fromEntries(models),
  }
}
