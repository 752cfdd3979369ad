// What a model said, read: one JSON object, whatever stands around it. Used by whoever asks one.
import { isRecord } from '../events/json.ts'

/** Where the object that begins at `from` ends; -1: it does not. */
function endOfObject(said: string, from: number): number {
  let depth = 0
  let quoted = false
  for (let at = from; at < said.length; at += 1) {
    const sign = said[at]
    if (quoted && sign === '\\') at += 1
    else if (sign === '"') quoted = !quoted
    else if (!quoted && sign === '{') depth += 1
    else if (!quoted && sign === '}') depth -= 1
    if (depth === 0) return at + 1
  }
  return -1
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}

/** The marks with which models that think aloud end it, whether or not they have marked its beginning. */
const END_OF_THOUGHTS =
  /<\/(?:think|thinking|thought|reasoning)>|\[\/THINK\]|<\|channel\|>final<\|message\|>/i
const THOUGHTS_BEGIN = /^\s*(?:<(?:think|thinking|thought|reasoning)>|\[THINK\]|<\|channel\|>analysis)/i

/** It answers at once: a mark in it is one of its own words. */
const BEGINS_WITH_OBJECT = /^\s*(?:```\w*\s*)?\{/

/** What a model thinks aloud before it answers is no answer; null: it has not come to its end. */
function withoutThoughts(said: string): string | null {
  if (BEGINS_WITH_OBJECT.test(said)) return said
  const end = END_OF_THOUGHTS.exec(said)
  if (end !== null) return said.slice(end.index + end[0].length)
  return THOUGHTS_BEGIN.test(said) ? null : said
}

/** Braces in prose, such as {first_name}, before the object; each of them is read to the end at most. */
const MOST_TRIES = 20

/** Some servers write the object once more as a text of JSON. */
function unquoted(said: string): string {
  const text = /^\s*"/.test(said) ? parsed(said) : said
  return typeof text === 'string' ? text : said
}

/**
 * The first JSON object of a text that may have prose around it, or, of several, the first that has this key; undefined:
 * there is none, or it is not whole.
 */
export function objectIn(said: string, key?: string): unknown {
  const text = withoutThoughts(unquoted(said))
  if (text === null) return undefined
  let first: unknown
  let begin = text.indexOf('{')
  for (let tries = 0; begin !== -1 && tries < MOST_TRIES; tries += 1) {
    const end = endOfObject(text, begin)
    const value = end === -1 ? undefined : parsed(text.slice(begin, end))
    if (isRecord(value) && (key === undefined || Object.hasOwn(value, key))) return value
    if (isRecord(value)) first ??= value
    begin = text.indexOf('{', end === -1 ? begin + 1 : end)
  }
  return first
}
