import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { adapter as mock } from '../../../src/adapters/mock/adapter.ts'
import type { CrmAccountAnswer } from '../../../src/adapters/crm.ts'
import { defineAdapter } from '../../../src/adapters/definition.ts'
import { CallError } from '../../../src/run/failure.ts'
import { tool } from '../../../src/tools/intelligence/retrieve-account-signals.ts'
import { runSingle } from '../../../src/tools/single.ts'
import { summaryOf } from '../../../src/tools/summary.ts'
import { describeProperties, outputOf, problemPaths } from '../properties.ts'
import { describeVectors } from '../vector-cases.ts'

const BLANK: CrmAccountAnswer = {
  account_id: 'acct_1',
  name: null,
  industry: null,
  revenue: null,
  employee_count: null,
  region: null,
  updated_at: null,
}

const scripted = (answer: () => CrmAccountAnswer | null) =>
  defineAdapter({ name: 'hubspot', interface: 'crm', getAccount: async () => answer() })

function raise(text: string): never {
  throw new TypeError(text)
}

describeVectors({
  tool,
  prose: ['output.signals.*.description'],
  added: {
    'output.verdict': 'C12',
    'output.degraded': 'C12',
    'output.interpreted': 'C13',
    'output.ignored': 'C13',
  },
  adapterOf: (record) =>
    typeof record === 'string'
      ? scripted(() => raise(record))
      : scripted(() => ({ ...BLANK, ...(record as Partial<CrmAccountAnswer>) })),
  differs: {},
})

const asked = { account_id: 'acct_1', fetch_from_crm: true }

describe('retrieve_account_signals', () => {
  test('C12 names the adapter that answered, and gives its signals with the time of its record', async () => {
    const output = await outputOf(tool, { account_id: 'acme-001', fetch_from_crm: 'Yes' }, { adapter: mock })
    expect(output).toEqual({
      account_id: 'acme-001',
      signals: [
        {
          signal_type: 'financial',
          description: 'Revenue: 48,000,000',
          confidence: 1,
          timestamp: '2026-01-15T09:00:00Z',
        },
        {
          signal_type: 'firmographic',
          description: 'Industry: Manufacturing',
          confidence: 1,
          timestamp: '2026-01-15T09:00:00Z',
        },
      ],
      signal_count: 2,
      priority_score: 0.4,
      source: 'mock',
      verdict: 'signals_found',
      degraded: null,
      interpreted: [{ path: 'fetch_from_crm', as: true, rule: 'answer' }],
      ignored: [],
    })
    expect(await summaryOf(tool, output)).toEqual([
      'signals of acme-001: the CRM has data to act on (source: mock)',
      '  signal: Revenue: 48,000,000 (as of 2026-01-15T09:00:00Z)',
      '  signal: Industry: Manufacturing (as of 2026-01-15T09:00:00Z)',
      'priority by signals: 40 %',
      'mock is no CRM: these are sample data of this program',
    ])
  })

  test('the stand-in CRM answers for its own sample accounts alone', async () => {
    expect(await outputOf(tool, asked, { adapter: mock })).toMatchObject({
      signals: [],
      source: 'mock',
      verdict: 'account_unknown',
    })
  })

  test('asks nobody without a yes, and says so', async () => {
    const adapter = scripted(() => raise('it was asked'))
    for (const answer of [false, 'no', 0, null, '', 'tbd'])
      expect(await outputOf(tool, { account_id: 7, fetch_from_crm: answer }, { adapter })).toMatchObject({
        account_id: 7,
        source: 'offline',
        verdict: 'not_asked',
      })
  })

  test('an adapter of another interface is no CRM', async () => {
    const adapter = defineAdapter({ name: 'calendar', interface: 'calendar' })
    expect(await outputOf(tool, asked, { adapter })).toMatchObject({ source: 'offline', verdict: 'offline' })
  })

  test('C12 a failure that the adapter declares fails the call, so that it is tried again or sent elsewhere', async () => {
    const adapter = defineAdapter({
      name: 'hubspot',
      interface: 'crm',
      getAccount: async () => {
        throw new CallError('system_unavailable', 'HubSpot is down.')
      },
    })
    expect(await runSingle(tool, asked, { adapter })).toMatchObject({ error: { code: 'system_unavailable' } })
  })

  test('C12 a failure that it does not declare is said, with who should have answered', async () => {
    const output = await outputOf(tool, asked, { adapter: scripted(() => raise('secret of acct_1')) })
    expect(output).toMatchObject({
      signals: [],
      source: 'adapter_unavailable',
      verdict: 'unavailable',
      degraded: { from: 'hubspot' },
    })
    expect(JSON.stringify(output)).not.toContain('secret')
  })

  test('0 of revenue and an empty industry are no signals', async () => {
    const adapter = scripted(() => ({ ...BLANK, revenue: 0, industry: '' }))
    expect(await outputOf(tool, asked, { adapter })).toMatchObject({
      signal_count: 0,
      verdict: 'no_signals',
      source: 'hubspot',
    })
  })

  test('types of signals change nothing, which is told; wrong input is refused with every path', async () => {
    expect(await outputOf(tool, { ...asked, signal_types: ['funding'] })).toMatchObject({
      ignored: ['signal_types'],
    })
    expect(
      await problemPaths(tool, { account_id: ' ', signal_types: 'all', fetch_from_crm: 'maybe' }),
    ).toEqual(['account_id', 'signal_types', 'fetch_from_crm'])
    expect(await problemPaths(tool, {})).toEqual(['account_id'])
  })
})

describeProperties(
  tool,
  fc.record(
    {
      account_id: fc.oneof(fc.string(), fc.integer()),
      signal_types: fc.array(fc.constantFrom('funding', 'financial')),
      fetch_from_crm: fc.constantFrom(true, false, 'yes', 'n/a', 'perhaps', null),
    },
    { requiredKeys: ['account_id'] },
  ),
)
