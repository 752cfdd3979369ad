// GET /v1/openapi.json: the OpenAPI 3.1 document, made from the table of routes and their zod schemas.
import { z } from 'zod'
import type { Principal } from '../engine/engine.ts'
import { ERRORS, type ErrorCode } from '../errors.ts'
import { ACTOR_PATTERN } from '../events/names.ts'
import { adapterPage, adapterBody, comparisonBody } from './adapters/adapters.ts'
import { adapter, adapterChecked, adaptersCompared } from './adapters/answers.ts'
import { playbookPage, profilePage, toolPage } from './control.ts'
import { templatePage } from './templates.ts'
import * as shapes from './answers.ts'
import * as plans from './plan-answers.ts'
import { approvalPage } from './runs/approval-list.ts'
import { ACTOR_HEADER } from './callers/auth.ts'
import { budgetPage } from './budgets.ts'
import { eventPage } from './runs/events.ts'
import { freezePage } from './freezes.ts'
import { route, type AnswerDoc, type RawBody, type Route } from './route.ts'
import * as lists from './batches/schemas.ts'
import {
  accepted,
  approval,
  approvalRow,
  approvalSummary,
  run,
  runStanding,
  runStep,
  runRow,
} from './runs/run-answers.ts'
import { runPage } from './runs/runs.ts'
import {
  alertmanagerBody,
  cancelBody,
  decisionBody,
  freezeBody,
  planBody,
  reconcileBody,
  resumeBody,
  reviseBody,
  startBody,
} from './schemas.ts'

type Json = Readonly<Record<string, unknown>>

const ANSWERS: Readonly<Record<string, z.ZodType>> = {
  Problem: shapes.problem,
  Run: run,
  RunStanding: runStanding,
  RunStep: runStep,
  RunRow: runRow,
  RunPage: runPage,
  RunAccepted: accepted,
  Event: shapes.event,
  EventPage: eventPage,
  PlanStep: plans.planStep,
  PlanPreview: plans.planPreview,
  PlanComparison: plans.planComparison,
  Approval: approval,
  ApprovalRow: approvalRow,
  ApprovalSummary: approvalSummary,
  ApprovalPage: approvalPage,
  BudgetLine: shapes.budgetLine,
  BudgetPage: budgetPage,
  Tool: shapes.tool,
  ToolPage: toolPage,
  Profile: shapes.profile,
  ProfilePage: profilePage,
  PlaybookPage: playbookPage,
  TemplatePage: templatePage,
  Adapter: adapter,
  AdapterPage: adapterPage,
  AdapterChecked: adapterChecked,
  AdaptersCompared: adaptersCompared,
  RegistryDiff: shapes.registryDiff,
  Freeze: shapes.freeze,
  FreezePage: freezePage,
  FreezeLifted: shapes.freezeLifted,
  AlertsApplied: shapes.alertsApplied,
  Signals: shapes.signalsReport,
  Batch: lists.batch,
  BatchAccepted: lists.batchAccepted,
  BatchSummary: lists.batchSummary,
  BatchPage: lists.batchPage,
  BatchItem: lists.batchItem,
  BatchItemPage: lists.itemPage,
  BatchApprovalPage: lists.batchApprovalPage,
  JointDecision: lists.jointDecision,
  Health: shapes.health,
  Readiness: shapes.readiness,
}

const REQUESTS: Readonly<Record<string, z.ZodType>> = {
  StartRun: startBody,
  MakePlan: planBody,
  Cancel: cancelBody,
  Reconcile: reconcileBody,
  Resume: resumeBody,
  Revise: reviseBody,
  Decide: decisionBody,
  StartBatch: lists.batchBody,
  DecideTogether: lists.jointDecisionBody,
  FreezeOrLift: freezeBody,
  AlertmanagerWebhook: alertmanagerBody,
  ChangeAdapter: adapterBody,
  CompareAdapters: comparisonBody,
}

const REFERENCE = '#/components/schemas/'

const clean = (schema: object): Json =>
  Object.fromEntries(
    Object.entries(schema).filter(([key]) => key !== '$schema' && key !== '$id' && key !== 'id'),
  )

const registryOf = (named: Readonly<Record<string, z.ZodType>>) => {
  const registry = z.registry<{ id: string }>()
  for (const [id, schema] of Object.entries(named)) registry.add(schema, { id })
  return registry
}

function componentsOf(named: Readonly<Record<string, z.ZodType>>, io: 'input' | 'output'): Json {
  const uri = (id: string): string => `${REFERENCE}${id}`
  const { schemas } = z.toJSONSchema(registryOf(named), { io, uri })
  return Object.fromEntries(Object.entries(schemas).map(([id, schema]) => [id, clean(schema)]))
}

/** A reference where the schema has a name, the schema itself where not. */
function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const named = Object.entries(io === 'input' ? REQUESTS : ANSWERS).find(([, known]) => known === schema)
  if (named) return { $ref: `${REFERENCE}${named[0]}` }
  if (schema instanceof z.ZodUnion) {
    const options = schema.options.filter((option) => option instanceof z.ZodType)
    return { anyOf: options.map((option) => schemaOf(option, io)) }
  }
  return clean(z.toJSONSchema(schema, { io }))
}

const parametersOf = (where: 'path' | 'query' | 'header', shape: z.ZodObject): Json[] =>
  Object.entries(shape.shape).flatMap(([name, schema]) => {
    if (!(schema instanceof z.ZodType)) return []
    const { description, ...rest } = clean(z.toJSONSchema(schema, { io: 'input' }))
    const required = where === 'path' || !schema.safeParse(undefined).success
    return [
      { name, in: where, required, schema: rest, ...(description === undefined ? {} : { description }) },
    ]
  })

const contentOf = ({ schema, other }: AnswerDoc): Json => ({
  ...(other?.instead || schema === undefined
    ? {}
    : { 'application/json': { schema: schemaOf(schema, 'output') } }),
  ...(other ? { [other.contentType]: { schema: { type: 'string' } } } : {}),
})

const rawContent = ({ contentTypes, json }: RawBody): Json =>
  Object.fromEntries(
    contentTypes.map((type) => [
      type,
      { schema: type === 'application/json' ? schemaOf(json, 'input') : { type: 'string' } },
    ]),
  )

const EVERYWHERE: readonly ErrorCode[] = [
  'INVALID_REQUEST',
  'FORBIDDEN_HOST',
  'NOT_THIS_MACHINE',
  'RATE_LIMITED',
  'INTERNAL',
]
const GUARDED: readonly ErrorCode[] = ['UNAUTHENTICATED', 'FORBIDDEN']
const POSTED: readonly ErrorCode[] = ['INVALID_JSON', 'BODY_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE']

const errorsOf = ({ method, roles, limitedKeys, errors }: Route): ReadonlySet<ErrorCode> =>
  new Set([
    ...EVERYWHERE,
    ...(roles === null ? [] : GUARDED),
    ...(limitedKeys === 'refused' ? (['KEY_LIMITED'] as const) : []),
    ...(method === 'get' ? [] : POSTED),
    ...errors,
  ])

/** The statuses of 500 and above that a route can answer. */
export const serverErrorsOf = (route: Route): number[] => [
  ...new Set([...errorsOf(route)].map((code) => ERRORS[code].status).filter((status) => status >= 500)),
]

function problemsOf(route: Route): Json {
  const byStatus = Map.groupBy(errorsOf(route), (code) => String(ERRORS[code].status))
  return Object.fromEntries(
    [...byStatus].map(([status, group]) => [
      status,
      {
        description: group.map((code) => `${code}: ${ERRORS[code].title}.`).join(' '),
        content: { 'application/problem+json': { schema: { $ref: `${REFERENCE}Problem` } } },
      },
    ]),
  )
}

const ACTOR: Json = {
  name: ACTOR_HEADER,
  in: 'header',
  required: false,
  schema: { type: 'string', pattern: ACTOR_PATTERN.source },
  description:
    'Only where no keys are set up: the person who calls, so that requester and approver can differ.',
}

const operationId = ({ method, path }: Route): string =>
  [method, ...path.split('/').filter((part) => part !== '' && part !== 'v1')]
    .join('_')
    .replaceAll(/[{}.]/g, '')

function operationOf(route: Route): Json {
  const answered = Object.entries(route.answers).map(([status, doc]): [string, Json] => [
    status,
    { description: doc.description, ...(doc.schema || doc.other ? { content: contentOf(doc) } : {}) },
  ])
  return {
    operationId: operationId(route),
    summary: route.summary,
    ...(route.roles === null ? { security: [] } : { 'x-roles': route.roles }),
    ...(route.byApprovers ? { 'x-roles-of-approvers': true } : {}),
    'x-limited-keys': route.limitedKeys,
    parameters: [
      ...parametersOf('path', route.params),
      ...parametersOf('query', route.query),
      ...parametersOf('header', route.headers),
      ...(route.roles === null ? [] : [ACTOR]),
    ],
    ...(route.body === null
      ? {}
      : {
          requestBody: {
            // A call without a body is answered as one with an empty object.
            required: !route.body.safeParse({}).success,
            content: { 'application/json': { schema: schemaOf(route.body, 'input') } },
          },
        }),
    ...(route.raw === null ? {} : { requestBody: { required: true, content: rawContent(route.raw) } }),
    responses: { ...Object.fromEntries(answered), ...problemsOf(route) },
  }
}

const pathsOf = (table: readonly Route[]): Json =>
  Object.fromEntries(
    [...Map.groupBy(table, (item) => item.path)].map(([path, routes]) => [
      path,
      Object.fromEntries(routes.map((item) => [item.method, operationOf(item)])),
    ]),
  )

/** The document of a table of routes. */
export const openapiDocument = (table: readonly Route[], version: string): Json => ({
  openapi: '3.1.0',
  info: {
    title: 'CUGAr-SALES',
    version,
    description:
      'Problems are application/problem+json; clients depend on `code`, listed in `x-errors`. Times are RFC 3339, in events epoch milliseconds. Cost units are decimal, money is an integer of micro-dollars.',
    license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
  },
  security: [{ key: [] }],
  paths: pathsOf(table),
  components: {
    schemas: { ...componentsOf(ANSWERS, 'output'), ...componentsOf(REQUESTS, 'input') },
    securitySchemes: {
      key: {
        type: 'http',
        scheme: 'bearer',
        description:
          'An API key. `x-roles` names the roles of which the key needs one; with `x-roles-of-approvers` the role that a profile asks of its approvers will do. `x-limited-keys` says what a key for some tenants or profiles gets: `own`, what is theirs; `refused`, nothing; `same`, what everybody gets. Not asked without keys.',
      },
    },
  },
  'x-errors': Object.entries(ERRORS).map(([code, { status, title, detail }]) => ({
    code,
    status,
    title,
    detail,
  })),
})

/** `documentFor`: what the tools take is for callers with a key; nobody else learns which there are. */
export const openapiRoute = (documentFor: (by: Principal) => Json): Route =>
  route({
    method: 'get',
    path: '/v1/openapi.json',
    roles: null,
    limitedKeys: 'same',
    summary: 'This document',
    answers: {
      200: {
        description: 'OpenAPI 3.1; for a caller with a key, with what each tool takes and gives.',
        schema: z.record(z.string(), z.unknown()),
      },
    },
    errors: [],
    answer: ({ principal }) => ({ status: 200, body: documentFor(principal) }),
  })
