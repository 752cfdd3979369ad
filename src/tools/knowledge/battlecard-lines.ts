// The passages about a competitor as the lines of a battlecard. A line is a passage, or a part of one, in its own words.
import { mentions } from '../text.ts'
import { isGeneral, sideOf, type Side } from './battlecard-headings.ts'
import { placeOf, type Place } from './knowledge-source.ts'
import type { Passage } from './passages.ts'

export type Line = Place & { readonly text: string }
/** `answer` null: the passage has none. */
export type Objection = Place & { readonly objection: string; readonly answer: string | null }

export type Battlecard = {
  readonly strengths: Line[]
  readonly weaknesses: Line[]
  readonly objections: Objection[]
  /** About the competitor, and none of the others. */
  readonly facts: Line[]
}

const isBelow = ({ titles, source }: Passage, competitor: string): boolean =>
  mentions(source, competitor) || titles.some((title) => mentions(title, competitor))

/** The passages about a competitor: in a section or a document that is named after it, or with its name in them. */
export const passagesAbout = (passages: readonly Passage[], competitor: string): Passage[] =>
  passages.filter((passage) => isBelow(passage, competitor) || mentions(passage.text, competitor))

const QUOTED = /^["“”„«'‘](.+?)["“”»'’](?=[\s:–—-]|$)\s*(?:[-–—:]\s*)?(.*)$/su
const LABELLED =
  /^(?:objection|they say|buyer)\s*:\s*(.+?)\s*\b(?:answer|response|reply|we say)\s*:\s*(.+)$/isu

const orNull = (text: string | undefined): string | null => (text === undefined || text === '' ? null : text)

/** What buyers say is in quotes, after "Objection:", in a heading of its own below that of the objections, or all of it. */
function objectionOf(passage: Passage, at: number): Objection {
  const { text, titles } = passage
  const said = LABELLED.exec(text) ?? QUOTED.exec(text)
  const own = titles.length - 1 > at ? titles.at(-1) : undefined
  if (said !== null) return { objection: said[1] ?? text, answer: orNull(said[2]), ...placeOf(passage) }
  if (own !== undefined) return { objection: own, answer: text, ...placeOf(passage) }
  return { objection: text, answer: null, ...placeOf(passage) }
}

/** The side that a passage's headings say; one of another company's section says nothing of this one. */
function headingOf(passage: Passage, competitor: string): { side: Side | null; at: number } {
  const isOfIts = isBelow(passage, competitor) || isGeneral(passage.titles)
  return isOfIts ? sideOf(passage.titles, competitor) : { side: null, at: -1 }
}

/** `passages`: those about the competitor that may be quoted. */
export function battlecardOf(passages: readonly Passage[], competitor: string): Battlecard {
  const card: Battlecard = { strengths: [], weaknesses: [], objections: [], facts: [] }
  for (const passage of passages) {
    const { side, at } = headingOf(passage, competitor)
    if (side === 'objections') card.objections.push(objectionOf(passage, at))
    else card[side ?? 'facts'].push({ text: passage.text, ...placeOf(passage) })
  }
  return card
}
