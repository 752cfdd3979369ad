// Which steps a person sees, and when: from what the tool declares and what the profile asks for.
import { isRecord } from '../events/json.ts'
import type { Review, SideEffects } from '../events/policy.ts'
import type { Profile, ToolSpec } from '../registry/registry.ts'

const DEFAULT_REVIEW: Readonly<Record<SideEffects, Review>> = {
  execute: 'call',
  propose: 'output',
  'read-only': 'output',
}

/**
 * Whether the registry asks nobody for a call with these inputs: what a tool does may depend on what it is asked for.
 * Of an `execute` tool never.
 */
export function isExcepted({ side_effects, approval, inputs }: ToolSpec, given: unknown): boolean {
  if (side_effects === 'execute' || !isRecord(given)) return false
  return Object.entries(approval.except ?? {}).some(([name, values]) => {
    const value = Object.hasOwn(given, name) ? given[name] : inputs[name]?.default
    return values.some((one) => one === value)
  })
}

/** `execute` is always seen before its call, whatever tool and profile say. */
export function reviewOf(tool: ToolSpec, profile: Profile): Review {
  if (tool.side_effects === 'execute') return 'call'
  const asked = tool.approval.required || profile.approval_required.includes(tool.side_effects)
  if (!asked) return 'none'
  return tool.approval.review === 'none' ? DEFAULT_REVIEW[tool.side_effects] : tool.approval.review
}
