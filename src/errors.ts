// Every error a caller can meet: one class, one table. Clients depend on the code, never on the text.
import type { ProblemItem } from './events/problem.ts'

type Row = { readonly status: number; readonly title: string; readonly detail: string }

/** `{name}` in a detail is replaced by the parameter of that name. */
export const ERRORS = {
  INVALID_REQUEST: {
    status: 400,
    title: 'The request is not valid',
    detail: 'See errors for every problem.',
  },
  INVALID_JSON: { status: 400, title: 'The body is not JSON', detail: 'Send one JSON document in UTF-8.' },
  BODY_TOO_LARGE: { status: 413, title: 'The body is too large', detail: 'The limit is {limit} bytes.' },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, title: 'Unsupported media type', detail: 'Send {expected}.' },
  UNAUTHENTICATED: {
    status: 401,
    title: 'Authentication required',
    detail: 'Send a valid API key as a bearer token.',
  },
  FORBIDDEN: { status: 403, title: 'Not allowed', detail: 'This call needs the role {role}.' },
  FORBIDDEN_HOST: {
    status: 403,
    title: 'Unknown host',
    detail: 'Without keys the server answers loopback names only.',
  },
  NOT_THIS_MACHINE: {
    status: 403,
    title: 'Only this machine is answered without keys',
    detail:
      '{why} Set CUGAR_KEYS_FILE (`cugar keys new` makes keys) to answer other machines, and whoever comes through a proxy.',
  },
  KEY_LIMITED: {
    status: 403,
    title: 'The key is limited',
    detail: 'It is for {what} alone, and this call is about more.',
  },
  APPROVER_IS_REQUESTER: {
    status: 403,
    title: 'Another person must decide',
    detail:
      '{why} Where there are no keys, the header X-Cugar-Actor (`cugar approve ID --as NAME`) says who decides.',
  },
  NOT_THE_REQUESTER: {
    status: 403,
    title: 'Only the requester may revise it',
    detail: 'Step {step_id} was sent back to the one who started the run.',
  },
  ROUTE_NOT_FOUND: { status: 404, title: 'No such route', detail: '{method} {path} does not exist.' },
  METHOD_NOT_ALLOWED: { status: 405, title: 'Method not allowed', detail: 'Allowed: {allowed}.' },
  RUN_NOT_FOUND: { status: 404, title: 'No such run', detail: 'There is no run {run_id}.' },
  STEP_NOT_FOUND: { status: 404, title: 'No such step', detail: 'Run {run_id} has no step {step_id}.' },
  APPROVAL_NOT_FOUND: {
    status: 404,
    title: 'No such approval',
    detail: 'There is no approval {approval_id}.',
  },
  BATCH_NOT_FOUND: { status: 404, title: 'No such batch', detail: 'There is no batch {batch_id}.' },
  ADAPTER_NOT_FOUND: {
    status: 404,
    title: 'No such adapter',
    detail: 'The registry has no adapter {adapter}. Known: {known}.',
  },
  ADAPTER_UNUSABLE: {
    status: 422,
    title: 'The adapter cannot be used so',
    detail: 'Nothing was changed; see errors for every problem.',
  },
  TOOL_NOT_FOUND: { status: 404, title: 'No such tool', detail: '{tool} is not registered. Known: {known}.' },
  UNKNOWN_PROFILE: {
    status: 422,
    title: 'Unknown profile',
    detail: '{profile} is not a profile. Known: {known}.',
  },
  UNKNOWN_TENANT: {
    status: 422,
    title: 'Unknown tenant',
    detail: '{tenant} is no tenant: the registry has no entry for it, and takes no runs of it.',
  },
  PROFILE_NOT_ALLOWED: {
    status: 422,
    title: 'The tenant may not use the profile',
    detail: '{profile} is not a profile of tenant {tenant}. Allowed: {allowed}.',
  },
  LIMIT_LOOSENED: {
    status: 422,
    title: 'Limits may only be tightened',
    detail: '{unit}: {asked} is above {allowed}.',
  },
  PLANNER_UNAVAILABLE: {
    status: 422,
    title: 'Planner not available',
    detail: 'Planner {planner} is not set up.',
  },
  PLAN_INVALID: {
    status: 422,
    title: 'The plan is not valid',
    detail: 'See errors for every problem; nothing was started.',
  },
  UNKNOWN_PLAYBOOK: {
    status: 422,
    title: 'Unknown playbook',
    detail: '{playbook} is not a playbook. Known: {known}.',
  },
  PLAN_IMPOSSIBLE: { status: 422, title: 'No plan is possible for this goal', detail: '{why}' },
  INPUT_INVALID: {
    status: 422,
    title: 'Values that are missing or cannot be read',
    detail: 'See errors for every value, and what is taken; nothing was started.',
  },
  CHANGES_INVALID: { status: 422, title: 'The changes are not valid', detail: '{why}' },
  REGISTRY_INVALID: {
    status: 422,
    title: 'The registry is not valid',
    detail: 'See errors for every problem; nothing was changed.',
  },
  IDEMPOTENCY_CONFLICT: {
    status: 409,
    title: 'The idempotency key was used for another request',
    detail: 'It belongs to run {run_id}.',
  },
  RUN_FINISHED: { status: 409, title: 'The run is over', detail: 'Run {run_id} ended as {status}.' },
  RUN_PARKED: {
    status: 409,
    title: 'The run is parked',
    detail: 'Run {run_id} cannot go on in this process: {why} The next start tries again.',
  },
  RUN_NOT_FINISHED: { status: 409, title: 'The run is not over', detail: 'Run {run_id} is {status}.' },
  BATCH_FINISHED: { status: 409, title: 'The batch is over', detail: 'Batch {batch_id} ended as {status}.' },
  BATCH_NOT_FINISHED: {
    status: 409,
    title: 'The batch is not over',
    detail: 'Batch {batch_id} still works on its items.',
  },
  BATCH_COMPLETE: {
    status: 409,
    title: 'Nothing to resume',
    detail: 'Every item of batch {batch_id} has succeeded.',
  },
  NOTHING_TO_RESUME: { status: 409, title: 'Nothing to resume', detail: 'Run {run_id}: {why}.' },
  APPROVAL_DECIDED: {
    status: 409,
    title: 'The approval is no longer open',
    detail: 'The approval is {status}.',
  },
  APPROVAL_DIFFERS: {
    status: 409,
    title: 'The approval is for something else',
    detail: 'The digest is not that of what approval {approval_id} is about.',
  },
  ALREADY_VOTED: {
    status: 409,
    title: 'You have already decided',
    detail: 'A person counts once towards the quorum.',
  },
  STEP_NOT_UNKNOWN: { status: 409, title: 'Nothing to reconcile', detail: 'Step {step_id} is {status}.' },
  NOTHING_TO_REVISE: {
    status: 409,
    title: 'Nothing to revise',
    detail: 'Step {step_id} is {status}; only what a reviewer sent back is revised.',
  },
  FROZEN: {
    status: 409,
    title: 'Frozen for new runs',
    detail: 'The {scope} accepts no new runs until a person lifts the freeze.',
  },
  RATE_LIMITED: { status: 429, title: 'Too many requests', detail: 'Try again in {seconds} s.' },
  TOO_BUSY: { status: 503, title: 'Too busy', detail: '{why}' },
  NOT_READY: { status: 503, title: 'Not ready', detail: '{why}' },
  SETTINGS_INVALID: {
    status: 500,
    title: 'The settings are not valid',
    detail: 'See errors for every problem.',
  },
  DATA_DIR_LOCKED: {
    status: 500,
    title: 'The data directory is in use',
    detail: 'Another process has {dir} open. Stop it, or set DATA_DIR to another folder.',
  },
  DATABASE_LOCKED: {
    status: 500,
    title: 'The database is in use',
    detail:
      'Another process has the journal in database {database} open. Stop it, or name another database in DATABASE_URL.',
  },
  JOURNAL_BROKEN: { status: 500, title: 'The journal cannot be used', detail: '{why}' },
  JOURNAL_CONFLICT: {
    status: 409,
    title: 'The run has changed meanwhile',
    detail: 'Read it again and retry.',
  },
  INTERNAL: {
    status: 500,
    title: 'Internal error',
    detail: 'The log has the details under this request id.',
  },
} as const satisfies Record<string, Row>

export type ErrorCode = keyof typeof ERRORS
export type ErrorParams = Readonly<Record<string, string | number>>

const fill = (detail: string, params: ErrorParams): string =>
  detail.replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(params[name] ?? whole))

/**
 * A broken contract or broken infrastructure. Expected outcomes are events instead.
 *
 * @example
 * ```ts
 * import { AppError, readRegistry } from 'cugar-sales'
 *
 * try {
 *   readRegistry('version: v2')
 * } catch (error) {
 *   if (!(error instanceof AppError)) throw error
 *   console.log(error.code, error.problems[0]?.path) // REGISTRY_INVALID line 1: version
 * }
 * ```
 */
export class AppError extends Error {
  readonly code: ErrorCode
  readonly params: ErrorParams
  /** Each single problem, with the path or line it is at. */
  readonly problems: readonly ProblemItem[]

  constructor(
    code: ErrorCode,
    params: ErrorParams = {},
    options: { cause?: unknown; problems?: readonly ProblemItem[] } = {},
  ) {
    super(fill(ERRORS[code].detail, params), { cause: options.cause })
    this.name = 'AppError'
    this.code = code
    this.params = params
    this.problems = options.problems ?? []
  }

  get status(): number {
    return ERRORS[this.code].status
  }

  get title(): string {
    return ERRORS[this.code].title
  }
}
