// The templates that a call can use: what was stored in the tenant's library, above the operator's own folder or the
// sample that is shipped.
import { cleanText } from '../../text.ts'
import { sampleTexts, type OwnTexts } from '../../text-file.ts'
import type { LibraryEntry } from '../../library-records.ts'
import type { ToolContext } from '../../tool.ts'
import { parseTemplates, templateSchema, type Template } from './template-file.ts'

export type TemplateLibrary = {
  /** Versions of a template stand together, the newest first. */
  readonly templates: readonly Template[]
  /** Ids of templates that are offered no more; their versions are among `templates`. */
  readonly retired: ReadonlySet<string>
  /** Those of them that were stored by runs; the others are of the folder or the sample. */
  readonly stored: ReadonlySet<Template>
  /** By id: the highest number of a version, of those that may not be seen as well. */
  readonly highest: ReadonlyMap<string, number>
  readonly assumptions: readonly string[]
}

function inFolder({ templates }: OwnTexts): Pick<TemplateLibrary, 'templates' | 'assumptions'> {
  const parsed = parseTemplates(templates ?? sampleTexts('templates'))
  const assumptions =
    templates === null
      ? ['No folder of templates is set up: the library begins with the sample in examples/templates.']
      : []
  return { templates: parsed.templates, assumptions }
}

/** The item of an entry; null: it was erased, or is none that this program knows. */
export const storedTemplate = ({ item }: LibraryEntry): Template | null =>
  templateSchema.safeParse(item).data ?? null

export function libraryOf(texts: OwnTexts, entries: readonly LibraryEntry[]): TemplateLibrary {
  const { templates: own, assumptions } = inFolder(texts)
  const stored: Template[] = []
  const retired = new Set<string>()
  const highest = new Map<string, number>()
  const count = ({ template_id: id, version }: Template): void => {
    highest.set(id, Math.max(version, highest.get(id) ?? 0))
  }
  own.forEach(count)
  for (const entry of entries) {
    const template = storedTemplate(entry)
    if (template === null) continue
    count(template)
    if (!entry.isSeen) continue
    if (entry.action === 'retired') retired.add(template.template_id)
    else {
      retired.delete(template.template_id)
      stored.push(template)
    }
  }
  const isStored = ({ template_id: id, version }: Template): boolean =>
    stored.some((one) => one.template_id === id && one.version === version)
  const byId = Map.groupBy([...own.filter((one) => !isStored(one)), ...stored], (one) => one.template_id)
  const templates = [...byId.values()].flatMap((versions) =>
    versions.toSorted((one, other) => other.version - one.version),
  )
  return { templates, retired, highest, stored: new Set(stored), assumptions }
}

/** The newest text of a template; null: the library offers none of this id. */
export async function libraryText(
  id: string,
  { texts, templates }: Pick<ToolContext, 'texts' | 'templates'>,
): Promise<string | null> {
  const library = libraryOf(texts, (await templates?.read()) ?? [])
  const found = library.templates.find(({ template_id }) => template_id === cleanText(id))
  return found === undefined || library.retired.has(found.template_id) ? null : found.template
}
