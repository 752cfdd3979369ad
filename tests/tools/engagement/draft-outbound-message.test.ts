import { createHash } from 'node:crypto'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { tool } from '../../../src/tools/engagement/draft-outbound-message.ts'
import { runSingle } from '../../../src/tools/single.ts'
import { describeProperties, outputOf, problemPaths } from '../properties.ts'
import { describeVectors } from '../vector-cases.ts'

describeVectors({
  tool,
  added: { 'output.warnings': 'C2' },
  replaced: { 'output.metadata.template_hash': 'C2' },
  differs: {
    subject_prefix_not_stripped: {
      by: 'C2',
      output: {
        subject: 'Hello Acme Corp',
        message_draft: 'Hi Jane',
        variables_used: ['company', 'first_name'],
      },
    },
    numeric_and_null_values_stringified: {
      by: 'C2',
      output: {
        message_draft: '7 {{z}} 1.5 true',
        variables_used: ['n', 'f', 'b'],
        missing_variables: ['z'],
        metadata: { personalization_score: 0.75 },
      },
    },
    empty_string_value_counts_as_used: {
      by: 'C18',
      output: {
        message_draft: 'Hi {{first_name}}!',
        variables_used: [],
        missing_variables: ['first_name'],
        warnings: [{ code: 'empty_value', variable: 'first_name' }],
        metadata: { personalization_score: 0 },
      },
    },
    empty_template: { by: 'C1', refusedAt: ['template'] },
    missing_template: { by: 'C1', refusedAt: ['template'] },
  },
})

const drafted = (template: string, prospect: object, channel = 'email') =>
  outputOf(tool, { template, prospect_data: prospect, channel })

describe('draft_outbound_message', () => {
  test('C2 null and absent values are missing variables, inherited names too', async () => {
    const draft = await drafted('{{a}} {{b}} {{constructor}} {{__proto__}}', { a: null }, 'sms')
    expect(draft).toMatchObject({
      message_draft: '{{a}} {{b}} {{constructor}} {{__proto__}}',
      variables_used: [],
      missing_variables: ['a', 'b', 'constructor', '__proto__'],
    })
  })

  test('C2 substituted text is never expanded again, and spaces in a variable do not matter', async () => {
    const draft = await drafted('{{ b }}, {{a}} and {{b}}', { a: '{{b}}', b: 'X' }, 'sms')
    expect(draft).toMatchObject({ message_draft: 'X, {{b}} and X', variables_used: ['b', 'a'] })
  })

  test('C2 a leading "Subject:" is not part of the subject', async () => {
    expect(await drafted('SUBJECT :  A word on {{c}}\r\n\r\nBody\n', { c: 'Acme' })).toMatchObject({
      subject: 'A word on Acme',
      message_draft: 'Body',
      warnings: [],
    })
  })

  test('C2 a one-line e-mail is a body without subject, and says so', async () => {
    expect(await drafted('Only a line', {})).toMatchObject({
      subject: '',
      message_draft: 'Only a line',
      warnings: [{ code: 'empty_subject' }],
    })
    expect(await drafted('Subject:\nBody', {})).toMatchObject({
      subject: '',
      warnings: [{ code: 'empty_subject' }],
    })
    expect(await drafted('Only a line', {}, 'linkedin')).toMatchObject({ subject: '', warnings: [] })
  })

  test('C2 the time is that of the call, in UTC, and the template is named by its SHA-256', async () => {
    const draft = await outputOf(tool, { template: 'Grüße' }, { at: Date.UTC(2026, 10, 22, 5, 42, 3, 412) })
    const digest = createHash('sha256').update('Grüße', 'utf8').digest('hex')
    expect(draft).toMatchObject({
      created_at: '2026-11-22T05:42:03.412Z',
      metadata: { template_hash: digest.slice(0, 8), tone: 'professional' },
    })
  })

  test('C1 tells every problem at once, each at its path', async () => {
    const input = {
      template: '{{a}} {{b}} {{c}}',
      prospect_data: { a: {}, b: ['x'], c: 1, d: {} },
      channel: 'fax',
    }
    expect(new Set(await problemPaths(tool, { ...input, tone: 5 }))).toEqual(
      new Set(['channel', 'tone', 'prospect_data.a', 'prospect_data.b']),
    )
    expect(await problemPaths(tool, { template: 'x'.repeat(100_001) })).toEqual(['template'])
  })

  test('C11 a template of the library is drafted with by its id, the newest version of it', async () => {
    const own = (version: number, text: string) => ({
      source: `${version}.md`,
      text: `---\ntemplate_id: hello\nname: Hello\nversion: ${version}\n---\n${text}\n`,
    })
    const texts = {
      knowledge: null,
      templates: [own(1, 'Old'), own(2, 'Subject: For {{name}}\n\nHello {{name}}')],
    }
    const draft = { template_id: 'hello', prospect_data: { name: 'Kim' } }
    expect(await outputOf(tool, draft, { texts })).toMatchObject({
      subject: 'For Kim',
      message_draft: 'Hello Kim',
      variables_used: ['name'],
    })
    const sample = await outputOf(tool, { template_id: 'close_times', prospect_data: { company: 'Acme' } })
    expect(sample).toMatchObject({ subject: 'Shorter close times for Acme' })
    expect(await runSingle(tool, { ...draft, template_id: 'nobody' }, { texts })).toMatchObject({
      error: { code: 'user_invalid_input', errors: [{ path: 'template_id' }] },
    })
    expect(await runSingle(tool, { ...draft, prospect_data: { name: [] } }, { texts })).toMatchObject({
      error: { code: 'user_invalid_input', errors: [{ path: 'prospect_data.name' }] },
    })
    expect(await problemPaths(tool, { prospect_data: {} })).toEqual(['template'])
    expect(await problemPaths(tool, { ...draft, template: 'Hello' })).toEqual(['template_id'])
  })

  test('C1 a message has a size, however often a long value is written', async () => {
    const template = '{{a}}'.repeat(2000)
    expect(await problemPaths(tool, { template, prospect_data: { a: 'x'.repeat(50_000) } })).toEqual([
      'prospect_data',
    ])
  })
})

const piece = fc.oneof(
  fc.string(),
  fc.constantFrom('{{a}}', '{{ b }}', '\n', 'Subject: ', '{{', '}}', '{{é}}'),
)
const value = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constantFrom(null, '{{b}}', '\n'))

describeProperties(
  tool,
  fc.record({
    template: fc.array(piece, { minLength: 1 }).map((pieces) => pieces.join('')),
    prospect_data: fc.dictionary(fc.oneof(fc.constantFrom('a', 'b', 'é'), fc.string()), value),
    channel: fc.constantFrom('email', 'linkedin', 'phone', 'sms', 'direct_mail'),
  }),
)
