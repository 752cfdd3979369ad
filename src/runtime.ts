// The library entry: a whole runtime inside another program. Builds every part and passes it in; main and the
// command line stand on it too.
import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import type { Logger } from 'pino'
import { once } from './aborts.ts'
import { containedWhileOpen } from './containment.ts'
import { createEngine } from './engine/create.ts'
import type { Engine } from './engine/engine.ts'
import type { AdapterNow } from './engine/vendors.ts'
import type { AdapterLoad } from './projections/metrics/live.ts'
import { hexPool } from './engine/hex-pool.ts'
import type { LlmSettings } from './config.ts'
import { ENGINE_DEFAULTS, type EngineParts, type InForce } from './engine/parts.ts'
import { AppError } from './errors.ts'
import type { DoorParts } from './http/route.ts'
import { loadRegistry, openAdapter } from './installation.ts'
import type { Journal } from './journal/journal.ts'
import { lazyRouter } from './lazy-router.ts'
import { closedWithout, openJournal } from './opened-journal.ts'
import { libraryOf } from './library/runs.ts'
import { rulesPlanner } from './planner/rules.ts'
import { provePlan } from './planner/prove.ts'
import { checkCardinality } from './projections/metrics/cardinality.ts'
import { createProjections } from './projections/projections.ts'
import { parseRegistry } from './registry/parse.ts'
import { compareRegistry, reloadOf } from './reload.ts'
import type { Registry } from './registry/registry.ts'
import type { Runtime, RuntimeOptions } from './runtime-options.ts'
import { openTelemetry } from './telemetry.ts'
import { logLeftError, logToolError } from './tool-errors.ts'
import { VERSION } from './version.ts'

export {
  defineTool,
  isCrm,
  type DefinedTool,
  type Tool,
  type ToolContext,
  type ToolDefinition,
} from './tools/tool.ts'
export { testTool, type TestedTool } from './tools/single.ts'
export type {
  Accepted,
  CancelRequest,
  DecisionRequest,
  Engine,
  PlanPreview,
  PlanRequest,
  Principal,
  Reconciliation,
  RunRequest,
} from './engine/engine.ts'
export type { ErrorCode } from './errors.ts'
export type { PlanStep } from './events/plan.ts'
export type { ProblemItem } from './events/problem.ts'
export type { StoredEvent } from './events/event.ts'
export type { FailureMode } from './events/taxonomy.ts'
export { parseKeys, type Keys } from './http/callers/keys.ts'
export type { Journal } from './journal/journal.ts'
export type {
  LibraryBatches,
  LibraryBatchRequest,
  LibraryRequest,
  LibraryRun,
  LibraryRunRequest,
  LibraryStep,
} from './library/runs.ts'
export type { Router } from './lazy-router.ts'
export type { Views } from './projections/lists/views.ts'
export type { RegistryDiff } from './registry/diff.ts'
export type { Registry } from './registry/registry.ts'
export type { ApprovalState, RunState, StepState } from './run/state.ts'
export type { Adapter, AdapterCall, VendorQuota } from './adapters/adapter.ts'
export type {
  CrmAccount,
  CrmActivity,
  CrmAdapter,
  CrmDefinition,
  CrmOpportunity,
  CrmOpportunityPage,
} from './adapters/crm.ts'
export type { Receipt } from './events/step.ts'
export { defineAdapter } from './adapters/definition.ts'
export { plan, type PlanBuilder, type PlanSource, type PlanStepOptions } from './plan-builder.ts'
export type { PlanDraft, PlanDraftInput } from './registry/plan/draft.ts'
export { CallError } from './run/failure.ts'
export { AppError } from './errors.ts'
export type { Runtime, RuntimeOptions } from './runtime-options.ts'

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

type Prepared = { readonly journal: Journal; readonly inForce: InForce }

/** A registry with problems is refused before anything is opened. After a wait it is read again: it may have changed. */
async function prepare(options: RuntimeOptions, writer: string): Promise<Prepared> {
  const load = (): Promise<InForce> => loadRegistry(options.registry, options)
  const { journal, prepared: inForce, hasWaited } = await openJournal(options, writer, load)
  if (!hasWaited || !options.readRegistry) return { journal, inForce }
  const again = options.readRegistry
  return closedWithout(journal, async () => ({
    journal,
    inForce: await loadRegistry(await again(), options),
  }))
}

const shareOf = (used: number, most?: number): number | null => (most === undefined ? null : used / most)

/** How busy an adapter is; nothing where it was not called yet. */
function loadOf({ spec, figures }: AdapterNow): AdapterLoad[] {
  if (figures === null) return []
  const { parallel, per_second } = figures.limits
  const shares = {
    parallel: shareOf(figures.inFlight, parallel),
    per_second: shareOf(figures.lastSecond, per_second),
  }
  const { waiting, quotas } = figures
  return [{ adapter: spec.name, waiting, shares, quotas }]
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

const doorOf = (
  options: RuntimeOptions,
  { engine, journal }: { engine: Engine; journal: Journal },
): Pick<
  DoorParts,
  'keys' | 'oidc' | 'limits' | 'pages' | 'compareRegistry' | 'verifyJournal' | 'templates'
> => ({
  templates: async (tenant, seesProfile) => {
    const { libraryOf } = await import('./tools/engagement/templates/template-library.ts')
    const stored = tenant === null ? [] : await engine.stored('templates', tenant, seesProfile)
    return libraryOf(engine.texts?.() ?? { knowledge: null, templates: null }, stored)
  },
  verifyJournal: async () => {
    const { verifyChains } = await import('./journal/verify.ts')
    return verifyChains(journal)
  },
  compareRegistry: () => compareRegistry(engine, options),
  keys: options.keys ?? null,
  oidc: options.oidc ?? null,
  ...(options.limits && { limits: options.limits }),
  pages: pagesOf(options),
})

type Given = Pick<EngineParts, 'journal' | 'writer' | 'clock' | 'onFailure' | 'onToolError' | 'onParked'>

const logging = (logger: Logger): Pick<EngineParts, 'onToolError' | 'onParked'> => ({
  onToolError: logToolError(logger),
  onParked: ({ runId, why, places }) =>
    logger.error({ run_id: runId, why, places }, 'a run cannot go on and is parked'),
})

/** The registry alone plans, or a language model does with it; what that needs is loaded where it is set up. */
async function planningOf(
  llm: LlmSettings | null,
): Promise<Pick<EngineParts, 'planners' | 'models' | 'toolAsking'>> {
  const offline = rulesPlanner()
  if (llm === null) return { planners: [offline], models: null }
  const { openaiModels } = await import('./models/openai.ts')
  const { llmPlanner } = await import('./planner/llm/llm.ts')
  const models = openaiModels(llm)
  const toolAsking = { model: llm.model, prepare: models.prepare }
  return { planners: [llmPlanner({ offline, ...toolAsking }), offline], models, toolAsking }
}

const partsOf = async (given: Given, options: RuntimeOptions): Promise<EngineParts> => ({
  ...given,
  openAdapter: (spec, module) => openAdapter(spec, module, options),
  ...(await planningOf(options.llm ?? null)),
  provePlan,
  randomHex: hexPool(),
  settings: { ...ENGINE_DEFAULTS, ...options.engine },
})

/** A start that its host ends closes what it has opened. */
async function opened(
  { onOpen }: RuntimeOptions,
  { router, stop }: Pick<Runtime, 'router' | 'stop'>,
): Promise<void> {
  try {
    await onOpen?.(router)
  } catch (error) {
    // What cannot be closed any more does not hide it.
    await stop(0).catch(() => undefined)
    throw error
  }
}

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
 * const { status, steps } = await runtime.run({
 *   goal: 'Score the account',
 *   context: { account: { revenue: '€42M' }, icp_criteria: { min_revenue: 1_000_000 } },
 * })
 * console.log(status, steps.map(({ tool }) => tool)) // succeeded [ 'score_account_fit' ]
 * await runtime.stop()
 * ```
 */
export async function createRuntime(options: RuntimeOptions): Promise<Runtime> {
  const { onFailure: onOwnFault, logger } = options
  const writer = writerName()
  // Before anything is loaded: a file may do what it likes.
  return containedWhileOpen({ onOwnFault, onLeft: logger && logLeftError(logger) }, async () => {
    const prepared = await prepare(options, writer)
    return closedWithout(prepared.journal, () => overJournal(options, prepared, writer))
  })
}

async function overJournal(
  options: RuntimeOptions,
  { journal, inForce }: Prepared,
  writer: string,
): Promise<Runtime> {
  const { onFailure = throwIt, logger = null } = options
  const clock = Date.now
  const from = journal.position()
  const given = { journal, writer, clock, onFailure, ...(logger && logging(logger)) }
  const engine = await createEngine(await partsOf(given, options), inForce)
  const telemetry = await openTelemetry({ ...options, journal, logger, writer, from })
  const projections = await createProjections({
    ...telemetry,
    journal,
    registry: inForce.registry,
    version: VERSION,
    revision: 'source',
    workers: engine.workers,
    adapterEnabled: engine.adapters.isOn,
    observeAdapters: engine.adapters.observe,
    adapterLoads: () => engine.adapters.list().flatMap(loadOf),
    freezes: engine.freezes,
    dataDir: options.databaseUrl ? null : options.dataDir,
    clock,
    onFailure,
  })
  const reload = reloadOf(options, { engine, projections })
  const stopping = new AbortController()
  const router = lazyRouter({
    onFailure,
    engine,
    journal,
    views: projections.views,
    http: projections.http,
    reloadRegistry: reload,
    logger,
    version: VERSION,
    ...doorOf(options, { engine, journal }),
    clock,
    stopping: stopping.signal,
  })
  const stop = once(async (graceMs = 5000) => {
    stopping.abort()
    await engine.stop(graceMs)
    await projections.views.stop()
    await journal.close()
  })
  await opened(options, { router, stop })
  const { open } = await engine.recover()
  const library = libraryOf({ engine, reload }, stopping.signal)
  return { ...library, views: projections.views, journal, router, recovered: open, stop }
}
