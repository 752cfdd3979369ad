// Where a process that asks a language model is killed, and what it runs.
import type { RunRequest } from '../../../src/engine/engine.ts'
import { CONTEXT, DRAFT_CONTEXT, DRAFT_GOAL, GOAL, withLlm } from '../asked.ts'

/** By the process itself: around the append that makes an event durable, the `nth` of its kind in its life. */
export type Point = {
  /** Of the runs that an earlier process left, or of its own. */
  readonly of: 'left' | 'own'
  readonly type: string
  readonly nth: number
  readonly moment: 'before' | 'after'
}

/** By the server: when it has the `nth` question of the run, or has answered half or all of it. */
export type ServerPoint = { readonly nth: number; readonly moment: 'asked' | 'half' | 'answered' }

export type Kind = 'draft' | 'poor'

/** Kinds of runs: `draft` asks four times, `poor` may pay for one question whose answer is lost. */
export type Kill = { readonly kind: Kind; readonly own: Point | null; readonly server: ServerPoint | null }

export const textOf = (point: Point | null): string =>
  point === null ? 'none' : [point.of, point.type, point.nth, point.moment].join(':')

export function readPoint(text: string): Point | null {
  const [of, type = '', nth, moment] = text.split(':')
  if (of !== 'left' && of !== 'own') return null
  return { of, type, nth: Number(nth), moment: moment === 'before' ? 'before' : 'after' }
}

/** Plans and drafts with a model that sees the values of the context. */
export const REGISTRY = withLlm('{ planner: plan, model: gpt-4o-mini, share: values, attempts: 2 }')

/** Dollars: more than one question may cost at most, and less than two. */
const POOR_USD = 0.006

/** Under the name as its key, asked for by whichever process. */
export function requestOf(name: string, kind: string): RunRequest {
  const common = { profile: 'demo', planner: 'auto', tenant: 'acme', traceparent: null, idempotencyKey: name }
  if (kind === 'poor') return { ...common, goal: GOAL, context: CONTEXT, limits: { llm_usd: POOR_USD } }
  return { ...common, goal: DRAFT_GOAL, context: DRAFT_CONTEXT, limits: {} }
}

/** Two of the planning, two of the tool. */
const QUESTIONS = [1, 2, 3, 4]
const BOTH = ['before', 'after'] as const

const own = (type: string, nth: number, moment: Point['moment']): Kill => ({
  kind: 'draft',
  own: { of: 'own', type, nth, moment },
  server: null,
})
const server = (nth: number, moment: ServerPoint['moment']): Kill => ({
  kind: 'draft',
  own: null,
  server: { nth, moment },
})
const poor = (kill: Kill): Kill => ({ ...kill, kind: 'poor' })
/** While it ends what the kill before it has left. */
const again = (type: string, moment: Point['moment']): Kill => ({
  kind: 'draft',
  own: { of: 'left', type, nth: 1, moment },
  server: null,
})

/** Every phase of every question, and of the steps between them; each place once. */
export const KILLS: readonly Kill[] = [
  ...QUESTIONS.flatMap((nth) => [
    ...BOTH.map((moment) => own('llm_call_start', nth, moment)),
    server(nth, 'asked'),
    server(nth, 'half'),
    server(nth, 'answered'),
    ...BOTH.map((moment) => own('llm_call', nth, moment)),
  ]),
  ...['run_started', 'plan_created', 'tool_call_start', 'tool_call_complete'].flatMap((type) =>
    BOTH.map((moment) => own(type, 1, moment)),
  ),
  server(1, 'asked'),
  again('llm_call_start', 'after'),
  again('llm_call', 'before'),
  server(3, 'half'),
  again('llm_call_start', 'before'),
  again('llm_call', 'after'),
  poor(server(1, 'asked')),
  poor(server(1, 'half')),
  poor(own('llm_call_start', 1, 'after')),
  poor(own('llm_call', 1, 'before')),
]
