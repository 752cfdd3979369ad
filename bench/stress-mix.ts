// The runs of the stress benchmark: one kind for each way in which a run can go, the registry that makes it possible,
// and the people who decide. A run's tenant names its kind, so that whoever sees an event knows what to do.
import { parse } from 'yaml'
import { z } from 'zod'
import type { RunRequest } from '../src/engine/engine.ts'
import type { RunOutcomeStatus } from '../src/events/run.ts'
import type { StoredEvent } from '../src/events/event.ts'
import { AppError } from '../src/errors.ts'
import { CallError, defineTool, type ToolContext } from '../src/runtime.ts'
import { REQUESTER, REVIEWER, registryText, requestOf, type Driven } from './load.ts'

/** What a kind may end as; anything else is a wrong end. */
export const ENDS = {
  plain: ['succeeded'],
  repeated: ['succeeded'],
  approved: ['succeeded'],
  denied: ['partial'],
  expired: ['partial'],
  badinput: ['partial'],
  flaky: ['succeeded'],
  slow: ['failed'],
  broken: ['failed'],
  overplan: ['failed'],
  tight: ['succeeded', 'partial', 'failed'],
  strict: ['succeeded', 'partial', 'failed'],
  cancelled: ['cancelled', 'succeeded'],
  withdrawn: ['cancelled'],
  unknown: ['succeeded'],
} as const satisfies Record<string, readonly RunOutcomeStatus[]>

export type Kind = keyof typeof ENDS
const isKind = (text: string): text is Kind => Object.hasOwn(ENDS, text)
export const KINDS = Object.keys(ENDS).filter(isKind)

/** Of each kind. */
export const TENANTS = 4
const GOALS = {
  lookup: 'look up the registration number of',
  send: 'send the note to',
}

/** The kind of a run, by its tenant. */
export function kindOf(tenant: string): Kind {
  const [kind = ''] = tenant.split('-')
  if (!isKind(kind)) throw new Error(`no kind of run is called ${kind}`)
  return kind
}

type Change = Partial<Omit<RunRequest, 'goal'>> & { readonly goal?: string }

const lookup = (number: number, fault: string): Change => ({
  goal: `${GOALS.lookup} prospect-${number}`,
  context: { fault },
})

/** What sets a kind apart from a plain run. */
const CHANGES: { readonly [K in Kind]?: (number: number) => Change } = {
  repeated: (number) => ({ idempotencyKey: `key-${number}` }),
  expired: () => ({ profile: 'hasty' }),
  badinput: (number) => ({ context: { ...requestOf(false, number).context, message: number } }),
  flaky: (number) => lookup(number, 'once'),
  slow: (number) => lookup(number, 'slow'),
  broken: (number) => lookup(number, 'bug'),
  overplan: () => ({ limits: { calls: 2 } }),
  tight: () => ({ profile: 'tight' }),
  strict: () => ({ profile: 'strict' }),
  unknown: (number) => ({
    goal: `${GOALS.send} prospect-${number}`,
    context: { note: `note ${number}` },
  }),
}

const ASKS: ReadonlySet<Kind> = new Set(['approved', 'denied', 'expired', 'withdrawn'])

/** The request of a run; the same number and kind give the same one. */
export const mixedRequest = (kind: Kind, number: number): RunRequest => ({
  ...requestOf(ASKS.has(kind), number),
  tenant: `${kind}-${number % TENANTS}`,
  ...CHANGES[kind]?.(number),
})

const isFirst = ({ idempotencyKey }: ToolContext): boolean => idempotencyKey.endsWith('/1')

function rest({ signal }: ToolContext): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(new CallError('user_cancelled', 'Given up.')))
  })
}

/** Tools that fail as their input says. */
export const TOOLS = [
  defineTool({
    name: 'look_up_registration',
    input: z.strictObject({ fault: z.enum(['once', 'slow', 'bug']) }),
    output: z.strictObject({ registration: z.string() }),
    run: ({ fault }, context) => {
      if (fault === 'slow') return rest(context)
      if (fault === 'bug') throw new TypeError('broken on purpose')
      if (isFirst(context)) throw new CallError('system_network', 'Down.', { happened: 'no' })
      return { registration: 'HRB 1' }
    },
  }),
  defineTool({
    name: 'send_note',
    input: z.strictObject({ note: z.string() }),
    output: z.strictObject({ receipt: z.string() }),
    run: ({ note }, context) => {
      if (isFirst(context)) throw new CallError('system_network', 'Lost.', { happened: 'unknown' })
      return { receipt: `sent ${note}` }
    },
  }),
]

const tool = (name: 'fault' | 'note', result: string, about: object) => ({
  inputs: { [name]: { type: 'string', required: true } },
  outputs: { [result]: { type: 'string', required: true } },
  binds: { [name]: `context.${name}` },
  cost: 0.2,
  ...about,
})

type Profile = {
  allowed_tools: string[]
  readonly approvers: object
  readonly budget: { readonly tenant: object }
}
type Source = {
  labels: object
  retry: object
  readonly tools: Record<string, object>
  readonly profiles: Record<string, Profile>
}

/** Text of the registry; `calls` is what the tight tenants may make a day. */
export async function stressRegistry(calls: number): Promise<string> {
  const source = parse(await registryText()) as Source
  source.labels = { max_series: 50_000 }
  source.retry = {
    default: { strategy: 'exponential', base_ms: 5, factor: 2, cap_ms: 50, jitter: 0.5, attempts: 3 },
  }
  source.tools['look_up_registration'] = tool('fault', 'registration', {
    domain: 'intelligence',
    description: 'Looks up the registration number of a company.',
    timeout_ms: 20,
    idempotent: true,
  })
  source.tools['send_note'] = tool('note', 'receipt', {
    domain: 'engagement',
    description: 'Sends a note.',
    side_effects: 'execute',
    idempotent: false,
    timeout_ms: 5000,
  })
  const technical = source.profiles['technical']
  if (technical === undefined) throw new TypeError('the registry has no profile technical')
  technical.allowed_tools.push('look_up_registration', 'send_note')
  const { budget } = technical
  const tenant = { ...budget.tenant, calls: 1_000_000_000 }
  const few = { ...budget.tenant, calls }
  const add = (name: string, change: object): void => {
    source.profiles[name] = { ...technical, ...change }
  }
  add('technical', { budget: { ...budget, tenant } })
  add('hasty', { budget: { ...budget, tenant }, approvers: { ...technical.approvers, timeout_s: 1 } })
  add('tight', { budget: { ...budget, tenant: few, on_exceeded: 'skip' } })
  add('strict', { budget: { ...budget, tenant: few, on_exceeded: 'stop' } })
  // Every JSON text is YAML.
  return JSON.stringify(source)
}

/** Counts what was refused, by code; whatever is not an error of the product goes on. */
export type Refusals = Map<string, number>

export function refused(refusals: Refusals, error: unknown): void {
  if (!(error instanceof AppError) || error.status >= 500) throw error
  refusals.set(error.code, (refusals.get(error.code) ?? 0) + 1)
}

const OTHER_REVIEWER = { id: 'bench-reviewer-2', roles: ['approver'] }

function answer({ engine }: Driven, event: StoredEvent): Promise<unknown>[] {
  if (event.type === 'tool_call_error') {
    if (event.data.mode !== 'system_unknown_outcome') return []
    const outcome = event.position % 2 === 0 ? 'happened' : 'did_not_happen'
    const said = { outcome, output: { receipt: 'found' }, reason: 'asked', by: REVIEWER } as const
    return [engine.reconcile(event.run_id, event.data.step_id, said)]
  }
  if (event.type !== 'approval_requested') return []
  const kind = kindOf(event.tenant)
  if (kind === 'expired') return []
  if (kind === 'withdrawn') return [engine.cancel(event.run_id, { by: REQUESTER, reason: null })]
  const decision = kind === 'denied' ? 'deny' : 'approve'
  const asked = { decision, reason: 'as it should be', changes: null } as const
  // Three at once: whoever asked for the run may not decide, and one of the two reviewers is too late.
  return [REQUESTER, REVIEWER, OTHER_REVIEWER].map((by) => engine.decide(event.data.approval_id, asked, by))
}

/** The people: each request is answered, or left to expire, as the kind of its run wants it. */
export async function decideAll(runtime: Driven, refusals: Refusals, until: AbortSignal): Promise<void> {
  const { journal } = runtime
  for (let position = journal.position(); !until.aborted;) {
    const events = await journal.readAll(position, 1000)
    position = events.at(-1)?.position ?? position
    const answers = events.flatMap((event) => answer(runtime, event))
    for (const result of await Promise.allSettled(answers)) {
      if (result.status === 'rejected') refused(refusals, result.reason)
    }
    if (events.length === 0) await journal.changed(position, until)
  }
}
