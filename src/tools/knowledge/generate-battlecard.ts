// A battlecard about a competitor from our own documents: every line is a passage's own words with its place. What the
// documents do not say is not on the card, and what may not be quoted is reported.
import { z } from 'zod'
import { labelSchema } from '../field.ts'
import { isPlaceholder } from '../reading.ts'
import { cleanText } from '../text.ts'
import { listed } from '../summary.ts'
import { defineTool } from '../tool.ts'
import type { Battlecard } from './battlecard-lines.ts'
import {
  citation,
  documentsOf,
  documentsSchema,
  placeSchema,
  withheldOf,
  withheldSchema,
} from './knowledge-source.ts'

const SECTIONS = ['strengths', 'weaknesses', 'objections'] as const

const lineSchema = placeSchema.extend({ text: z.string() })

/** The first lines of each section. */
const shortened = (card: Battlecard, limit: number): Battlecard => ({
  strengths: card.strengths.slice(0, limit),
  weaknesses: card.weaknesses.slice(0, limit),
  objections: card.objections.slice(0, limit),
  facts: card.facts.slice(0, limit),
})

const countOf = ({ strengths, weaknesses, objections, facts }: Battlecard): number =>
  strengths.length + weaknesses.length + objections.length + facts.length

export const tool = defineTool({
  name: 'generate_battlecard',
  input: z.strictObject({
    competitor: labelSchema.refine((name) => !isPlaceholder(name), 'must name a competitor'),
    /** Left out: the operator's own folder, or the sample that is shipped. */
    documents: documentsSchema.nullish(),
    /** Lines of a section at most. */
    limit: z.int().min(1).max(100).default(10),
  }),
  output: z.strictObject({
    competitor: z.string(),
    /** The competitor's, as our documents see them. */
    strengths: z.array(lineSchema),
    /** The competitor's; what we do better is one of them. */
    weaknesses: z.array(lineSchema),
    objections: z.array(placeSchema.extend({ objection: z.string(), answer: z.string().nullable() })),
    /** What else is said of it. */
    facts: z.array(lineSchema),
    /** Lines beyond the limit. */
    left_out: z.int().min(0),
    /** Sections about which the documents say nothing that may be quoted. */
    missing: z.array(z.enum(SECTIONS)),
    withheld: z.array(withheldSchema),
    verdict: z.enum(['found', 'only_withheld', 'nothing_found']),
    /** Passages that were searched. */
    searched: z.int().min(0),
    assumptions: z.array(z.string()),
  }),
  run: async ({ competitor, documents: given, limit }, { texts }) => {
    // The reader of Markdown is seventy files: loaded by the first card, not by every start.
    const [{ readPassages }, { battlecardOf, passagesAbout }] = await Promise.all([
      import('./passages.ts'),
      import('./battlecard-lines.ts'),
    ])
    const name = cleanText(competitor)
    const { documents, assumptions } = documentsOf(given, texts)
    const all = readPassages(documents)
    const about = passagesAbout(all, name)
    const withheld = withheldOf(about)
    const whole = battlecardOf(
      about.filter((passage) => passage.withheld === null),
      name,
    )
    const card = shortened(whole, limit)
    const nothing = withheld.length > 0 ? ('only_withheld' as const) : ('nothing_found' as const)
    return {
      competitor: name,
      ...card,
      left_out: countOf(whole) - countOf(card),
      missing: SECTIONS.filter((section) => whole[section].length === 0),
      withheld,
      verdict: countOf(whole) > 0 ? ('found' as const) : nothing,
      searched: all.length,
      assumptions,
    }
  },
  summary: ({ competitor, verdict, searched, missing, withheld, assumptions, left_out, ...card }) => [
    `battlecard for ${competitor}: ${verdict.replaceAll('_', ' ')} in ${searched} passages`,
    ...listed(
      'strength',
      card.strengths.map((line) => `${line.text} ${citation(line)}`),
    ),
    ...listed(
      'weakness',
      card.weaknesses.map((line) => `${line.text} ${citation(line)}`),
    ),
    ...listed(
      'objection',
      card.objections.map(
        (line) => `${line.objection} - ${line.answer ?? 'no answer is written down'} ${citation(line)}`,
      ),
    ),
    ...listed(
      'fact',
      card.facts.map((line) => `${line.text} ${citation(line)}`),
    ),
    ...(left_out > 0 ? [`  ${left_out} more lines are left out`] : []),
    ...listed('nothing is written down about', missing),
    ...listed(
      'withheld',
      withheld.map((place) => `${place.reason} ${citation(place)}`),
    ),
    ...listed('assumed', assumptions),
  ],
})
