// What the engine is given: every effect it has comes from here.
import type { Adapter } from '../adapters/adapter.ts'
import type { Journal } from '../journal/journal.ts'
import type { Models } from '../models/model.ts'
import type { ModelQuestion, ModelRequest } from '../run/question.ts'
import type { Planner, PlannerInput } from '../planner/planner.ts'
import type { Proof, Proposal } from '../planner/prove.ts'
import type { RunState } from '../run/state.ts'
import type { AdapterSpec, ModelSpec, Registry } from '../registry/registry.ts'
import type { LibraryName } from '../events/library.ts'
import type { LibraryEntry, LibraryRecords } from '../tools/library-records.ts'
import type { OwnTexts } from '../tools/text-file.ts'
import type { Tool } from '../tools/tool.ts'
import type { Opening } from './slots/opening.ts'
import type { CallTime } from './slots/call-time.ts'

export type EngineSettings = {
  /** Tool calls of one run under way at once. */
  readonly parallelCalls: number
  /** Runs that are worked on at once; more wait in a queue. */
  readonly maxRuns: number
  /** Accepted runs that may wait; beyond it start answers TOO_BUSY. */
  readonly maxQueue: number
  /** How long a planner may take before another one plans, milliseconds; never more than half of a run's time. */
  readonly planTimeoutMs: number
}

export const ENGINE_DEFAULTS: EngineSettings = {
  parallelCalls: 8,
  maxRuns: 64,
  maxQueue: 50_000,
  planTimeoutMs: 20_000,
}

/** What the names of a registry lead to. */
export type Installed = {
  readonly tools: ReadonlyMap<string, Tool>
  /** Those that are switched on. */
  readonly adapters: ReadonlyMap<string, Adapter>
  /** By adapter: a digest of its entry in the registry and its secrets. Where it is left out, of its entry alone. */
  readonly configurations?: ReadonlyMap<string, string>
  /** What the operator's own folders have; left out: there are none. */
  readonly texts?: OwnTexts
}

/** A registry, and what is installed for it: taken into force together, and let go together. */
export type InForce = { readonly registry: Registry; readonly installed: Installed }

/** The vendors that can be reached now. */
export type Vendors = {
  readonly adapters: ReadonlyMap<string, Adapter>
  /** The last state that an event gave each of them. */
  readonly states: Readonly<Record<string, string>>
  /** Places that people gave to them; left out: none. */
  readonly order?: Readonly<Record<string, number>> | undefined
  /** A digest of how an adapter is set up now: another one as soon as anything of it changes. */
  readonly configurationOf: (adapter: string) => string
  /** What puts limits and breakers around an adapter, for one call. */
  readonly guards: (name: string) => Promise<(adapter: Adapter, time: CallTime) => Adapter>
}

/** The step of a run that asks. */
export type LibraryReader = {
  readonly tenant: string
  readonly runId: string
  readonly stepId: string
  readonly profile: string
  /** `profile`: what runs of other profiles have stored is not its to see. */
  readonly reach: RunState['reach']
  readonly requester: string
  readonly traceId: string
  /** Epoch milliseconds: what was stored later, or by the step itself, is not read; null: everything is. */
  readonly until: number | null
}

export type Libraries = {
  readonly of: (name: LibraryName, reader: LibraryReader) => LibraryRecords
  /** Everything that a tenant's runs have stored, the oldest first, for who sees those of some profiles alone. */
  readonly stored: (
    name: LibraryName,
    tenant: string,
    seesProfile: (profile: string) => boolean,
  ) => Promise<readonly LibraryEntry[]>
}

/** What a run works with: the registry it started under, its tools and texts, and the vendors of today. */
export type RunEquipment = {
  readonly registry: Registry
  readonly tools: ReadonlyMap<string, Tool>
  readonly texts: OwnTexts
  readonly libraries: Libraries
  readonly vendors: () => Vendors
}

/** What a tool threw without declaring it. Error and input are for the log's developer alone: see `logToolError`. */
export type ToolError = {
  readonly tool: string
  readonly runId: string
  readonly stepId: string
  readonly error: unknown
  readonly input: unknown
}

/** Why a run cannot go on, without a value of it, and where in the program that came to light. */
export type ParkedRun = { readonly runId: string; readonly why: string; readonly places: readonly string[] }

/** How a tool's question is put. */
export type ToolAsking = {
  /** In place of the model that a profile names; null: the profile's. */
  readonly model: string | null
  /** A question in the words of the server. */
  readonly prepare: (question: ModelQuestion, spec: ModelSpec) => ModelRequest
}

export type EngineParts = {
  readonly journal: Journal
  /** The preferred one first. The last one asks nobody: it plans where the others do not. */
  readonly planners: readonly [...Planner[], Planner]
  /** A plan that no planner just made, or every problem of it. */
  readonly provePlan: (proposal: Proposal, input: PlannerInput) => Proof
  /** null: no language model is set up. */
  readonly models: Models | null
  /** Left out: no tool is given a model. */
  readonly toolAsking?: ToolAsking
  /** Names this process in its events; another one after every start. */
  readonly writer: string
  /** The wall clock, epoch milliseconds; it may be set back and forth. */
  readonly clock: () => number
  /** Milliseconds since any moment, of a clock that nobody sets. Default: the process's own. */
  readonly steady?: () => number
  /** Random hex digits. */
  readonly randomHex: (digits: number) => string
  readonly settings: EngineSettings
  /** A broken journal or a bug of ours: the process must end, the journal is the truth. */
  readonly onFailure: (error: unknown) => void
  /**
   * Makes an adapter ready to be called, by this module or, where it is null, by that of its entry. By default none can be
   * switched on while it runs.
   */
  readonly openAdapter?: (spec: AdapterSpec, module: string | null) => Promise<Opening>
  /** By default nobody is told. */
  readonly onToolError?: (thrown: ToolError) => void
  /** A run that cannot go on was parked, while everything else goes on. By default nobody is told. */
  readonly onParked?: (parked: ParkedRun) => void
}
