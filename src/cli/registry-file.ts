// The registry file as commands without a server read and check it: `registry check`, `tool`, `verify`, `doctor`.
import { AppError } from '../errors.ts'
import type { Examined, OwnParts } from '../installation.ts'
import { parseRegistry } from '../registry/parse.ts'
import type { Registry } from '../registry/registry.ts'
import { readText } from './file.ts'

/** Errors: FILE_UNREADABLE, REGISTRY_INVALID with every problem and its line. */
export async function readRegistryFile(file: string): Promise<Registry> {
  const parsed = parseRegistry(await readText(file))
  if (!parsed.ok) throw new AppError('REGISTRY_INVALID', {}, { problems: parsed.problems })
  return parsed.registry
}

/** Everything that would stop the start with this registry. Errors: FILE_UNREADABLE. */
export async function checkRegistryFile(file: string, own: OwnParts = {}): Promise<Examined> {
  const text = await readText(file)
  const { examineRegistry } = await import('../installation.ts')
  return examineRegistry(text, own)
}
