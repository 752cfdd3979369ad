// Is a message good enough to send: checks in a fixed order, each critical issue costs 0.25 and each warning 0.10.
import { z } from 'zod'
import { channelSchema, type Channel } from '../channel.ts'
import { recordWith, textSchema } from '../field.ts'
import { r1, r2 } from '../number.ts'
import { variablesOf } from '../template.ts'
import { hasPhrase, tokens, words } from '../text.ts'
import { defineTool } from '../tool.ts'

/** `phrases` as whole words: neither a letter nor a digit before or behind. */
const wholeWords = (phrases: readonly string[]): RegExp =>
  new RegExp(`(?<![\\p{L}\\p{N}_])(?:${phrases.join('|')})(?![\\p{L}\\p{N}_])`, 'giu')

const ANY_WORD = wholeWords(['[A-Za-z]{2,}'])
const CALL_TO_ACTION = wholeWords([
  'can\\s+we',
  "let['’]s",
  'would\\s+you',
  'could\\s+you',
  'interested\\s+in',
  'schedule',
  'call',
  'meeting',
  'chat',
  'discuss',
])
const PUSHY = wholeWords(['need\\s+to', 'must', 'should', 'immediately', 'urgent', 'asap'])
const GENERIC_OPENINGS = [
  /^[^\S\n]*(?:hi|hello)(?:[^\S\n]*,)?[^\S\n]*$/im,
  /^[^\S\n]*(?:dear\s+(?:sir|madam)(?!\p{L})|to\s+whom\s+it\s+may\s+concern)/imu,
  /hope\s+this\s+(?:email|message)\s+finds\s+you\s+well/i,
  /hope\s+you(?:\s+are|['’]re)\s+doing\s+well/i,
]

const hits = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0

const ISSUES = {
  too_short: [
    'warning',
    'The message is short.',
    'Say in 30 words or more why you write and what comes next.',
  ],
  too_long: ['warning', 'The message is long.', 'Cut it to 200 words or less, with one idea.'],
  no_personalization: [
    'critical',
    'Nothing in the message is about this prospect.',
    'Name the company, its industry or what happened there lately.',
  ],
  no_call_to_action: [
    'critical',
    'The message asks for nothing.',
    'Propose one next step, such as a short call.',
  ],
  weak_subject: [
    'warning',
    'The subject is missing, too short or too long.',
    'Write a subject of 2 to 10 words.',
  ],
  generic_opening: ['warning', 'The opening could be anybody’s.', 'Open with something about the prospect.'],
  multiple_asks: ['warning', 'The message asks more than two questions.', 'Keep the one that matters.'],
  broken_variable: [
    'critical',
    'Template variables were not replaced.',
    'Give every variable a value before sending.',
  ],
  pushy_tone: ['warning', 'The tone presses.', 'Offer instead of demanding.'],
} as const satisfies Record<string, readonly ['warning' | 'critical', string, string]>
type IssueType = keyof typeof ISSUES
const ISSUE_TYPES = Object.keys(ISSUES).map((type) => type as IssueType)

const detail = z.string().max(1000).nullish()
const prospectSchema = recordWith({ name: detail, first_name: detail, company: detail, industry: detail })
type Prospect = z.output<typeof prospectSchema>

const TITLES = new Set(['mr', 'mrs', 'ms', 'dr', 'prof'])

/** A person is addressed by the whole name or by its first word. */
function namesOf(name: string | null | undefined): string[][] {
  const whole = tokens(name ?? '')
  const [first = ''] = whole
  return TITLES.has(first) ? [whole] : [whole, whole.slice(0, 1)]
}

/** Judged against what is known of the prospect; where nothing is, any word counts. */
function isPersonal(message: string, prospect: Prospect | undefined): boolean {
  const values = [prospect?.first_name, prospect?.company, prospect?.industry]
  const known = [...namesOf(prospect?.name), ...values.map((value) => tokens(value ?? ''))]
  const phrases = known.filter((phrase) => phrase.length > 0)
  if (phrases.length === 0) return hits(message, ANY_WORD) > 0
  const text = tokens(message)
  return phrases.some((phrase) => hasPhrase(text, phrase))
}

type Facts = {
  readonly channel: Channel
  readonly wordCount: number
  readonly subjectWords: number
  readonly isPersonal: boolean
  readonly asksForAction: boolean
}

const isLengthJudged = ({ channel }: Facts): boolean => channel === 'email'
const isSubjectJudged = ({ channel, subjectWords }: Facts): boolean =>
  channel === 'email' || (channel === 'linkedin' && subjectWords > 0)
const isSubjectGood = ({ subjectWords }: Facts): boolean => subjectWords >= 2 && subjectWords <= 10

function issuesOf(facts: Facts, message: string, subject: string): IssueType[] {
  const checks: Readonly<Record<IssueType, boolean>> = {
    too_short: isLengthJudged(facts) && facts.wordCount < 30,
    too_long: isLengthJudged(facts) && facts.wordCount > 200,
    no_personalization: !facts.isPersonal,
    no_call_to_action: !facts.asksForAction,
    weak_subject: isSubjectJudged(facts) && !isSubjectGood(facts),
    generic_opening: GENERIC_OPENINGS.some((opening) => opening.test(message)),
    multiple_asks: hits(message, /\?/g) > 2,
    broken_variable: variablesOf(`${subject}\n${message}`).length > 0,
    pushy_tone: hits(message, PUSHY) > 2,
  }
  return ISSUE_TYPES.filter((type) => checks[type])
}

function strengthsOf(facts: Facts): string[] {
  const hasGoodLength = isLengthJudged(facts) && facts.wordCount >= 30 && facts.wordCount <= 200
  const lines: [boolean, string][] = [
    [hasGoodLength, `The length is good (${facts.wordCount} words).`],
    [facts.isPersonal, 'The message is about this prospect.'],
    [facts.asksForAction, 'The next step is clear.'],
    [
      isSubjectJudged(facts) && isSubjectGood(facts),
      `The subject has a good length (${facts.subjectWords} words).`,
    ],
  ]
  return lines.filter(([holds]) => holds).map(([, line]) => line)
}

function gradeOf(score: number): 'A' | 'B' | 'C' | 'D' | 'F' {
  if (score >= 0.9) return 'A'
  if (score >= 0.8) return 'B'
  if (score >= 0.7) return 'C'
  return score >= 0.6 ? 'D' : 'F'
}

function verdict(types: readonly IssueType[]) {
  const cost = (type: IssueType): number => (ISSUES[type][0] === 'critical' ? 0.25 : 0.1)
  const score = Math.max(
    0,
    types.reduce((rest, type) => rest - cost(type), 1),
  )
  return {
    overall_score: r2(score),
    quality_grade: gradeOf(score),
    issues: types.map((type) => {
      const [severity, description, suggestion] = ISSUES[type]
      return { issue_type: type, severity, description, suggestion }
    }),
    ready_to_send: types.every((type) => ISSUES[type][0] !== 'critical'),
  }
}

export const tool = defineTool({
  name: 'assess_message_quality',
  input: z.strictObject({
    message: textSchema.min(1),
    subject: textSchema.default(''),
    channel: channelSchema.default('email'),
    /** Name, company and industry are looked for in the message. */
    prospect_context: prospectSchema.optional(),
  }),
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
      personalization_detected: z.boolean(),
      call_to_action_detected: z.boolean(),
    }),
  }),
  run: ({ message, subject, channel, prospect_context: prospect }) => {
    const facts: Facts = {
      channel,
      wordCount: words(message).length,
      subjectWords: words(subject).length,
      isPersonal: isPersonal(message, prospect),
      asksForAction: hits(message, CALL_TO_ACTION) > 0,
    }
    const sentences = message.split(/[.!?]+/).filter((piece) => words(piece).length > 0).length
    return {
      ...verdict(issuesOf(facts, message, subject)),
      strengths: strengthsOf(facts),
      metrics: {
        word_count: facts.wordCount,
        sentence_count: sentences,
        avg_sentence_length: sentences === 0 ? 0 : r1(facts.wordCount / sentences),
        personalization_detected: facts.isPersonal,
        call_to_action_detected: facts.asksForAction,
      },
    }
  },
})
