// What can be told of a draft from its text alone: so that it is told anew when a person has edited the text.
import { z } from 'zod'
import type { Channel } from '../channel.ts'
import { variablesOf } from '../template.ts'
import { countWords } from '../text.ts'
import { foreignPlaceholders } from './foreign-syntax.ts'

const WARNINGS = {
  missing_value:
    'has no value in prospect_data, and the template gives no fallback: it stands in the draft as written.',
  empty_value: 'is empty in prospect_data: its fallback stands in its place, or the variable itself.',
  placeholder_value:
    'has a value that stands for none (such as n/a): its fallback stands in its place, or the variable itself.',
  fallback_used: 'has no value: the fallback of the template stands in its place.',
  unknown_placeholder:
    'looks like a placeholder, in a syntax that is not filled in here: write it as {{name}}.',
  empty_subject:
    'The message has no subject: its template has one line only, begins with a salutation, or the subject line is empty.',
  empty_message: 'The message has no text.',
  subject_in_body:
    'This channel has no subject: the text of the subject line is the first line of the message.',
} as const

const WARNING_CODES = Object.keys(WARNINGS).map((code) => code as keyof typeof WARNINGS)

export const warningSchema = z.strictObject({
  code: z.enum(WARNING_CODES),
  /** The variable it is about. */
  variable: z.string().optional(),
  /** The placeholder it is about, as it is written. */
  placeholder: z.string().optional(),
  message: z.string(),
})
export type DraftWarning = z.output<typeof warningSchema>
type WarningCode = DraftWarning['code']

export const warningOf = (
  code: Exclude<WarningCode, 'unknown_placeholder'>,
  variable?: string,
): DraftWarning =>
  variable === undefined
    ? { code, message: WARNINGS[code] }
    : { code, variable, message: `{{${variable}}} ${WARNINGS[code]}` }

export type DraftText = {
  readonly subject: string
  readonly message_draft: string
  readonly channel: Channel
}

/** What became of the variables of a template. */
export type VariableUse = {
  readonly variables_used: readonly string[]
  readonly missing_variables: readonly string[]
  /** Without a value, but with a fallback that stands in its place. */
  readonly fallbacks: readonly string[]
}

const wholeOf = ({ subject, message_draft }: DraftText): string => `${subject}\n${message_draft}`

/** Placeholders of other syntaxes; and of our own, where a value brought them in and they are not among `missing`. */
function placeholderWarnings(text: string, missing: readonly string[]): DraftWarning[] {
  const brought = variablesOf(text).filter((name) => !missing.includes(name))
  const rows = [
    ...foreignPlaceholders(text).map(({ text: placeholder, syntax }) => [placeholder, ` (as in ${syntax})`]),
    ...brought.map((name) => [`{{${name}}}`, '']),
  ] as const
  return rows.map(([placeholder = '', like = '']) => ({
    code: 'unknown_placeholder',
    placeholder,
    message: `${placeholder}${like} ${WARNINGS.unknown_placeholder}`,
  }))
}

/** Warnings about a text as it stands. */
function textWarnings(draft: DraftText, missing: readonly string[]): DraftWarning[] {
  const lacksSubject = draft.channel === 'email' && draft.subject === ''
  return [
    ...placeholderWarnings(wholeOf(draft), missing),
    ...(lacksSubject ? [warningOf('empty_subject')] : []),
    ...(draft.message_draft.trim() === '' ? [warningOf('empty_message')] : []),
  ]
}

/** Everything that is derived from a draft's text: words, share of variables with a value, warnings. */
export function figuresOf(draft: DraftText, use: VariableUse) {
  const { variables_used: used, missing_variables: missing, fallbacks } = use
  const total = used.length + missing.length + fallbacks.length
  return {
    word_count: countWords(draft.message_draft),
    personalization_score: total === 0 ? 0 : used.length / total,
    warnings: textWarnings(draft, missing),
  }
}

type Draft = DraftText &
  Omit<VariableUse, 'fallbacks'> & {
    readonly metadata: { readonly word_count: number; readonly personalization_score: number }
    readonly warnings: readonly DraftWarning[]
  }

/**
 * A draft whose subject or message a person has edited, with its figures made anew: what is missing is what still
 * stands there as a variable. Warnings about a variable's data stay while it, or its fallback, is in the text.
 */
export function revisedDraft<D extends Draft>(draft: D) {
  const missing = variablesOf(wholeOf(draft))
  const wasMissing = new Set(draft.missing_variables)
  const ofData = draft.warnings.filter(
    ({ variable }) => variable !== undefined && (missing.includes(variable) || !wasMissing.has(variable)),
  )
  const named = ofData.flatMap(({ variable = '' }) => (missing.includes(variable) ? [] : [variable]))
  const used = draft.variables_used.filter((name) => !missing.includes(name))
  const { warnings, ...figures } = figuresOf(draft, {
    variables_used: used,
    missing_variables: missing,
    fallbacks: named,
  })
  return {
    ...draft,
    variables_used: used,
    missing_variables: missing,
    metadata: { ...draft.metadata, ...figures },
    warnings: [...ofData, ...warnings],
  }
}
