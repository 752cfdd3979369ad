// What a tool is described as being about, and to whom: "an email to a prospect" takes no prospect.
import type { ToolSpec } from '../registry/registry.ts'
import { stemOf, wordsOf } from './words.ts'

/** Whom a thing is for, where it comes from, and what is done beside: "and lists what to improve" takes no list. */
const UNTAKEN =
  /\b(?:to|for|from|no|so that) (?:(?:a|an|any|the) )?\w+|\band \w+s (?=(?:what|whether|its|the|every)\b)/gi
const ADDRESSEES = /\bto (?:a|an|any|the) \w+/i

/** Tools that are described as being to somebody. */
export function addressingOf(tools: readonly ToolSpec[]): (tool: string) => boolean {
  const found = tools.filter(({ description, purpose }) => ADDRESSEES.test(`${description} ${purpose}`))
  const names = new Set(found.map(({ name }) => name))
  return (tool) => names.has(tool)
}

/** By tool, the stems of what it is about. */
export function takenBy(tools: readonly ToolSpec[]): ReadonlyMap<string, ReadonlySet<string>> {
  return new Map(
    tools.map(({ name, description, purpose }) => {
      // What it is good for comes first; what it looks at, and what it lacks, after that.
      const [about = ''] = purpose.split(/[.?!](?:\s|$)/)
      const texts = [name, ...[description, about].map((text) => text.replaceAll(UNTAKEN, ' '))]
      return [name, new Set(texts.flatMap(wordsOf).map(stemOf))]
    }),
  )
}
