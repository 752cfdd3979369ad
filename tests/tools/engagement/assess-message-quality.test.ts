import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { tool } from '../../../src/tools/engagement/assess-message-quality.ts'
import { runSingle } from '../../../src/tools/single.ts'
import { growthOf } from '../growth.ts'
import { describeProperties, outputOf, problemPaths } from '../properties.ts'
import { describeVectors } from '../vector-cases.ts'

const withoutSubject = {
  by: 'C3',
  output: {
    overall_score: 0.9,
    quality_grade: 'A',
    issues: [{ issue_type: 'weak_subject', severity: 'warning' }],
    ready_to_send: true,
  },
}

describeVectors({
  tool,
  prose: ['output.issues.*.description', 'output.issues.*.suggestion', 'output.strengths'],
  added: { 'output.unjudged': 'C19' },
  differs: {
    exactly_30_words_ok: withoutSubject,
    exactly_200_words_ok: withoutSubject,
    unknown_channel_skips_length_and_subject: { by: 'C1', refusedAt: ['channel'] },
  },
})

const issuesOf = async (input: object): Promise<string[]> => {
  const { issues } = await outputOf(tool, { channel: 'sms', ...input })
  return (issues as { issue_type: string }[]).map((issue) => issue.issue_type)
}

const CALL = 'Can we talk?'

describe('assess_message_quality', () => {
  test('C3 judges personalisation against what is known of the prospect', async () => {
    const about = (prospect_context: object) =>
      issuesOf({ message: `Hello Acme Corp. ${CALL}`, prospect_context })
    expect(await about({ company: 'acme corp' })).toEqual([])
    expect(await about({ company: 'Acme' })).toEqual([])
    expect(await about({ company: 'Ac' })).toEqual(['no_personalization'])
    expect(await about({ company: 'Globex', industry: 'steel' })).toEqual(['no_personalization'])
    expect(await about({ company: 'Globex', industry: 'corp' })).toEqual([])
    expect(await about({ role: 'Operations', company: ' ' })).toEqual([])
  })

  test('C3 a person is addressed by the whole name or the first one, not by a title', async () => {
    const about = (name: string) => issuesOf({ message: `Hello Robin. ${CALL}`, prospect_context: { name } })
    expect(await about('Robin Example')).toEqual([])
    expect(await about('Sasha Example')).toEqual(['no_personalization'])
    expect(await issuesOf({ message: `Dear Dr. ${CALL}`, prospect_context: { name: 'Dr Example' } })).toEqual(
      ['no_personalization'],
    )
  })

  test('C3 an e-mail without subject has a weak one, other channels need none', async () => {
    const message = `${'word '.repeat(30)} ${CALL}`
    expect(await issuesOf({ message, channel: 'email' })).toEqual(['weak_subject'])
    expect(await issuesOf({ message, channel: 'email', subject: ' \t' })).toEqual(['weak_subject'])
    expect(await issuesOf({ message, channel: 'linkedin' })).toEqual([])
    expect(await issuesOf({ message, channel: 'linkedin', subject: 'one' })).toEqual(['weak_subject'])
    expect(await issuesOf({ message, channel: 'direct_mail', subject: 'one' })).toEqual([])
  })

  test.each([
    ['Hi,\nnext line', true],
    ['Hello\r\nnext line', true],
    ['Hi Acme,', false],
    ['Dear Sir or Madam,', true],
    ['Dear Sirius team,', false],
    ['To whom it may concern', true],
    ['I hope this message finds you well', true],
    ['We hope you’re doing well', true],
  ])('the opening %j is generic: %j', async (opening, isGeneric) => {
    expect(
      (await issuesOf({ message: `${opening} ok. ${CALL}`.replace(' ok', '') })).includes('generic_opening'),
    ).toBe(isGeneric)
    expect(await issuesOf({ message: `${opening}\n${CALL}` })).toEqual(isGeneric ? ['generic_opening'] : [])
  })

  test('issues come in the order of the checks and each has its price', async () => {
    const message = 'Hi,\nYou must, must, must act ASAP {{now}}??? '
    expect(await outputOf(tool, { message, prospect_context: { company: 'Acme' } })).toMatchObject({
      overall_score: 0,
      quality_grade: 'F',
      ready_to_send: false,
      issues: [
        'too_short',
        'no_personalization',
        'no_call_to_action',
        'weak_subject',
        'generic_opening',
        'multiple_asks',
        'broken_variable',
        'pushy_tone',
      ].map((issue_type) => ({ issue_type })),
    })
    expect(
      await issuesOf({ message: `${'word '.repeat(201)}${CALL}`, channel: 'email', subject: 'two words' }),
    ).toEqual(['too_long'])
  })

  test('C2 a variable with spaces is left over too, and one in the subject as well', async () => {
    expect(await issuesOf({ message: `For {{ company }}. ${CALL}` })).toEqual(['broken_variable'])
    expect(await issuesOf({ message: `For you. ${CALL}`, subject: 'About {{company}}' })).toEqual([
      'broken_variable',
    ])
  })

  test('only whole words press or ask', async () => {
    expect(await issuesOf({ message: 'mustard shoulder urgently musty recall' })).toEqual([
      'no_call_to_action',
    ])
    expect(await issuesOf({ message: 'MUST should need\nto. Let’s talk' })).toEqual(['pushy_tone'])
  })

  test('C1 tells every problem at once, each at its path', async () => {
    const input = { message: '', subject: null, channel: 'pigeon', prospect_context: { company: 5 } }
    expect(await problemPaths(tool, input)).toEqual([
      'message',
      'subject',
      'channel',
      'prospect_context.company',
    ])
    expect(await problemPaths(tool, {})).toEqual(['message'])
  })

  test('hostile text takes no more time than its length', async () => {
    const assess = async (size: number): Promise<void> => {
      for (const piece of [' ', 'hi ', 'a', '{{', '\n', 'can ', '.', "let's ", 'please ', 'to a ']) {
        const message = `hi${piece.repeat(Math.floor(size / piece.length))}!`
        const ended = await runSingle(tool, { message, prospect_context: { company: 'a a' } })
        expect(ended).toHaveProperty('output')
      }
    }
    expect(await growthOf(3000, assess)).toBeLessThan(40)
  })
})

const piece = fc.oneof(
  fc.string(),
  fc.constantFrom('Hi,', '\n', 'must ', 'can we', '?', '. ', '{{a}}', 'Acme '),
)

describeProperties(
  tool,
  fc.record(
    {
      message: fc.array(piece, { minLength: 1 }).map((pieces) => pieces.join('')),
      subject: fc.string(),
      channel: fc.constantFrom('email', 'linkedin', 'phone', 'sms', 'direct_mail'),
      prospect_context: fc.dictionary(fc.constantFrom('name', 'company', 'industry', 'x'), fc.string()),
    },
    { requiredKeys: ['message'] },
  ),
)
