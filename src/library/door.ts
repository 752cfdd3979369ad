// The door of a program that has the runtime inside it: what it asks is held to the schemas to which HTTP holds its
// callers, before the engine sees it. What one of them refuses the other refuses, with the same code. What a program
// hands over is copied, so that it may go on with its own objects.
import { z } from 'zod'
import { memoize } from '../cache.ts'
import type { Engine, Principal } from '../engine/engine.ts'
import { jsonFault } from '../events/checks/json-fault.ts'
import { plainReader } from '../events/checks/plain-reader.ts'
import { MOST_ITEMS } from '../events/batch.ts'
import { hex } from '../events/envelope.ts'
import { isRecord } from '../events/json.ts'
import { NOT_PLAIN, plainCopy } from '../events/plain-copy.ts'
import { isOurName, oneSpelling, OUR_NAME_RULE } from '../events/names.ts'
import { problemsOf } from '../events/problem.ts'
import type { RegistryDiff } from '../registry/diff.ts'
import type { Registry } from '../registry/registry.ts'
import {
  cancelBody,
  decisionBody,
  freezeBody,
  planBody,
  reconcileBody,
  resumeBody,
  reviseBody,
  runParams,
  startBody,
  startHeaders,
} from '../http/schemas.ts'
import { checkNesting, checkPlanner, invalid, MAX_DEPTH } from '../http/validation.ts'

/** Nearly every value is plain. Errors: INVALID_REQUEST for what JSON does not have, or would change without a word. */
function jsonCopy(value: unknown): unknown {
  if (value === undefined) return undefined
  // What stands in the deepest one is a level, too, for `checkNesting`.
  const plain = plainCopy(value, MAX_DEPTH - 1)
  return plain === NOT_PLAIN ? closeCopy(value) : plain
}

function closeCopy(value: unknown): unknown {
  const fault = jsonFault(value, Infinity)
  if (fault !== null && fault !== 'too_large')
    throw invalid([{ path: fault.path.filter((name) => name !== '').join('.'), message: fault.why }])
  const copy: unknown = JSON.parse(JSON.stringify(value))
  checkNesting(copy)
  return copy
}

/** Reads what is right in one walk: the copy, and what the schema makes of it. */
const readerOf = memoize((schema: z.ZodType) => ({ read: plainReader(schema, { deepest: MAX_DEPTH - 1 }) }))

/** Errors: INVALID_REQUEST with every problem, PLAN_INVALID where all are a plan's. */
function parsed<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const read = readerOf(schema).read(value)
  if (read !== NOT_PLAIN) return read as z.output<S>
  const result = schema.safeParse(jsonCopy(value))
  if (!result.success) throw invalid(problemsOf(result.error))
  return result.data
}

const PERSON_RULE = 'must be 1 to 200 characters, one at least that can be seen, and no control characters'
const principalSchema = z.object({
  id: z
    .string()
    .min(1, PERSON_RULE)
    .max(200, PERSON_RULE)
    .refine((id) => !/[\p{Cc}\p{Cs}]/u.test(id) && oneSpelling(id) !== '', PERSON_RULE)
    .refine((id) => !isOurName(id), OUR_NAME_RULE),
  roles: z.array(z.string().min(1)),
  limitedTo: z
    .object({ tenants: z.array(z.string()).nullable(), profiles: z.array(z.string()).nullable() })
    .optional(),
})

const bySchema = z.object({ by: principalSchema })

function principalOf(by: unknown): z.output<typeof principalSchema> {
  const read = readerOf(principalSchema).read(by)
  if (read !== NOT_PLAIN) return read as z.output<typeof principalSchema>
  const result = bySchema.safeParse({ by })
  if (!result.success) throw invalid(problemsOf(result.error))
  return result.data.by
}

/** Errors: INVALID_REQUEST, with paths below `by`. */
function personOf(by: unknown): Principal {
  const { id, roles, limitedTo } = principalOf(by)
  return { id, roles, ...(limitedTo && { limitedTo }) }
}

const idempotencyKey = startHeaders.shape['idempotency-key'].unwrap()
const NO_ZEROS = 'must not be all zeros'
const isNotZero = (digits: string): boolean => /[^0]/.test(digits)
const besidesSchema = z.object({
  idempotencyKey: idempotencyKey.nullish().transform((key) => key ?? null),
  traceparent: z
    .strictObject({
      traceId: hex(32).refine(isNotZero, NO_ZEROS),
      spanId: hex(16).refine(isNotZero, NO_ZEROS),
      isSampled: z.boolean().default(true),
    })
    .nullish()
    .transform((parent) => parent ?? null),
})

const recordOf = (value: unknown): Record<string, unknown> => {
  if (isRecord(value)) return value
  throw invalid([{ path: '', message: 'must be an object' }])
}

/** Errors: INVALID_REQUEST for what has no fields, which a program without types may give. */
export function requestOf<T extends object>(request: T): T {
  recordOf(request)
  return request
}

const NOTHING_BESIDES = { idempotencyKey: null, traceparent: null } as const

/** What of a run is asked for, and what HTTP has in headers. */
function startOf(request: unknown, registry: Registry) {
  const { idempotencyKey: key, traceparent, ...body } = recordOf(request)
  const asked = parsed(startBody, body)
  const isBare = (key ?? null) === null && (traceparent ?? null) === null
  const besides = isBare ? NOTHING_BESIDES : parsed(besidesSchema, { idempotencyKey: key, traceparent })
  checkPlanner(asked.planner, registry)
  return { ...asked, ...besides }
}

const itemsSchema = z
  .array(z.strictObject({ line: z.int().min(1), context: z.record(z.string(), z.unknown()) }))
  .min(1, 'must have one at least')
  .max(MOST_ITEMS)
const listSchema = z.object({
  items: itemsSchema,
  rejected: z
    .array(
      z.strictObject({ line: z.int(), errors: z.array(z.object({ path: z.string(), message: z.string() })) }),
    )
    .default([]),
  columns: z.array(z.string()).default([]),
})

/** How a run is waited for. Errors: INVALID_REQUEST. */
export function howLong({ until, timeoutMs }: { readonly until: string; readonly timeoutMs: number }): void {
  waitOf(timeoutMs)
  if (until !== 'person' && until !== 'over')
    throw invalid([{ path: 'until', message: 'must be one of person, over' }])
}

const bareListSchema = z.object({ items: z.array(z.record(z.string(), z.unknown())) })

/** The items of a list as they are numbered. Errors: INVALID_REQUEST where it is none. */
export function numbered(items: unknown): { line: number; context: Readonly<Record<string, unknown>> }[] {
  const list = parsed(bareListSchema, { items })
  return list.items.map((context, index) => ({ line: index + 1, context }))
}

function listOf(request: unknown, registry: Registry) {
  const { items, rejected, columns, ...common } = recordOf(request)
  return { ...startOf(common, registry), ...parsed(listSchema, { items, rejected, columns }) }
}

function planOf(request: unknown, tenant: string | undefined, registry: Registry) {
  const { tenant: _tenant, ...asked } = parsed(planBody, {
    ...recordOf(request),
    ...(tenant !== undefined && { tenant }),
  })
  checkPlanner(asked.planner, registry)
  return asked
}

/** In a program what is not said is null; in a body it is left out. */
const said = (request: unknown): Record<string, unknown> =>
  Object.fromEntries(Object.entries(recordOf(request)).filter(([, value]) => value !== null))

function decisionOf(request: unknown) {
  const body = parsed(decisionBody, said(request))
  const changes = body.decision === 'request_changes' ? (body.changes ?? null) : null
  return { decision: body.decision, reason: body.reason ?? null, changes }
}

function cancelOf(request: unknown) {
  const { by, ...rest } = said(request)
  return { by: personOf(by), reason: parsed(cancelBody, rest).reason ?? null }
}

const runIdOf = (id: unknown): string => parsed(runParams, { run_id: id }).run_id

const waitSchema = z.strictObject({
  timeoutMs: z
    .union([z.number(), z.literal(Infinity)], { error: 'must be a number of milliseconds' })
    .refine((ms) => ms >= 0, 'must not be negative'),
})

/** How long somebody waits. Errors: INVALID_REQUEST. */
function waitOf(timeoutMs: unknown): number {
  if (typeof timeoutMs === 'number' && timeoutMs >= 0) return timeoutMs
  const result = waitSchema.safeParse({ timeoutMs })
  if (!result.success) throw invalid(problemsOf(result.error))
  return result.data.timeoutMs
}

type Wait = Engine['settled']
const waiting =
  (wait: Wait): Wait =>
  async (runId, timeoutMs, signal) =>
    wait(runIdOf(runId), waitOf(timeoutMs), signal)

const runsOf = (engine: Engine): Pick<Engine, 'start' | 'preview' | 'state' | 'cancel' | 'resume'> => ({
  start: async (request, by) => engine.start(startOf(request, engine.registry()), personOf(by)),
  preview: async (request, customer) => {
    const asked = planOf(request, customer?.tenant, engine.registry())
    return customer === undefined
      ? engine.preview(asked)
      : engine.preview(asked, { by: personOf(customer.by), tenant: customer.tenant })
  },
  state: async (runId) => engine.state(runIdOf(runId)),
  cancel: async (runId, request) => engine.cancel(runIdOf(runId), cancelOf(request)),
  resume: async (runId, by, corrected) => {
    const { context = {} } = parsed(resumeBody, { context: corrected })
    return engine.resume(runIdOf(runId), personOf(by), context)
  },
})

const stepsOf = (engine: Engine): Pick<Engine, 'reconcile' | 'decide' | 'revise'> => ({
  reconcile: async (runId, stepId, request) => {
    const { by, ...rest } = recordOf(request)
    const { outcome, output, reason } = parsed(reconcileBody, rest)
    return engine.reconcile(runIdOf(runId), stepId, { outcome, output, reason, by: personOf(by) })
  },
  decide: async (approvalId, request, by) => engine.decide(approvalId, decisionOf(request), personOf(by)),
  revise: async (runId, stepId, request) => {
    const { by, ...rest } = recordOf(request)
    return engine.revise(runIdOf(runId), stepId, { ...parsed(reviseBody, rest), by: personOf(by) })
  },
})

const batchesOf = ({ batches, registry }: Engine): Engine['batches'] => ({
  ...batches,
  start: async (request, by) => batches.start(listOf(request, registry()), personOf(by)),
  cancel: async (batchId, request) => batches.cancel(batchId, cancelOf(request)),
  resume: async (batchId, by) => batches.resume(batchId, personOf(by)),
})

/** Who reloads where a signal asks for it: this very object, so that nobody else is called so. */
export const HANGUP: Principal = { id: 'SIGHUP', roles: ['admin'] }

export type Reload = (text: string | null, by: Principal) => Promise<RegistryDiff>

const textSchema = z.object({ text: z.string().nullable() })

export const reloadDoor =
  (reload: Reload): Reload =>
  async (given, by) => {
    const { text } = parsed(textSchema, { text: given })
    return reload(text, by === HANGUP ? by : personOf(by))
  }

/** The engine as a program has it: the same calls, each refused where HTTP would refuse its request. */
export const libraryDoor = (engine: Engine): Engine => ({
  ...engine,
  ...runsOf(engine),
  ...stepsOf(engine),
  settled: waiting(engine.settled),
  paused: waiting(engine.paused),
  planned: waiting(engine.planned),
  batches: batchesOf(engine),
  freeze: async (request, by) => engine.freeze(parsed(freezeBody, request), personOf(by)),
  lift: async (request, by) => engine.lift(parsed(freezeBody, request), personOf(by)),
  adapters: {
    ...engine.adapters,
    change: async (adapter, wanted, by) => {
      const { adapterBody } = await import('../http/adapters/adapters.ts')
      return engine.adapters.change(adapter, parsed(adapterBody, wanted), personOf(by))
    },
  },
})
