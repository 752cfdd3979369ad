// What our own documents say about a question: passages with file, heading and line. Passages about prices or law are
// never given out; that there were some is.
import { z } from 'zod'
import { labelSchema, textSchema } from '../field.ts'
import { r2 } from '../number.ts'
import { listed } from '../summary.ts'
import { defineTool } from '../tool.ts'
import { readPassages, sampleDocuments } from './passages.ts'
import { rankPassages } from './passage-search.ts'

const MOST_DOCUMENTS = 500
const MOST_CHARACTERS = 2_000_000

const placeSchema = z.strictObject({
  source: z.string(),
  /** From the first heading to the nearest one. */
  heading: z.string(),
  /** From 1. */
  line: z.int().min(1),
})

const documentsSchema = z
  .array(z.strictObject({ source: labelSchema, text: textSchema }))
  .min(1)
  .max(MOST_DOCUMENTS)
  .refine(
    (documents) => documents.reduce((sum, { text }) => sum + text.length, 0) <= MOST_CHARACTERS,
    `must have at most ${MOST_CHARACTERS} characters together`,
  )

export const tool = defineTool({
  name: 'retrieve_product_knowledge',
  input: z.strictObject({
    query: labelSchema,
    /** Markdown; left out: the sample that is shipped. */
    documents: documentsSchema.nullish(),
    limit: z.int().min(1).max(50).default(5),
  }),
  output: z.strictObject({
    /** Best first. */
    passages: z.array(placeSchema.extend({ text: z.string(), score: z.number().min(0) })),
    /** They are about what was asked, and not given out. */
    withheld: z.array(placeSchema.extend({ reason: z.enum(['pricing', 'legal']) })),
    verdict: z.enum(['found', 'only_withheld', 'nothing_found']),
    /** Passages that were searched. */
    searched: z.int().min(0),
    assumptions: z.array(z.string()),
  }),
  run: ({ query, documents, limit }) => {
    const all = readPassages(documents ?? sampleDocuments())
    const ranked = rankPassages(all, query)
    const open = ranked.filter(({ passage }) => passage.withheld === null).slice(0, limit)
    const withheld = ranked.flatMap(({ passage: { source, heading, line, withheld: reason } }) =>
      reason === null ? [] : [{ source, heading, line, reason }],
    )
    const nothing = withheld.length > 0 ? ('only_withheld' as const) : ('nothing_found' as const)
    return {
      passages: open.map(({ passage: { source, heading, line, text }, score }) => ({
        source,
        heading,
        line,
        text,
        score: r2(score),
      })),
      withheld,
      verdict: open.length > 0 ? ('found' as const) : nothing,
      searched: all.length,
      assumptions: documents
        ? []
        : ['No documents were given: the passages are of the sample in examples/knowledge.'],
    }
  },
  summary: ({ verdict, passages, withheld, searched, assumptions }) => [
    `product knowledge: ${verdict.replaceAll('_', ' ')}, ${passages.length} of ${searched} passages`,
    ...listed(
      'passage',
      passages.map(({ source, heading, line, text }) => `${text} [${source}:${line} ${heading}]`),
    ),
    ...listed(
      'withheld',
      withheld.map(({ source, heading, line, reason }) => `${reason} [${source}:${line} ${heading}]`),
    ),
    ...listed('assumed', assumptions),
  ],
})
