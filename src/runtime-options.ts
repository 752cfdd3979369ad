// What a runtime is made of, and what it gives.
import type { LlmSettings } from './config.ts'
import type { OidcSettings } from './config-oidc.ts'
import type { Logger } from 'pino'
import type { Adapter } from './adapters/adapter.ts'
import type { Engine, Principal } from './engine/engine.ts'
import type { EngineSettings } from './engine/parts.ts'
import type { KeySource } from './http/callers/keys.ts'
import type { DoorLimits } from './http/route.ts'
import type { Journal, Standby } from './journal/journal.ts'
import type { Router } from './lazy-router.ts'
import type { LibraryRuns } from './library/runs.ts'
import type { Views } from './projections/lists/views.ts'
import type { TracingSettings } from './projections/spans/tracing.ts'
import type { RegistryDiff } from './registry/diff.ts'
import type { Tool } from './tools/tool.ts'

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
  /** A folder with more of them, one a file that exports `tool` or `adapter`; read again at every reload. */
  readonly toolsDir?: string
  /** A folder of Markdown for the tools of knowledge, in place of the shipped sample; read again at every reload. */
  readonly knowledgeDir?: string
  /** The same, of message templates. */
  readonly templatesDir?: string
  /** API keys, or what gives them as they are now; null: only loopback addresses are answered, and everybody has every role. */
  readonly keys?: KeySource | null
  /** The identity provider by which people may sign in to the console; only together with keys. */
  readonly oidc?: OidcSettings | null
  readonly logger?: Logger
  readonly limits?: Partial<DoorLimits>
  readonly engine?: Partial<EngineSettings>
  /** How a language model is reached; null, as by default: none is, and the registry alone plans. */
  readonly llm?: LlmSettings | null
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

/**
 * A runtime that works until it is stopped. `router` is the whole HTTP API, `engine` the same without HTTP: what the one
 * refuses of a request the other refuses, too (INVALID_REQUEST with every problem). Roles are the program's to look at.
 */
export type Runtime = LibraryRuns & {
  readonly engine: Engine
  readonly views: Views
  readonly journal: Journal
  /** Mount it in an Express app, or listen with it. */
  readonly router: Router
  /** Runs that were not over when the runtime started, and go on now. */
  readonly recovered: number
  /** Puts a registry into force for new runs; null: reads it again. Errors: REGISTRY_INVALID. */
  readonly reload: (text: string | null, by: Principal) => Promise<RegistryDiff>
  /** Accepts no new work, lets calls under way end (at most `graceMs`), stores everything, and returns; twice is once. */
  readonly stop: (graceMs?: number) => Promise<void>
}
