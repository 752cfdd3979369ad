// How a planner, or a tool, asks a language model: each attempt is a call of the run, recorded before it leaves and settled before
// anybody hears of it. What an earlier process has recorded is not asked again: the same answers are given.
import { digestOf } from '../events/digest.ts'
import type { EventOf, StoredEvent } from '../events/event.ts'
import { isRecord } from '../events/json.ts'
import type { Journal } from '../journal/journal.ts'
import type { ModelOutcome, ModelRequest } from '../models/model.ts'
import {
  modelAnswer,
  type AskModel,
  type ModelFault,
  type ModelQuestion,
  type ModelReply,
} from '../run/question.ts'
import type { RunState } from '../run/state.ts'
import { payloadValue } from './values.ts'

/** Records and sends one request; null: the books do not allow it, or the run is over. */
export type SendRequest = (request: ModelRequest) => Promise<ModelOutcome | null>

export type AskParts = {
  /** What this run's model calls have brought already, oldest first; they are answered from it. */
  readonly recorded: readonly ModelReply[]
  readonly send: SendRequest
  /** Milliseconds that are left to plan in. */
  readonly left: () => number
  readonly signal: AbortSignal
}

/** A server that words a refusal anew each time must not be asked for ever. */
const MOST_WORDINGS = 6
const FIRST_PAUSE_MS = 250

const replyOf = ({ outcome, answer }: Pick<ModelOutcome, 'outcome' | 'answer'>): ModelReply => ({
  outcome,
  answer: modelAnswer.safeParse(answer).data ?? null,
})

/** Another plan was adopted, or none was: what is asked after it is asked anew. */
const endsPlanning = (event: StoredEvent): boolean =>
  event.type === 'plan_created' || (event.type === 'rule_checked' && event.data.outcome !== 'met')

/** What the run's present planning has asked so far, with the answers that are kept. */
export async function recordedReplies(journal: Journal, runId: string): Promise<ModelReply[]> {
  const events: readonly StoredEvent[] = await journal.read(runId)
  const replies: ModelReply[] = []
  for (const event of events.slice(events.findLastIndex(endsPlanning) + 1)) {
    if (event.type !== 'llm_call' || event.data.step_id !== null) continue
    const { outcome, answer } = event.data
    const kept = answer === null ? null : await payloadValue(journal, runId, answer)
    replies.push(replyOf({ outcome, answer: kept }))
  }
  return replies
}

type Asked = Pick<ModelQuestion, 'step_id' | 'purpose' | 'messages'>

/** Whether a recorded request asks the same; servers differ in everything else that is sent to them. */
async function asksThat(journal: Journal, { run_id, data }: EventOf<'llm_call_start'>, asked: Asked) {
  if (data.step_id !== asked.step_id || data.purpose !== asked.purpose) return false
  const body = await payloadValue(journal, run_id, data.request)
  return isRecord(body) && digestOf(body['messages']) === digestOf(asked.messages)
}

/** What one run's calls for a step have brought to this question, oldest first; and which run it resumes. */
async function repliesOf(journal: Journal, runId: string, asked: Asked) {
  const events: readonly StoredEvent[] = await journal.read(runId)
  const same = new Set<string>()
  const replies: ModelReply[] = []
  let resumes: string | null = null
  for (const event of events) {
    if (event.type === 'run_started') resumes = event.data.resumes
    if (event.type === 'llm_call_start' && (await asksThat(journal, event, asked)))
      same.add(event.data.call_id)
    if (event.type !== 'llm_call' || !same.has(event.data.call_id)) continue
    const { outcome, answer } = event.data
    replies.push(
      replyOf({ outcome, answer: answer === null ? null : await payloadValue(journal, runId, answer) }),
    )
  }
  return { replies, resumes }
}

/** What is known of a step's question: an answer that it, or the same step of a run before it, was given; or its attempts. */
export async function repliesTo(
  journal: Journal,
  { runId, modelCalls, resumes: before }: RunState,
  asked: Asked,
): Promise<readonly ModelReply[]> {
  if (modelCalls === 0 && before === null) return []
  const { replies, resumes } = await repliesOf(journal, runId, asked)
  for (let earlier = resumes; replies.length === 0 && earlier !== null;) {
    const found = await repliesOf(journal, earlier, asked)
    const answer = found.replies.find(({ outcome, answer: kept }) => outcome === 'success' && kept !== null)
    if (answer !== undefined) return [answer]
    earlier = found.resumes
  }
  return replies
}

/** What a failed call says of the next one. Where nothing is kept of it, its process has died: it may be made again. */
function faultOf({ outcome, answer }: ModelReply): ModelFault | null {
  if (outcome === 'success' || outcome === 'invalid' || outcome === 'refused') return null
  if (outcome === 'over_budget' || outcome === 'cancelled') return null
  if (answer !== null && 'error' in answer) return answer.error
  return { status: null, code: 'unknown', retry: 'later', after_ms: null }
}

/** true: the time is over, or nobody waits any more. */
async function pause(ms: number, { signal }: AskParts): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, ms)
  signal.addEventListener('abort', () => resolve(), { once: true })
  await promise
  clearTimeout(timer)
  return signal.aborted
}

async function fresh(parts: AskParts, prepare: () => ModelRequest): Promise<ModelReply> {
  const left = parts.left()
  if (parts.signal.aborted || left <= 0) return { outcome: 'timeout', answer: null }
  const request = prepare()
  const timeoutMs = Math.min(request.timeoutMs ?? left, left)
  const outcome = await parts.send({ ...request, timeoutMs })
  if (outcome !== null) return replyOf(outcome)
  return { outcome: parts.signal.aborted ? 'timeout' : 'over_budget', answer: null }
}

/** The questions of one planning, in the order in which they are asked. */
export function askerOf(parts: AskParts): AskModel {
  const recorded = [...parts.recorded]
  return async (prepare, attempts) => {
    let made = 0
    let wordings = 0
    for (;;) {
      const known = recorded.shift()
      const reply = known ?? (await fresh(parts, prepare))
      const fault = faultOf(reply)
      if (fault === null || fault.retry === 'never') return reply
      if (fault.retry === 'reworded') {
        wordings += 1
        if (wordings > MOST_WORDINGS) return reply
        continue
      }
      made += 1
      if (made >= attempts) return reply
      if (recorded.length > 0 || known !== undefined) continue
      const wait = fault.after_ms ?? FIRST_PAUSE_MS * 2 ** (made - 1)
      // Who may only come back after the end of the planning is not waited for.
      if (wait >= parts.left() || (await pause(wait, parts))) return reply
    }
  }
}
