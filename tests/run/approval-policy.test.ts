import { describe, expect, it } from 'vitest'
import type { Review, SideEffects } from '../../src/events/policy.ts'
import type { Profile, ToolSpec } from '../../src/registry/registry.ts'
import { isExcepted, reviewOf } from '../../src/run/approval-policy.ts'

const toolWith = (side_effects: SideEffects, required: boolean, review: Review): ToolSpec => ({
  name: 'write_letter',
  domain: 'territory',
  description: '',
  purpose: '',
  side_effects,
  approval: { required, review, risk: 'low', consequences: [] },
  inputs: {},
  outputs: {},
  binds: {},
  guardrails: [],
  adapter: null,
  cost: 0,
  timeout_ms: 1,
  retry: { strategy: 'none', base_ms: 0, factor: 1, cap_ms: 0, jitter: 0, attempts: 1 },
  idempotent: true,
  enabled: true,
})

const profileAsking = (...approval_required: SideEffects[]): Profile => ({
  name: 'sample',
  allowed_tools: ['write_letter'],
  approval_required,
  approvers: { role: 'approver', quorum: 1, exclude_requester: true, timeout_s: 60 },
  allowed_adapters: [],
  limits: {
    run: {},
    domain: {},
    tool: {},
    tenant: {},
    window: 'day',
    warning_threshold: 0.8,
    on_exceeded: 'skip',
    timeout_ms: 1,
  },
})

describe('which steps a person sees', () => {
  it.each<[SideEffects, boolean, Review, readonly SideEffects[], Review]>([
    ['execute', false, 'none', [], 'call'],
    ['execute', true, 'output', ['execute'], 'call'],
    ['propose', false, 'output', [], 'none'],
    ['propose', false, 'none', ['propose'], 'output'],
    ['propose', false, 'call', ['propose'], 'call'],
    ['propose', true, 'none', [], 'output'],
    ['propose', true, 'call', [], 'call'],
    ['read-only', false, 'output', ['execute', 'propose'], 'none'],
    ['read-only', true, 'none', [], 'output'],
    ['read-only', false, 'call', ['read-only'], 'call'],
  ])('%s, required %s, review %s, profile asks for %j: %s', (...row) => {
    const [effects, required, review, asked, expected] = row
    expect(reviewOf(toolWith(effects, required, review), profileAsking(...asked))).toBe(expected)
  })
})

describe('calls that nobody is asked for', () => {
  const mode = {
    type: 'enum',
    description: '',
    required: false,
    values: ['look', 'write'],
    default: 'look',
  } as const
  const tool = (effects: SideEffects): ToolSpec => {
    const plain = toolWith(effects, true, 'call')
    return { ...plain, inputs: { mode }, approval: { ...plain.approval, except: { mode: ['look'] } } }
  }
  it('are those with a value of the exception, which may be the default', () => {
    for (const given of [{ mode: 'look' }, {}, { other: 1 }])
      expect(isExcepted(tool('propose'), given)).toBe(true)
    for (const given of [{ mode: 'write' }, { mode: 'LOOK' }, { mode: null }, { mode: ['look'] }, null])
      expect(isExcepted(tool('propose'), given)).toBe(false)
  })
  it('are never those with effects', () => {
    expect(isExcepted(tool('execute'), { mode: 'look' })).toBe(false)
  })
})
