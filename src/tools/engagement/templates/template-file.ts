// Message templates as files: what is known of one stands in front matter (YAML between two lines of three dashes), the
// text below it. Several files of one id are its versions.
import { parse, stringify } from 'yaml'
import { z } from 'zod'
import { channelSchema } from '../../channel.ts'
import { labelSchema, textSchema } from '../../field.ts'
import { problemsOf } from '../../../events/problem.ts'
import type { TextFile } from '../../text-file.ts'

export const categorySchema = labelSchema.max(100)

const aboutSchema = z.strictObject({
  template_id: labelSchema.max(200),
  name: labelSchema.max(200),
  channel: channelSchema.default('email'),
  category: categorySchema.default('general'),
  version: z.int().min(1).default(1),
  /** Share of answers, 0 to 1. */
  effectiveness: z.number().min(0).max(1).nullable().default(null),
  created_at: z.iso.datetime().nullable().default(null),
})

export const templateSchema = aboutSchema.extend({ template: textSchema.min(1) })
export type Template = z.output<typeof templateSchema>

const FRONT = /^---\r?\n(.*?)\r?\n---\r?\n(.*)$/su

const frontOf = (text: string): unknown => {
  try {
    // Dates stay texts, as they are written.
    return parse(text, { schema: 'core' }) as unknown
  } catch {
    return null
  }
}

/** The template, or why the file is none. */
function parseTemplate({ source, text }: TextFile): Template | string[] {
  const [, front = null, body = ''] = FRONT.exec(text) ?? []
  if (front === null) return [`${source} must begin with --- and what is known of the template`]
  const about = frontOf(front)
  const parsed = templateSchema.safeParse({
    ...(typeof about === 'object' ? about : {}),
    template: body.trim(),
  })
  if (parsed.success) return parsed.data
  return problemsOf(parsed.error).map(({ path, message }) => `${source}: ${path} ${message}`)
}

export type ParsedTemplates = {
  /** Versions of a template stand together, the newest first; templates in the order of their files. */
  readonly templates: readonly Template[]
  readonly problems: readonly string[]
}

const twiceIn = (versions: readonly Template[]): string[] =>
  versions
    .filter(({ version }, at) => versions.findIndex((other) => other.version === version) < at)
    .map(({ template_id, version }) => `${template_id} has version ${version} twice`)

export function parseTemplates(files: readonly TextFile[]): ParsedTemplates {
  const read = files.map(parseTemplate)
  const found = read.filter((one): one is Template => !Array.isArray(one))
  const byId = [...Map.groupBy(found, ({ template_id }) => template_id).values()]
  return {
    templates: byId.flatMap((versions) => versions.toSorted((one, other) => other.version - one.version)),
    problems: [...read.filter((one): one is string[] => Array.isArray(one)).flat(), ...byId.flatMap(twiceIn)],
  }
}

/** A name that is no path, whatever the id. */
const fileName = ({ template_id, version }: Template): string => {
  const plain = template_id
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
  return `${plain === '' ? 'template' : plain}-v${version}.md`
}

/** The file that keeps a template. */
export function templateFile(template: Template): TextFile {
  const { template: text, ...about } = template
  return { source: fileName(template), text: `---\n${stringify(about)}---\n${text}\n` }
}
