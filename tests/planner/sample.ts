// Small registries for tests: only what a test is about is said, the rest is filled in.
import { isDeepStrictEqual } from 'node:util'
import { digestOf } from '../../src/events/digest.ts'
import type { Limits } from '../../src/events/policy.ts'
import type { PlannerInput, PlanResult } from '../../src/planner/planner.ts'
import { provePlan } from '../../src/planner/prove.ts'
import { rulesPlanner } from '../../src/planner/rules.ts'
import type { AdapterSpec, Bind, Field, Profile, Registry, ToolSpec } from '../../src/registry/registry.ts'
import { DEFAULT_NAMES } from '../../src/registry/names.ts'
import { toMicro } from '../../src/registry/registry.ts'

const field = (required: boolean): Field => ({ type: 'any', required, values: [], description: '' })

/** `context.a.b` or `tool.output`. */
const bindOf = (text: string): Bind => {
  const [head = '', ...rest] = text.split('.')
  return head === 'context' ? { context: rest.join('.') } : { tool: head, output: rest.join('.') }
}

type PlannedSteps = (PlanResult & { ok: true })['steps']

export type Wiring = {
  readonly needs?: Readonly<Record<string, readonly string[]>>
  readonly takes?: Readonly<Record<string, readonly string[]>>
  readonly gives?: readonly string[]
}

/** `needs`: required inputs with their sources, `takes`: optional ones, `gives`: outputs. */
export function tool(name: string, wiring: Wiring = {}, rest: Partial<ToolSpec> = {}): ToolSpec {
  const needs = Object.entries(wiring.needs ?? {})
  const takes = Object.entries(wiring.takes ?? {})
  return {
    name,
    domain: 'knowledge',
    description: '',
    purpose: '',
    side_effects: 'read-only',
    approval: { required: false, review: 'none', risk: 'low', consequences: [] },
    inputs: Object.fromEntries([
      ...needs.map(([input]) => [input, field(true)]),
      ...takes.map(([input]) => [input, field(false)]),
    ]),
    outputs: Object.fromEntries((wiring.gives ?? []).map((output) => [output, field(false)])),
    binds: Object.fromEntries([...needs, ...takes].map(([input, from]) => [input, from.map(bindOf)])),
    guardrails: [],
    adapter: null,
    cost: toMicro(0.5),
    timeout_ms: 1000,
    retry: { strategy: 'none', base_ms: 0, factor: 1, cap_ms: 0, jitter: 0, attempts: 1 },
    idempotent: true,
    enabled: true,
    ...rest,
  }
}

export const noLimits: Limits = {
  run: {},
  domain: {},
  tool: {},
  tenant: {},
  window: 'day',
  warning_threshold: 0.8,
  on_exceeded: 'skip',
  timeout_ms: 30_000,
}

export const adapter = (name: string, enabled: boolean): AdapterSpec => ({
  name,
  interface: 'crm',
  module: name,
  enabled,
  enabled_env: null,
  secrets: [],
  settings: [],
  fallback: null,
})

export type Sample = {
  readonly tools: readonly ToolSpec[]
  readonly goal: string
  readonly context?: PlannerInput['context']
  readonly limits?: Partial<Limits>
  readonly profile?: Partial<Profile>
  readonly adapters?: readonly AdapterSpec[]
}

export function registryOf(
  tools: readonly ToolSpec[],
  profile: Profile,
  adapters: readonly AdapterSpec[] = [],
): Registry {
  const content = {
    version: 'v1',
    metadata: { name: 'sample', version: '1' },
    max_series: 1000,
    ...DEFAULT_NAMES,
    tools: Object.fromEntries(tools.map((spec) => [spec.name, spec])),
    profiles: { [profile.name]: profile },
    adapters: Object.fromEntries(adapters.map((spec) => [spec.name, spec])),
    models: {},
    alerts: {},
  }
  return { digest: digestOf(content), ...content }
}

/** Every tool is allowed unless the profile says otherwise. */
export function inputOf({
  tools,
  goal,
  context = {},
  limits = {},
  profile = {},
  adapters,
}: Sample): PlannerInput {
  const whole: Profile = {
    name: 'sample',
    allowed_tools: tools.map(({ name }) => name),
    approval_required: ['execute', 'propose'],
    approvers: { role: 'approver', quorum: 1, exclude_requester: true, timeout_s: 60 },
    allowed_adapters: [],
    limits: { ...noLimits, ...limits },
    ...profile,
  }
  return { goal, context, profile: whole, limits: whole.limits, registry: registryOf(tools, whole, adapters) }
}

export const planOf = (sample: Sample): Promise<PlanResult> =>
  rulesPlanner().plan(inputOf(sample), AbortSignal.timeout(10_000))

/** The plan of a goal that must have one. */
export async function goodPlan(sample: Sample): Promise<Extract<PlanResult, { ok: true }>> {
  const result = await planOf(sample)
  if (!result.ok) throw new Error(result.why)
  return result
}

/** The refusal of a goal that must have no plan. */
export async function refusal(sample: Sample): Promise<Extract<PlanResult, { ok: false }>> {
  const result = await planOf(sample)
  if (result.ok) throw new Error(result.explanation)
  return result
}

export const toolsOf = (result: PlanResult): string[] =>
  result.ok ? result.steps.map(({ tool }) => tool) : []

/** What is wrong with the steps of a planner: the proof finds nothing, and renews nothing. */
export function problemsOf(steps: PlannedSteps, input: PlannerInput): string[] {
  const proof = provePlan({ parts: { steps, blocks: [] }, giver: 'test' }, input)
  if (!proof.ok) return proof.problems.map(({ path, message }) => `${path}: ${message}`)
  const isSame = isDeepStrictEqual(proof.plan.steps, steps)
  return isSame ? [] : ['its policy is not what registry and profile say']
}
