// POST and GET /v1/batches: lists of items, one run each, with their progress, items and results; cancel, resume, and
// the decision of their approvals.
import type { Principal } from '../../engine/engine.ts'
import { AppError } from '../../errors.ts'
import type { BatchSummary, Views } from '../../projections/lists/views.ts'
import { narrowed, keyLimited, pageWithin, reaches } from '../callers/reach.ts'
import { route, type DoorParts, type Route } from '../route.ts'
import { cancelBody, startHeaders } from '../schemas.ts'
import { checkPlanner } from '../validation.ts'
import { decideTogether, pendingApprovals } from './decision.ts'
import { presentAccepted, presentBatch, presentItem, presentSummary } from './present.ts'
import { readBatch } from './reading.ts'
import { streamResults } from './results.ts'
import {
  batch,
  batchAccepted,
  batchApprovalPage,
  batchApprovalsQuery,
  batchBody,
  batchesQuery,
  batchOrStanding,
  batchPage,
  batchParams,
  batchQuery,
  itemPage,
  itemsQuery,
  jointDecision,
  jointDecisionBody,
  resultsQuery,
} from './schemas.ts'

/** Of the body of one batch. */
const MOST_BYTES = 32 * 1024 * 1024

type Parts = Pick<DoorParts, 'engine' | 'views'>

/** The batch, if the caller may know of it. Errors: BATCH_NOT_FOUND. */
async function reachable(
  { views }: { readonly views: Views },
  id: string,
  by: Principal,
): Promise<BatchSummary> {
  const row = await views.batch(id)
  if (row === null || !reaches(by, row)) throw new AppError('BATCH_NOT_FOUND', { batch_id: id })
  return row
}

const isViewer = ({ roles }: Principal): boolean => roles.includes('viewer')

const starts = ({ engine }: Parts): Route =>
  route({
    method: 'post',
    path: '/v1/batches',
    roles: ['operator'],
    limitedKeys: 'own',
    summary: 'Accepts a list durably: one run an item, a few at a time',
    query: batchQuery,
    headers: startHeaders.pick({ 'idempotency-key': true }),
    raw: {
      contentTypes: ['application/json', 'application/x-ndjson', 'text/csv'],
      bytes: MOST_BYTES,
      json: batchBody,
    },
    answers: { 202: { description: 'Accepted.', schema: batchAccepted } },
    errors: [
      'KEY_LIMITED',
      'UNKNOWN_PROFILE',
      'UNKNOWN_TENANT',
      'PROFILE_NOT_ALLOWED',
      'LIMIT_LOOSENED',
      'PLANNER_UNAVAILABLE',
      'UNKNOWN_PLAYBOOK',
      'PLAN_INVALID',
      'IDEMPOTENCY_CONFLICT',
      'FROZEN',
      'TOO_BUSY',
    ],
    answer: async ({ query, headers, principal, sent }) => {
      const { body, items, rejected, columns } = await readBatch({ ...sent(), query })
      if (!reaches(principal, body)) throw keyLimited(principal)
      checkPlanner(body.planner, engine.registry())
      const { items: _items, ...asked } = body
      const idempotencyKey = headers['idempotency-key'] ?? null
      const accepted = await engine.batches.start(
        { ...asked, items, rejected, columns, idempotencyKey },
        principal,
      )
      const presented = presentAccepted(accepted, rejected)
      return {
        status: 202,
        body: presented,
        headers: {
          Location: presented.links.self,
          ...(accepted.created ? {} : { 'Idempotency-Replayed': 'true' }),
        },
      }
    },
  })

const reads = ({ engine, views }: Parts): Route[] => [
  route({
    method: 'get',
    path: '/v1/batches',
    roles: ['viewer'],
    limitedKeys: 'own',
    summary: 'Batches, newest first',
    query: batchesQuery,
    answers: { 200: { description: 'One page.', schema: batchPage } },
    errors: [],
    answer: async ({ query, principal }) => {
      const page = await pageWithin(views.batches, narrowed(query, principal), {
        take: async (rows) => rows.filter((row) => reaches(principal, row)).map(presentSummary),
        isPast: () => false,
      })
      return { status: 200, body: page }
    },
  }),
  route({
    method: 'get',
    path: '/v1/batches/{batch_id}',
    roles: ['viewer'],
    limitedKeys: 'own',
    summary: 'One batch: how its items stand, what it costs, what went wrong first',
    params: batchParams,
    answers: { 200: { description: 'The batch.', schema: batch } },
    errors: ['BATCH_NOT_FOUND'],
    answer: async ({ params, principal }) => ({
      status: 200,
      body: await presentBatch(await reachable({ views }, params.batch_id, principal), engine),
    }),
  }),
]

const cursorOf = (cursor: string | undefined): number => {
  const from = cursor === undefined ? 0 : Number(cursor)
  if (Number.isSafeInteger(from) && from >= 0) return from
  throw new AppError(
    'INVALID_REQUEST',
    {},
    { problems: [{ path: 'query.cursor', message: 'is not a cursor' }] },
  )
}

type ItemsAsked = {
  readonly status?: Parameters<Views['itemsOfBatch']>[0]['status'] | undefined
  readonly limit: number
}

/** Numbers of the items of a page, and where the next one begins; null: there is none. */
async function numbersOf(
  views: Views,
  { batch_id: batchId, items }: BatchSummary,
  { status, limit, from }: ItemsAsked & { readonly from: number },
): Promise<{ numbers: readonly number[]; next: number | null }> {
  const found =
    status === undefined
      ? Array.from({ length: Math.max(0, Math.min(limit + 1, items - from)) }, (_none, index) => from + index)
      : await views.itemsOfBatch({ batchId, status, from, limit: limit + 1 })
  return { numbers: found.slice(0, limit), next: found[limit] ?? null }
}

async function itemsPage({ engine, views }: Parts, row: BatchSummary, asked: ItemsAsked & { from: number }) {
  const { numbers, next } = await numbersOf(views, row, asked)
  const items = await Promise.all(
    numbers.map(async (from) => {
      const [item] = await engine.batches.items(row.batch_id, { from, limit: 1 })
      return item === undefined ? [] : [await presentItem(item, engine)]
    }),
  )
  return { items: items.flat(), next_cursor: next === null ? null : String(next) }
}

const contents = ({ engine, views }: Parts): Route[] => [
  route({
    method: 'get',
    path: '/v1/batches/{batch_id}/items',
    roles: ['viewer'],
    limitedKeys: 'own',
    summary: 'Items of a batch in their order, each with its answer in short',
    params: batchParams,
    query: itemsQuery,
    answers: { 200: { description: 'One page.', schema: itemPage } },
    errors: ['BATCH_NOT_FOUND'],
    answer: async ({ params, query, principal }) => {
      const row = await reachable({ views }, params.batch_id, principal)
      const from = cursorOf(query.cursor)
      return { status: 200, body: await itemsPage({ engine, views }, row, { ...query, from }) }
    },
  }),
  route({
    method: 'get',
    path: '/v1/batches/{batch_id}/results',
    roles: ['viewer'],
    limitedKeys: 'own',
    summary: 'What came of every row: its facts, and the outputs that were released',
    params: batchParams,
    query: resultsQuery,
    answers: {
      200: { description: 'NDJSON, or CSV.', other: { contentType: 'text/csv', instead: true } },
    },
    errors: ['BATCH_NOT_FOUND'],
    answer: async ({ params, query, principal, signal }) => {
      await reachable({ views }, params.batch_id, principal)
      const state = await engine.batches.state(params.batch_id)
      const { batchId: list, tenant: of } = state
      await engine.access.taken({ list, of, format: query.format, by: principal.id })
      return { stream: streamResults(engine, state, { query, signal: signal() }) }
    },
  }),
]

async function shownTo({ engine, views }: Parts, id: string, by: Principal): Promise<unknown> {
  const row = await reachable({ views }, id, by)
  if (isViewer(by)) return presentBatch(row, engine)
  return { batch_id: id, status: row.status }
}

const acts = (parts: Parts): Route[] => [
  route({
    method: 'post',
    path: '/v1/batches/{batch_id}/cancel',
    roles: ['operator'],
    limitedKeys: 'own',
    summary: 'Begins nothing more, and ends the runs that are under way',
    params: batchParams,
    body: cancelBody,
    answers: { 200: { description: 'The batch as it is now.', schema: batchOrStanding } },
    errors: ['BATCH_NOT_FOUND', 'BATCH_FINISHED'],
    answer: async ({ params, body, principal }) => {
      await reachable(parts, params.batch_id, principal)
      await parts.engine.batches.cancel(params.batch_id, { by: principal, reason: body.reason ?? null })
      return { status: 200, body: await shownTo(parts, params.batch_id, principal) }
    },
  }),
  route({
    method: 'post',
    path: '/v1/batches/{batch_id}/resume',
    roles: ['operator'],
    limitedKeys: 'own',
    summary: 'Begins what never began, and resumes what did not succeed',
    params: batchParams,
    answers: { 202: { description: 'The batch as it is now.', schema: batchOrStanding } },
    errors: ['BATCH_NOT_FOUND', 'BATCH_NOT_FINISHED', 'BATCH_COMPLETE'],
    answer: async ({ params, principal }) => {
      await reachable(parts, params.batch_id, principal)
      await parts.engine.batches.resume(params.batch_id, principal)
      return { status: 202, body: await shownTo(parts, params.batch_id, principal) }
    },
  }),
]

const approvals = ({ engine, views }: Parts): Route[] => [
  route({
    method: 'get',
    path: '/v1/batches/{batch_id}/approvals',
    roles: ['viewer', 'approver'],
    byApprovers: true,
    limitedKeys: 'own',
    summary: 'What waits for a person in a batch, as each is decided about',
    params: batchParams,
    query: batchApprovalsQuery,
    answers: { 200: { description: 'One page.', schema: batchApprovalPage } },
    errors: ['BATCH_NOT_FOUND'],
    answer: async ({ params, query, principal }) => {
      await reachable({ views }, params.batch_id, principal)
      const asked = { by: principal, cursor: query.cursor, limit: query.limit }
      return { status: 200, body: await pendingApprovals(engine, params.batch_id, asked) }
    },
  }),
  route({
    method: 'post',
    path: '/v1/batches/{batch_id}/decision',
    roles: ['approver'],
    byApprovers: true,
    limitedKeys: 'own',
    summary: 'One decision on several approvals of a batch, each by its own rules',
    params: batchParams,
    body: jointDecisionBody,
    answers: { 200: { description: 'Which were decided, and which not.', schema: jointDecision } },
    errors: ['BATCH_NOT_FOUND'],
    answer: async ({ params, body, principal }) => {
      await reachable({ views }, params.batch_id, principal)
      return {
        status: 200,
        body: await decideTogether(engine, params.batch_id, { asked: body, by: principal }),
      }
    },
  }),
]

export const batchRoutes = (parts: Parts): Route[] => [
  starts(parts),
  ...reads(parts),
  ...contents(parts),
  ...acts(parts),
  ...approvals(parts),
]
