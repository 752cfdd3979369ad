import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CATEGORIES, FAILURES, FAILURE_MODES } from '../../src/events/taxonomy.ts'
import { CallError, classify, failure } from '../../src/run/failure.ts'

const PREFIX = {
  AGENT: 'agent_',
  SYSTEM: 'system_',
  RESOURCE: 'resource_',
  POLICY: 'policy_',
  USER: 'user_',
} as const

describe('the failure taxonomy', () => {
  test('has five categories, and every mode is named after its own', () => {
    expect([...CATEGORIES].sort()).toEqual(['AGENT', 'POLICY', 'RESOURCE', 'SYSTEM', 'USER'])
    expect(new Set(FAILURE_MODES.map((mode) => FAILURES[mode].category))).toEqual(new Set(CATEGORIES))
    for (const mode of FAILURE_MODES) expect(mode.startsWith(PREFIX[FAILURES[mode].category])).toBe(true)
  })

  test('says of every mode whether it may be tried again and whether it ends the run', () => {
    const flagged = (flag: 'retryable' | 'terminal', value: boolean) =>
      FAILURE_MODES.filter((mode) => FAILURES[mode][flag] === value)
    expect(flagged('retryable', true)).toEqual([
      'system_timeout',
      'system_network',
      'system_unavailable',
      'system_crash',
      'resource_rate_limited',
    ])
    expect(flagged('terminal', true)).toEqual([
      'agent_planning',
      'resource_run_timeout',
      'policy_not_allowed',
      'user_cancelled',
    ])
    for (const mode of flagged('terminal', true)) expect(FAILURES[mode].retryable).toBe(false)
  })
})

describe('a thrown value', () => {
  test('that a tool typed keeps its mode, its flags and what is known of its effect', () => {
    for (const mode of FAILURE_MODES) {
      for (const happened of ['yes', 'no', 'unknown'] as const) {
        const { category, retryable } = FAILURES[mode]
        const expected = { mode, category, retryable, happened, message: 'ours' }
        expect(classify(new CallError(mode, 'ours', { happened }))).toEqual(expected)
      }
    }
    expect(classify(new CallError('system_timeout', 'ours')).happened).toBe('unknown')
    expect(failure('system_network', 'ours').happened).toBe('no')
  })

  test.each([
    ['ECONNREFUSED', 'system_network', 'no'],
    ['ENOTFOUND', 'system_network', 'no'],
    ['EAI_AGAIN', 'system_network', 'no'],
    ['ECONNRESET', 'system_network', 'unknown'],
    ['EPIPE', 'system_network', 'unknown'],
    ['ETIMEDOUT', 'system_timeout', 'unknown'],
    ['UND_ERR_CONNECT_TIMEOUT', 'system_timeout', 'no'],
    ['UND_ERR_HEADERS_TIMEOUT', 'system_timeout', 'unknown'],
    ['UND_ERR_SOCKET', 'system_network', 'unknown'],
  ])(
    'with the code %s is %s, and it happened: %s; also when it is the cause of another',
    (code, mode, happened) => {
      const known = Object.assign(new Error('x'), { code })
      expect(classify(known)).toMatchObject({ mode, happened })
      expect(classify(new TypeError('fetch failed', { cause: known }))).toMatchObject({ mode, happened })
    },
  )

  test('without type and code is a bug of the tool, whatever its text says', () => {
    const words = fc.constantFrom(
      'timeout',
      'ECONNRESET',
      'rate limit',
      'quota',
      'network',
      '429',
      'cancelled',
    )
    fc.assert(
      fc.property(fc.array(fc.oneof(words, fc.string())), (text) => {
        const expected = { mode: 'agent_bug', retryable: false, happened: 'unknown' }
        const failed = classify(new Error(text.join(' ')))
        expect(failed).toMatchObject(expected)
        expect(failed.message).toBe('The tool threw an error that it does not declare.')
      }),
    )
  })

  test('may be its own cause', () => {
    const circle = new Error('round')
    circle.cause = circle
    expect(classify(circle).mode).toBe('agent_bug')
  })

  test('may be anything at all', () => {
    const anything = fc.property(fc.anything(), (thrown) => {
      expect(FAILURE_MODES).toContain(classify(thrown).mode)
    })
    fc.assert(anything)
  })
})
