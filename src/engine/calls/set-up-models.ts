// Which language model a run's plan is certified with: the one that is set up for its profile, for tools and for planning.
import type { PlannerInput } from '../../planner/planner.ts'
import type { ModelSpec, Profile, Registry } from '../../registry/registry.ts'
import type { EngineParts } from '../parts.ts'

/** null: none is set up, or the registry of an older run lacks it. */
export function modelOf(
  { toolAsking }: Pick<EngineParts, 'toolAsking'>,
  { models }: Registry,
  { llm }: Profile,
): ModelSpec | null {
  const name = llm && toolAsking ? (toolAsking.model ?? llm.model) : null
  return name !== null && Object.hasOwn(models, name) ? (models[name] ?? null) : null
}

/** What a planner is told of it. */
export function askable(
  parts: Pick<EngineParts, 'toolAsking'>,
  registry: Registry,
  profile: Profile,
): Pick<PlannerInput, 'askable'> {
  const model = modelOf(parts, registry, profile)
  return model === null ? {} : { askable: model }
}
