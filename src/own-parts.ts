// Tools and adapters that somebody keeps in a folder of their own (`serve --tools DIR`, TOOLS_DIR): found by what they
// export, whatever their files are called, and loaded anew where a file has changed.
import { readdirSync } from 'node:fs'
import { join, resolve, sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Adapter } from './adapters/adapter.ts'
import { isAdapter } from './adapters/catalogue.ts'
import { AppError } from './errors.ts'
import type { ProblemItem } from './events/problem.ts'
import { lendPackages } from './lending.ts'
import { loadModule } from './modules.ts'
import { isTool } from './tools/catalogue.ts'
import type { Tool } from './tools/tool.ts'

export type FolderParts = {
  readonly tools: readonly Tool[]
  readonly adapters: readonly Adapter[]
  /** `path` is TOOLS_DIR, or the name in the registry. */
  readonly problems: readonly ProblemItem[]
}

const SETTING = 'TOOLS_DIR'
const PLACES = ['', 'tools', 'adapters']
const isSource = (name: string): boolean =>
  /\.(?:ts|mts|js|mjs)$/.test(name) && !/\.(?:d|test|spec)\.\w+$/.test(name)

/** Null: there is no such folder. */
function namesIn(folder: string): string[] | null {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile() && isSource(entry.name))
      .map((entry) => entry.name)
      .sort()
  } catch {
    return null
  }
}

type Part = { readonly file: string; readonly tool?: Tool; readonly adapter?: Adapter }

async function partIn(dir: string, file: string): Promise<Part> {
  const url = pathToFileURL(join(dir, file))
  const { tool, adapter } = await loadModule({ url, file, path: SETTING })
  const part = {
    file,
    ...(isTool(tool) ? { tool: { ...tool, module: tool.module ?? url.href } } : {}),
    ...(isAdapter(adapter) ? { adapter } : {}),
  }
  if (part.tool !== undefined || part.adapter !== undefined) return part
  const message = `${file} exports no \`tool\` made by defineTool and no \`adapter\` made by defineAdapter; what others import belongs into a folder of its own`
  throw new AppError('REGISTRY_INVALID', {}, { problems: [{ path: SETTING, message }] })
}

/** A name twice is a copy that somebody forgot: neither of the two is meant more than the other. */
function twice(parts: readonly Part[]): ProblemItem[] {
  const named = parts.flatMap(({ file, tool, adapter }) => [
    ...(tool === undefined ? [] : [{ file, name: `tools.${tool.name}` }]),
    ...(adapter === undefined ? [] : [{ file, name: `adapters.${adapter.name}` }]),
  ])
  return [...Map.groupBy(named, ({ name }) => name)]
    .filter(([, files]) => files.length > 1)
    .map(([path, files]) => ({ path, message: `is in ${files.map(({ file }) => file).join(' and ')}` }))
}

/** Every tool and adapter of the folder, of `tools` and of `adapters` in it, and every problem. Never rejects. */
export async function readFolder(given: string): Promise<FolderParts> {
  const dir = resolve(given)
  if (namesIn(dir) === null)
    return {
      tools: [],
      adapters: [],
      problems: [{ path: SETTING, message: `${given} is no folder that can be read` }],
    }
  lendPackages(pathToFileURL(dir + sep).href)
  const files = PLACES.flatMap((place) => (namesIn(join(dir, place)) ?? []).map((name) => join(place, name)))
  const settled = await Promise.allSettled(files.map((file) => partIn(dir, file)))
  const parts = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
  const refused = settled.flatMap((one) =>
    one.status === 'rejected' && one.reason instanceof AppError ? [...one.reason.problems] : [],
  )
  const empty =
    files.length === 0 ? [{ path: SETTING, message: `${given} has no file of a tool or an adapter` }] : []
  return {
    tools: parts.flatMap(({ tool }) => tool ?? []),
    adapters: parts.flatMap(({ adapter }) => adapter ?? []),
    problems: [...empty, ...refused, ...twice(parts)],
  }
}
