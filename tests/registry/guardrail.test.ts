import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { brokenGuardrails } from '../../src/registry/guardrail.ts'

const GUARDRAILS = [
  { path: 'output.status', equals: 'draft' },
  { path: 'output.score', min: 0, max: 1 },
  { path: 'input.channel', in: ['email', 'sms'] },
  { path: 'output.meta.sent', equals: null },
]
const INPUT = { channel: 'email' }
const OUTPUT = { status: 'draft', score: 0.5, meta: { sent: null } }

describe('guardrails', () => {
  test('hold for what they allow, bounds included', () => {
    expect(brokenGuardrails(GUARDRAILS, { input: INPUT, output: OUTPUT })).toEqual([])
    expect(brokenGuardrails(GUARDRAILS, { input: INPUT, output: { ...OUTPUT, score: 1 } })).toEqual([])
    expect(brokenGuardrails(GUARDRAILS, { input: INPUT, output: { ...OUTPUT, score: 0 } })).toEqual([])
  })

  test('each tell that they are broken, in words of the registry', () => {
    const output = { status: 'sent to a person', score: 1.01, meta: { sent: true } }
    expect(brokenGuardrails(GUARDRAILS, { input: { channel: 'fax' }, output })).toEqual([
      'output.status must be "draft"',
      'output.score must be a number of at most 1',
      'input.channel must be one of "email", "sms"',
      'output.meta.sent must be null',
    ])
  })

  test('are broken by a field that is not there or is no number', () => {
    expect(brokenGuardrails(GUARDRAILS, { input: INPUT, output: {} })).toEqual([
      'output.status must be "draft"',
      'output.score must be a number of at least 0',
      'output.score must be a number of at most 1',
      'output.meta.sent must be null',
    ])
    for (const score of ['0.5', Number.NaN, Number.POSITIVE_INFINITY, null, [0.5]]) {
      expect(brokenGuardrails(GUARDRAILS, { input: INPUT, output: { ...OUTPUT, score } })).not.toEqual([])
    }
  })

  test('on outputs wait until there is an output', () => {
    expect(brokenGuardrails(GUARDRAILS, { input: INPUT })).toEqual([])
    expect(brokenGuardrails(GUARDRAILS, { input: INPUT, output: null })).toHaveLength(4)
  })

  test('see own fields only, never those of a prototype', () => {
    const guardrails = [{ path: 'output.constructor.name', equals: 'Object' }]
    expect(brokenGuardrails(guardrails, { output: {} })).toHaveLength(1)
  })

  test('never throw and never repeat a value', () => {
    fc.assert(
      fc.property(fc.anything(), (output) => {
        const sentences = brokenGuardrails([{ path: 'output.a.b', equals: 'draft' }], { output })
        expect(sentences.every((sentence) => sentence === 'output.a.b must be "draft"')).toBe(true)
      }),
    )
  })
})
