// What an expression of a plan may say, and what it may not: each with the sentence that is told.
import { describe, expect, test } from 'vitest'
import { checkExpression, type Fields, type KnownNames } from '../../src/registry/expressions/check.ts'
import { evaluateExpression, usedValues } from '../../src/registry/expressions/evaluate.ts'
import type { FieldType } from '../../src/registry/registry.ts'

const fields = (types: Readonly<Record<string, FieldType>>): Fields =>
  Object.fromEntries(
    Object.entries(types).map(([name, type]) => [
      name,
      { type, required: false, values: type === 'enum' ? ['low', 'high'] : [], description: '' },
    ]),
  )

const NAMES: KnownNames = {
  steps: new Map([
    [
      'score',
      fields({
        fit: 'number',
        why: 'string',
        tags: 'array',
        ok: 'boolean',
        count: 'integer',
        account: 'object',
        risk: 'enum',
        extra: 'any',
      }),
    ],
    ['blind', null],
  ]),
  context: null,
  items: new Set(['item', 'lead']),
  whyNot: (name) => `there is no step ${name}`,
}

const VALUES = {
  score: {
    fit: 0.7,
    why: 'Strong fit',
    tags: ['a', 'b'],
    ok: true,
    count: 3,
    account: { city: 'Ulm', size: 10, parts: [{ n: 1 }, { n: 2 }] },
    risk: 'low',
    extra: { deep: [1, 2, 3] },
  },
  blind: {},
  context: { amount: 100, list: [1, 2, 3], name: 'Acme', flag: true, when: '2026-03-01T00:00:00Z' },
  item: { country: 'DE' },
  lead: 'Ada',
}

/** What it says of VALUES. */
const GOOD: readonly (readonly [string, boolean])[] = [
  ['true', true],
  ['!false', true],
  ['score.ok', true],
  ['!score.ok', false],
  ['score.fit >= 0.5', true],
  ['score.fit > 1', false],
  ['score.fit == 0.7', true],
  ['score.fit != 1', true],
  ['1 > score.fit', true],
  ['score.count == 3', true],
  ['score.count + 1 == 4', true],
  ['1 + score.count == 4', true],
  ['score.count * 2 - 1 == 5', true],
  ['score.count / 2 == 1.5', true],
  ['score.count % 2 == 1', true],
  ['context.amount % 7 == 2', true],
  ['5.5 % score.count == 2.5', true],
  ['-score.fit < 0', true],
  ['score.fit < score.count', true],
  ['score.why == "Strong fit"', true],
  ["score.why != 'weak'", true],
  ['score.why.startsWith("Strong")', true],
  ['score.why.endsWith("fit")', true],
  ['score.why.contains("ong")', true],
  ['score.why.lowerAscii() == "strong fit"', true],
  ['score.why.upperAscii() == "STRONG FIT"', true],
  ['"  x ".trim() == "x"', true],
  ['score.why.size() > 3', true],
  ['size(score.why) == 10', true],
  ['score.why < "Zebra"', true],
  ['score.why + "!" == "Strong fit!"', true],
  ['score.risk == "low"', true],
  ['score.risk in ["low", "high"]', true],
  ['size(score.tags) == 2', true],
  ['score.tags.size() >= score.count', false],
  ['score.tags[0] == "a"', true],
  ['"b" in score.tags', true],
  ['score.tags == ["a", "b"]', true],
  ['score.tags.exists(t, t == "b")', true],
  ['score.tags.all(t, t.size() == 1)', true],
  ['score.tags.exists_one(t, t == "a")', true],
  ['score.tags.filter(t, t > "a").size() == 1', true],
  ['score.tags.map(t, t + "x")[1] == "bx"', true],
  ['score.account.city == "Ulm"', true],
  ['score.account["city"] == "Ulm"', true],
  ['score.account.parts[1].n == 2', true],
  ['score.account.parts.exists(p, p.n > 1)', true],
  ['"city" in score.account', true],
  ['has(score.account.city)', true],
  ['has(score.account.street)', false],
  ['has(score.fit) && score.fit > 0.5', true],
  ['has(blind.anything)', false],
  ['has(context.amount)', true],
  ['has(context.nothing)', false],
  ['!has(context.nothing) || context.nothing > 1', true],
  ['context.amount > 50 && context.amount < 200', true],
  ['context.amount in [100, 200]', true],
  ['context.list[2] == 3', true],
  ['context.list.exists(n, n > score.fit)', true],
  ['context.flag', true],
  ['context.flag ? score.ok : false', true],
  ['score.fit > 0.5 ? true : score.ok', true],
  ['context.name == "Acme" || context.nothing', true],
  ['false && context.nothing', false],
  ['item.country == "DE"', true],
  ['has(item.city)', false],
  ['lead == "Ada"', true],
  ['score.extra.deep.size() == 3', true],
  ['timestamp(context.when) < timestamp("2026-06-01T00:00:00Z")', true],
  ['timestamp(context.when) + duration("24h") > timestamp(context.when)', true],
  ['int(score.fit) == 0', true],
  ['double("1.5") > 1', true],
  ['string(score.count) == "3"', true],
  ['((score.fit)) > (0.1)', true],
  ['"\\u0041" == "A"', true],
]

/** Refused when the plan is proved, with this sentence. */
const REFUSED: readonly (readonly [string, string])[] = [
  ['', 'Unexpected token: EOF'],
  ['1 +', 'Unexpected token: EOF'],
  ['score.fit >', 'Unexpected token: EOF'],
  ['(score.ok', 'Expected RPAREN'],
  ['score.ok)', 'Unexpected character'],
  ['score..fit > 1', 'Expected IDENTIFIER'],
  ['a b', 'Unexpected character'],
  ['in', 'Unexpected token: IN'],
  ['"open', 'Unterminated string'],
  ['score.fit => 0.5', 'Unexpected'],
  ['score.fit = 0.5', 'Unexpected'],
  ['score.fit === 0.5', 'Unexpected'],
  ['score.ok and true', 'Unexpected'],
  ['not score.ok', 'Unexpected'],
  ['score.ok; true', 'Unexpected'],
  ['`x`', 'Unexpected'],
  ['x => x', 'Unexpected'],
  ['score', 'say which value of score is meant: score.<name>'],
  ['context', 'say which value of context is meant: context.<name>'],
  ['size(context) > 1', 'say which value of context is meant'],
  ['score.nothing > 1', 'there is no score.nothing; score has fit, why'],
  ['has(score.nothing)', 'there is no score.nothing'],
  ['score["nothing"] == 1', 'there is no score.nothing'],
  ['score.constructor == 1', 'there is no score.constructor'],
  ['score.__proto__ == 1', 'there is no score.__proto__'],
  ['score.toString() == "x"', 'toString cannot be used here'],
  ['scores.fit > 1', 'there is no step scores'],
  ['fit > 1', 'there is no step fit'],
  ['process.exit()', 'exit cannot be used here'],
  ['globalThis == 1', 'there is no step globalThis'],
  ['this.x == 1', 'there is no step this'],
  ['constructor == 1', 'there is no step constructor'],
  ['__proto__ == 1', 'Reserved identifier: __proto__'],
  ['1', 'must be true or false, and is int'],
  ['"true"', 'must be true or false, and is string'],
  ['score.fit', 'must be true or false, and is double'],
  ['score.tags', 'must be true or false, and is list'],
  ['score.account', 'must be true or false, and is map<string, dyn>'],
  ['score.tags.map(t, t == "a")', 'must be true or false'],
  ['score.fit == "0.7"', 'no such overload: double == string'],
  ['score.why > 1', 'no such overload: string > int'],
  ['score.why > 0.5', 'no such overload: string > double'],
  ['score.ok > 1', 'no such overload: bool > int'],
  ['score.ok == "true"', 'no such overload: bool == string'],
  ['score.fit && true', 'Logical operator requires bool operands'],
  ['!score.fit', 'no such overload: !double'],
  ['score.why + 1 == "x"', 'no such overload: string + int'],
  ['score.tags > 1', 'no such overload: list<dyn> > int'],
  ['score.risk == 1', 'no such overload: string == int'],
  ['size(score.fit) > 1', 'found no matching overload'],
  ['score.fit.startsWith("x")', 'found no matching overload'],
  ['score.why.exists(c, c == "x")', 'cannot be range of a comprehension'],
  ['score.fit ? true : false', 'Ternary condition must be bool'],
  ['"a" * 5 == "b"', 'no such overload: string * int'],
  ['score.why.matches("(a+)+$")', 'matches cannot be used here; there are size, startsWith'],
  ['matches(score.why, "(a+)+$")', 'matches cannot be used here; there are has, size'],
  ['score.why.split(",").size() == 1', 'split cannot be used here'],
  ['score.tags.join() == "x"', 'join cannot be used here'],
  ['score.why.replace("a", "b") == "x"', 'replace cannot be used here'],
  ['cel.bind(x, 1, x == 1)', 'bind cannot be used here'],
  ['optional.of(1).hasValue()', 'hasValue cannot be used here'],
  ['dyn(1) == 1', 'dyn cannot be used here'],
  ['type(score.fit) == double', 'type cannot be used here'],
  ['bytes("a") == b"a"', 'bytes cannot be used here'],
  ['eval("1")', 'eval cannot be used here'],
  ['score.tags.exists(a, score.tags.exists(b, a == b))', 'exists cannot stand inside another one'],
  ['score.tags.map(a, score.tags.map(b, b)).size() > 1', 'map cannot stand inside another one'],
  ['score.tags.exists(a, b == 1)', 'there is no step b'],
  ['score.tags.exists(score.fit, true)', 'exists'],
  ['score.tags.exists("x", true)', 'exists'],
  ['{"a": 1}.a == 1', 'maps and optional values cannot be used here'],
  [`${'('.repeat(40)}true${')'.repeat(40)}`, 'is too large or too deep'],
  [`${'!'.repeat(200)}true`, 'is too large or too deep'],
  [`${'true && '.repeat(60)}true`, 'is too large or too deep'],
  [`[${'1, '.repeat(40)}1].size() > 1`, 'is too large or too deep'],
  [`"${'x'.repeat(500)}" == ""`, 'is longer than 500 characters'],
  ['a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p', 'is too large or too deep'],
]

/** They can be proved, and have no answer for VALUES. */
const WITHOUT_ANSWER: readonly (readonly [string, string])[] = [
  ['context.nothing > 1', 'it uses context.nothing, which is not there'],
  ['context.nothing', 'it uses context.nothing, which is not there'],
  ['blind.anything == 1', 'it uses blind.anything, which is not there'],
  ['has(context.nothing.deep)', 'it uses context.nothing.deep, which is not there'],
  ['score.account.street == "x"', 'it uses score.account.street, which is not there'],
  ['score.ok && context.nothing', 'it uses context.nothing, which is not there'],
  ['context.constructor == 1', 'it uses context.constructor, which is not there'],
  ['context.__proto__ == 1', 'it uses context.__proto__, which is not there'],
  ['score.tags[7] == "a"', 'it uses an element of a list that is not there'],
  ['1 / 0 == 1', 'it divides by zero'],
  ['score.count % 0 == 1', 'it divides by zero'],
  ['context.amount % (score.count - 3) == 1', 'it divides by zero'],
  ['context.name', 'it is neither true nor false'],
  ['context.name > 1', 'context.name is not of a type that fits there'],
  ['context.name > context.amount', 'context.name and context.amount do not fit together'],
  [
    'timestamp(context.name) < timestamp("2026-01-01T00:00:00Z")',
    'context.name is not of a type that fits there',
  ],
  ['int(context.name) == 1', 'context.name is not of a type that fits there'],
]

describe('an expression', () => {
  test.each(GOOD)('%s is %s', (text, holds) => {
    expect(checkExpression(text, NAMES)).toMatchObject({ ok: true })
    expect(evaluateExpression(text, VALUES)).toEqual({ ok: true, holds })
  })

  test.each(REFUSED)('%s is refused: %s', (text, why) => {
    const checked = checkExpression(text, NAMES)
    expect(checked.ok ? 'not refused' : checked.message).toContain(why)
  })

  test.each(WITHOUT_ANSWER)('%s has no answer: %s', (text, message) => {
    expect(checkExpression(text, NAMES)).toMatchObject({ ok: true })
    expect(evaluateExpression(text, VALUES)).toEqual({ ok: false, message })
  })

  test('says at which character it is wrong', () => {
    expect(checkExpression('score.ok && scores.fit > 1', NAMES)).toEqual({
      ok: false,
      message: 'there is no step scores (at character 13 of the expression)',
    })
  })

  test('tells which steps it uses, each once, and what their values were', () => {
    const text = 'score.fit > 0.5 && has(blind.x) && score.ok && context.amount > 1'
    expect(checkExpression(text, NAMES)).toMatchObject({ ok: true, steps: ['score', 'blind'] })
    expect(usedValues(text, VALUES)).toEqual({
      'score.fit': 0.7,
      'blind.x': null,
      'score.ok': true,
      'context.amount': 100,
    })
  })

  test('knows what a playbook takes of the context, and its types', () => {
    const names = { ...NAMES, context: fields({ amount: 'number' }) }
    expect(checkExpression('context.amount > 1', names).ok).toBe(true)
    expect(checkExpression('context.amuont > 1', names)).toMatchObject({
      message: expect.stringContaining('there is no context.amuont; context has amount'),
    })
    expect(checkExpression('context.amount == "x"', names).ok).toBe(false)
  })

  test('does not look at more values than it may', () => {
    const many = { ...VALUES, context: { list: Array.from({ length: 4000 }, (_, at) => at) } }
    expect(evaluateExpression('context.list.all(n, n >= 0)', many)).toEqual({ ok: true, holds: true })
    const squared = evaluateExpression('context.list.all(n, n in context.list)', many)
    expect(squared).toEqual({ ok: false, message: 'it would look at more values than an expression may' })
    const long = { ...VALUES, context: { list: [1, 2], text: 'a'.repeat(1_000_000) } }
    expect(evaluateExpression('context.list.all(n, context.text.contains("b"))', long).ok).toBe(false)
  })
})
