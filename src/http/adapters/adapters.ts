// /v1/adapters: how the vendors stand, what a person changes of them while everything runs, a check, and the same
// reading through several of them.
import { z } from 'zod'
import type { AdapterComparison, AdapterNow, ComparisonRequest } from '../../engine/vendors.ts'
import type { Engine } from '../../engine/engine.ts'
import { CONTROL_STREAM } from '../../events/control.ts'
import { nameSchema } from '../../events/envelope.ts'
import { adapter, adapterChecked, adaptersCompared } from './answers.ts'
import { pageOf } from '../answers.ts'
import { textOrNull, timeOf } from '../present.ts'
import { route, type DoorParts, type Route } from '../route.ts'

export const adapterPage = pageOf(adapter)

const MOST_PLACES = 1000

const adapterParams = z.strictObject({
  adapter: z.string().min(1).max(100).meta({ description: 'Name of an adapter of the registry.' }),
})

export const adapterBody = z
  .strictObject({
    enabled: z.boolean().optional(),
    module: nameSchema.nullable().optional().meta({ description: "null: the registry's." }),
    order: z.int().min(1).max(MOST_PLACES).nullable().optional().meta({
      description: 'Place among those of its interface, the lowest first; null: as profiles have it.',
    }),
    reason: z.string().trim().min(1).max(2000),
  })
  .refine(({ enabled, module, order }) => [enabled, module, order].some((one) => one !== undefined), {
    error: 'must change enabled, module or order',
  })

export const comparisonBody = z.strictObject({
  interface: z.literal('crm').default('crm'),
  operation: z.enum(['getAccount', 'findAccounts', 'getOpportunity', 'listOpportunities']),
  input: z.unknown().optional().meta({ description: 'What every one of them is asked.' }),
  inputs: z
    .record(z.string(), z.unknown())
    .default({})
    .meta({ description: 'By adapter, where its ids are others.' }),
  adapters: z.array(nameSchema).min(1).max(20).optional().meta({ description: 'Left out: all that are on.' }),
  timeout_ms: z.int().min(1).max(60_000).default(10_000),
})

const loadOf = (figures: NonNullable<AdapterNow['figures']> | null) => ({
  in_flight: figures?.inFlight ?? 0,
  waiting: figures?.waiting ?? 0,
  last_second: figures?.lastSecond ?? 0,
  paused_ms: Math.ceil(figures?.pausedMs ?? 0),
})

/** Calls are everybody's, and what a person says of an adapter is said to those who look after all of them. */
const forLimited = (shown: z.input<typeof adapter>): z.input<typeof adapter> => ({
  ...shown,
  changed: null,
  problems: [],
  calls: null,
  latency: null,
  load: null,
  quotas: [],
})

async function present(engine: Engine, now: AdapterNow): Promise<z.input<typeof adapter>> {
  const { spec, last, figures } = now
  const why = last?.why == null ? null : textOrNull(await engine.payload(CONTROL_STREAM, last.why))
  const { parallel = null, per_second = null } = spec.limits ?? {}
  return {
    name: spec.name,
    interface: spec.interface,
    module: now.module,
    state: now.state,
    fallback: spec.fallback,
    order: now.order,
    changed: last && { at: timeOf(last.at), by: last.by, cause: last.cause, reason: why ?? last.reason },
    problems: [...now.problems],
    limits: { parallel, per_second },
    calls: figures?.calls ?? { success: 0, error: 0, timeout: 0, rate_limited: 0, refused: 0 },
    latency: { p50: figures?.p50 ?? null, p95: figures?.p95 ?? null },
    load: loadOf(figures),
    quotas: (figures?.quotas ?? []).map(({ window, remaining, limit, resetMs, at }) => ({
      window,
      remaining,
      limit,
      reset_ms: resetMs,
      at: timeOf(at),
    })),
  }
}

/** One that has the record and one that has none do not say the same. */
function doAgree({ answers, fields }: AdapterComparison): boolean {
  const haveIt = new Set(answers.map(({ record }) => record !== null))
  return (
    haveIt.size < 2 && answers.every(({ error }) => error === null) && fields.every(({ isSame }) => isSame)
  )
}

function presentComparison(
  { interface: served, operation }: ComparisonRequest,
  comparison: AdapterComparison,
  now: number,
): z.input<typeof adaptersCompared> {
  const { answers, fields } = comparison
  return {
    interface: served,
    operation,
    agree: doAgree(comparison),
    answers: answers.map(({ adapter: name, durationMs, updatedAt, record, error }) => ({
      adapter: name,
      latency_ms: durationMs,
      updated_at: updatedAt,
      age_seconds: updatedAt === null ? null : (now - Date.parse(updatedAt)) / 1000,
      record,
      error: error && { ...error },
    })),
    fields: fields.map(({ field, isSame, values }) => ({ field, same: isSame, values: { ...values } })),
  }
}

const compares = ({ engine, clock }: DoorParts): Route =>
  route({
    method: 'post',
    path: '/v1/adapters/compare',
    roles: ['operator', 'admin'],
    limitedKeys: 'refused',
    summary: 'The same reading through several adapters: differences by field, latency, freshness',
    body: comparisonBody,
    answers: { 200: { description: 'What each of them said.', schema: adaptersCompared } },
    errors: ['ADAPTER_NOT_FOUND', 'ADAPTER_UNUSABLE'],
    answer: async ({ body, signal }) => {
      const { timeout_ms: timeoutMs, adapters, ...asked } = body
      const request = { ...asked, input: body.input, adapters, timeoutMs }
      const compared = await engine.adapters.compare(request, signal())
      return { status: 200, body: presentComparison(request, compared, clock()) }
    },
  })

export const adapterRoutes = (parts: DoorParts): Route[] => {
  const { engine } = parts
  return [
    route({
      method: 'get',
      path: '/v1/adapters',
      roles: ['viewer', 'admin'],
      limitedKeys: 'own',
      summary: 'Adapters, how they stand, and how they are called',
      answers: { 200: { description: 'All of them.', schema: adapterPage } },
      errors: [],
      answer: async ({ principal }) => {
        const all = await Promise.all(engine.adapters.list().map((now) => present(engine, now)))
        const items = principal.limitedTo === undefined ? all : all.map(forLimited)
        return { status: 200, body: { items, next_cursor: null } }
      },
    }),
    compares(parts),
    route({
      method: 'put',
      path: '/v1/adapters/{adapter}',
      roles: ['operator', 'admin'],
      limitedKeys: 'refused',
      summary: 'Switches an adapter on or off, puts another module behind it or gives it another place',
      params: adapterParams,
      body: adapterBody,
      answers: { 200: { description: 'As it stands; it holds over restarts and reloads.', schema: adapter } },
      errors: ['ADAPTER_NOT_FOUND', 'ADAPTER_UNUSABLE'],
      answer: async ({ params, body, principal }) => {
        const now = await engine.adapters.change(params.adapter, body, principal)
        return { status: 200, body: await present(engine, now) }
      },
    }),
    route({
      method: 'post',
      path: '/v1/adapters/{adapter}/check',
      roles: ['operator', 'admin'],
      limitedKeys: 'refused',
      summary: 'Asks the vendor now whether it answers; what that finds changes the state of the adapter',
      params: adapterParams,
      answers: { 200: { description: 'What was found.', schema: adapterChecked } },
      errors: ['ADAPTER_NOT_FOUND'],
      answer: async ({ params }) => {
        const { now, operation, isFine, durationMs, problem } = await engine.adapters.check(params.adapter)
        const found = { operation, ok: isFine, duration_ms: durationMs, problem }
        return { status: 200, body: { adapter: await present(engine, now), ...found } }
      },
    }),
  ]
}
