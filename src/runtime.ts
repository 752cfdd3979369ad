// The library entry: a whole runtime inside another program. Builds every part and passes it in; main and the
// command line stand on it too.
import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import type { Logger } from 'pino'
import type { Adapter } from './adapters/adapter.ts'
import { containCalls } from './engine/containment.ts'
import { createEngine } from './engine/create.ts'
import type { Engine, Principal } from './engine/engine.ts'
import { hexPool } from './engine/hex-pool.ts'
import { ENGINE_DEFAULTS, type EngineParts, type EngineSettings, type InForce } from './engine/parts.ts'
import { AppError } from './errors.ts'
import type { KeySource } from './http/keys.ts'
import type { DoorParts, DoorLimits } from './http/route.ts'
import { adapterEnabled, loadRegistry } from './installation.ts'
import type { Journal, Standby } from './journal/journal.ts'
import { memoryJournal } from './journal/memory.ts'
import { sqliteJournal } from './journal/sqlite/sqlite.ts'
import { lazyRouter, type Router } from './lazy-router.ts'
import { rulesPlanner } from './planner/rules.ts'
import { provePlan } from './planner/prove.ts'
import { validatePlan } from './planner/validate.ts'
import { checkCardinality } from './projections/metrics/cardinality.ts'
import { createProjections } from './projections/projections.ts'
import type { TracingSettings } from './projections/spans/tracing.ts'
import type { Views } from './projections/lists/views.ts'
import { parseRegistry } from './registry/parse.ts'
import type { RegistryDiff } from './registry/diff.ts'
import type { Registry } from './registry/registry.ts'
import { openTelemetry } from './telemetry.ts'
import { logToolError } from './tool-errors.ts'
import type { Tool } from './tools/tool.ts'
import { VERSION } from './version.ts'

export { defineTool, isCrm, type Tool, type ToolContext, type ToolDefinition } from './tools/tool.ts'
export { defineAdapter, type Adapter, type CrmAccount, type CrmAdapter } from './adapters/adapter.ts'
export { CallError } from './run/failure.ts'
export { AppError } from './errors.ts'

/** What a runtime is made of; only the registry and the place of the journal must be given. */
export type RuntimeOptions = {
  /** Text of registry.yaml. */
  readonly registry: string
  /** Gives the text again when it is to be reloaded without one; default: the text above. */
  readonly readRegistry?: () => Promise<string>
  /** Where the journal lives; null: in memory, gone with the process. */
  readonly dataDir: string | null
  /** PostgreSQL (`postgres://user:password@host/database`) instead; null, as by default: `dataDir`. */
  readonly databaseUrl?: string | null
  /**
   * Wait for another process to let the journal go, instead of failing; the registry is read again then. Default: false.
   */
  readonly standby?: boolean
  /** Is told when the waiting begins, and when the journal is this process's; not called where nobody has it. */
  readonly onStandby?: Standby
  /** Tools and adapters besides the shipped ones; each needs its entry in the registry. */
  readonly tools?: readonly Tool[]
  readonly adapters?: readonly Adapter[]
  /** API keys, or what gives them as they are now; null: only loopback addresses are answered, and everybody has every role. */
  readonly keys?: KeySource | null
  readonly logger?: Logger
  readonly limits?: Partial<DoorLimits>
  readonly engine?: Partial<EngineSettings>
  /** OTLP over HTTP; null, as by default: spans are not exported. */
  readonly otelEndpoint?: string | null
  readonly tracing?: Partial<TracingSettings>
  /**
   * Is called once every request can be answered, and before the open runs go on: a server listens then, so that no
   * recovery keeps its door closed. What it throws ends the start.
   */
  readonly onOpen?: (router: Router) => Promise<void>
  /** The journal is broken, or a bug of ours: the process should end. Default: throws it. */
  readonly onFailure?: (error: unknown) => void
}

/** A runtime that works until it is stopped. `router` is the whole HTTP API, `engine` the same without HTTP. */
export type Runtime = {
  readonly engine: Engine
  readonly views: Views
  readonly journal: Journal
  /** Mount it in an Express app, or listen with it. */
  readonly router: Router
  /** Runs that were not over when the runtime started, and go on now. */
  readonly recovered: number
  /** Puts a registry into force for new runs; null: reads it again. Errors: REGISTRY_INVALID. */
  readonly reload: (text: string | null, by: Principal) => Promise<RegistryDiff>
  /** Accepts no new work, lets calls under way end (at most `graceMs`), stores everything, and returns. */
  readonly stop: (graceMs?: number) => Promise<void>
}

/**
 * Parses and checks the text of registry.yaml. Errors: REGISTRY_INVALID with every problem and its line.
 *
 * @example
 * ```ts
 * import { readFileSync } from 'node:fs'
 * import { readRegistry } from 'cugar-sales'
 *
 * const registry = readRegistry(readFileSync('registry.yaml', 'utf8'))
 * console.log(registry.tools['score_account_fit']?.side_effects) // read-only
 * ```
 */
export function readRegistry(text: string): Registry {
  const parsed = parseRegistry(text)
  if (!parsed.ok) throw new AppError('REGISTRY_INVALID', {}, { problems: parsed.problems })
  checkCardinality(parsed.registry)
  return parsed.registry
}

/** Names this process in its events. */
const writerName = (): string => `${hostname()}-${process.pid}-${randomBytes(4).toString('hex')}`.slice(-100)

type StoreOptions = { readonly writer: string; readonly standby?: Standby }

async function openStore({ dataDir, databaseUrl }: RuntimeOptions, store: StoreOptions): Promise<Journal> {
  if (!databaseUrl) return dataDir === null ? memoryJournal(store) : sqliteJournal({ dir: dataDir, ...store })
  const { postgresJournal } = await import('./journal/postgres/postgres.ts')
  return postgresJournal({ url: databaseUrl, ...store })
}

const STANDBY_MESSAGES = {
  waiting: 'standing by: another process has the journal',
  active: 'taking over the journal',
} as const

type OpenedJournal = { readonly journal: Journal; readonly hasWaited: boolean }

async function openJournal(options: RuntimeOptions, writer: string): Promise<OpenedJournal> {
  let hasWaited = false
  const standby: Standby = (phase) => {
    hasWaited = true
    options.onStandby?.(phase)
    options.logger?.info(STANDBY_MESSAGES[phase])
  }
  const journal = await openStore(options, options.standby ? { writer, standby } : { writer })
  return { journal, hasWaited }
}

type Prepared = { readonly journal: Journal; readonly inForce: InForce }

/** A registry with problems is refused before anything is opened. After a wait it is read again: it may have changed. */
async function prepare(options: RuntimeOptions, writer: string): Promise<Prepared> {
  const inForce = await loadRegistry(options.registry, options)
  const { journal, hasWaited } = await openJournal(options, writer)
  if (!hasWaited || !options.readRegistry) return { journal, inForce }
  try {
    return { journal, inForce: await loadRegistry(await options.readRegistry(), options) }
  } catch (error) {
    await journal.close()
    throw error
  }
}

function throwIt(error: unknown): never {
  throw error
}

/** The console, loaded with the first page that is asked for. */
const pagesOf =
  ({ databaseUrl, dataDir }: RuntimeOptions): NonNullable<DoorParts['pages']> =>
  async (window) => {
    const { openConsole } = await import('./console/console.ts')
    return openConsole(window, databaseUrl ? null : dataDir)
  }

const doorOf = (options: RuntimeOptions): Pick<DoorParts, 'keys' | 'limits' | 'pages'> => ({
  keys: options.keys ?? null,
  ...(options.limits && { limits: options.limits }),
  pages: pagesOf(options),
})

type Given = Pick<EngineParts, 'journal' | 'writer' | 'clock' | 'onFailure' | 'onToolError' | 'onParked'>

const logging = (logger: Logger): Pick<EngineParts, 'onToolError' | 'onParked'> => ({
  onToolError: logToolError(logger),
  onParked: ({ runId, why, places }) =>
    logger.error({ run_id: runId, why, places }, 'a run cannot go on and is parked'),
})

const partsOf = (given: Given, { engine }: RuntimeOptions): EngineParts => ({
  ...given,
  planners: [rulesPlanner()],
  checkPlan: validatePlan,
  provePlan,
  models: null,
  randomHex: hexPool(),
  settings: { ...ENGINE_DEFAULTS, ...engine },
})

/**
 * Opens the journal, puts the registry into force and continues every run that is not over.
 * Errors: REGISTRY_INVALID, DATA_DIR_LOCKED, DATABASE_LOCKED, JOURNAL_BROKEN.
 *
 * @example
 * ```ts
 * import { readFileSync } from 'node:fs'
 * import { createRuntime } from 'cugar-sales'
 *
 * const runtime = await createRuntime({ registry: readFileSync('registry.yaml', 'utf8'), dataDir: null })
 * const plan = await runtime.engine.preview({
 *   goal: 'Score the account',
 *   profile: 'demo',
 *   context: { account: { revenue: 5_000_000 }, icp_criteria: { min_revenue: 1_000_000 } },
 *   planner: 'rules',
 * })
 * console.log(plan.steps.map(({ tool }) => tool)) // [ 'score_account_fit' ]
 * await runtime.stop()
 * ```
 */
export async function createRuntime(options: RuntimeOptions): Promise<Runtime> {
  const writer = writerName()
  const { journal, inForce } = await prepare(options, writer)
  const onFailure = options.onFailure ?? throwIt
  const clock = Date.now
  containCalls(onFailure)
  const logger = options.logger ?? null
  const from = journal.position()
  const parts = partsOf({ journal, writer, clock, onFailure, ...(logger && logging(logger)) }, options)
  const engine = await createEngine(parts, inForce)
  const telemetry = await openTelemetry({ ...options, journal, logger, writer, from })
  const projections = await createProjections({
    ...telemetry,
    journal,
    registry: inForce.registry,
    version: VERSION,
    revision: 'source',
    workers: engine.workers,
    adapterEnabled,
    freezes: engine.freezes,
    dataDir: options.databaseUrl ? null : options.dataDir,
    clock,
    onFailure,
  })
  const adopt = async (text: string | null, by: Principal): Promise<RegistryDiff> => {
    const next = await loadRegistry(text ?? (await (options.readRegistry?.() ?? options.registry)), options)
    return engine.adopt(next, by, () => projections.adoptRegistry(next.registry))
  }
  const reload: Runtime['reload'] = (text, by) =>
    adopt(text, by).catch((error: unknown) => {
      projections.refusedRegistry()
      throw error
    })
  const stopping = new AbortController()
  const router = lazyRouter({
    onFailure,
    engine,
    journal,
    views: projections.views,
    http: projections.http,
    reloadRegistry: reload,
    adapterEnabled,
    logger,
    version: VERSION,
    ...doorOf(options),
    clock,
    stopping: stopping.signal,
  })
  const stop = async (graceMs = 5000): Promise<void> => {
    stopping.abort()
    await engine.stop(graceMs)
    await projections.views.stop()
    await journal.close()
  }
  try {
    await options.onOpen?.(router)
  } catch (error) {
    await stop(0)
    throw error
  }
  const { open } = await engine.recover()
  return { engine, views: projections.views, journal, router, recovered: open, reload, stop }
}
