// Texts that tools read and nobody has to send: an operator's own folders (settings, never a path of a request), or else
// the samples that are shipped.
import { readdirSync, readFileSync } from 'node:fs'

/** `source`: its path below its folder, with `/`. */
export type TextFile = { readonly source: string; readonly text: string }

/** null: the operator has set up none, and the sample stands in. */
export type OwnTexts = {
  /** Markdown about our products and competitors. */
  readonly knowledge: readonly TextFile[] | null
  /** Message templates. */
  readonly templates: readonly TextFile[] | null
}

export const NO_TEXTS: OwnTexts = Object.freeze({ knowledge: null, templates: null })

/** A file of each, so that the folder is found in a checkout and in a package. */
const SAMPLES = {
  knowledge: '#examples/knowledge/platform.md',
  templates: '#examples/templates/tech-prospecting-v1.md',
} as const

/** The sample that is shipped, by file name. */
export function sampleTexts(kind: keyof OwnTexts): TextFile[] {
  const folder = new URL('.', import.meta.resolve(SAMPLES[kind]))
  return readdirSync(folder)
    .filter((file) => file.endsWith('.md'))
    .sort()
    .map((source) => ({ source, text: readFileSync(new URL(source, folder), 'utf8') }))
}
