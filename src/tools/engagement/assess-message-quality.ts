// Is a message good enough to send: checks in a fixed order, each with its price. What has no rules for the language of
// a text is not judged in it, and is said to be so.
import { z } from 'zod'
import { givenChannelSchema, type Channel } from '../channel.ts'
import { recordWith, textSchema } from '../field.ts'
import { r1 } from '../number.ts'
import { blankVariables, variablesOf } from '../template.ts'
import { countWords, UNSPACED, type Phrase } from '../text.ts'
import { listed } from '../summary.ts'
import { defineTool } from '../tool.ts'
import { asksForNextStep } from './call-to-action.ts'
import { foreignPlaceholders } from './foreign-syntax.ts'
import { foreignLanguageOf } from './language.ts'
import { isPersonal, knownPhrases } from './personalization.ts'
import { ISSUE_TYPES, verdictOf, type Findings, type IssueType } from './quality-issues.ts'
import { spamSigns } from './spam-signs.ts'

const ANY_PUSHY = /need\s|must|should|immediately|urgent|asap/iu
const PUSHY = /(?<![\p{L}\p{N}_])(?:need\s+to|must|should|immediately|urgent|asap)(?![\p{L}\p{N}_])/giu
const GENERIC_OPENINGS = [
  /^[^\S\n]*(?:(?:hi|hello)(?:[^\S\n]*,)?[^\S\n]*$|dear\s+(?:sir|madam)(?!\p{L})|to\s+whom\s+it\s+may\s+concern)/imu,
  /hope\s+(?:this\s+(?:email|message)\s+finds\s+you\s+well|you(?:\s+are|['’]re)\s+doing\s+well)/i,
]

const QUESTION_MARK = /[?？؟]/gu

/** What is told of a language by its words. */
const BY_WORDS: readonly IssueType[] = [
  'no_call_to_action',
  'generic_opening',
  'pushy_tone',
  'spam_phrase',
  'spam_money',
]
const BY_LENGTH: readonly IssueType[] = ['too_short', 'too_long', 'weak_subject']

const hits = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0

const detail = z.string().max(1000).nullish()
const prospectSchema = recordWith({ name: detail, first_name: detail, company: detail, industry: detail })

const inputSchema = z.strictObject({
  message: textSchema.min(1),
  subject: textSchema.default(''),
  channel: givenChannelSchema,
  /** Name, company and industry are looked for in the message. */
  prospect_context: prospectSchema.optional(),
})

type Facts = {
  readonly channel: Channel
  readonly message: string
  readonly subject: string
  /** Null: English, or too short to tell, which is taken for English. */
  readonly language: string | null
  readonly phrases: readonly Phrase[]
  readonly wordCount: number
  readonly subjectWords: number
  readonly isPersonal: boolean
  readonly asksForAction: boolean
}

const isSubjectJudged = ({ channel, subjectWords }: Facts): boolean =>
  channel === 'email' || (channel === 'linkedin' && subjectWords > 0)
const isSubjectGood = ({ subjectWords }: Facts): boolean => subjectWords >= 2 && subjectWords <= 10

/** "Hi ,", "Hello !": what is left of a greeting whose name was empty. In French "Bonjour !" is right. */
const ORPHAN =
  /(?<=^|\n)[^\S\n]*(?:(?:hi|hello|hey|dear|hallo|liebe[rs]?|hola|ciao)[^\S\n]+[,!.:]|bonjour[^\S\n]+,)(?=\s|$)/iu

const AFTER_VERB = 'is|are|was|were|has|have|had|will|would|can|could|does|did|just|recently'
const AFTER_PLACE = `${AFTER_VERB}|and|or|in|on|at|for|to|we|you|i|who|which`
/** "I noticed that  is hiring", "your work at .": a gap within a sentence, where only a name can have stood. */
const GAPS: readonly RegExp[] = [
  new RegExp(String.raw`\b(?:that|how|why|when|because|if|since|as)[ \u00a0]{2,}(?:${AFTER_VERB})\b`, 'i'),
  new RegExp(
    String.raw`\b(?:at|for|with|from|of|by|about|to|in|like|than|and)[ \u00a0]{2,}(?:${AFTER_PLACE})\b`,
    'i',
  ),
  /\b(?:at|with|from|of|by|about|than|that|and)[ \u00a0]+[,.;!](?=\s|$)/i,
  /(?<=\s)['’]s[ \u00a0](?=\p{L})/u,
]

/** Blanks where no text has them: each of the gaps needs one, and most messages have none. */
const ANY_GAP = /[ \u00a0]{2}|[^\S\n][,!.:;]|\s['’]s/

function namelessIn(message: string): readonly string[] {
  if (!ANY_GAP.test(message)) return []
  return [ORPHAN, ...GAPS].flatMap((gap) => gap.exec(message)?.slice(0, 1) ?? []).slice(0, 1)
}

/** Where everything is judged. */
const NOTHING: ReadonlySet<IssueType> = new Set()

/** Checks that need to know a language that nobody here knows. */
function unjudgedIn({ language, phrases, message, subject }: Facts): ReadonlySet<IssueType> {
  if (language === null) return NOTHING
  return new Set([
    ...BY_WORDS,
    ...(phrases.length === 0 ? ['no_personalization' as const] : []),
    ...(UNSPACED.test(subject + message) ? BY_LENGTH : []),
  ])
}

/** True: the issue is there; a list: what of the text it is, none of it being no issue. */
function checksOf(facts: Facts): Readonly<Record<IssueType, boolean | readonly string[]>> {
  const { message, subject, channel, wordCount } = facts
  const whole = `${subject}\n${message}`
  const foreign = foreignPlaceholders(whole).map(({ text }) => text)
  const prose = foreign.reduce((text, piece) => text.replaceAll(piece, ' '), blankVariables(whole, ' '))
  return {
    too_short: channel === 'email' && wordCount < 30,
    too_long: channel === 'email' && wordCount > 200,
    no_personalization: !facts.isPersonal,
    no_call_to_action: !facts.asksForAction,
    weak_subject: isSubjectJudged(facts) && !isSubjectGood(facts),
    generic_opening: GENERIC_OPENINGS.some((opening) => opening.test(message)),
    multiple_asks: hits(message, QUESTION_MARK) > 2,
    broken_variable: variablesOf(whole).map((name) => `{{${name}}}`),
    missing_name: namelessIn(message),
    unknown_placeholder: foreign,
    pushy_tone: ANY_PUSHY.test(message) && hits(message, PUSHY) > 2,
    ...spamSigns(
      prose,
      facts.phrases.flatMap((phrase) => phrase.tokens),
    ),
  }
}

function findingsOf(facts: Facts, unjudged: ReadonlySet<IssueType>): Findings {
  const checks = checksOf(facts)
  const findings = new Map<IssueType, readonly string[]>()
  for (const type of ISSUE_TYPES) {
    const found = checks[type]
    if (found === false || unjudged.has(type)) continue
    if (found === true) findings.set(type, [])
    else if (found.length > 0) findings.set(type, found)
  }
  return findings
}

function strengthsOf(facts: Facts, unjudged: ReadonlySet<IssueType>): string[] {
  const { channel, wordCount, subjectWords } = facts
  const lines: [boolean, IssueType, string][] = [
    [
      channel === 'email' && wordCount >= 30 && wordCount <= 200,
      'too_short',
      `The length is good (${wordCount} words).`,
    ],
    [facts.isPersonal, 'no_personalization', 'The message is about this prospect.'],
    [facts.asksForAction, 'no_call_to_action', 'The next step is clear.'],
    [
      isSubjectJudged(facts) && isSubjectGood(facts),
      'weak_subject',
      `The subject has a good length (${subjectWords} words).`,
    ],
  ]
  return lines.filter(([holds, type]) => holds && !unjudged.has(type)).map(([, , line]) => line)
}

const SEEN = /\P{White_Space}/u

function metricsOf(facts: Facts, unjudged: ReadonlySet<IssueType>) {
  const sentences = facts.message.split(/[.!?]+/).filter((piece) => SEEN.test(piece)).length
  return {
    word_count: facts.wordCount,
    sentence_count: sentences,
    avg_sentence_length: sentences === 0 ? 0 : r1(facts.wordCount / sentences),
    personalization_detected: unjudged.has('no_personalization') ? null : facts.isPersonal,
    call_to_action_detected: unjudged.has('no_call_to_action') ? null : facts.asksForAction,
  }
}

async function factsOf(input: z.output<typeof inputSchema>): Promise<Facts> {
  const { message, subject, channel, prospect_context: prospect } = input
  const phrases = knownPhrases(prospect)
  const wordCount = countWords(message)
  return {
    channel,
    message,
    subject,
    language: await foreignLanguageOf(message, wordCount),
    phrases,
    wordCount,
    subjectWords: countWords(subject),
    isPersonal: isPersonal(message, phrases),
    asksForAction: asksForNextStep(message),
  }
}

export const tool = defineTool({
  name: 'assess_message_quality',
  input: inputSchema,
  output: z.strictObject({
    /** 0 to 1. */
    overall_score: z.number().min(0).max(1),
    quality_grade: z.enum(['A', 'B', 'C', 'D', 'F']),
    issues: z.array(
      z.strictObject({
        issue_type: z.enum(ISSUE_TYPES),
        severity: z.enum(['warning', 'critical']),
        description: z.string(),
        suggestion: z.string(),
      }),
    ),
    strengths: z.array(z.string()),
    ready_to_send: z.boolean(),
    metrics: z.strictObject({
      word_count: z.int().min(0),
      sentence_count: z.int().min(0),
      /** Words, one decimal. */
      avg_sentence_length: z.number().min(0),
      /** Null where it was not judged. */
      personalization_detected: z.boolean().nullable(),
      call_to_action_detected: z.boolean().nullable(),
    }),
    /** Issues that were not looked for, as there are no rules for them in the language of the text. */
    unjudged: z.array(z.enum(ISSUE_TYPES)),
    /** ISO 639-1, `und` where it has no name here; only where the text is not in English. */
    language: z.string().optional(),
  }),
  run: async (input) => {
    const facts = await factsOf(input)
    const unjudged = unjudgedIn(facts)
    return {
      ...verdictOf(findingsOf(facts, unjudged)),
      strengths: strengthsOf(facts, unjudged),
      metrics: metricsOf(facts, unjudged),
      unjudged: ISSUE_TYPES.filter((type) => unjudged.has(type)),
      ...(facts.language === null ? {} : { language: facts.language }),
    }
  },
  summary: ({ quality_grade, overall_score, ready_to_send, issues, strengths, unjudged }) => [
    `quality grade: ${quality_grade} (${overall_score.toFixed(2)}, ${ready_to_send ? 'ready' : 'not ready'} to send)`,
    ...issues.map(({ severity, description, suggestion }) => `  ${severity}: ${description} ${suggestion}`),
    ...listed('strength', strengths),
    ...listed(
      'not judged',
      unjudged.map((type) => type.replaceAll('_', ' ')),
    ),
  ],
})
