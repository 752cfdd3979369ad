// The issues a message can have, in the order of the checks, and what they cost: a critical one 0.25, a warning 0.10.
import { r2 } from '../number.ts'

type Severity = 'warning' | 'critical'

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
  missing_name: [
    'critical',
    'A name is missing: the greeting or a sentence has a gap where a value was empty.',
    'Name the person or the company, or say it without a name: "Hi,".',
  ],
  unknown_placeholder: [
    'critical',
    'Placeholders of another program are left in the text.',
    'Replace each of them, or write it as {{name}} in the template.',
  ],
  pushy_tone: ['warning', 'The tone presses.', 'Offer instead of demanding.'],
  spam_capitals: ['warning', 'Words in capitals shout.', 'Write them in small letters.'],
  spam_exclamation: ['warning', 'There are many exclamation marks.', 'Keep one at most.'],
  spam_shortener: [
    'warning',
    'A shortened link hides where it leads; filters block it.',
    'Link to the page itself.',
  ],
  spam_phrase: ['warning', 'Phrases are those of spam.', 'Say plainly what you offer.'],
  spam_money: ['warning', 'Words about money are those of spam.', 'Say what changes for the prospect.'],
} as const satisfies Record<string, readonly [Severity, string, string]>

export type IssueType = keyof typeof ISSUES
export const ISSUE_TYPES = Object.keys(ISSUES).map((type) => type as IssueType)

/** What was found of each issue, as it is written in the text; an issue without an entry is not there. */
export type Findings = ReadonlyMap<IssueType, readonly string[]>

/** As many pieces of the text as a description shows. */
const SHOWN = 5

const isSpamSign = (type: IssueType): boolean => type.startsWith('spam_')

function gradeOf(score: number): 'A' | 'B' | 'C' | 'D' | 'F' {
  if (score >= 0.9) return 'A'
  if (score >= 0.8) return 'B'
  if (score >= 0.7) return 'C'
  return score >= 0.6 ? 'D' : 'F'
}

function described(text: string, pieces: readonly string[]): string {
  if (pieces.length === 0) return text
  const shown = pieces.slice(0, SHOWN).map((piece) => piece.slice(0, 60))
  return `${text.replace(/\.$/, '')}: ${shown.join(', ')}${pieces.length > SHOWN ? ', …' : ''}.`
}

/** One sign of spam may be chance; where there are more, the message will not arrive, and each is critical. */
export function verdictOf(findings: Findings) {
  const types = ISSUE_TYPES.filter((type) => findings.has(type))
  const isSpam = types.filter(isSpamSign).length > 1
  const severityOf = (type: IssueType): Severity =>
    isSpam && isSpamSign(type) ? 'critical' : ISSUES[type][0]
  const cost = (type: IssueType): number => (severityOf(type) === 'critical' ? 0.25 : 0.1)
  const score = Math.max(
    0,
    types.reduce((rest, type) => rest - cost(type), 1),
  )
  return {
    overall_score: r2(score),
    quality_grade: gradeOf(score),
    issues: types.map((type) => {
      const [, description, suggestion] = ISSUES[type]
      return {
        issue_type: type,
        severity: severityOf(type),
        description: described(description, findings.get(type) ?? []),
        suggestion,
      }
    }),
    ready_to_send: types.every((type) => severityOf(type) !== 'critical'),
  }
}
