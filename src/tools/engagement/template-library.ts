// The templates that a call can use: the operator's own folder, or the sample that is shipped.
import { cleanText } from '../text.ts'
import { sampleTexts, type OwnTexts } from '../text-file.ts'
import { parseTemplates, type Template } from './template-file.ts'

export type TemplateLibrary = { readonly templates: readonly Template[]; readonly assumptions: string[] }

export function libraryOf({ templates }: OwnTexts): TemplateLibrary {
  const parsed = parseTemplates(templates ?? sampleTexts('templates'))
  const assumptions =
    templates === null
      ? ['No folder of templates is set up: the library is the sample in examples/templates.']
      : []
  return { templates: parsed.templates, assumptions }
}

/** The newest text of a template; null: the library has none of this id. */
export const libraryText = (id: string, texts: OwnTexts): string | null =>
  libraryOf(texts).templates.find(({ template_id }) => template_id === cleanText(id))?.template ?? null
