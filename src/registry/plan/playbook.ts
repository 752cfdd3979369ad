// The `playbooks:` of a registry: plans with a name, checked when the file is read against every tool that it declares.
import { z } from 'zod'
import { name } from '../name.ts'
import { fieldSource } from '../schema.ts'
import type { Playbook, Registry } from '../registry.ts'
import type { Fault } from '../yaml.ts'
import { planDraftSchema } from './draft.ts'
import { resolveDraft } from './resolve.ts'

export const playbookSource = z.strictObject({
  description: z.string().min(1).max(500),
  purpose: z.string().max(1000).default(''),
  domain: name.optional(),
  /** Of the context. */
  inputs: z.record(name, fieldSource).default({}),
  steps: planDraftSchema.shape.steps,
  replan: planDraftSchema.shape.replan,
})
export type PlaybookSource = z.output<typeof playbookSource>

const rootOf = (path: string): string => path.split('.', 1)[0] ?? ''

/** A path of the context that the playbook says may be left out. */
export const mayLackOf =
  ({ inputs }: Playbook): ((path: string) => boolean) =>
  (path) =>
    Object.hasOwn(inputs, rootOf(path)) && inputs[rootOf(path)]?.required === false

function faultsOf(playbook: Playbook, { tools, domains }: Registry): Fault[] {
  const path = ['playbooks', playbook.name]
  const faults: Fault[] = []
  if (playbook.domain !== null && !domains.includes(playbook.domain))
    faults.push({ path: [...path, 'domain'], message: `must be one of ${domains.join(', ')}` })
  const toolOf = (tool: string) => {
    const spec = Object.hasOwn(tools, tool) ? tools[tool] : undefined
    if (spec === undefined) return `no tool is called ${tool}`
    return spec.enabled ? spec : `tool ${tool} is disabled`
  }
  const declared = Object.keys(playbook.inputs)
  const isGiven = (at: string): boolean => declared.length === 0 || declared.includes(rootOf(at))
  const contextFields = declared.length === 0 ? null : playbook.inputs
  const ground = { toolOf, isGiven, mayLack: () => false, contextFields, context: null }
  return [...faults, ...resolveDraft(playbook, ground, path).faults]
}

/** Every fault of every playbook, for a registry that has none beside them. */
export const playbookFaults = (registry: Registry): Fault[] =>
  Object.values(registry.playbooks ?? {}).flatMap((playbook) => faultsOf(playbook, registry))
