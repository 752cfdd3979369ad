// The registry file as commands without a server read and check it: `registry check`, `tool`, `verify`, `doctor`.
import { AppError } from '../errors.ts'
import type { ProblemItem } from '../events/problem.ts'
import { parseRegistry } from '../registry/parse.ts'
import type { Registry } from '../registry/registry.ts'
import { readText } from './file.ts'

/** Errors: FILE_UNREADABLE, REGISTRY_INVALID with every problem and its line. */
export async function readRegistryFile(file: string): Promise<Registry> {
  const parsed = parseRegistry(await readText(file))
  if (!parsed.ok) throw new AppError('REGISTRY_INVALID', {}, { problems: parsed.problems })
  return parsed.registry
}

/** The problems that an error lists; any other error is thrown again. */
const problemsIn = (error: unknown): readonly ProblemItem[] => {
  if (error instanceof AppError && error.problems.length > 0) return error.problems
  throw error
}

export type CheckedRegistry = {
  /** null: its text has problems. */
  readonly registry: Registry | null
  readonly problems: readonly ProblemItem[]
}

/** Everything that would stop the start with this registry: its text, its metrics, tools without a file. */
export async function checkRegistryFile(file: string): Promise<CheckedRegistry> {
  const parsed = parseRegistry(await readText(file))
  if (!parsed.ok) return { registry: null, problems: parsed.problems }
  const { registry } = parsed
  const { checkCardinality } = await import('../projections/metrics/cardinality.ts')
  const { loadTools } = await import('../tools/catalogue.ts')
  const series = await Promise.try(() => checkCardinality(registry)).then(() => [], problemsIn)
  const enabled = Object.values(registry.tools).filter((tool) => tool.enabled)
  const tools = await loadTools(enabled).then(
    ({ missing }) => missing.map((name) => ({ path: `tools.${name}`, message: 'has no implementation' })),
    problemsIn,
  )
  return { registry, problems: [...series, ...tools] }
}
