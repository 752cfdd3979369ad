// The control plane: what the registry in force says, and its reload.
import type { z } from 'zod'
import type { Engine, Principal } from '../engine/engine.ts'
import type { Amounts } from '../events/policy.ts'
import { UNITS } from '../events/policy.ts'
import { fromMicro, type Field, type Playbook, type Profile, type ToolSpec } from '../registry/registry.ts'
import { windowsOf } from '../run/budgets/tenants.ts'
import { inputSchemaOf, outputSchemaOf } from '../tools/declared/shape.ts'
import type { Tool } from '../tools/tool.ts'
import { pageOf, playbook, profile, registryDiff, tool } from './answers.ts'
import { shownAmount, shownUnitOf } from './present.ts'
import { reachesProfile } from './callers/reach.ts'
import type { InstalledTool } from './tool-schemas.ts'
import { route, type DoorParts, type LimitedKeys, type Route } from './route.ts'
import type { Role } from '../events/names.ts'
import { reloadQuery } from './schemas.ts'
import { templatesRoute } from './templates.ts'

export const toolPage = pageOf(tool)
export const profilePage = pageOf(profile)
export const playbookPage = pageOf(playbook)

const presentFields = (fields: Readonly<Record<string, Field>>) =>
  Object.fromEntries(
    Object.entries(fields).map(([name, field]) => [name, { ...field, values: [...field.values] }]),
  )

const presentTool = (spec: ToolSpec, installed: Tool | undefined): z.input<typeof tool> => ({
  name: spec.name,
  domain: spec.domain,
  description: spec.description,
  purpose: spec.purpose,
  side_effects: spec.side_effects,
  approval: { ...spec.approval, consequences: [...spec.approval.consequences] },
  inputs: presentFields(spec.inputs),
  outputs: presentFields(spec.outputs),
  input_schema: installed === undefined ? null : { ...inputSchemaOf(installed) },
  output_schema: installed === undefined ? null : { ...outputSchemaOf(installed) },
  example: spec.example === undefined ? null : { ...spec.example },
  judges: spec.judges ? `${spec.judges.tool}.${spec.judges.output}` : null,
  adapter: spec.adapter,
  cost: fromMicro(spec.cost),
  timeout_ms: spec.timeout_ms,
  retry: spec.retry,
  idempotent: spec.idempotent,
  enabled: spec.enabled,
})

const presentAmounts = (amounts: Amounts): Record<string, number> =>
  Object.fromEntries(
    UNITS.flatMap((unit) => {
      const amount = amounts[unit]
      return amount === undefined ? [] : [[shownUnitOf(unit), shownAmount(unit, amount)]]
    }),
  )

const presentEach = (scopes: Readonly<Record<string, Amounts>>): Record<string, Record<string, number>> =>
  Object.fromEntries(Object.entries(scopes).map(([key, amounts]) => [key, presentAmounts(amounts)]))

const presentLimits = (spec: Profile): z.input<typeof profile>['limits'] => {
  const { limits } = spec
  return {
    run: presentAmounts(limits.run),
    domain: presentEach(limits.domain),
    tool: presentEach(limits.tool),
    tenant: presentAmounts(limits.tenant),
    window: limits.window,
    tenant_windows: windowsOf(spec).map(({ window, time_zone, amounts }) => ({
      window,
      time_zone,
      limits: presentAmounts(amounts),
    })),
    warning_threshold: limits.warning_threshold,
    on_exceeded: limits.on_exceeded,
    timeout_seconds: limits.timeout_ms / 1000,
  }
}

const presentProfile = (spec: Profile, frozen: boolean): z.input<typeof profile> => ({
  name: spec.name,
  frozen,
  allowed_tools: [...spec.allowed_tools],
  approval_required: [...spec.approval_required],
  approvers: {
    role: spec.approvers.role,
    quorum: spec.approvers.quorum,
    exclude_requester: spec.approvers.exclude_requester,
    timeout_seconds: spec.approvers.timeout_s,
  },
  allowed_adapters: [...spec.allowed_adapters],
  limits: presentLimits(spec),
})

const presentPlaybook = ({ name, description, domain, inputs }: Playbook): z.input<typeof playbook> => ({
  name,
  description,
  domain,
  inputs: presentFields(inputs),
})

/** Those of the registry in force that are installed, with their entries. */
export const installedTools = ({ registry, toolOf }: Pick<Engine, 'registry' | 'toolOf'>): InstalledTool[] =>
  Object.values(registry().tools).flatMap((spec) => {
    const tool = toolOf?.(spec.name)
    return tool === undefined ? [] : [{ spec, tool }]
  })

type Listing = {
  readonly schema: z.ZodType
  readonly limitedKeys: LimitedKeys
  readonly roles?: readonly Role[]
  readonly items: (by: Principal) => unknown[] | Promise<unknown[]>
}

const listing = (path: string, summary: string, list: Listing): Route =>
  route({
    method: 'get',
    path,
    roles: list.roles ?? ['viewer', 'admin'],
    limitedKeys: list.limitedKeys,
    summary,
    answers: { 200: { description: 'All of them.', schema: list.schema } },
    errors: [],
    answer: async ({ principal }) => ({
      status: 200,
      body: { items: await list.items(principal), next_cursor: null },
    }),
  })

export function controlRoutes(parts: DoorParts): Route[] {
  const { engine, reloadRegistry, compareRegistry } = parts
  return [
    listing('/v1/tools', 'Tools of the registry in force', {
      schema: toolPage,
      limitedKeys: 'same',
      items: () =>
        Object.values(engine.registry().tools).map((spec) => presentTool(spec, engine.toolOf?.(spec.name))),
    }),
    listing('/v1/profiles', 'Profiles of the registry in force', {
      schema: profilePage,
      limitedKeys: 'own',
      items: (by) => {
        const freezes = engine.freezes().filter(({ scope }) => scope === 'profile')
        const frozen = new Set(freezes.map(({ key }) => key))
        return Object.values(engine.registry().profiles)
          .filter(({ name }) => reachesProfile(by, name))
          .map((spec) => presentProfile(spec, frozen.has(spec.name)))
      },
    }),
    listing('/v1/playbooks', 'Playbooks of the registry in force: plans with a name', {
      schema: playbookPage,
      limitedKeys: 'same',
      roles: ['viewer', 'operator', 'admin'],
      items: () => Object.values(engine.registry().playbooks ?? {}).map(presentPlaybook),
    }),
    templatesRoute(parts),
    route({
      method: 'post',
      path: '/v1/registry/reload',
      roles: ['admin'],
      limitedKeys: 'refused',
      summary: 'Reads the registry again; runs that have started go on with theirs',
      query: reloadQuery,
      answers: { 200: { description: 'What it changed, or would change.', schema: registryDiff } },
      errors: ['REGISTRY_INVALID'],
      answer: async ({ query, principal }) => ({
        status: 200,
        body: await (query.dry_run ? compareRegistry() : reloadRegistry(null, principal)),
      }),
    }),
  ]
}
