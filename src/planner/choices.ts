// What a goal says about an input that takes one of several words: "a LinkedIn message" is one by the channel linkedin.
import type { Clause } from './clause.ts'
import type { Literals } from './chain.ts'
import { CHOICE_WORDS } from './lexicon.ts'
import type { ToolIndex } from './tool-index.ts'

/** What comes after it is what a text is about, and not what it is. */
const CONTENT = new Set([
  'about',
  'with',
  'who',
  'that',
  'which',
  'from',
  'because',
  'concerning',
  'regarding',
])

/** A tool that an ask gets, and the values that the ask names for its inputs. */
export type Chosen = { readonly tool: string; readonly named: ReadonlyMap<string, readonly string[]> }

export const NOT_NAMED: Chosen['named'] = new Map()

const sayings = (value: string): readonly string[] => CHOICE_WORDS[value] ?? [value.replaceAll('_', ' ')]

const SHOWING = new Set(['show', 'see', 'display', 'get'])

/** "Show the template" reads one, "show our templates" and "which templates" list them. */
function shownAs({ words: [verb], object, question }: Clause): string | undefined {
  if (question === 'choice') return 'list'
  if (!SHOWING.has(verb?.text ?? '')) return undefined
  return object.nouns[0]?.text.endsWith('s') ? 'list' : 'read'
}

export function chosenBy(tool: string, clause: Clause, index: ToolIndex): Chosen {
  const { words } = clause
  const choices = index.choices(tool)
  if (choices.size === 0) return { tool, named: NOT_NAMED }
  const shown = shownAs(clause)
  const end = words.findIndex(({ text }) => CONTENT.has(text))
  const text = ` ${(end < 0 ? words : words.slice(0, end)).map((word) => word.text).join(' ')} `
  const named = new Map<string, readonly string[]>()
  for (const [input, values] of choices) {
    const said = values.filter(
      (value) => value === shown || sayings(value).some((saying) => text.includes(` ${saying} `)),
    )
    if (said.length > 0) named.set(input, said)
  }
  return { tool, named }
}

type Settled = { readonly literals: Literals; readonly unserved: readonly string[] }
const NOTHING_SAID: Settled = { literals: new Map(), unserved: [] }

/** Asks of one tool for several values: one call has one, the others are not served. */
export function settle(chosen: readonly Chosen[], index: ToolIndex): Settled {
  // Most goals say nothing of it.
  if (chosen.every(({ named }) => named.size === 0)) return NOTHING_SAID
  const literals = new Map<string, Record<string, { readonly value: string }>>()
  const unserved: string[] = []
  const all = new Map<string, Set<string>>()
  for (const { named } of chosen)
    for (const [input, values] of named) all.set(input, (all.get(input) ?? new Set()).union(new Set(values)))
  for (const tool of new Set(chosen.map((one) => one.tool))) {
    const inputs: Record<string, { readonly value: string }> = {}
    for (const input of index.choices(tool).keys()) {
      const own = new Set(
        chosen.filter((one) => one.tool === tool).flatMap(({ named }) => named.get(input) ?? []),
      )
      const everywhere = all.get(input) ?? new Set<string>()
      const [value, ...others] = own.size > 0 || everywhere.size > 1 ? own : everywhere
      if (value !== undefined) inputs[input] = { value }
      unserved.push(...others.map((other) => `${tool} with another ${input}: ${other}`))
    }
    if (Object.keys(inputs).length > 0) literals.set(tool, inputs)
  }
  return { literals, unserved }
}

/** "Don't delete the template, show it": the same tool for something else than what is forbidden. */
export const isOtherChoice = (wanted: Chosen, forbidden: Chosen): boolean =>
  wanted.tool === forbidden.tool &&
  [...forbidden.named].some(([input, values]) => {
    const own = wanted.named.get(input) ?? []
    return own.length > 0 && !own.some((value) => values.includes(value))
  })
