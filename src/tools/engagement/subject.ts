// Where a subject ends and a body begins: the first line of an e-mail or a LinkedIn message, or the line with a label.
import type { Channel } from '../channel.ts'

/** Whatever a program may show as a new line. */
const LINE_BREAK = /\r\n|[\n\r\v\f\u0085\u2028\u2029]/u
const CONTROLS = /[\p{Cc}\u2028\u2029]+/gu

/** "Subject:" in the languages people write templates in, bold as in Markdown or not. */
const LABEL =
  /^[\s>#*_]*(?:e-?mail\s+)?(?:subject(?:\s+line)?|betreff(?:zeile)?|objet|sujet|asunto|oggetto|onderwerp|assunto|emne|[äa]mne|temat|aihe|tárgy|předmět|predmet|subiect|konu|тема|θέμα|件名|主题|主題|제목)(?:[\s*_]*[:：]|\s+[-–—]\s)[\s*_]*/iu
const BOLD_END = /[*_]+$/u

/** How far down a labelled subject is looked for: above it stand lines such as "To:". */
const LABEL_LINES = 3

/** A line that greets and ends so is how a message begins: it is no subject. */
const SALUTATION =
  /^(?:hi|hello|hey|dear|good\s+(?:morning|afternoon|evening|day)|hallo|guten\s+(?:tag|morgen|abend)|liebe[rs]?|sehr\s+geehrte|bonjour|bonsoir|cher|chère|hola|buen[oa]s|estimad[oa]|ciao|buongiorno|gentile|beste|geachte|ol[áa]|prezad[oa]|car[oa]|hej|hei|kære|kära|bästa|dzień\s+dobry|szanown[yai])(?!\p{L})[^\n]{0,200}[,!،，]$/iu

export const hasSubject = (channel: Channel): boolean => channel === 'email' || channel === 'linkedin'

export const isLabelled = (text: string): boolean => LABEL.test(text)

/** Labels stand before what they name, and some templates bring two. */
export function withoutLabel(text: string): string {
  let rest = text
  while (LABEL.test(rest)) rest = rest.replace(LABEL, '')
  return rest === text ? text : rest.trimStart()
}

/** One line without anything that could begin another, or end a header. */
export const oneLine = (text: string): string =>
  text.replaceAll(CONTROLS, ' ').replaceAll(/ {2,}/g, ' ').trim()

export type TemplateParts = {
  readonly subject: string
  readonly body: string
  /** A labelled subject that the channel has no place for; it stays the first line of the body. */
  readonly isSubjectInBody: boolean
}

const labelledSubject = (line: string): string => withoutLabel(line).replace(BOLD_END, '').trim()

/** Where the labelled line is, -1 where none is. */
function labelledLine(lines: readonly string[]): number {
  let filled = 0
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') continue
    if (isLabelled(line)) return index
    filled += 1
    if (filled === LABEL_LINES) return -1
  }
  return -1
}

function cut(lines: readonly string[]): { subject: string; rest: string } | null {
  if (lines.length === 1) return null
  const at = labelledLine(lines)
  const [first = ''] = lines
  if (at !== -1)
    return {
      subject: labelledSubject(lines[at] ?? ''),
      rest: [...lines.slice(0, at), ...lines.slice(at + 1)].join('\n').trim(),
    }
  if (SALUTATION.test(first.trim())) return null
  return { subject: first.trim(), rest: lines.slice(1).join('\n').trim() }
}

/**
 * Splits a template, before anything is filled in: so no value can make a subject. A single line is a body, and a label
 * stays in neither.
 */
export function partsOf(template: string, channel: Channel): TemplateParts {
  const lines = template.trim().split(LINE_BREAK)
  const parts = cut(lines)
  const whole = (): string => withoutLabel(lines.join('\n'))
  if (hasSubject(channel)) {
    const { subject, rest } = parts ?? { subject: '', rest: whole() }
    return { subject, body: rest, isSubjectInBody: false }
  }
  const isSubjectInBody = labelledLine(lines) !== -1
  if (parts === null || !isSubjectInBody) return { subject: '', body: whole(), isSubjectInBody }
  const body = [parts.subject, parts.rest].filter((part) => part !== '').join('\n\n')
  return { subject: '', body, isSubjectInBody: parts.subject !== '' }
}
