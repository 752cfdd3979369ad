// Where tools are found: by convention in `./<domain>/<name with dashes>`, so that a new tool is one new file and one
// entry in the registry.
import { existsSync } from 'node:fs'
import { extname } from 'node:path'
import { AppError } from '../errors.ts'
import { nameSchema } from '../events/envelope.ts'
import { isRecord } from '../events/json.ts'
import { loadModule } from '../modules.ts'
import type { Tool } from './tool.ts'

export type ToolRef = { readonly domain: string; readonly name: string }

export type Catalogue = {
  readonly tools: ReadonlyMap<string, Tool>
  /** Names without a tool, in the order in which they were asked for. */
  readonly missing: readonly string[]
}

/** The same extension as this file: it runs as source and as emitted JavaScript. */
const EXTENSION = extname(new URL(import.meta.url).pathname)

export const isTool = (value: unknown): value is Tool =>
  isRecord(value) && 'name' in value && 'call' in value && 'input' in value

/** Nothing else may stand in a path: a name has no dots and no slashes. */
const isName = (text: string): boolean => nameSchema.safeParse(text).success

/** Of the file that a shipped tool is in; null where there is none. */
export function toolUrl({ domain, name }: ToolRef): URL | null {
  if (!isName(domain) || !isName(name)) return null
  const url = new URL(`./${domain}/${name.replaceAll('_', '-')}${EXTENSION}`, import.meta.url)
  return existsSync(url) ? url : null
}

/**
 * Null where there is no such file. Errors: REGISTRY_INVALID when the file cannot be loaded, or declares another tool or
 * none.
 */
export async function loadTool(domain: string, name: string): Promise<Tool | null> {
  const url = toolUrl({ domain, name })
  if (url === null) return null
  const file = `tools/${domain}/${name.replaceAll('_', '-')}${EXTENSION}`
  const path = `tools.${name}`
  const { tool } = await loadModule({ url, file, path })
  if (isTool(tool) && tool.name === name) return tool
  const message = `${file} does not export a tool of this name`
  throw new AppError('REGISTRY_INVALID', {}, { problems: [{ path, message }] })
}

/** The tools of these names, and `extra` ones, which win over files of the same name. */
export async function loadTools(names: readonly ToolRef[], extra: readonly Tool[] = []): Promise<Catalogue> {
  const own = new Map(extra.map((tool) => [tool.name, tool]))
  const wanted = names.filter(({ name }) => !own.has(name))
  const loaded = await Promise.all(wanted.map(({ domain, name }) => loadTool(domain, name)))
  const found = loaded.filter((tool) => tool !== null)
  const tools = new Map([...own, ...found.map((tool) => [tool.name, tool] as const)])
  return { tools, missing: wanted.map(({ name }) => name).filter((name) => !tools.has(name)) }
}
