// Registries, tools and people made up by fast-check: what runs are tried with.
import * as fc from 'fast-check'
import type { Registry } from '../../src/registry/registry.ts'
import { CallError } from '../../src/run/failure.ts'
import type { Tool, ToolContext } from '../../src/tools/tool.ts'
import { registryFrom, scripted } from './world.ts'

const DOMAINS = ['intelligence', 'engagement', 'qualification'] as const

const behaviour = fc.constantFrom(
  'ok',
  'ok',
  'ok',
  'network',
  'lost',
  'refused',
  'bug',
  'invalid',
  'guardrail',
  'slow',
  'not_json',
)
type Behaviour = typeof behaviour extends fc.Arbitrary<infer T> ? T : never

const tool = fc.record({
  domain: fc.constantFrom(...DOMAINS),
  effects: fc.constantFrom('read-only', 'propose', 'execute'),
  review: fc.constantFrom('none', 'none', 'call', 'output'),
  idempotent: fc.boolean(),
  retry: fc.constantFrom('none', 'linear', 'exponential'),
  needs: fc.uniqueArray(fc.nat(6), { maxLength: 2 }),
  /** Where it may be one: it judges the one it needs. */
  judges: fc.boolean(),
  cost: fc.nat(3),
  /** Call by call; the last one goes on. */
  calls: fc.array(behaviour, { minLength: 1, maxLength: 3 }),
})
export type ToolPlan = typeof tool extends fc.Arbitrary<infer T> ? T : never

const amounts = fc.record(
  { calls: fc.integer({ min: 5, max: 20 }), cost: fc.integer({ min: 9, max: 40 }) },
  { requiredKeys: [] },
)

export const scenario = fc.record({
  tools: fc.array(tool, { minLength: 2, maxLength: 8 }),
  quorum: fc.integer({ min: 1, max: 2 }),
  onExceeded: fc.constantFrom('skip', 'stop'),
  run: amounts,
  domain: amounts,
  parallel: fc.integer({ min: 1, max: 8 }),
})
export type Scenario = typeof scenario extends fc.Arbitrary<infer T> ? T : never

/** Words that share no beginning, so that a goal of such words asks for each tool by itself. */
const WORDS = ['amber', 'birch', 'cedar', 'dolphin', 'eagle', 'falcon', 'granite', 'heron']

export const wordOf = (index: number): string => WORDS[index] ?? 'none'
export const nameOf = (index: number): string => `${wordOf(index)}_work`
/** Asks for the first tools. */
export const goalFor = (count: number): string => WORDS.slice(0, count).join(', ')

const needsOf = (plan: ToolPlan, index: number): number[] => plan.needs.filter((need) => need < index)

const amountsText = (values: Readonly<Record<string, number | undefined>>): string =>
  `{ ${Object.entries(values)
    .map(([unit, amount]) => `${unit}: ${amount}`)
    .join(', ')} }`

const reviewOf = ({ effects, review }: ToolPlan): string => (effects === 'execute' ? 'call' : review)

/** What it judges, where everything is as a judge must be. */
function judgesText(plan: ToolPlan, index: number, plans: readonly ToolPlan[]): string {
  const [need, ...others] = needsOf(plan, index)
  const isJudge = plan.judges && plan.effects === 'read-only' && plan.review === 'none' && others.length === 0
  const judged = need === undefined ? undefined : plans[need]
  return isJudge && need !== undefined && judged && reviewOf(judged) === 'output'
    ? `judges: ${nameOf(need)}.value, `
    : ''
}

function toolText(plan: ToolPlan, index: number, plans: readonly ToolPlan[]): string {
  const needs = needsOf(plan, index)
  const review = reviewOf(plan)
  const approval = review === 'none' ? '{ required: false }' : `{ required: true, review: ${review} }`
  const idempotent = plan.effects === 'execute' ? `, idempotent: ${plan.idempotent}` : ''
  const inputs = needs.map((need) => `in_${need}: { type: string, required: true }`)
  const binds = needs.map((need) => `in_${need}: ${nameOf(need)}.value`)
  return `  ${nameOf(index)}:
    { domain: ${plan.domain}, description: ${wordOf(index)}, side_effects: ${plan.effects}, approval: ${approval},
      ${judgesText(plan, index, plans)}inputs: { ${inputs.join(', ')} }, binds: { ${binds.join(', ')} }, cost: ${plan.cost}, retry: ${plan.retry},
      outputs: { value: { type: string }, status: { type: string } }, guardrails: [{ output.status: fine }],
      timeout_ms: ${plan.calls.includes('slow') ? 12 : 5000}${idempotent} }`
}

export const EXPIRY_S = 100

export function registryOf({ tools, quorum, onExceeded, run, domain }: Scenario): Registry {
  return registryFrom(`
version: v1
metadata: { name: test, version: "1" }
tools:
${tools.map(toolText).join('\n')}
profiles:
  test:
    allowed_tools: [${tools.map((_, index) => nameOf(index)).join(', ')}]
    approval_required: [execute]
    approvers: { role: approver, quorum: ${quorum}, exclude_requester: true, timeout_s: ${EXPIRY_S} }
    budget:
      run: ${amountsText(run)}
      domain: { engagement: ${amountsText(domain)} }
      tool: { ${nameOf(1)}: ${amountsText(domain)} }
      tenant: { window: day, calls: 1000 }
      on_exceeded: ${onExceeded}
    timeout_seconds: 60
retry:
  linear: { strategy: linear, base_ms: 1, cap_ms: 3, jitter: 0.5, attempts: 3 }
  exponential: { strategy: exponential, base_ms: 1, factor: 2, cap_ms: 4, jitter: 0, attempts: 2 }
`)
}

/** Never answers by itself: only the time limit or a cancel ends it. */
const untilAborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('given up'))))

function act(how: Behaviour, context: ToolContext): unknown {
  switch (how) {
    case 'ok':
      return { value: `made by ${context.idempotencyKey}`, status: 'fine' }
    case 'network':
      throw new CallError('system_network', 'The vendor cannot be reached.', { happened: 'no' })
    case 'lost':
      throw new CallError('system_timeout', 'The vendor did not answer.')
    case 'refused':
      throw new CallError('user_conflict', 'The vendor refuses.', { happened: 'no' })
    case 'bug':
      throw new TypeError('network timeout ECONNRESET: words that must not be read')
    case 'invalid':
      return { value: 7, status: 'fine' }
    case 'guardrail':
      return { value: 'sent', status: 'sent' }
    case 'slow':
      return untilAborted(context.signal)
    case 'not_json':
      return { value: 'big', status: 'fine', more: { size: 1n } }
  }
}

export type Invocation = { readonly tool: string; readonly key: string }

export const toolsOf = ({ tools }: Scenario, made: Invocation[]): Tool[] =>
  tools.map((plan, index) => {
    let count = 0
    return scripted(nameOf(index), (_, context) => {
      made.push({ tool: nameOf(index), key: context.idempotencyKey })
      const how = plan.calls[Math.min(count, plan.calls.length - 1)] ?? 'ok'
      count += 1
      return act(how, context)
    })
  })
