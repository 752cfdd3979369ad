import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { DEFAULT_NAMES } from '../../src/registry/names.ts'
import { fromMicro } from '../../src/registry/registry.ts'
import { parsed } from './parsed.ts'

const registry = parsed(readFileSync(new URL('../../registry.yaml', import.meta.url), 'utf8'))

const DRAFT = ['draft_outbound_message', 'assess_message_quality']
const INTELLIGENCE = ['normalize_account_record', 'score_account_fit']
const TERRITORY = ['simulate_territory_change', 'assess_capacity_coverage']
const DEALS = ['assess_deal_risk', 'analyze_win_loss_patterns']
const KNOWLEDGE = ['retrieve_product_knowledge', 'generate_battlecard']
/** Of everybody who sells. */
const SELLING = [
  'retrieve_account_signals',
  'schedule_engagement_touchpoint',
  'log_crm_activity',
  'explain_recommendation',
  'manage_template_library',
  'replay_run',
]
const ALL = [
  ...DRAFT,
  ...INTELLIGENCE,
  'qualify_opportunity',
  ...TERRITORY,
  ...DEALS,
  ...KNOWLEDGE,
  ...SELLING,
  'extract_buyer_personas',
]
const calls = (limits: Record<string, number>) =>
  Object.fromEntries(Object.entries(limits).map(([domain, limit]) => [domain, { calls: limit }]))

const PROFILES = [
  {
    name: 'demo',
    tools: [...DRAFT, ...INTELLIGENCE, 'qualify_opportunity'],
    approval: ['execute', 'propose'],
    adapters: ['mock'],
    run: 50,
    domain: { engagement: 20, intelligence: 15, qualification: 10, territory: 5 },
    warning: 0.8,
    seconds: 30,
  },
  {
    name: 'sales_rep',
    tools: [...DRAFT, 'score_account_fit', 'qualify_opportunity', ...KNOWLEDGE, ...SELLING],
    approval: ['execute', 'propose'],
    adapters: ['salesforce', 'hubspot', 'mock'],
    run: 100,
    domain: { engagement: 40, intelligence: 30, qualification: 30 },
    warning: 0.85,
    seconds: 60,
  },
  {
    name: 'sales_manager',
    tools: [
      ...DRAFT,
      'score_account_fit',
      'qualify_opportunity',
      ...TERRITORY,
      ...DEALS,
      ...KNOWLEDGE,
      ...SELLING,
    ],
    approval: ['execute'],
    adapters: ['salesforce', 'dynamics', 'hubspot', 'mock'],
    run: 200,
    domain: { engagement: 60, intelligence: 60, qualification: 40, territory: 40 },
    warning: 0.9,
    seconds: 120,
  },
  {
    name: 'enterprise',
    tools: ALL,
    approval: ['execute', 'propose'],
    adapters: ['salesforce', 'dynamics', 'mock'],
    run: 200,
    domain: { territory: 50, intelligence: 40, engagement: 30 },
    warning: 0.8,
    seconds: 120,
  },
  {
    name: 'smb',
    tools: ALL.filter((tool) => !TERRITORY.includes(tool)),
    approval: ['execute'],
    adapters: ['hubspot', 'pipedrive', 'mock'],
    run: 100,
    domain: { engagement: 30, intelligence: 25, qualification: 20 },
    warning: 0.8,
    seconds: 60,
  },
  {
    name: 'technical',
    tools: ALL,
    approval: ['execute'],
    adapters: ['mock'],
    run: 500,
    domain: {},
    warning: 0.8,
    seconds: 300,
  },
]

describe('the registry that is shipped', () => {
  test('has six profiles', () => {
    expect(Object.keys(registry.profiles)).toEqual(PROFILES.map((profile) => profile.name))
  })

  test.each(PROFILES)('gives $name its tools, approvals and limits', (row) => {
    const profile = registry.profiles[row.name]
    expect(profile?.allowed_tools.toSorted()).toEqual(row.tools.toSorted())
    expect(profile).toMatchObject({
      approval_required: row.approval,
      approvers: { role: 'approver', quorum: 1, exclude_requester: true, timeout_s: 86_400 },
      allowed_adapters: row.adapters,
    })
    expect(profile?.limits.run.calls).toBe(row.run)
    expect(profile?.limits.domain).toEqual(calls(row.domain))
    expect(profile?.limits.warning_threshold).toBe(row.warning)
    expect(profile?.limits.timeout_ms).toBe(row.seconds * 1000)
    // No profile may spend without end.
    expect(Object.keys(profile?.limits.run ?? {}).toSorted()).toEqual([
      'calls',
      'cost',
      ...(row.tools.includes('log_crm_activity') ? ['effects'] : []),
      'llm_tokens',
      'llm_usd',
    ])
    expect(profile?.limits.tenant).toMatchObject({ calls: expect.any(Number), llm_usd: expect.any(Number) })
  })

  test('prices the four steps of the demo at 2.7 of 100 cost units', () => {
    const steps = [
      'score_account_fit',
      'draft_outbound_message',
      'assess_message_quality',
      'qualify_opportunity',
    ]
    const cost = steps.reduce((sum, step) => sum + (registry.tools[step]?.cost ?? Number.NaN), 0)
    expect(fromMicro(cost)).toBe(2.7)
    expect(fromMicro(registry.profiles.demo?.limits.run.cost ?? 0)).toBe(100)
  })

  test('lets no tool act without a person and takes every required input from somewhere', () => {
    for (const tool of Object.values(registry.tools)) {
      expect([tool.name, tool.approval.required]).toEqual([tool.name, tool.side_effects !== 'read-only'])
      const required = Object.keys(tool.inputs).filter((input) => tool.inputs[input]?.required)
      expect(Object.keys(tool.binds)).toEqual(expect.arrayContaining(required))
    }
    expect(registry.tools.schedule_engagement_touchpoint).toMatchObject({
      side_effects: 'propose',
      approval: { review: 'output' },
      guardrails: [{ path: 'output.status', equals: 'proposed' }],
    })
    expect(registry.tools.draft_outbound_message).toMatchObject({
      side_effects: 'propose',
      approval: { review: 'output' },
      guardrails: [{ path: 'output.status', equals: 'draft' }],
    })
  })

  test('says its domains, planners and operations, which are those of a registry that says none', () => {
    expect(registry).toMatchObject(DEFAULT_NAMES)
  })

  test('freezes a profile when its budget is exhausted, and lets no other alert act', () => {
    expect(registry.alerts).toEqual({ CugarBudgetExhausted: { freeze: 'profile' } })
  })

  test('needs no vendor: every adapter but mock is off, and mock stands in for none', () => {
    const { mock, ...vendors } = registry.adapters
    expect(mock).toMatchObject({ interface: 'crm', module: 'mock', enabled: true, fallback: null })
    expect(Object.keys(vendors)).toEqual(['salesforce', 'hubspot', 'dynamics', 'pipedrive'])
    for (const [name, adapter] of Object.entries(vendors)) {
      expect(adapter).toMatchObject({
        enabled: false,
        enabled_env: `ENABLE_${name.toUpperCase()}_ADAPTER`,
        fallback: null,
      })
      expect(adapter.secrets.length).toBeGreaterThan(0)
    }
  })
})
