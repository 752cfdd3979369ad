import { describe, expect, test } from 'vitest'
import { parseRegistry } from '../../src/registry/parse.ts'
import { problemsIn, toldIn, type Row } from './refused.ts'
import { GOOD, look, plus, replaced } from './texts.ts'

const LOOK = 'tools.look'

const guard = (yaml: string): string => look({ more: `, guardrails: [ ${yaml} ]` })
const bind = (yaml: string): string => look({ more: `, binds: { id: ${yaml} }` })
const approval = (effects: string, yaml: string): string =>
  look({ more: `, side_effects: ${effects}, approval: ${yaml}` })
const crm = (more: string): string => `{ interface: crm, module: m${more} }`

/** With a proposal to judge. */
const judge = (source: string, more: string): string =>
  look({
    more: `${more}, binds: { id: ${source === 'other.text' ? source : 'context.id'} }, judges: ${source}`,
  }).replace(
    '\nprofiles',
    '\n  other: { domain: knowledge, description: O, cost: 1, outputs: { text: { type: string } }, side_effects: propose }\nprofiles',
  )

const REFERENCES: readonly Row[] = [
  [
    'a bind of an undeclared input',
    look({ more: ', binds: { nope: context.a }' }),
    4,
    `${LOOK}.binds.nope`,
    'declares no input nope',
  ],
  ['a bind to an unknown tool', bind('nobody.score'), 4, `${LOOK}.binds.id.0`, 'no tool is called nobody'],
  [
    'a bind to an unknown output',
    bind('[context.id, other.nope]').replace(
      '\nprofiles',
      '\n  other: { domain: knowledge, description: O, cost: 1 }\nprofiles',
    ),
    4,
    `${LOOK}.binds.id.1`,
    'other declares no output nope',
  ],
  [
    'a bind of another type',
    bind('other.n').replace(
      '\nprofiles',
      '\n  other: { domain: knowledge, description: O, cost: 1, outputs: { n: { type: number } } }\nprofiles',
    ),
    4,
    `${LOOK}.binds.id.0`,
    'other.n is number, the input is string',
  ],
  ['a judge of an unknown tool', judge('nobody.score', ''), 4, `${LOOK}.judges`, 'no tool is called nobody'],
  ['a judge of an unknown output', judge('other.nope', ''), 4, `${LOOK}.judges`, 'declares no output nope'],
  ['a judge of itself', judge('look.score', ''), 4, `${LOOK}.judges`, 'cannot judge itself'],
  ['a judge of no output', judge('other', ''), 4, `${LOOK}.judges`, 'must be <tool>.<output>'],
  [
    'a judge that proposes',
    judge('other.text', ', side_effects: propose, approval: { required: false }'),
    4,
    `${LOOK}.judges`,
    'must be read-only',
  ],
  [
    'a judge that is reviewed',
    judge('other.text', ', approval: { required: true, review: output }'),
    4,
    `${LOOK}.judges`,
    'must not need an approval',
  ],
  [
    'a judge that does not see what it judges',
    judge('other.text', '').replace('binds: { id: other.text }', 'binds: { id: context.id }'),
    4,
    `${LOOK}.judges`,
    'no input is bound to other.text',
  ],
  [
    'a judge of what is reviewed before its call',
    judge('other.text', '').replace('propose }', 'execute }'),
    4,
    `${LOOK}.judges`,
    'there is no output to judge',
  ],
  [
    'a tool in a thread of its own that asks a model',
    look({ more: ', isolate: true, model: true' }),
    4,
    `${LOOK}.model`,
    'with isolate: true cannot ask a model',
  ],
  ['a bind to itself', bind('look.score'), 4, `${LOOK}.binds.id.0`, 'cannot feed itself'],
  ['a bind to nowhere', bind('context'), 4, `${LOOK}.binds.id.0`, 'context.<path> or <tool>.<output>'],
  [
    'a guardrail that is a map',
    look({ more: ', guardrails: { output.score: 1 }' }),
    4,
    `${LOOK}.guardrails`,
    'must be a list',
  ],
  [
    'a guardrail elsewhere',
    guard('{ context.a: 1 }'),
    4,
    `${LOOK}.guardrails.0.context.a`,
    'input.<field> or output.<field>',
  ],
  [
    'a guardrail on an unknown field',
    guard('{ output.nope: 1 }'),
    4,
    `${LOOK}.guardrails.0.output.nope`,
    'declares no output nope',
  ],
  [
    'a guardrail inside a number',
    guard('{ output.score.deep: 1 }'),
    4,
    `${LOOK}.guardrails.0.output.score.deep`,
    'nothing is inside',
  ],
  [
    'a guardrail without a condition',
    guard('{ output.score: {} }'),
    4,
    `${LOOK}.guardrails.0.output.score`,
    'must say equals, in, min or max',
  ],
  [
    'a guardrail with an unknown condition',
    guard('{ output.score: { mim: 1 } }'),
    4,
    `${LOOK}.guardrails.0.output.score.mim`,
    'known are equals, in, min, max',
  ],
  [
    'a guardrail with crossed bounds',
    guard('{ output.score: { min: 2, max: 1 } }'),
    4,
    `${LOOK}.guardrails.0.output.score`,
    'min is above max',
  ],
  [
    'bounds on a text',
    guard('{ input.id: { min: 1 } }'),
    4,
    `${LOOK}.guardrails.0.input.id`,
    'need a number',
  ],
  [
    'a guardrail outside the enum',
    guard('{ output.kind: c }'),
    4,
    `${LOOK}.guardrails.0.output.kind`,
    'the enum does not have',
  ],
  [
    'execute without approval',
    approval('execute', '{ required: false }'),
    4,
    `${LOOK}.approval.required`,
    'must be true',
  ],
  [
    'execute with review of its output',
    approval('execute', '{ review: output }'),
    4,
    `${LOOK}.approval.review`,
    'must be call',
  ],
  [
    'approval without review',
    approval('propose', '{ review: none }'),
    4,
    `${LOOK}.approval.review`,
    'call or output',
  ],
  [
    'an exception of an effect',
    approval('execute', '{ except: { mode: [look] } }'),
    4,
    `${LOOK}.approval.except`,
    'its every call needs a person',
  ],
  [
    'an exception of a review of outputs',
    approval('propose', '{ except: { mode: [look] } }'),
    4,
    `${LOOK}.approval.except`,
    'belongs to a tool whose review is call',
  ],
  [
    'an exception by an input that is not there',
    approval('propose', '{ review: call, except: { mode: [look] } }'),
    4,
    `${LOOK}.approval.except.mode`,
    'must name an input of type enum',
  ],
  [
    'review without approval',
    approval('read-only', '{ review: output }'),
    4,
    `${LOOK}.approval.review`,
    'no effect',
  ],
  [
    'an unknown retry policy',
    look({ more: ', retry: often' }),
    4,
    `${LOOK}.retry`,
    'no retry policy is called often',
  ],
  [
    'an unknown default retry policy',
    plus('defaults: { retry: often }'),
    7,
    'defaults.retry',
    'no retry policy is called often',
  ],
  [
    'retry none that retries',
    plus('retry:\n  none: { strategy: linear, base_ms: 1, cap_ms: 1, attempts: 2 }'),
    8,
    'retry.none',
    'always means one call',
  ],
  [
    'a retry delay above its cap',
    plus('retry:\n  r: { strategy: linear, base_ms: 9, cap_ms: 1, attempts: 2 }'),
    8,
    'retry.r.base_ms',
    'above cap_ms',
  ],
  [
    'an adapter interface nobody has',
    look({ more: ', adapter: crm' }),
    4,
    `${LOOK}.adapter`,
    'no adapter has the interface crm',
  ],
  [
    'an unknown allowed tool',
    replaced(6, '  solo:\n    timeout_seconds: 1\n    allowed_tools:\n      - look\n      - nope'),
    10,
    'profiles.solo.allowed_tools.1',
    'no tool is called nope',
  ],
  [
    'a tool allowed twice',
    replaced(6, '  solo: { timeout_seconds: 1, allowed_tools: [look, look] }'),
    6,
    'profiles.solo.allowed_tools.1',
    'there twice',
  ],
  [
    'a disabled tool allowed',
    look({ more: ', enabled: false' }),
    6,
    'profiles.solo.allowed_tools.0',
    'tool look is disabled',
  ],
  [
    'a tool disabled by default allowed',
    plus('defaults: { enabled: false }'),
    6,
    'profiles.solo.allowed_tools.0',
    'tool look is disabled',
  ],
  [
    'an unknown allowed adapter',
    replaced(6, '  solo: { timeout_seconds: 1, allowed_adapters: [nope] }'),
    6,
    'profiles.solo.allowed_adapters.0',
    'no adapter is called nope',
  ],
  [
    'a budget of an unknown tool',
    replaced(6, '  solo: { timeout_seconds: 1, budget: { tool: { nope: { calls: 1 } } } }'),
    6,
    'profiles.solo.budget.tool.nope',
    'no tool is called nope',
  ],
  [
    'an unknown fallback',
    plus(`adapters:\n  a: ${crm(', fallback: z')}`),
    8,
    'adapters.a.fallback',
    'no adapter is called z',
  ],
  [
    'an adapter that falls back to itself',
    plus(`adapters:\n  a: ${crm(', fallback: a')}`),
    8,
    'adapters.a.fallback',
    'a -> a',
  ],
  [
    'fallbacks in a circle',
    plus(`adapters:\n  a: ${crm(', fallback: b')}\n  b: ${crm(', fallback: a')}`),
    9,
    'adapters.b.fallback',
    'b -> a -> b',
  ],
  [
    'a fallback of another interface',
    plus(`adapters:\n  a: ${crm(', fallback: b')}\n  b: { interface: mail, module: m }`),
    8,
    'adapters.a.fallback',
    'another interface: mail',
  ],
]

describe('a name that leads nowhere, or a contradiction, is refused with line, path and reason', () => {
  test('and the text that the rows start from is good', () => {
    expect(parseRegistry(GOOD)).toMatchObject({ ok: true })
  })

  test.each(REFERENCES)('%s', (...row) => {
    expect(problemsIn(row)).toContainEqual(toldIn(row))
  })

  test('every problem is told at once, in the order of the file', () => {
    const text = [
      'version: v2',
      'tools:',
      '  one: { domain: nope, description: One., cost: 1 }',
      '  two: { domain: knowledge, description: Two., cost: 1, binds: { a: one.b }, retry: often }',
      'profiles:',
      '  p: { allowed_tools: [one, two, three], timeout_seconds: 0 }',
      '  q: { allowed_tools: [three], timeout_seconds: 1, color: red }',
      '  r: { allowed_tools: [four], timeout_seconds: 1 }',
      'extra: 1',
    ].join('\n')
    const result = parseRegistry(text)
    expect(result.ok ? [] : result.problems.map((problem) => problem.path)).toEqual([
      'line 1: version',
      'line 1: metadata',
      'line 3: tools.one.domain',
      'line 4: tools.two.retry',
      'line 4: tools.two.binds.a',
      'line 6: profiles.p.timeout_seconds',
      'line 7: profiles.q.color',
      'line 8: profiles.r.allowed_tools.0',
      'line 9: extra',
    ])
  })
})
