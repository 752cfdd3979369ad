// How a language model is asked: the contract of whoever reaches one. Used by the engine, which has recorded the intent
// and reserved what the call may use before it asks; promises one request for each call, no retries of its own, and an
// outcome whatever happens.
import type { ModelAsk } from '../run/state.ts'
import type { ModelCallEnd, Usage } from '../run/calls/model-call.ts'

export type ModelRequest = ModelAsk & {
  /** What is sent, as JSON; it is kept as a payload. */
  readonly body: unknown
}

export type ModelOutcome = {
  readonly outcome: ModelCallEnd['outcome']
  /** null: the server reported none. */
  readonly usage: Usage | null
  readonly durationMs: number
  /** null: it was not streamed. */
  readonly firstChunkMs: number | null
  /** What came back, as JSON; null where nothing did. */
  readonly answer: unknown
}

export interface Models {
  /** Sends one request; aborted at the signal. Never rejects. */
  ask(request: ModelRequest, signal: AbortSignal): Promise<ModelOutcome>
}
