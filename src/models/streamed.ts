// An answer that came as a stream although nobody asked for one: its events put together as the one completion that they
// are parts of. What has no end is no answer.
import { isRecord } from '../events/json.ts'

const END = '[DONE]'

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const isStream = (text: string): boolean => /^\s*(?::|data:|event:|id:|retry:)/.test(text)

/** What each event says; comments, with which servers keep a connection, say nothing. */
const eventsOf = (text: string): string[] =>
  text
    .split(/\r\n|\r|\n/)
    .filter((line) => line.startsWith('data:'))
    .map((line) => line.slice('data:'.length).trim())

const firstChoice = (part: Record<string, unknown>): Record<string, unknown> => {
  const { choices } = part
  const first: unknown = Array.isArray(choices) ? choices[0] : undefined
  return isRecord(first) ? first : {}
}

const textIn = (part: unknown, key: string): string => {
  const value = isRecord(part) ? part[key] : undefined
  return typeof value === 'string' ? value : ''
}

/** Of a tool that is called with the answer, the arguments come piece by piece; null: it is not one call. */
function calledIn(deltas: readonly unknown[]): string | null {
  const pieces = deltas.flatMap((delta): unknown[] => {
    const calls = isRecord(delta) ? (delta['tool_calls'] ?? []) : []
    return Array.isArray(calls) ? calls : []
  })
  const isOne = pieces.every((piece) => isRecord(piece) && (piece['index'] ?? 0) === 0)
  const given = pieces.map((piece) => textIn(isRecord(piece) ? piece['function'] : null, 'arguments'))
  return isOne && given.length > 0 ? given.join('') : null
}

/** Parts with a text, or the text itself. */
function contentIn(delta: unknown): string {
  const content = isRecord(delta) ? delta['content'] : undefined
  return Array.isArray(content)
    ? content.map((part) => textIn(part, 'text')).join('')
    : textIn(delta, 'content')
}

/** null: it is no stream, or not a whole one. */
export function completionOfStream(text: string): unknown {
  if (!isStream(text)) return null
  const said = eventsOf(text)
  const parts = said.filter((one) => one !== END).map(parsed)
  const known = parts.filter(isRecord)
  const failure = known.find((part) => 'error' in part && part['error'] !== null)
  if (failure !== undefined) return failure
  const choices = known.map(firstChoice)
  const finish = choices.map((one) => one['finish_reason']).findLast((one) => typeof one === 'string')
  const isWhole = known.length === parts.length && (said.at(-1) === END || finish !== undefined)
  if (!isWhole || known.length === 0) return null
  const deltas = choices.map((one) => one['delta'] ?? one['message'])
  const given = calledIn(deltas)
  return {
    model: known.map((part) => part['model']).find((one) => typeof one === 'string'),
    usage: known.map((part) => part['usage']).findLast(isRecord),
    choices: [
      {
        index: 0,
        finish_reason: finish ?? null,
        message: {
          content: deltas.map(contentIn).join(''),
          refusal: deltas.map((delta) => textIn(delta, 'refusal')).join(''),
          tool_calls: given === null ? null : [{ function: { arguments: given } }],
        },
      },
    ],
  }
}
