// What our own documents say about a question: passages with file, heading and line. Passages about prices or law are
// never given out; that there were some is.
import { z } from 'zod'
import { labelSchema } from '../field.ts'
import { r2 } from '../number.ts'
import { listed } from '../summary.ts'
import { isPlaceholder } from '../reading.ts'
import { defineTool } from '../tool.ts'
import {
  citation,
  documentsOf,
  documentsSchema,
  placeOf,
  placeSchema,
  withheldOf,
  withheldSchema,
} from './knowledge-source.ts'
import { rankPassages } from './passage-search.ts'

export const tool = defineTool({
  name: 'retrieve_product_knowledge',
  input: z.strictObject({
    query: labelSchema.refine((query) => !isPlaceholder(query), 'must say what is to be known'),
    /** Left out: the operator's own folder, or the sample that is shipped. */
    documents: documentsSchema.nullish(),
    limit: z.int().min(1).max(50).default(5),
  }),
  output: z.strictObject({
    /** Best first. */
    passages: z.array(placeSchema.extend({ text: z.string(), score: z.number().min(0) })),
    /** They are about what was asked, and not given out. */
    withheld: z.array(withheldSchema),
    verdict: z.enum(['found', 'only_withheld', 'nothing_found']),
    /** Passages that were searched. */
    searched: z.int().min(0),
    assumptions: z.array(z.string()),
  }),
  run: async ({ query, documents: given, limit }, { texts }) => {
    // The reader of Markdown is seventy files: loaded by the first search, not by every start.
    const { readPassages } = await import('./passages.ts')
    const { documents, assumptions } = documentsOf(given, texts)
    const all = readPassages(documents)
    const ranked = rankPassages(all, query)
    const open = ranked.filter(({ passage }) => passage.withheld === null).slice(0, limit)
    const withheld = withheldOf(ranked.map(({ passage }) => passage))
    const nothing = withheld.length > 0 ? ('only_withheld' as const) : ('nothing_found' as const)
    return {
      passages: open.map(({ passage, score }) => ({
        ...placeOf(passage),
        text: passage.text,
        score: r2(score),
      })),
      withheld,
      verdict: open.length > 0 ? ('found' as const) : nothing,
      searched: all.length,
      assumptions,
    }
  },
  summary: ({ verdict, passages, withheld, searched, assumptions }) => [
    `product knowledge: ${verdict.replaceAll('_', ' ')}, ${passages.length} of ${searched} passages`,
    ...listed(
      'passage',
      passages.map((passage) => `${passage.text} ${citation(passage)}`),
    ),
    ...listed(
      'withheld',
      withheld.map((place) => `${place.reason} ${citation(place)}`),
    ),
    ...listed('assumed', assumptions),
  ],
})
