// Which documents a tool of knowledge reads: those it is given, else the operator's own folder, else the sample.
import { z } from 'zod'
import { labelSchema, textSchema } from '../field.ts'
import { sampleTexts, type OwnTexts, type TextFile } from '../text-file.ts'
import type { Passage, Withheld } from './passages.ts'

export const MOST_DOCUMENTS = 500
export const MOST_CHARACTERS = 2_000_000

/** Markdown, each document with its name. */
export const documentsSchema = z
  .array(z.strictObject({ source: labelSchema, text: textSchema }))
  .min(1)
  .max(MOST_DOCUMENTS)
  .refine(
    (documents) => documents.reduce((sum, { text }) => sum + text.length, 0) <= MOST_CHARACTERS,
    `must have at most ${MOST_CHARACTERS} characters together`,
  )

/** Where a passage is. */
export const placeSchema = z.strictObject({
  source: z.string(),
  /** From the first heading to the nearest one. */
  heading: z.string(),
  /** From 1. */
  line: z.int().min(1),
})
export type Place = z.output<typeof placeSchema>

export const withheldSchema = placeSchema.extend({ reason: z.enum(['pricing', 'legal']) })

export const placeOf = ({ source, heading, line }: Passage): Place => ({ source, heading, line })

/** As people read it. */
export const citation = ({ source, heading, line }: Place): string => `[${source}:${line} ${heading}]`

/** Of passages that are about what was asked: which are not given out, and why. */
export const withheldOf = (passages: readonly Passage[]): (Place & { reason: Withheld })[] =>
  passages.flatMap((passage) =>
    passage.withheld === null ? [] : [{ ...placeOf(passage), reason: passage.withheld }],
  )

type Sources = { readonly documents: readonly TextFile[]; readonly assumptions: string[] }

export function documentsOf(given: readonly TextFile[] | null | undefined, texts: OwnTexts): Sources {
  const documents = given ?? texts.knowledge
  if (documents !== null) return { documents, assumptions: [] }
  return {
    documents: sampleTexts('knowledge'),
    assumptions: ['No documents were given: the passages are of the sample in examples/knowledge.'],
  }
}
