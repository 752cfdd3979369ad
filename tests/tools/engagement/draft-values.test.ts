// What becomes of values and templates as people have them: one row a value.
import { describe, expect, test } from 'vitest'
import { tool } from '../../../src/tools/engagement/draft-outbound-message.ts'
import { revisedDraft, type DraftWarning } from '../../../src/tools/engagement/draft-figures.ts'
import { outputOf } from '../properties.ts'

type Draft = {
  readonly subject: string
  readonly message_draft: string
  readonly channel: 'email' | 'sms' | 'linkedin' | 'phone' | 'direct_mail'
  readonly variables_used: string[]
  readonly missing_variables: string[]
  readonly metadata: { readonly word_count: number; readonly personalization_score: number }
  readonly warnings: DraftWarning[]
}

const drafted = async (template: string, prospect: object, channel = 'email'): Promise<Draft> =>
  (await outputOf(tool, { template, prospect_data: prospect, channel })) as Draft

const codesOf = ({ warnings }: Draft): string[] => warnings.map(({ code }) => code)

describe('C16 headings', () => {
  test.each(['first_name', 'First Name', 'FIRST_NAME', 'firstName', 'First-Name', ' first name '])(
    '%j is the value of first_name',
    async (heading) => {
      const draft = await drafted('Hi {{first_name}}', { [heading]: 'Kim' })
      expect(draft).toMatchObject({ message_draft: 'Hi Kim', missing_variables: [], warnings: [{}] })
      expect(codesOf(draft)).toEqual(['empty_subject'])
    },
  )

  test('of several headings that are the same nobody knows which is meant, but where one is the name itself', async () => {
    const both = { 'First Name': 'Kim', firstName: 'Jo' }
    expect((await drafted('Hi {{first_name}}', both)).missing_variables).toEqual(['first_name'])
    const own = { ...both, first_name: 'Lee' }
    expect((await drafted('Hi {{first_name}}', own)).message_draft).toBe('Hi Lee')
    expect((await drafted('Hi {{name}}', { 'First Name': 'Kim' })).missing_variables).toEqual(['name'])
  })

  test.each([
    ['EMAIL', 'email'],
    ['E-Mail', 'email'],
    ['LinkedIn', 'linkedin'],
    [' sms ', 'sms'],
    ['Direct Mail', 'direct_mail'],
    ['direct-mail', 'direct_mail'],
  ])('the channel %j is %s', async (given, channel) => {
    expect((await drafted('Hi', {}, given)).channel).toBe(channel)
  })
})

describe('C18 values', () => {
  test.each([
    ['', 'empty_value'],
    ['   ', 'empty_value'],
    ['\u200b\ufeff', 'empty_value'],
    ['\n', 'empty_value'],
    [null, 'missing_value'],
    ['-', 'placeholder_value'],
    ['--', 'placeholder_value'],
    ['?', 'placeholder_value'],
    ['n/a', 'placeholder_value'],
    ['N/A', 'placeholder_value'],
    ['na', 'placeholder_value'],
    ['None', 'placeholder_value'],
    ['nil', 'placeholder_value'],
    ['NaN', 'placeholder_value'],
    ['null', 'placeholder_value'],
    ['TBD', 'placeholder_value'],
    [' unknown ', 'placeholder_value'],
    ['not sure', 'placeholder_value'],
  ])('%j is missing, and is named in a warning', async (value, code) => {
    const draft = await drafted('Hi {{first_name}}!', { first_name: value }, 'sms')
    expect(draft).toMatchObject({
      message_draft: 'Hi {{first_name}}!',
      variables_used: [],
      missing_variables: ['first_name'],
      warnings: [{ code, variable: 'first_name', message: expect.stringContaining('first_name') }],
      metadata: { personalization_score: 0 },
    })
  })

  test.each([
    ['Jane', 'Jane'],
    ['  Jane ', 'Jane'],
    ['\ufeffJane\u200b', 'Jane'],
    ['Zoe\u0308', 'Zoë'],
    [0, '0'],
    [false, 'false'],
    [1.5, '1.5'],
    ['No', 'No'],
    ['$& $1', '$& $1'],
  ])('%j is written as %j', async (value, text) => {
    const draft = await drafted('Hi {{a}}!', { a: value }, 'sms')
    expect(draft).toMatchObject({ message_draft: `Hi ${text}!`, variables_used: ['a'], warnings: [] })
  })

  test('a name is found whatever the form of its accents', async () => {
    const template = '{{prénom}}'.normalize('NFD')
    const draft = await drafted(template, { ['prénom'.normalize('NFC')]: 'Zoë' }, 'sms')
    expect(draft).toMatchObject({ message_draft: 'Zoë', variables_used: ['prénom'.normalize('NFC')] })
  })
})

describe('C18 fallbacks', () => {
  test.each([
    '{{name|there}}',
    '{{ name | there }}',
    '{{name|"there"}}',
    '{{ name | default: "there" }}',
    "{{ name | default: 'there' }}",
    '{{name|default:there}}',
    '{{ name | default("there") }}',
    '{{ name | default: “there” }}',
  ])('%s is the fallback without a value, and the value with one', async (variable) => {
    const without = await drafted(`Hi ${variable}!`, { name: 'n/a' }, 'sms')
    expect(without).toMatchObject({
      message_draft: 'Hi there!',
      variables_used: [],
      missing_variables: [],
      warnings: [{ code: 'placeholder_value', variable: 'name' }],
      metadata: { personalization_score: 0 },
    })
    expect(codesOf(await drafted(`Hi ${variable}!`, {}, 'sms'))).toEqual(['fallback_used'])
    const draft = await drafted(`Hi ${variable}!`, { name: 'Jane' }, 'sms')
    expect(draft).toMatchObject({ message_draft: 'Hi Jane!', variables_used: ['name'], warnings: [] })
  })

  test.each(['{{name|}}', '{{ name | default: "" }}'])('%s gives nothing to write', async (variable) => {
    const draft = await drafted(`Hi ${variable}!`, {}, 'sms')
    expect(draft).toMatchObject({ message_draft: `Hi ${variable}!`, missing_variables: ['name'] })
  })

  test('a variable is missing as long as one of its places has no fallback', async () => {
    const draft = await drafted('{{name|there}} {{name}}', {}, 'sms')
    expect(draft).toMatchObject({ message_draft: 'there {{name}}', missing_variables: ['name'] })
  })

  test.each(['{{ name | upcase }}', '{{ name | default: "a" | upcase }}', '{{ when | date: "%d" }}'])(
    '%s is a filter of another language and is left',
    async (placeholder) => {
      const draft = await drafted(placeholder, { name: 'Jane', when: 'now' }, 'sms')
      expect(draft).toMatchObject({
        message_draft: placeholder,
        warnings: [{ code: 'unknown_placeholder', placeholder }],
      })
    },
  )
})

describe('C18 placeholders', () => {
  test.each(['{first_name}', '[[company]]', '*|FNAME|*', '{!Contact.FirstName}', '%company%', '[NAME]'])(
    '%s is reported in body and subject, and is never filled in',
    async (placeholder) => {
      const prospect = { first_name: 'Jane', company: 'Acme' }
      const inBody = await drafted(`About {{company}}\n\nHi ${placeholder}`, prospect)
      expect(inBody.warnings).toMatchObject([{ code: 'unknown_placeholder', placeholder }])
      const inSubject = await drafted(`About ${placeholder}\n\nHi {{first_name}}`, prospect)
      expect(inSubject).toMatchObject({
        subject: `About ${placeholder}`,
        warnings: [{ code: 'unknown_placeholder', placeholder }],
      })
    },
  )

  test('one that a value brings in is reported too', async () => {
    const draft = await drafted('{{a}} {{b}}', { a: '{{x}}', b: '[NAME]', x: 'X' }, 'sms')
    expect(draft.message_draft).toBe('{{x}} [NAME]')
    expect(draft.warnings.map(({ placeholder }) => placeholder)).toEqual(['[NAME]', '{{x}}'])
  })
})

describe('C18 subjects', () => {
  test.each(['\n', '\r', '\r\n', '\u2028', '\u2029', '\u0085', '\v', '\f', '\n\n', '\t'])(
    '%j in a value is one space in a subject',
    async (mark) => {
      const draft = await drafted('Hello {{name}}\n\nBody', { name: `Jane${mark}Bcc: x` })
      expect(draft).toMatchObject({ subject: 'Hello Jane Bcc: x', message_draft: 'Body' })
    },
  )

  test('a control character is no part of a value', async () => {
    const draft = await drafted('Hello {{name}}\n\nBody', { name: 'Ja\0ne' })
    expect(draft).toMatchObject({ subject: 'Hello Jane', message_draft: 'Body' })
  })

  test('a value makes no subject: the template is split first', async () => {
    const one = await drafted('{{intro}}', { intro: 'First\nSecond' })
    expect(one).toMatchObject({ subject: '', message_draft: 'First\nSecond' })
    const two = await drafted('{{intro}}\nBody', { intro: 'First\nSecond' })
    expect(two).toMatchObject({ subject: 'First Second', message_draft: 'Body' })
    const label = await drafted('{{a}}\n{{b}}', { a: 'Subject: A', b: 'Subject: B' })
    expect(label).toMatchObject({ subject: 'A', message_draft: 'B' })
  })

  test.each(['\n', '\r', '\r\n', '\u2028', '\u0085'])('%j ends the line of a subject', async (mark) => {
    expect(await drafted(`Hello${mark}Body`, {})).toMatchObject({ subject: 'Hello', message_draft: 'Body' })
  })

  test.each([
    'Subject:',
    'SUBJECT :',
    'Subject line:',
    '**Subject:**',
    'Subject: Subject:',
    'Betreff:',
    'Objet :',
    'Asunto:',
    'Oggetto:',
    'Onderwerp:',
    'Assunto:',
    'Emne:',
    'Ämne:',
    'Temat:',
    '件名：',
  ])('%j is a label, in no subject and in no body of any channel', async (label) => {
    const template = `${label} A word on {{company}}\n\nHello`
    const email = await drafted(template, { company: 'Acme' })
    expect(email).toMatchObject({ subject: 'A word on Acme', message_draft: 'Hello', warnings: [] })
    for (const channel of ['sms', 'phone', 'direct_mail'])
      expect(await drafted(template, { company: 'Acme' }, channel)).toMatchObject({
        subject: '',
        message_draft: 'A word on Acme\n\nHello',
        warnings: [{ code: 'subject_in_body' }],
      })
    expect(await drafted(`${label} A word`, {})).toMatchObject({ subject: '', message_draft: 'A word' })
  })

  test('a label below other lines of a head is found, one far down is text', async () => {
    expect(await drafted('To: sales\nSubject: Hi there\n\nBody', {})).toMatchObject({
      subject: 'Hi there',
      message_draft: 'To: sales\n\nBody',
    })
    expect(await drafted('A\nB\nC\nSubject: D', {})).toMatchObject({
      subject: 'A',
      message_draft: 'B\nC\nSubject: D',
    })
  })

  test.each(['Hi {{n}},', 'Dear {{n}},', 'Guten Tag {{n}},', 'Bonjour {{n}},', 'Hola {{n}}!', 'Hello,'])(
    '%j is a salutation and no subject',
    async (line) => {
      const greeting = line.replace('{{n}}', 'Jane')
      const draft = await drafted(`${line}\n\nBody`, { n: 'Jane' })
      expect(draft).toMatchObject({ subject: '', message_draft: `${greeting}\n\nBody` })
      expect(codesOf(draft)).toEqual(['empty_subject'])
      expect(codesOf(await drafted(`${line}\n\nBody`, { n: 'Jane' }, 'linkedin'))).toEqual([])
    },
  )

  test('an empty message says so', async () => {
    expect(codesOf(await drafted(' \n ', {}, 'sms'))).toEqual(['empty_message'])
  })
})

describe('C18 figures of an edited text', () => {
  const template = 'About {{company}}\n\nHi {{name}}, {{city|your city}} is on [DATE].'

  test('are those of the draft as long as nobody edits it', async () => {
    const draft = await drafted(template, { company: 'Acme', name: '' })
    expect(revisedDraft(draft)).toEqual(draft)
    expect(draft.metadata.personalization_score).toBe(1 / 3)
  })

  test('follow the text', async () => {
    const draft = await drafted(template, { company: 'Acme', name: '' })
    const revised = revisedDraft({ ...draft, message_draft: 'Hi Jane, see you in Oslo.', subject: '' })
    expect(revised).toMatchObject({
      missing_variables: [],
      metadata: { word_count: 6, personalization_score: 0.5 },
    })
    expect(codesOf(revised)).toEqual(['fallback_used', 'empty_subject'])
  })

  test('name the variables and placeholders that an editor puts in', async () => {
    const draft = await drafted('Hi {{name}}', { name: 'Jane' }, 'sms')
    expect(revisedDraft({ ...draft, message_draft: 'Hi {{name}} {x}' })).toMatchObject({
      variables_used: [],
      missing_variables: ['name'],
      warnings: [{ code: 'unknown_placeholder', placeholder: '{x}' }],
      metadata: { word_count: 3, personalization_score: 0 },
    })
  })
})
