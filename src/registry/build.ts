// Checked sources become the registry: defaults filled in, amounts in the ledger's integers, names resolved.
import { digestOf } from '../events/digest.ts'
import { frozen } from '../events/json.ts'
import type { Limits } from '../events/policy.ts'
import { UTC } from '../events/time-zone.ts'
import {
  limitMicro,
  priceMicro,
  wholeParts,
  type AdapterSpec,
  type AlertRule,
  type Amounts,
  type Bind,
  type Field,
  type Guardrail,
  type ModelSpec,
  type Playbook,
  type Profile,
  type Registry,
  type Tenants,
  type TenantSpec,
  type ToolSpec,
  type WindowLimit,
} from './registry.ts'
import type { PlaybookSource } from './plan/playbook.ts'
import { RETRIES, retryPolicy } from './retries.ts'
import type { AmountsSource } from './amounts.ts'
import type { ConditionSource, FieldSource, ProfileSource, ToolSource } from './schema.ts'
import type { Entries, Sources, TenantSources } from './sources.ts'
import { groupOf } from './groups.ts'
import { approvalOf } from './stance.ts'
import { DEFAULT_TENANT, type TenantSource } from './tenant-schema.ts'
import type { WindowSource } from './windows.ts'

const mapped = <T, U>(
  record: Readonly<Record<string, T | undefined>>,
  make: (value: T, name: string) => U,
): Record<string, U> =>
  Object.fromEntries(
    Object.entries(record).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, make(value, name)]],
    ),
  )

const mappedEntries = <T, U>(entries: Entries<T>, make: (value: T, name: string) => U): Record<string, U> =>
  Object.fromEntries(
    [...entries].flatMap(([name, value]) => (value === null ? [] : [[name, make(value, name)]])),
  )

const fieldOf = (source: FieldSource): Field => ({
  type: source.type,
  required: source.required,
  values: source.values ?? [],
  description: source.description,
  ...(Object.hasOwn(source, 'default') ? { default: source.default } : {}),
})

function bindOf(source: string): Bind {
  const dot = source.indexOf('.')
  const [from, rest] = [source.slice(0, dot), source.slice(dot + 1)]
  return from === 'context' ? { context: rest } : { tool: from, output: rest }
}

const guardrailOf = (path: string, { equals, in: allowed, min, max }: ConditionSource): Guardrail => ({
  path,
  ...(equals === undefined ? {} : { equals }),
  ...(allowed === undefined ? {} : { in: allowed }),
  ...(min === undefined ? {} : { min }),
  ...(max === undefined ? {} : { max }),
})

/** Only where it is said, so that the digests of older registries stay. */
function judgesOf({ judges }: ToolSource): Pick<ToolSpec, 'judges'> {
  const [tool = '', output = ''] = judges?.split('.') ?? []
  return judges === undefined ? {} : { judges: { tool, output } }
}

function toolOf(source: ToolSource, name: string, { defaults, retry }: Sources): ToolSpec {
  const effects = source.side_effects ?? defaults.side_effects
  return {
    name,
    domain: source.domain,
    description: source.description,
    purpose: source.purpose,
    side_effects: effects,
    approval: approvalOf(source.approval, effects),
    inputs: mapped(source.inputs, fieldOf),
    outputs: mapped(source.outputs, fieldOf),
    binds: mapped(source.binds, (list) => list.map(bindOf)),
    ...judgesOf(source),
    guardrails: source.guardrails.flatMap((each) =>
      Object.entries(each).map(([path, condition]) => guardrailOf(path, condition)),
    ),
    adapter: source.adapter,
    cost: priceMicro(source.cost),
    timeout_ms: source.timeout_ms ?? defaults.timeout_ms,
    retry: retryPolicy(retry.get(source.retry ?? defaults.retry) ?? RETRIES.none),
    // Without effects there is nothing that a second call could repeat.
    idempotent: source.idempotent ?? effects !== 'execute',
    enabled: source.enabled ?? defaults.enabled,
    // Only where they are given, so that the digests of older registries stay.
    ...(source.max_output_kb === undefined ? {} : { max_output_kb: source.max_output_kb }),
    ...(source.reconcile === 'auto' ? { reconcile: 'auto' } : {}),
    ...(source.isolate ? { isolate: true } : {}),
    ...(source.model ? { model: true } : {}),
    ...(source.example === undefined ? {} : { example: source.example }),
  }
}

const amountsOf = ({ calls, cost, llm_tokens, llm_usd, effects }: AmountsSource): Amounts => ({
  ...(calls === undefined ? {} : { calls }),
  ...(cost === undefined ? {} : { cost: limitMicro(cost) }),
  ...(llm_tokens === undefined ? {} : { llm_tokens }),
  ...(llm_usd === undefined ? {} : { llm_usd: limitMicro(llm_usd) }),
  ...(effects === undefined ? {} : { effects: effects.execute }),
})

/** The budget with what `limits.effects` adds to it: as many effects in a run, and of a tenant in a day. */
function withEffects({ budget, limits }: ProfileSource): ProfileSource['budget'] {
  const most = limits?.effects?.execute
  if (most === undefined) return budget
  const effectsOf = ({ effects }: AmountsSource) => ({ execute: Math.min(most, effects?.execute ?? most) })
  const isDay = ({ window, time_zone }: WindowSource): boolean => window === 'day' && time_zone === UTC
  const day = budget.tenant.find(isDay) ?? { window: 'day' as const, time_zone: UTC }
  const others = budget.tenant.filter((one) => one !== day)
  const tenant = { ...day, effects: effectsOf(day) }
  return { ...budget, run: { ...budget.run, effects: effectsOf(budget.run) }, tenant: [...others, tenant] }
}

const limitsOf = ({ budget, timeout_seconds }: ProfileSource): Limits => ({
  run: amountsOf(budget.run),
  domain: mapped(budget.domain, amountsOf),
  tool: mapped(budget.tool, amountsOf),
  tenant: amountsOf(budget.tenant[0] ?? {}),
  window: budget.tenant[0]?.window ?? 'day',
  warning_threshold: budget.warning_threshold,
  on_exceeded: budget.on_exceeded,
  timeout_ms: wholeParts(timeout_seconds, 1000),
})

const windowOf = (source: WindowSource): WindowLimit => ({
  window: source.window,
  time_zone: source.time_zone,
  amounts: amountsOf(source),
})

/** Only where there is more than a profile's limits say, so that the digests of older registries stay. */
const windowsOf = ({ budget: { tenant } }: ProfileSource): Pick<Profile, 'windows'> =>
  tenant.length === 1 && tenant[0]?.time_zone === UTC ? {} : { windows: tenant.map(windowOf) }

/** A new name is no new budget: a pattern or `default` has one for all, unless it says otherwise. */
const tenantOf = (source: TenantSource, name: string): TenantSpec => ({
  name,
  limits: source.limits?.map(windowOf) ?? [],
  allowed_profiles: source.allowed_profiles ?? null,
  shared: source.shared ?? (name === DEFAULT_TENANT || name.includes('*')),
  warning_threshold: source.warning_threshold,
})

const tenantsOf = ({ unknown, entries }: TenantSources): Tenants => ({
  unknown,
  entries: mappedEntries(entries, tenantOf),
})

const profileOf = (written: ProfileSource, name: string): Profile => {
  const source = { ...written, budget: withEffects(written) }
  return {
    name,
    allowed_tools: source.allowed_tools,
    approval_required: source.approval_required,
    approvers: source.approvers,
    allowed_adapters: source.allowed_adapters,
    limits: limitsOf(source),
    ...windowsOf(source),
    ...(source.llm === undefined ? {} : { llm: source.llm }),
    ...(source.batch === undefined ? {} : { batch: source.batch }),
    ...(source.plan === undefined ? {} : { plan: source.plan }),
  }
}

const playbookOf = ({ inputs, domain, ...source }: PlaybookSource, name: string): Playbook => ({
  name,
  ...source,
  domain: domain ?? null,
  inputs: mapped(inputs, fieldOf),
})

/** The registry, deeply frozen, of sources without a fault. */
export function buildRegistry(sources: Sources, top: NonNullable<Sources['top']>): Registry {
  const content = {
    version: 'v1',
    metadata: top.metadata,
    max_series: top.max_series,
    ...top.names,
    tools: mappedEntries(sources.tools, (tool, name) => toolOf(tool, name, sources)),
    profiles: mappedEntries(sources.profiles, profileOf),
    adapters: mappedEntries(sources.adapters, (adapter, name): AdapterSpec => ({ name, ...adapter })),
    models: mappedEntries(sources.models, (model): ModelSpec => ({
      provider: model.provider,
      input: priceMicro(model.input_usd_per_mtok),
      output: priceMicro(model.output_usd_per_mtok),
      // Only where they are given, so that the digests of older registries stay.
      ...(model.cached_input_usd_per_mtok === undefined
        ? {}
        : { cached_input: priceMicro(model.cached_input_usd_per_mtok) }),
      ...(model.max_output_tokens === undefined ? {} : { max_output_tokens: model.max_output_tokens }),
      ...(model.answers === undefined ? {} : { answers: model.answers }),
    })),
    alerts: mappedEntries(sources.alerts, (alert): AlertRule => alert),
    ...(sources.playbooks.size > 0 ? { playbooks: mappedEntries(sources.playbooks, playbookOf) } : {}),
    ...(sources.groups.size > 0 ? { groups: mappedEntries(sources.groups, groupOf) } : {}),
    ...(sources.tenants ? { tenants: tenantsOf(sources.tenants) } : {}),
  }
  // A copy: the defaults of schemas and tables are shared, and freezing must not reach them.
  return frozen({ digest: digestOf(content), ...structuredClone(content) })
}
