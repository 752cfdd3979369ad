// The canonical events: one closed union, checked once, when an event enters the journal. Used by everyone;
// promises that a `StoredEvent` has passed its schema and that its type decides the shape of its data.
import { z } from 'zod'
import { approvalReceived, approvalRequested, approvalTimeout } from './approval.ts'
import { budgetExceeded, budgetUpdated, budgetWarning } from './budget.ts'
import { batchCancelled, batchFinished, batchResumed, batchStarted } from './batch.ts'
import { blockFailed, branchTaken, conditionMet, ruleChecked, stepFailed } from './condition.ts'
import { keysChanged, resultsTaken } from './access.ts'
import { adapterChanged, freezeChanged, registryChanged } from './control.ts'
import { libraryChanged } from './library.ts'
import { envelopeShape, type Origin } from './envelope.ts'
import { llmCall, llmCallStart } from './llm.ts'
import { planCompared, planCreated } from './plan.ts'
import { runCancelled, runFinished, runStarted } from './run.ts'
import {
  callLookedUp,
  routeDecision,
  stepRevised,
  stepSkipped,
  toolCallComplete,
  toolCallError,
  toolCallStart,
} from './step.ts'

const schemas = [
  runStarted,
  llmCallStart,
  llmCall,
  planCreated,
  planCompared,
  routeDecision,
  approvalRequested,
  approvalReceived,
  approvalTimeout,
  budgetUpdated,
  budgetWarning,
  budgetExceeded,
  toolCallStart,
  toolCallComplete,
  toolCallError,
  callLookedUp,
  stepRevised,
  stepSkipped,
  branchTaken,
  conditionMet,
  ruleChecked,
  stepFailed,
  blockFailed,
  runCancelled,
  runFinished,
  adapterChanged,
  registryChanged,
  freezeChanged,
  batchStarted,
  batchCancelled,
  batchResumed,
  batchFinished,
  libraryChanged,
  keysChanged,
  resultsTaken,
] as const

/** Type and data of any event, without envelope. */
export const factSchema = z.discriminatedUnion('type', schemas)
export type Fact = z.infer<typeof factSchema>
export type EventType = Fact['type']

export type FactOf<T extends EventType> = Extract<Fact, { type: T }>
export type DataOf<T extends EventType> = FactOf<T>['data']

export const EVENT_TYPES: readonly EventType[] = schemas.map((schema) => schema.shape.type.value)

/** The ten names that are fixed for all runtimes. */
export const CANONICAL_TYPES: readonly EventType[] = [
  'plan_created',
  'route_decision',
  'approval_requested',
  'approval_received',
  'approval_timeout',
  'budget_warning',
  'budget_exceeded',
  'tool_call_start',
  'tool_call_complete',
  'tool_call_error',
]

export type Envelope = z.infer<z.ZodObject<typeof envelopeShape>>

/** A fact with its envelope, as it stands in the journal. */
export type StoredEvent = Envelope & Fact
export type EventOf<T extends EventType> = Envelope & FactOf<T>

export { EMPTY_HASH } from './digest.ts'

const envelopeSchema = z.object(envelopeShape)

/** The whole event, envelope and fact, checked: for what comes from outside. */
export const storedEventSchema = z.intersection(z.looseObject(envelopeSchema.shape), factSchema)

/** A fact on its way to the journal; the span defaults to the run's own, and without an origin it is of this runtime. */
export type Draft = Fact & { readonly span_id?: string; readonly origin?: Origin }
