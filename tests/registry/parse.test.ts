import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { digestOf } from '../../src/events/digest.ts'
import { parseRegistry } from '../../src/registry/parse.ts'
import { parsed } from './parsed.ts'
import { GOOD, look, plus, replaced } from './texts.ts'

const isWellFormed = (text: string): boolean => {
  const result = parseRegistry(text)
  return (
    result.ok ||
    (result.problems.length > 0 && result.problems.every((p) => /^line [1-9]\d*(: |$)/.test(p.path)))
  )
}

const PIECES = [
  'version: v1',
  'tools:',
  'profiles: {}',
  '  ',
  '\n',
  '- ',
  ': ',
  '{',
  '}',
  '[',
  ']',
  '&a ',
  '*a',
  '? ',
  '|',
  '!!set ',
  '>',
  '"',
  "'",
  '#',
  '%',
  '---',
  '...',
  '\t',
  '<<: ',
  '.nan',
  '1e999',
  '__proto__',
  '\0',
  '\uFEFF',
]
const SECTIONS =
  'version metadata defaults labels domains planners tools profiles adapters retry models'.split(' ')

const anyValue = fc.jsonValue({ maxDepth: 4 })
const anySection = fc.oneof(anyValue, fc.dictionary(fc.constantFrom('look', 'solo', 'mock'), anyValue))

/** Texts, and how many of them. */
const TEXTS: readonly [what: string, texts: fc.Arbitrary<string>, numRuns: number][] = [
  ['whatever characters it has', fc.string({ unit: 'binary', maxLength: 200 }), 200],
  [
    'whatever pieces of YAML it is made of',
    fc.array(fc.constantFrom(...PIECES), { maxLength: 30 }).map((pieces) => pieces.join('')),
    1000,
  ],
  [
    'whatever value it holds, at any place',
    fc
      .oneof(anyValue, fc.dictionary(fc.constantFrom(...SECTIONS), anySection))
      .map((content) => stringify(content)),
    500,
  ],
  [
    'whatever single character of a good file is changed',
    fc
      .tuple(fc.nat(GOOD.length), fc.string({ unit: 'grapheme', maxLength: 2 }))
      .map(([at, text]) => GOOD.slice(0, at) + text + GOOD.slice(at + 1)),
    500,
  ],
]

const toolOf = (more: string) => parsed(look({ more })).tools.look

describe('any text is answered with a registry or with problems that have a line', () => {
  test.each(TEXTS)('%s', (_what, texts, numRuns) => {
    const property = fc.property(texts, (text) => {
      expect(isWellFormed(text)).toBe(true)
    })
    fc.assert(property, { numRuns })
  })

  test.each([
    ['brackets', '['.repeat(400_000)],
    ['dashes', '- '.repeat(200_000)],
    ['different keys', Array.from({ length: 60_000 }, (_, index) => `a${index}:`).join('\n')],
    ['equal keys', 'a:\n'.repeat(100_000)],
    [
      'aliases of aliases',
      plus(Array.from({ length: 50 }, (_, n) => `a${n}: &a${n} [*a${n - 1}, *a${n - 1}]`).join('\n')),
    ],
    [
      'adapters that fall back to the next one',
      plus(
        `adapters:\n${Array.from({ length: 5000 }, (_, n) => `  a${n}: { interface: i, module: m, fallback: a${n + 1} }`).join('\n')}`,
      ),
    ],
  ])(
    'in bounded time, also when it is made of many %s',
    (_what, text) => {
      expect(isWellFormed(text)).toBe(true)
    },
    30_000,
  )

  test('a file above the size limit is refused unread', () => {
    expect(parseRegistry(' '.repeat(1_000_001))).toEqual({
      ok: false,
      problems: [{ path: 'line 1', message: 'the file has more than 1000000 characters' }],
    })
  })
})

describe('a good file becomes a registry', () => {
  test('that is plain JSON, deeply frozen and named by its content', () => {
    const registry = parsed(GOOD)
    const { digest, ...content } = registry
    expect(JSON.parse(JSON.stringify(registry))).toStrictEqual(registry)
    expect(digest).toBe(digestOf(content))
    const frozen = (value: unknown): boolean =>
      typeof value !== 'object' ||
      value === null ||
      (Object.isFrozen(value) && Object.values(value).every(frozen))
    expect(frozen(registry)).toBe(true)
    expect(frozen(parsed(plus('defaults: { retry: default }')))).toBe(true)
  })

  test('with the same digest however it is written, and another one when it says something else', () => {
    const { digest } = parsed(GOOD)
    expect(parsed(`# a comment\r\n${GOOD.replaceAll('\n', '\r\n')}`).digest).toBe(digest)
    expect(parsed(plus('retry: { unused: { strategy: none } }')).digest).toBe(digest)
    expect(parsed(replaced(6, '  solo: { allowed_tools: [look], timeout_seconds: 11 }')).digest).not.toBe(
      digest,
    )
  })

  test('with defaults for everything that it leaves out', () => {
    const registry = parsed(GOOD)
    expect(registry).toMatchObject({ version: 'v1', max_series: 8000, adapters: {}, models: {} })
    expect(registry.tools.look).toMatchObject({
      purpose: '',
      side_effects: 'read-only',
      approval: { required: false, review: 'none', risk: 'low' },
      inputs: { id: { type: 'string', required: false, values: [], description: '' } },
      adapter: null,
      cost: 1_000_000,
      timeout_ms: 30_000,
      retry: { strategy: 'exponential', base_ms: 1000, factor: 2, cap_ms: 60_000, jitter: 0.1, attempts: 3 },
      idempotent: true,
      enabled: true,
    })
    expect(registry.profiles.solo).toEqual({
      name: 'solo',
      allowed_tools: ['look'],
      approval_required: ['execute', 'propose'],
      approvers: { role: 'approver', quorum: 1, exclude_requester: true, timeout_s: 86_400 },
      allowed_adapters: [],
      limits: {
        run: {},
        domain: {},
        tool: {},
        tenant: {},
        window: 'day',
        warning_threshold: 0.8,
        on_exceeded: 'skip',
        timeout_ms: 10_000,
      },
    })
  })

  test('with the defaults of the file before those of the product', () => {
    const text = plus(
      'defaults: { side_effects: propose, timeout_ms: 7, retry: twice }\nretry:\n  twice: { strategy: linear, base_ms: 1, cap_ms: 2, attempts: 2 }',
    )
    expect(parsed(text).tools.look).toMatchObject({
      side_effects: 'propose',
      approval: { required: true, review: 'output', risk: 'medium' },
      timeout_ms: 7,
      retry: { strategy: 'linear', base_ms: 1, factor: 1, cap_ms: 2, jitter: 0, attempts: 2 },
    })
  })

  test('whose execute tools are always approved before the call and are not repeated after a crash', () => {
    const tool = toolOf(', side_effects: execute')
    expect(tool).toMatchObject({
      approval: { required: true, review: 'call', risk: 'high' },
      idempotent: false,
    })
    expect(tool?.approval.consequences.length).toBeGreaterThan(0)
  })

  test('whose tools keep their own words on approval', () => {
    const tool = toolOf(
      ', side_effects: propose, approval: { review: call, risk: critical, consequences: [Read it.] }',
    )
    expect(tool?.approval).toEqual({
      required: true,
      review: 'call',
      risk: 'critical',
      consequences: ['Read it.'],
    })
    expect(toolOf(', approval: { required: true }')?.approval.review).toBe('call')
    expect(toolOf(', side_effects: propose, approval: { required: false }')?.approval.review).toBe('none')
  })

  test('with binds in the order of the file and guardrails one by one', () => {
    const text = look({
      more: ', binds: { id: [other.name, context.account.id] }, guardrails: [{ output.kind: a, input.id: { in: [x, y] } }, { output.score: { min: 0, max: 1 } }]',
    }).replace(
      '\nprofiles',
      '\n  other: { domain: knowledge, description: O, cost: 0, outputs: { name: { type: string } } }\nprofiles',
    )
    expect(parsed(text).tools.look).toMatchObject({
      binds: { id: [{ tool: 'other', output: 'name' }, { context: 'account.id' }] },
      guardrails: [
        { path: 'output.kind', equals: 'a' },
        { path: 'input.id', in: ['x', 'y'] },
        { path: 'output.score', min: 0, max: 1 },
      ],
    })
  })

  test('with amounts in the integers of the ledger', () => {
    const text = plus('models: { m: { input_usd_per_mtok: 0.15, output_usd_per_mtok: 0.6 } }').replace(
      'timeout_seconds: 10',
      'timeout_seconds: 0.5, budget: { run: { calls: 0, cost: 0.3, llm_usd: 0.07 }, tool: { look: { cost: 1.1 } }, tenant: { window: hour, llm_usd: 20 } }',
    )
    const registry = parsed(text)
    expect(registry.models).toEqual({ m: { provider: 'openai', input: 150_000, output: 600_000 } })
    expect(registry.profiles.solo?.limits).toMatchObject({
      run: { calls: 0, cost: 300_000, llm_usd: 70_000 },
      tool: { look: { cost: 1_100_000 } },
      tenant: { llm_usd: 20_000_000 },
      window: 'hour',
      timeout_ms: 500,
    })
  })
})
