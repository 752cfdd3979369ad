// POST and GET /v1/runs, cancel, resume, reconcile, revise.
import type { Response } from 'express'
import type { Accepted, Engine, Principal } from '../../engine/engine.ts'
import type { RunSummary } from '../../projections/lists/views.ts'
import type { RunState } from '../../run/state.ts'
import { accepted, run, runOrStanding, runRow } from './run-answers.ts'
import { isPast, isRunSought, showRunRow } from './rows.ts'
import { pageOf } from '../answers.ts'
import { checkReach, keyLimited, narrowed, pageWithin, reachableRun, reaches } from '../callers/reach.ts'
import { linksOf, presentAccepted, presentRun, presentStanding } from '../present.ts'
import { localsOf, route, type Answer, type DoorParts, type Locals, type Route } from '../route.ts'
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
} from '../schemas.ts'
import { checkPlanner, traceparentOf } from '../validation.ts'
import { tellingWholePlan } from './plan-faults.ts'

export const runPage = pageOf(runRow)

const isViewer = ({ roles }: Principal): boolean => roles.includes('viewer')

const showRun = (engine: Engine, state: RunState) => presentRun(state, engine)

/** What an action answers: who may not read runs learns how this one stands, and no more. */
const showTo = async (by: Principal, engine: Engine, state: RunState) =>
  isViewer(by) ? showRun(engine, state) : presentStanding(state)

/** What a refusal shows of the run as it is now: to a viewer alone. */
const stateFor = (by: Principal, engine: Engine, runId: string): Locals['state'] =>
  isViewer(by) ? async () => showRun(engine, await reachableRun(engine, runId, by)) : null

type Call = {
  readonly params: { readonly run_id: string }
  readonly principal: Principal
  readonly res: Response
}

/** An act upon a run within the caller's reach; a 409 shows it as it is now, to who may see it. */
async function upon<T>(
  engine: Engine,
  { params, principal, res }: Call,
  act: (runId: string) => Promise<T>,
): Promise<T> {
  await checkReach(engine, params.run_id, principal)
  localsOf(res).state = stateFor(principal, engine, params.run_id)
  return act(params.run_id)
}

/** Answers with the run as the act has left it. */
async function acted(engine: Engine, call: Call, act: (runId: string) => Promise<RunState>): Promise<Answer> {
  return { status: 200, body: await showTo(call.principal, engine, await upon(engine, call, act)) }
}

const acceptedAnswer = (started: Accepted): Answer => ({
  status: 202,
  body: presentAccepted(started),
  headers: {
    Location: linksOf(started.runId).self,
    ...(started.created ? {} : { 'Idempotency-Replayed': 'true' }),
  },
})

const isOver = ({ finished }: RunState): boolean => finished !== null

/** What a start waits for, and whether the run itself is the answer then. */
const UNTIL = {
  over: { wait: ({ settled }: Engine) => settled, isFarEnough: isOver },
  person: {
    wait: ({ paused }: Engine) => paused,
    isFarEnough: (state: RunState) => isOver(state) || state.status === 'waiting',
  },
  plan: {
    wait: ({ planned }: Engine) => planned,
    isFarEnough: (state: RunState) => isOver(state) && state.plan === null,
  },
} as const

const starts = (engine: Engine): Route =>
  route({
    method: 'post',
    path: '/v1/runs',
    roles: ['operator'],
    limitedKeys: 'own',
    summary: 'Accepts a run durably',
    query: startQuery,
    headers: startHeaders,
    body: startBody,
    answers: {
      200: { description: 'The run, when it came so far within `wait`.', schema: runOrStanding },
      202: { description: 'Accepted.', schema: accepted },
    },
    errors: [
      'KEY_LIMITED',
      'UNKNOWN_PROFILE',
      'UNKNOWN_TENANT',
      'PROFILE_NOT_ALLOWED',
      'LIMIT_LOOSENED',
      'PLANNER_UNAVAILABLE',
      'UNKNOWN_PLAYBOOK',
      'PLAN_INVALID',
      'INPUT_INVALID',
      'IDEMPOTENCY_CONFLICT',
      'FROZEN',
      'TOO_BUSY',
    ],
    answer: async ({ query, headers, body, principal, signal }) => {
      if (!reaches(principal, body)) throw keyLimited(principal)
      checkPlanner(body.planner, engine.registry())
      const request = {
        ...body,
        idempotencyKey: headers['idempotency-key'] ?? null,
        traceparent: traceparentOf(headers.traceparent),
      }
      const started = await engine.start(request, principal)
      if (query.wait === 0) return acceptedAnswer(started)
      const { wait, isFarEnough } = UNTIL[query.until]
      const state = await wait(engine)(started.runId, query.wait * 1000, signal())
      if (!isFarEnough(state)) return acceptedAnswer(started)
      return { status: 200, body: await showTo(principal, engine, state) }
    },
  })

const reads = ({ engine, views }: DoorParts): Route[] => [
  route({
    method: 'get',
    path: '/v1/runs',
    roles: ['viewer'],
    limitedKeys: 'own',
    summary: 'Runs, newest first',
    query: runsQuery,
    answers: { 200: { description: 'One page.', schema: runPage } },
    errors: [],
    answer: async ({ query, principal }) => {
      const { q, requester, since, until, ...asked } = query
      const search = { q, requester, since, until }
      const take = async (rows: readonly RunSummary[]) => {
        const within = rows.filter((row) => reaches(principal, row))
        const shown = await Promise.all(within.map((row) => showRunRow(engine, row)))
        return shown.filter((row) => isRunSought(row, search))
      }
      const taking = { take, isPast: (row: RunSummary) => isPast(row.started_at, search, query.order) }
      return { status: 200, body: await pageWithin(views.runs, narrowed(asked, principal), taking) }
    },
  }),
  route({
    method: 'get',
    path: '/v1/runs/{run_id}',
    roles: ['viewer'],
    limitedKeys: 'own',
    summary: 'One run: plan, steps, budget, pending approvals, recovery',
    params: runParams,
    answers: { 200: { description: 'The run.', schema: run } },
    errors: ['RUN_NOT_FOUND'],
    answer: async ({ params, principal }) => ({
      status: 200,
      body: await showRun(engine, await reachableRun(engine, params.run_id, principal)),
    }),
  }),
]

const acts = (engine: Engine): Route[] => [
  route({
    method: 'post',
    path: '/v1/runs/{run_id}/cancel',
    roles: ['operator'],
    limitedKeys: 'own',
    summary: 'Ends a run that is not over',
    params: runParams,
    body: cancelBody,
    answers: { 200: { description: 'The run as it is now.', schema: runOrStanding } },
    errors: ['RUN_NOT_FOUND', 'RUN_FINISHED', 'RUN_PARKED', 'JOURNAL_CONFLICT'],
    answer: (call) =>
      acted(engine, call, (runId) =>
        engine.cancel(runId, { by: call.principal, reason: call.body.reason ?? null }),
      ),
  }),
  route({
    method: 'post',
    path: '/v1/runs/{run_id}/resume',
    roles: ['operator'],
    limitedKeys: 'own',
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
      'INPUT_INVALID',
      'FROZEN',
      'TOO_BUSY',
    ],
    answer: async (call) =>
      acceptedAnswer(
        await upon(engine, call, (runId) => engine.resume(runId, call.principal, call.body.context ?? {})),
      ),
  }),
]

const reconciles = (engine: Engine): Route =>
  route({
    method: 'post',
    path: '/v1/runs/{run_id}/steps/{step_id}/reconcile',
    roles: ['operator'],
    limitedKeys: 'own',
    summary: 'Settles a step whose outcome is unknown',
    params: stepParams,
    body: reconcileBody,
    answers: { 200: { description: 'The run as it is now.', schema: runOrStanding } },
    errors: [
      'RUN_NOT_FOUND',
      'STEP_NOT_FOUND',
      'STEP_NOT_UNKNOWN',
      'APPROVER_IS_REQUESTER',
      'CHANGES_INVALID',
      'RUN_PARKED',
      'JOURNAL_CONFLICT',
    ],
    answer: (call) =>
      acted(engine, call, (runId) => {
        const { outcome, output, reason } = call.body
        return engine.reconcile(runId, call.params.step_id, { outcome, output, reason, by: call.principal })
      }),
  })

const revises = (engine: Engine): Route =>
  route({
    method: 'post',
    path: '/v1/runs/{run_id}/steps/{step_id}/revise',
    roles: ['operator'],
    limitedKeys: 'own',
    summary: 'Other inputs for a step that a reviewer sent back; only its requester may',
    params: stepParams,
    body: reviseBody,
    answers: { 200: { description: 'The run as it is now.', schema: runOrStanding } },
    errors: [
      'RUN_NOT_FOUND',
      'STEP_NOT_FOUND',
      'NOTHING_TO_REVISE',
      'NOT_THE_REQUESTER',
      'CHANGES_INVALID',
      'JOURNAL_CONFLICT',
    ],
    answer: (call) =>
      acted(engine, call, (runId) =>
        engine.revise(runId, call.params.step_id, { inputs: call.body.inputs, by: call.principal }),
      ),
  })

export const runRoutes = (parts: DoorParts): Route[] => [
  tellingWholePlan(parts.engine, starts(parts.engine)),
  ...reads(parts),
  ...acts(parts.engine),
  reconciles(parts.engine),
  revises(parts.engine),
]
