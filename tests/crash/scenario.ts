// What the crash tests run: tools of every kind of effect, each of which leaves a line with the witness when it
// really happens, and two profiles, one with people and one without.
import { setTimeout as pause } from 'node:timers/promises'
import type { RunRequest } from '../../src/engine/engine.ts'
import { CallError } from '../../src/run/failure.ts'
import type { Tool, ToolContext } from '../../src/tools/tool.ts'
import { registryFrom, scripted } from '../engine/world.ts'

export const registry = registryFrom(`
version: v1
metadata: { name: crash, version: "1" }
defaults: { timeout_ms: 20000, retry: quick }
tools:
  amber_find:
    { domain: intelligence, description: amber, outputs: { value: { type: string } }, cost: 1 }
  birch_check:
    { domain: intelligence, description: birch, inputs: { from: { type: string, required: true } },
      binds: { from: amber_find.value }, outputs: { value: { type: string } }, cost: 1 }
  cedar_write:
    { domain: engagement, description: cedar, side_effects: propose, approval: { required: true, review: output },
      inputs: { from: { type: string, required: true } }, binds: { from: birch_check.value },
      outputs: { value: { type: string } }, cost: 2 }
  granite_weigh:
    { domain: intelligence, description: granite, inputs: { text: { type: string, required: true } },
      binds: { text: cedar_write.value }, judges: cedar_write.value, outputs: { value: { type: string } }, cost: 1 }
  dolphin_file:
    { domain: engagement, description: dolphin, side_effects: execute, idempotent: true,
      inputs: { from: { type: string, required: true } }, binds: { from: cedar_write.value },
      outputs: { value: { type: string } }, cost: 1 }
  eagle_send:
    { domain: engagement, description: eagle, side_effects: execute, idempotent: false,
      inputs: { from: { type: string, required: true } }, binds: { from: dolphin_file.value },
      outputs: { value: { type: string } }, cost: 3 }
  falcon_note:
    { domain: engagement, description: falcon, side_effects: propose, approval: { required: false },
      inputs: { from: { type: string, required: true } }, binds: { from: birch_check.value },
      outputs: { value: { type: string } }, cost: 1 }
profiles:
  reviewed:
    allowed_tools: [amber_find, birch_check, cedar_write, granite_weigh, dolphin_file, eagle_send]
    approval_required: [execute, propose]
    approvers: { role: approver, quorum: 1, exclude_requester: true, timeout_s: 3600 }
    budget:
      run: { calls: 20, cost: 100 }
      domain: { engagement: { calls: 9, cost: 50 } }
      tool: { eagle_send: { calls: 5 } }
      tenant: { window: day, calls: 1000000, cost: 1000000 }
    timeout_seconds: 60
  plain:
    allowed_tools: [amber_find, birch_check, falcon_note]
    approval_required: [execute]
    budget:
      run: { calls: 20, cost: 100 }
      tenant: { window: day, calls: 1000000, cost: 1000000 }
    timeout_seconds: 60
retry:
  quick: { strategy: linear, base_ms: 5, cap_ms: 5, jitter: 0, attempts: 3 }
`)

const GOALS = { reviewed: 'amber, birch, cedar, granite, dolphin, eagle', plain: 'amber, birch, falcon' }

/** The one tool whose output is judged, and sent back to its requester once. */
export const SENT_BACK = 'cedar_write'

/** The one tool whose call nobody may make again without a person. */
export const ONCE_ONLY = 'eagle_send'
export const TOOL_NAMES = Object.keys(registry.tools)

export const request = (profile: keyof typeof GOALS, idempotencyKey: string): RunRequest => ({
  profile,
  goal: GOALS[profile],
  context: {},
  planner: 'rules',
  tenant: 'team',
  limits: {},
  idempotencyKey,
  traceparent: null,
})

const FIRST_ATTEMPT = /\/1$/

/** Every tool; `slowMs` passes before it happens and again before it answers. */
export const toolsFor = (happened: (tool: string, context: ToolContext) => void, slowMs: number): Tool[] =>
  TOOL_NAMES.map((name) =>
    scripted(name, async (_, context) => {
      if (slowMs > 0) await pause(slowMs)
      happened(name, context)
      if (slowMs > 0) await pause(slowMs)
      if (name === 'birch_check' && FIRST_ATTEMPT.test(context.idempotencyKey)) {
        throw new CallError('system_network', 'No connection.', { happened: 'no' })
      }
      return { value: `made by ${name}` }
    }),
  )
