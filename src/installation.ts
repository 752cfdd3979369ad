// A registry and what stands behind its names: the tools, and the adapters that are switched on. Used by everybody who
// starts with a registry, takes it into force or only looks at it, so that all of them find the same problems.
import type { Adapter } from './adapters/adapter.ts'
import { adapterState, loadAdapters, missingSecrets, type AdapterEnvironment } from './adapters/catalogue.ts'
import { readFlag, readSecret, type LlmSettings } from './config.ts'
import { checkInput } from './engine/calls/input-check.ts'
import type { InForce } from './engine/parts.ts'
import type { Opening } from './engine/slots/opening.ts'
import { AppError } from './errors.ts'
import { digestOf } from './events/digest.ts'
import { VARIABLE_PATTERN } from './events/names.ts'
import type { ProblemItem } from './events/problem.ts'
import { checkCardinality } from './projections/metrics/cardinality.ts'
import { maxOutputBytes, type AdapterSpec, type Registry, type ToolSpec } from './registry/registry.ts'
import type { FolderParts } from './own-parts.ts'
import type { TextFolders } from './own-texts.ts'
import { parseRegistry, withLines } from './registry/parse.ts'
import { differencesOf } from './tools/declared/differences.ts'
import { loadTools, toolUrl } from './tools/catalogue.ts'
import { NO_TEXTS, type OwnTexts } from './tools/text-file.ts'
import type { Tool } from './tools/tool.ts'

/** Tools, adapters and texts besides the shipped ones. */
export type OwnParts = TextFolders & {
  readonly tools?: readonly Tool[]
  readonly adapters?: readonly Adapter[]
  /** A folder of more of them, which is read again with every registry. */
  readonly toolsDir?: string
  readonly llm?: LlmSettings | null
}

/** Of a folder: what is in none of its entries is a name that somebody misspelt, on one side or the other. */
const unlisted = (registry: Registry, { tools, adapters }: FolderParts): ProblemItem[] => [
  ...tools
    .filter(({ name }) => !Object.hasOwn(registry.tools, name))
    .map(({ name }) => ({ path: `tools.${name}`, message: 'is in TOOLS_DIR and has no entry here' })),
  ...adapters
    .filter(({ name }) => !Object.hasOwn(registry.adapters, name))
    .map(({ name }) => ({ path: `adapters.${name}`, message: 'is in TOOLS_DIR and has no entry here' })),
]

const NO_FOLDER: FolderParts = { tools: [], adapters: [], problems: [] }

async function folderOf({ toolsDir }: OwnParts): Promise<FolderParts> {
  if (toolsDir === undefined) return NO_FOLDER
  const { readFolder } = await import('./own-parts.ts')
  return readFolder(toolsDir)
}

type Texts = { readonly texts: OwnTexts; readonly problems: readonly ProblemItem[] }

async function textsOf(folders: TextFolders): Promise<Texts> {
  if ((folders.knowledgeDir ?? folders.templatesDir) === undefined) return { texts: NO_TEXTS, problems: [] }
  const { readTexts } = await import('./own-texts.ts')
  return readTexts(folders)
}

const ENVIRONMENT: AdapterEnvironment = { flag: readFlag, secret: readSecret }

export const adapterEnabled = (spec: AdapterSpec): boolean => adapterState(spec, ENVIRONMENT) === 'enabled'

type Found<T> = {
  readonly found: readonly (readonly [string, T])[]
  readonly problems: readonly ProblemItem[]
}

const nothing = (problems: readonly ProblemItem[]): Found<never> => ({ found: [], problems })

/** What an attempt found, or the problems that ended it: a file that cannot be loaded is one as well. */
async function attempt<T>(path: string, act: () => Promise<Found<T>> | Found<T>): Promise<Found<T>> {
  try {
    return await act()
  } catch (error) {
    if (error instanceof AppError && error.problems.length > 0) return nothing(error.problems)
    const why = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
    return nothing([{ path, message: `cannot be loaded: ${why}` }])
  }
}

/** The tool as it is called: in threads of its own, where the registry says so. */
async function installedAs(spec: ToolSpec, tool: Tool): Promise<Found<Tool>> {
  if (spec.isolate === undefined) return { found: [[spec.name, tool]], problems: [] }
  const path = `tools.${spec.name}.isolate`
  if (spec.adapter !== null)
    return nothing([{ path, message: 'a tool that uses an adapter cannot be isolated' }])
  const module = tool.module ?? toolUrl(spec)?.href
  if (module === undefined) {
    const message = 'needs the module of the tool: give defineTool `module: import.meta.url`'
    return nothing([{ path, message }])
  }
  const { isolated } = await import('./tools/isolation/isolated.ts')
  return {
    found: [[spec.name, isolated(tool, { module, maxOutputBytes: maxOutputBytes(spec) })]],
    problems: [],
  }
}

/** What the registry says of a tool that its schemas do not. */
const misfits = (tool: Tool, spec: ToolSpec): ProblemItem[] =>
  differencesOf(tool, spec).map(({ path, message }) => ({
    path: ['tools', spec.name, ...path].join('.'),
    message,
  }))

/** The example is one that runs: it is read as a step's inputs are. */
function exampleProblems(tool: Tool, spec: ToolSpec): ProblemItem[] {
  if (spec.example === undefined) return []
  const checked = checkInput(tool, spec, spec.example)
  if (checked.ok) return []
  const told =
    checked.problems.length > 0 ? checked.problems : [{ path: '', message: checked.failure.message }]
  return told.map(({ path, message }) => ({
    path: ['tools', spec.name, 'example', path].filter((part) => part !== '').join('.'),
    message,
  }))
}

/** What is to be looked up must be a call with an effect, at a vendor, of a tool that knows how. */
function lookUpProblems(tool: Tool, spec: ToolSpec): ProblemItem[] {
  if (spec.reconcile === undefined) return []
  const path = `tools.${spec.name}.reconcile`
  if (spec.side_effects !== 'execute') return [{ path, message: 'only what has effects can be looked up' }]
  if (tool.lookUp !== undefined && spec.adapter !== null) return []
  return [{ path, message: 'auto needs an adapter, and a tool that says how its calls are looked up' }]
}

const findTool = (spec: ToolSpec, own: OwnParts): Promise<Found<Tool>> =>
  attempt(`tools.${spec.name}`, async () => {
    const { tools } = await loadTools([spec], own.tools)
    const tool = tools.get(spec.name)
    if (tool !== undefined) {
      const problems = [...misfits(tool, spec), ...lookUpProblems(tool, spec), ...exampleProblems(tool, spec)]
      return problems.length === 0 ? installedAs(spec, tool) : nothing(problems)
    }
    return nothing([{ path: `tools.${spec.name}`, message: 'has no implementation' }])
  })

const findAdapter = (spec: AdapterSpec, own: OwnParts): Promise<Found<Adapter>> =>
  attempt(`adapters.${spec.name}`, async () => {
    const lacking = missingSecrets(spec, ENVIRONMENT)
    if (lacking.length > 0 || !adapterEnabled(spec)) return nothing(lacking)
    const { adapters } = await loadAdapters([spec], own.adapters, readSecret)
    const adapter = adapters.get(spec.name)
    if (adapter !== undefined) return { found: [[spec.name, adapter]], problems: [] }
    const message = 'is enabled, but its module is not installed'
    return nothing([{ path: `adapters.${spec.name}`, message }])
  })

/**
 * An adapter ready to be called, whether or not the registry switches it on. `module`: the one that a person put behind
 * it, by its file or by the name of one of `own`; null: that of its entry.
 */
export async function openAdapter(spec: AdapterSpec, module: string | null, own: OwnParts): Promise<Opening> {
  const wanted = module === null ? spec : { ...spec, name: module, module }
  const folder = await folderOf(own)
  const adapters = [...folder.adapters, ...(own.adapters ?? [])]
  const { found, problems } = await findAdapter({ ...wanted, enabled: true }, { adapters })
  const adapter = found[0]?.[1]
  if (adapter === undefined) return { ok: false, problems }
  return { ok: true, adapter, configuration: configurationOf({ ...spec, module: wanted.module }) }
}

/** Another text as soon as anything is another that decides where a call goes: the entry, or the value of a secret or setting. */
function configurationOf(spec: AdapterSpec): string {
  const {
    enabled: _on,
    enabled_env: _flag,
    fallback: _others,
    limits: _most,
    breaker: _trips,
    ...entry
  } = spec
  const names = [...spec.secrets, ...spec.settings]
  return digestOf({ ...entry, values: names.map((name) => digestOf(readSecret(name) ?? null)) })
}

const countSeries = (registry: Registry): Promise<Found<never>> =>
  attempt('labels', () => {
    checkCardinality(registry)
    return nothing([])
  })

/** The model that the settings name must have a price. */
function modelProblems({ models }: Registry, llm: LlmSettings | null | undefined): ProblemItem[] {
  const model = llm?.model ?? null
  if (model === null || Object.hasOwn(models, model)) return []
  return [{ path: 'models', message: `has no ${model}, which OPENAI_MODEL names: it has no price` }]
}

/** What is wrong with a variable of the environment stands in no line of the registry. */
const isOfSettings = ({ path }: ProblemItem): boolean => VARIABLE_PATTERN.test(path)

export type Examined = {
  /** null: its text has problems. */
  readonly registry: Registry | null
  /** null: there are problems. */
  readonly inForce: InForce | null
  readonly problems: readonly ProblemItem[]
}

/** Everything that would stop a start with this text of registry.yaml: its words, its metrics, what is not installed. */
export async function examineRegistry(text: string, given: OwnParts = {}): Promise<Examined> {
  const parsed = parseRegistry(text)
  const folder = await folderOf(given)
  const texts = await textsOf(given)
  const inFolders = [...folder.problems, ...texts.problems]
  if (!parsed.ok) return { registry: null, inForce: null, problems: [...parsed.problems, ...inFolders] }
  const { registry } = parsed
  const own = {
    tools: [...folder.tools, ...(given.tools ?? [])],
    adapters: [...folder.adapters, ...(given.adapters ?? [])],
  }
  const wanted = Object.values(registry.tools).filter(({ enabled }) => enabled)
  const series = await countSeries(registry)
  const tools = await Promise.all(wanted.map((spec) => findTool(spec, own)))
  const adapters = await Promise.all(Object.values(registry.adapters).map((spec) => findAdapter(spec, own)))
  const found = [
    ...[series, ...tools, ...adapters].flatMap((one) => one.problems),
    ...unlisted(registry, folder),
    ...modelProblems(registry, given.llm),
  ]
  const [ofSettings, ofText] = [found.filter(isOfSettings), found.filter((one) => !isOfSettings(one))]
  const located = ofText.length === 0 ? [] : withLines(text, ofText)
  const problems = [...located, ...ofSettings, ...inFolders]
  const installed = {
    texts: texts.texts,
    tools: new Map([
      ...own.tools.map((tool) => [tool.name, tool] as const),
      ...tools.flatMap(({ found }) => found),
    ]),
    adapters: new Map(adapters.flatMap(({ found }) => found)),
    configurations: new Map(
      Object.values(registry.adapters).map((spec) => [spec.name, configurationOf(spec)] as const),
    ),
  }
  return { registry, inForce: problems.length === 0 ? { registry, installed } : null, problems }
}

/** The registry and what is installed for it. Errors: REGISTRY_INVALID with every problem. */
export async function loadRegistry(text: string, own: OwnParts): Promise<InForce> {
  const { inForce, problems } = await examineRegistry(text, own)
  if (inForce === null) throw new AppError('REGISTRY_INVALID', {}, { problems })
  return inForce
}
