// What is told of messages as people write them, in English and in other languages: one row a message.
import { describe, expect, test } from 'vitest'
import { tool } from '../../../src/tools/engagement/assess-message-quality.ts'
import { foreignLanguageOf } from '../../../src/tools/engagement/language.ts'
import { countWords } from '../../../src/tools/text.ts'
import { outputOf } from '../properties.ts'
import { heldOut } from './call-to-action-held-out.ts'
import { graded } from './call-to-action-table.ts'

type Quality = {
  readonly overall_score: number
  readonly ready_to_send: boolean
  readonly issues: { readonly issue_type: string; readonly severity: string; readonly description: string }[]
  readonly strengths: string[]
  readonly unjudged: string[]
  readonly language?: string
}

const assessed = async (message: string, more: object = {}): Promise<Quality> =>
  (await outputOf(tool, { message, channel: 'sms', ...more })) as Quality

const typesOf = ({ issues }: Quality): string[] => issues.map(({ issue_type }) => issue_type)

const ASK = 'Could we talk on Tuesday?'

describe('C18 placeholders that are left', () => {
  test.each([
    '{first_name}',
    '[[company]]',
    '*|FNAME|*',
    '{!Contact.FirstName}',
    '%company%',
    '[NAME]',
    '<<name>>',
    '${name}',
    '{{{name}}}',
    '{{ person.name }}',
    '{{ name | upcase }}',
    '{% if name %}',
  ])('%s is critical, in message and subject', async (placeholder) => {
    const issue = [{ issue_type: 'unknown_placeholder', severity: 'critical' }]
    const inMessage = await assessed(`Hello ${placeholder}. ${ASK}`)
    expect(inMessage).toMatchObject({ ready_to_send: false, overall_score: 0.75, issues: issue })
    expect(inMessage.issues[0]?.description).toContain(placeholder)
    const inSubject = await assessed(`Hello there. ${ASK}`, { subject: `About ${placeholder}` })
    expect(inSubject.issues).toMatchObject(issue)
  })

  test.each(['{{name}}', '{{ name }}', '{{name|there}}', '{{ name | default: "there" }}'])(
    '%s is a variable of ours',
    async (variable) => {
      expect(typesOf(await assessed(`Hello ${variable}. ${ASK}`))).toEqual(['broken_variable'])
    },
  )
})

describe('what is left where a value was missing', () => {
  test.each(['Hi ,', 'Hello !', 'Dear  ,', 'hey .', 'Bonjour ,'])('%j names nobody', async (greeting) => {
    const said = await assessed(`${greeting}\n\n${ASK}`)
    expect(typesOf(said)).toContain('missing_name')
    expect(said.ready_to_send).toBe(false)
  })

  test.each([
    'Hi Kim, I noticed that  is hiring.',
    'Hi Kim, the team at  and your colleagues.',
    'Hi Kim, I liked your work at .',
    'Hi Kim, congratulations on  ’s new office.',
  ])('%j has a gap where a name was', async (text) => {
    const said = await assessed(`${text}\n\n${ASK}`)
    expect(typesOf(said)).toContain('missing_name')
    expect(said.ready_to_send).toBe(false)
  })

  test.each([
    'Hi Kim,  I saw that  Acme is hiring.  We help.',
    'Hi Kim, that is what it is for.',
    'Hi Kim, it’s the team’s work that I liked.',
  ])('%j has none', async (text) => {
    expect(typesOf(await assessed(`${text}\n\n${ASK}`))).not.toContain('missing_name')
  })

  test.each([
    'Hi undefined,',
    'Dear null,',
    'Hello None,',
    'Hi (name),',
    'Hi [object Object],',
    'Hi &name;,',
  ])('%j names nobody either', async (greeting) => {
    expect(typesOf(await assessed(`${greeting}\n\n${ASK}`))).toContain('unknown_placeholder')
  })

  test.each(['Hi,', 'Hello!', 'Bonjour !', 'Hi there,', 'Dear Mr. Null-Smith,', 'Tom &amp; Jane,'])(
    '%j is a greeting',
    async (greeting) => {
      const types = typesOf(await assessed(`${greeting}\n\n${ASK}`))
      expect(types).not.toContain('missing_name')
      expect(types).not.toContain('unknown_placeholder')
    },
  )
})

describe('C19 signs of spam', () => {
  test.each([
    ['ACT soon', 'spam_capitals'],
    ['This is FREE', 'spam_capitals'],
    ['A REALLY GREAT chance', 'spam_capitals'],
    ['THE BEST TOOL EVER MADE', 'spam_capitals'],
    ['Great news!!', 'spam_exclamation'],
    ['Hello! Great! News!', 'spam_exclamation'],
    ['See bit.ly/abc', 'spam_shortener'],
    ['See https://tinyurl.com/abc', 'spam_shortener'],
    ['See http://t.co/abc', 'spam_shortener'],
    ['It is 100 % free', 'spam_phrase'],
    ['It is 100% free', 'spam_phrase'],
    ['It is completely free', 'spam_phrase'],
    ['It is risk-free', 'spam_phrase'],
    ['Buy now', 'spam_phrase'],
    ['Click here', 'spam_phrase'],
    ['A limited time offer', 'spam_phrase'],
    ['Don’t miss out', 'spam_phrase'],
    ['You have been selected', 'spam_phrase'],
    ['With no obligation', 'spam_phrase'],
    ['Satisfaction guaranteed', 'spam_phrase'],
    ['Make money with us', 'spam_money'],
    ['Earn extra cash', 'spam_money'],
    ['Double your income', 'spam_money'],
    ['Our lowest prices', 'spam_money'],
    ['Get 50 % off', 'spam_money'],
    ['More $$$ for you', 'spam_money'],
    ['Make $5,000 a week', 'spam_money'],
  ])('%j has %s: a warning', async (text, type) => {
    const quality = await assessed(`${text}. ${ASK}`)
    expect(quality).toMatchObject({ issues: [{ issue_type: type, severity: 'warning' }], overall_score: 0.9 })
  })

  test.each([
    [
      'spam_phrase',
      'totally free; free gift; for free!; risk-free; no catch; no questions asked; no credit card',
    ],
    [
      'spam_phrase',
      'no hidden fees; no strings attached; no  obligations; act now; sign up now; subscribe now',
    ],
    [
      'spam_phrase',
      'click below; special offer; exclusive deal; limited time; while supplies last; offer expires',
    ],
    [
      'spam_phrase',
      'while stocks last; last chance; final notice; do not delete; don’t miss this; once in a lifetime',
    ],
    [
      'spam_phrase',
      'you’ve won; you are a winner; you have been chosen; results guaranteed; guaranteed income',
    ],
    [
      'spam_phrase',
      'money back guarantee; this is not a scam; miracle; dear friend; dear customer; unbeatable',
    ],
    [
      'spam_phrase',
      'as seen on; what are you waiting for; FREE of charge; ſatisfaction guaranteed; 100% natural',
    ],
    ['spam_money', 'get big bucks; easy income; cash prize; become rich; double your sales; win up to £5'],
    ['spam_money', 'million euros; best price; cheapest prices; huge savings; save big; financial freedom'],
    ['spam_money', 'passive income; get paid; why pay more; 5% off; quick cash'],
  ])('each of these is %s: %s', async (type, phrases) => {
    const without = []
    for (const phrase of phrases.split('; '))
      if (!typesOf(await assessed(`So ${phrase}. ${ASK}`)).includes(type)) without.push(phrase)
    expect(without).toEqual([])
  })

  test('typographic signs hide no sign', async () => {
    const types = typesOf(await assessed(`“FREE” — it’s “GREAT”, don’t miss out… ${ASK}`))
    expect(types).toEqual(['spam_capitals', 'spam_phrase'])
    expect(typesOf(await assessed(`I’d say it’s “fine” — we’re at NASA’s Köln office… ${ASK}`))).toEqual([])
  })

  test('one in the subject counts too', async () => {
    expect(typesOf(await assessed(ASK, { subject: 'LAST CHANCE TO SAVE' }))).toEqual([
      'spam_capitals',
      'spam_phrase',
    ])
  })

  test('two together are critical: such a message does not arrive', async () => {
    const quality = await assessed(`100 % FREE!!! See bit.ly/x. ${ASK}`)
    expect(quality.ready_to_send).toBe(false)
    expect(quality.issues.map(({ issue_type, severity }) => [issue_type, severity])).toEqual([
      ['spam_capitals', 'critical'],
      ['spam_exclamation', 'critical'],
      ['spam_shortener', 'critical'],
      ['spam_phrase', 'critical'],
    ])
  })

  test.each([
    'Our CRM and ERP data meet GDPR and HIPAA, says the CEO.',
    'We use MEDDICC and BANT.',
    'Thank you! See you soon!',
    'You could save $20,000 a year.',
    'The link is https://example.com/bit.ly/now.',
    'A free trial runs for 14 days, and we guarantee 99.9% uptime.',
    'Feel free to ask.',
    'Growth of 100 % in one year.',
    'Hi {{FIRST_NAME}} at *|COMPANY NAME|*.',
  ])('%j has none', async (text) => {
    const types = typesOf(await assessed(`${text} ${ASK}`))
    expect(types.filter((type) => type.startsWith('spam_'))).toEqual([])
  })

  test('the prospect may have a name in capitals', async () => {
    const message = `GLOBAL FREIGHT is growing. ${ASK}`
    expect(typesOf(await assessed(message))).toEqual(['spam_capitals'])
    expect(typesOf(await assessed(message, { prospect_context: { company: 'Global Freight' } }))).toEqual([])
  })
})

const BY_WORDS = ['no_call_to_action', 'generic_opening', 'pushy_tone', 'spam_phrase', 'spam_money']

describe('C19 other languages', () => {
  test.each([
    ['de', 'Hallo Frau Berger, hätten Sie nächste Woche eine Viertelstunde Zeit?'],
    ['fr', 'Bonjour Marie, auriez-vous un quart d’heure la semaine prochaine ?'],
    ['es', 'Hola María, ¿tendría quince minutos la próxima semana?'],
    ['it', 'Buongiorno Giulia, avrebbe un quarto d’ora la prossima settimana?'],
    ['pt', 'Olá Ana, teria quinze minutos na próxima semana?'],
    ['nl', 'Hallo Jan, heb je volgende week een kwartier tijd?'],
    ['sv', 'Hej Anna, har du tid för ett kort samtal nästa vecka?'],
    ['da', 'Hej Mette, har du tid til en kort snak i næste uge?'],
    ['pl', 'Dzień dobry, czy ma Pan czas na krótką rozmowę w przyszłym tygodniu?'],
    ['fi', 'Hei Matti, olisiko sinulla aikaa lyhyelle puhelulle ensi viikolla?'],
    ['tr', 'Merhaba Ayşe, gelecek hafta kısa bir görüşme için vaktiniz var mı?'],
    ['ru', 'Здравствуйте, найдётся ли у вас время на следующей неделе?'],
    ['el', 'Γεια σας, έχετε χρόνο για μια σύντομη κλήση;'],
  ])('%s: what needs words is unjudged and not failed', async (language, message) => {
    const quality = await assessed(message)
    expect(quality).toMatchObject({ language, issues: [], strengths: [], ready_to_send: true })
    expect(quality).toMatchObject({ metrics: { call_to_action_detected: null } })
    expect(quality.unjudged).toEqual(['no_personalization', ...BY_WORDS])
  })

  test.each([
    ['ja', 'こんにちは、来週15分ほどお時間をいただけますか?'],
    ['zh', '您好,下周方便通个电话吗?'],
    ['th', 'สวัสดีครับ สัปดาห์หน้าพอมีเวลาคุยสักสิบห้านาทีไหมครับ'],
  ])('%s: where nothing stands between words, lengths are unjudged too', async (language, message) => {
    const quality = await assessed(message, { channel: 'email', subject: message })
    expect(quality).toMatchObject({ language, issues: [] })
    expect(quality.unjudged).toEqual(expect.arrayContaining(['too_short', 'too_long', 'weak_subject']))
  })

  test('what needs no words is judged', async () => {
    const message = 'Hallo {vorname}, jetzt anrufen!!! Mehr unter bit.ly/abc. Wann? Wo? Wie?'
    const quality = await assessed(message, {
      channel: 'email',
      prospect_context: { company: 'Beispiel GmbH' },
    })
    expect(typesOf(quality)).toEqual([
      'too_short',
      'no_personalization',
      'weak_subject',
      'multiple_asks',
      'unknown_placeholder',
      'spam_exclamation',
      'spam_shortener',
    ])
    expect(quality.unjudged).toEqual(BY_WORDS)
  })

  test('no English sentence of the tables is taken for another language', async () => {
    for (const [sentence] of [...graded, ...heldOut])
      expect([sentence, await foreignLanguageOf(sentence, countWords(sentence))]).toEqual([sentence, null])
  })

  test.each(['Hi Jürgen, Müller Maschinenbau GmbH is hiring in München. Open to a call?', '1 2 3', '...'])(
    '%j is judged as English, and says no language',
    async (message) => {
      const quality = await assessed(message)
      expect(quality.unjudged).toEqual([])
      expect(quality).not.toHaveProperty('language')
    },
  )
})

describe('C19 personalisation', () => {
  test.each([
    [{ company: 'Acme Corporation' }, []],
    [{ company: 'ACME, Inc.' }, []],
    [{ company: 'n/a', name: '-' }, []],
    [{ company: 'Globex' }, ['no_personalization']],
    [{ first_name: 'Jane' }, ['no_personalization']],
    [{ name: 'Robin Berg' }, []],
  ])('with %j', async (prospect_context, types) => {
    expect(typesOf(await assessed(`Hello Robin at Acme. ${ASK}`, { prospect_context }))).toEqual(types)
  })
})
