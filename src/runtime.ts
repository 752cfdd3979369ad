// The library entry: a whole runtime inside another program. Builds every part and passes it in; main and the
// command line stand on it too.
import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import type { Express } from 'express'
import { pino, type Logger } from 'pino'
import type { Adapter } from './adapters/adapter.ts'
import { adapterState, loadAdapters } from './adapters/catalogue.ts'
import { readFlag, readSecret } from './config.ts'
import { createEngine } from './engine/create.ts'
import type { Engine, Principal } from './engine/engine.ts'
import { hexPool } from './engine/hex-pool.ts'
import { ENGINE_DEFAULTS, type EngineParts, type EngineSettings } from './engine/parts.ts'
import { AppError } from './errors.ts'
import { createApp } from './http/app.ts'
import type { Keys } from './http/keys.ts'
import type { Limits, RegistryDiff } from './http/route.ts'
import type { Journal } from './journal/journal.ts'
import { memoryJournal } from './journal/memory.ts'
import { sqliteJournal } from './journal/sqlite/sqlite.ts'
import { rulesPlanner } from './planner/rules.ts'
import { checkCardinality } from './projections/metrics/cardinality.ts'
import { createProjections } from './projections/projections.ts'
import type { TracingSettings } from './projections/spans/tracing.ts'
import type { Views } from './projections/lists/views.ts'
import { parseRegistry } from './registry/parse.ts'
import type { AdapterSpec, Registry } from './registry/registry.ts'
import { startTelemetry } from './telemetry.ts'
import { loadTools } from './tools/catalogue.ts'
import type { Tool } from './tools/tool.ts'
import { VERSION } from './version.ts'

export { defineTool, isCrm, type Tool, type ToolContext, type ToolDefinition } from './tools/tool.ts'
export { defineAdapter, type Adapter, type CrmAccount, type CrmAdapter } from './adapters/adapter.ts'
export { CallError } from './run/failure.ts'
export { AppError } from './errors.ts'

export type RuntimeOptions = {
  /** Text of registry.yaml. */
  readonly registry: string
  /** Gives the text again when it is to be reloaded without one; default: the text above. */
  readonly readRegistry?: () => Promise<string>
  /** Where the journal lives; null: in memory, gone with the process. */
  readonly dataDir: string | null
  /** PostgreSQL (`postgres://user:password@host/database`) instead; null, as by default: `dataDir`. */
  readonly databaseUrl?: string | null
  /** Tools and adapters besides the shipped ones; each needs its entry in the registry. */
  readonly tools?: readonly Tool[]
  readonly adapters?: readonly Adapter[]
  /** API keys; null: only loopback addresses are answered, and everybody has every role. */
  readonly keys?: Keys | null
  readonly logger?: Logger
  readonly limits?: Partial<Limits>
  readonly engine?: Partial<EngineSettings>
  /** OTLP over HTTP; null, as by default: spans are not exported. */
  readonly otelEndpoint?: string | null
  readonly tracing?: Partial<TracingSettings>
  /** The journal is broken, or a bug of ours: the process should end. Default: throws it. */
  readonly onFailure?: (error: unknown) => void
}

export type Runtime = {
  readonly engine: Engine
  readonly views: Views
  readonly journal: Journal
  /** Mount it in an Express app, or listen with it. */
  readonly router: Express
  /** Runs that were not over when the runtime started, and go on now. */
  readonly recovered: number
  /** Takes a registry into force for new runs; null: reads it again. Errors: REGISTRY_INVALID. */
  readonly reload: (text: string | null, by: Principal) => Promise<RegistryDiff>
  /** Takes no new work, lets calls under way end (at most `graceMs`), stores everything, and returns. */
  readonly stop: (graceMs?: number) => Promise<void>
}

const invalid = (path: string, message: string): AppError =>
  new AppError('REGISTRY_INVALID', {}, { problems: [{ path, message }] })

/** Errors: REGISTRY_INVALID with every problem and its line. */
export function readRegistry(text: string): Registry {
  const parsed = parseRegistry(text)
  if (!parsed.ok) throw new AppError('REGISTRY_INVALID', {}, { problems: parsed.problems })
  checkCardinality(parsed.registry)
  return parsed.registry
}

const adapterEnabled = (spec: AdapterSpec): boolean =>
  adapterState(spec, { flag: readFlag, secret: readSecret }) === 'enabled'

type Installed = {
  readonly tools: ReadonlyMap<string, Tool>
  readonly adapters: ReadonlyMap<string, Adapter>
}

/** Everything that the registry names must be there. */
async function install(registry: Registry, options: RuntimeOptions): Promise<Installed> {
  const wanted = Object.values(registry.tools).filter(({ enabled }) => enabled)
  const { tools, missing } = await loadTools(wanted, options.tools)
  if (missing[0] !== undefined) throw invalid(`tools.${missing[0]}`, 'has no implementation')
  const enabled = Object.values(registry.adapters).filter(adapterEnabled)
  const { adapters, missing: absent } = await loadAdapters(enabled, options.adapters)
  if (absent[0] !== undefined)
    throw invalid(`adapters.${absent[0]}`, 'is enabled, but its module is not installed')
  return { tools, adapters }
}

/** Names this process in its events. */
const writerName = (): string => `${hostname()}-${process.pid}-${randomBytes(4).toString('hex')}`.slice(-100)

async function openJournal({ dataDir, databaseUrl }: RuntimeOptions, writer: string): Promise<Journal> {
  if (!databaseUrl)
    return dataDir === null ? memoryJournal({ writer }) : sqliteJournal({ dir: dataDir, writer })
  const { postgresJournal } = await import('./journal/postgres/postgres.ts')
  return postgresJournal({ url: databaseUrl, writer })
}

function throwIt(error: unknown): never {
  throw error
}

type Given = Pick<EngineParts, 'journal' | 'tools' | 'adapters' | 'writer' | 'clock' | 'onFailure'>

const startEngine = (given: Given, registry: Registry, { engine }: RuntimeOptions): Promise<Engine> =>
  createEngine(
    {
      ...given,
      planners: { rules: rulesPlanner(), llm: null },
      randomHex: hexPool(),
      settings: { ...ENGINE_DEFAULTS, ...engine },
    },
    registry,
  )

/**
 * Opens the journal, takes the registry into force and takes up every run that is not over.
 * Errors: REGISTRY_INVALID, DATA_DIR_LOCKED, DATABASE_LOCKED, JOURNAL_BROKEN.
 */
export async function createRuntime(options: RuntimeOptions): Promise<Runtime> {
  const registry = readRegistry(options.registry)
  const installed = await install(registry, options)
  const tools = new Map(installed.tools)
  const adapters = new Map(installed.adapters)
  const writer = writerName()
  const journal = await openJournal(options, writer)
  const onFailure = options.onFailure ?? throwIt
  const clock = Date.now
  const logger = options.logger ?? pino({ level: 'silent' })
  const from = journal.position()
  const engine = await startEngine({ journal, tools, adapters, writer, clock, onFailure }, registry, options)
  const projections = await createProjections({
    journal,
    registry,
    version: VERSION,
    revision: 'source',
    workers: engine.workers,
    adapterEnabled,
    clock,
    onFailure,
  })
  const around = { journal, logger, projections, writer, from, onFailure }
  const telemetry = await startTelemetry({ ...options, ...around })
  const reload = async (text: string | null, by: Principal): Promise<RegistryDiff> => {
    const next = readRegistry(text ?? (await (options.readRegistry?.() ?? options.registry)))
    const { tools: more, adapters: others } = await install(next, options)
    for (const [name, tool] of more) tools.set(name, tool)
    for (const [name, adapter] of others) adapters.set(name, adapter)
    projections.adoptRegistry(next)
    return engine.adopt(next, by)
  }
  const stopping = new AbortController()
  const router = createApp({
    engine,
    journal,
    views: projections.views,
    http: projections.http,
    keys: options.keys ?? null,
    reloadRegistry: reload,
    adapterEnabled,
    logger,
    version: VERSION,
    ...(options.limits ? { limits: options.limits } : {}),
    clock,
    stopping: stopping.signal,
  })
  const { open } = await engine.recover()
  const stop = async (graceMs = 5000): Promise<void> => {
    stopping.abort()
    await engine.stop(graceMs)
    await telemetry.stop()
    await projections.views.stop()
    await journal.close()
  }
  return { engine, views: projections.views, journal, router, recovered: open, reload, stop }
}
