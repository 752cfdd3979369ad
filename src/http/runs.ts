// POST and GET /v1/runs, cancel, resume, reconcile, revise.
import type { Engine } from '../engine/engine.ts'
import { accepted, run, runSummary } from './run-answers.ts'
import { pageOf } from './answers.ts'
import { linksOf, presentAccepted, presentRun, presentRunSummary } from './present.ts'
import { localsOf, route, type Answer, type DoorParts, type Route } from './route.ts'
import {
  cancelBody,
  reconcileBody,
  resumeBody,
  reviseBody,
  runParams,
  runsQuery,
  startBody,
  startHeaders,
  startQuery,
  stepParams,
} from './schemas.ts'
import { checkPlanner, traceparentOf } from './validation.ts'

export const runPage = pageOf(runSummary)

const readRun = async (engine: Engine, runId: string) => presentRun(await engine.state(runId), engine)

const acceptedAnswer = (started: { runId: string; traceId: string; created: boolean }): Answer => ({
  status: 202,
  body: presentAccepted(started.runId, started.traceId),
  headers: {
    Location: linksOf(started.runId).self,
    ...(started.created ? {} : { 'Idempotency-Replayed': 'true' }),
  },
})

const starts = (engine: Engine): Route =>
  route({
    method: 'post',
    path: '/v1/runs',
    roles: ['operator'],
    summary: 'Accepts a run durably',
    query: startQuery,
    headers: startHeaders,
    body: startBody,
    answers: {
      200: { description: 'The run, when it came so far within `wait`.', schema: run },
      202: { description: 'Accepted.', schema: accepted },
    },
    errors: [
      'UNKNOWN_PROFILE',
      'UNKNOWN_TENANT',
      'PROFILE_NOT_ALLOWED',
      'LIMIT_LOOSENED',
      'PLANNER_UNAVAILABLE',
      'IDEMPOTENCY_CONFLICT',
      'FROZEN',
      'TOO_BUSY',
    ],
    answer: async ({ query, headers, body, principal, signal }) => {
      checkPlanner(body.planner, engine.registry())
      const request = {
        ...body,
        idempotencyKey: headers['idempotency-key'] ?? null,
        traceparent: traceparentOf(headers.traceparent),
      }
      const started = await engine.start(request, principal)
      if (query.wait === 0) return acceptedAnswer(started)
      const wait = query.until === 'person' ? engine.paused : engine.settled
      const state = await wait(started.runId, query.wait * 1000, signal())
      const isAnswered = state.finished !== null || (query.until === 'person' && state.status === 'waiting')
      if (!isAnswered) return acceptedAnswer(started)
      const body200 = await presentRun(state, engine)
      return { status: 200, body: body200 }
    },
  })

const reads = ({ engine, views }: DoorParts): Route[] => [
  route({
    method: 'get',
    path: '/v1/runs',
    roles: ['viewer'],
    summary: 'Runs, newest first',
    query: runsQuery,
    answers: { 200: { description: 'One page.', schema: runPage } },
    errors: [],
    answer: async ({ query }) => {
      const page = await views.runs(query)
      return { status: 200, body: { ...page, items: page.items.map(presentRunSummary) } }
    },
  }),
  route({
    method: 'get',
    path: '/v1/runs/{run_id}',
    roles: ['viewer'],
    summary: 'One run: plan, steps, budget, pending approvals, recovery',
    params: runParams,
    answers: { 200: { description: 'The run.', schema: run } },
    errors: ['RUN_NOT_FOUND'],
    answer: async ({ params }) => ({ status: 200, body: await readRun(engine, params.run_id) }),
  }),
]

const acts = (engine: Engine): Route[] => [
  route({
    method: 'post',
    path: '/v1/runs/{run_id}/cancel',
    roles: ['operator'],
    summary: 'Ends a run that is not over',
    params: runParams,
    body: cancelBody,
    answers: { 200: { description: 'The run as it is now.', schema: run } },
    errors: ['RUN_NOT_FOUND', 'RUN_FINISHED', 'JOURNAL_CONFLICT'],
    answer: async ({ params, body, principal, res }) => {
      localsOf(res).state = () => readRun(engine, params.run_id)
      const state = await engine.cancel(params.run_id, { by: principal, reason: body.reason ?? null })
      return { status: 200, body: await presentRun(state, engine) }
    },
  }),
  route({
    method: 'post',
    path: '/v1/runs/{run_id}/resume',
    roles: ['operator'],
    summary: 'A new run of what failed or was skipped; completed steps are not repeated',
    params: runParams,
    body: resumeBody,
    answers: { 202: { description: 'Accepted.', schema: accepted } },
    errors: [
      'RUN_NOT_FOUND',
      'RUN_NOT_FINISHED',
      'IDEMPOTENCY_CONFLICT',
      'NOTHING_TO_RESUME',
      'UNKNOWN_TENANT',
      'PROFILE_NOT_ALLOWED',
      'FROZEN',
      'TOO_BUSY',
    ],
    answer: async ({ params, body, principal, res }) => {
      localsOf(res).state = () => readRun(engine, params.run_id)
      const { context } = body
      const resumed = context
        ? engine.resume(params.run_id, principal, context)
        : engine.resume(params.run_id, principal)
      return acceptedAnswer(await resumed)
    },
  }),
]

/** What people say of single steps. */
const stepActs = (engine: Engine): Route[] => [
  route({
    method: 'post',
    path: '/v1/runs/{run_id}/steps/{step_id}/reconcile',
    roles: ['operator'],
    summary: 'Settles a step whose outcome is unknown',
    params: stepParams,
    body: reconcileBody,
    answers: { 200: { description: 'The run as it is now.', schema: run } },
    errors: ['RUN_NOT_FOUND', 'STEP_NOT_FOUND', 'STEP_NOT_UNKNOWN', 'CHANGES_INVALID', 'JOURNAL_CONFLICT'],
    answer: async ({ params, body, principal, res }) => {
      localsOf(res).state = () => readRun(engine, params.run_id)
      const request = { outcome: body.outcome, output: body.output, reason: body.reason, by: principal }
      const state = await engine.reconcile(params.run_id, params.step_id, request)
      return { status: 200, body: await presentRun(state, engine) }
    },
  }),
  route({
    method: 'post',
    path: '/v1/runs/{run_id}/steps/{step_id}/revise',
    roles: ['operator'],
    summary: 'Other inputs for a step that a reviewer sent back; only its requester may',
    params: stepParams,
    body: reviseBody,
    answers: { 200: { description: 'The run as it is now.', schema: run } },
    errors: [
      'RUN_NOT_FOUND',
      'STEP_NOT_FOUND',
      'NOTHING_TO_REVISE',
      'NOT_THE_REQUESTER',
      'CHANGES_INVALID',
      'JOURNAL_CONFLICT',
    ],
    answer: async ({ params, body, principal, res }) => {
      localsOf(res).state = () => readRun(engine, params.run_id)
      const revision = { inputs: body.inputs, by: principal }
      const state = await engine.revise(params.run_id, params.step_id, revision)
      return { status: 200, body: await presentRun(state, engine) }
    },
  }),
]

export const runRoutes = (parts: DoorParts): Route[] => [
  starts(parts.engine),
  ...reads(parts),
  ...acts(parts.engine),
  ...stepActs(parts.engine),
]
