// The library of message templates: the operator's own folder, or the sample. Lists and reads it; a new, changed or removed
// template is a proposal with the file that would keep it, because nothing is written here: who keeps the folder does.
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { counted } from '../../run/figures.ts'
import { CallError } from '../../run/failure.ts'
import { channelSchema } from '../channel.ts'
import { labelSchema, recordWith, textSchema } from '../field.ts'
import { cleanText, foldText } from '../text.ts'
import { listed, wholeText } from '../summary.ts'
import { variablesOf } from '../template.ts'
import { defineTool } from '../tool.ts'
import { foreignPlaceholders } from './foreign-syntax.ts'
import { libraryOf } from './template-library.ts'
import { categorySchema, templateFile, templateSchema, type Template } from './template-file.ts'

const OPERATIONS = ['list', 'read', 'create', 'update', 'delete'] as const
type Operation = (typeof OPERATIONS)[number]

const knownData = {
  name: labelSchema.max(200).nullish(),
  template: textSchema.min(1).nullish(),
  channel: channelSchema.nullish(),
  category: categorySchema.nullish(),
}
const dataSchema = recordWith(knownData)
type TemplateData = z.output<typeof dataSchema>

const inputSchema = z.strictObject({
  operation: z.enum(OPERATIONS).default('list'),
  template_id: labelSchema.max(200).nullish(),
  /** Left out: the newest. */
  version: z.int().min(1).nullish(),
  template_data: dataSchema.nullish(),
  /** Of a list. */
  channel: channelSchema.nullish(),
  category: categorySchema.nullish(),
})
type Input = z.output<typeof inputSchema>

const isGiven = (value: unknown): boolean => value !== null && value !== undefined

/** What an operation needs and was not given. */
function lacking({ operation, template_id: id, template_data: data }: Input): [string, string][] {
  const needed: [string, string][] = []
  if (['read', 'update', 'delete'].includes(operation) && !isGiven(id))
    needed.push(['template_id', `is required to ${operation} a template`])
  if (operation === 'create')
    for (const field of ['name', 'template'] as const)
      if (!isGiven(data?.[field])) needed.push([`template_data.${field}`, 'is required to create a template'])
  if (operation === 'update' && !Object.keys(knownData).some((field) => isGiven(data?.[field])))
    needed.push(['template_data', `must have at least one of ${Object.keys(knownData).join(', ')}`])
  return needed
}

const versionedSchema = templateSchema.extend({
  /** In the order of their first appearance. */
  variables: z.array(z.string()),
})

const proposalSchema = z.strictObject({
  action: z.enum(['add', 'remove']),
  /** Names in the folder of templates. */
  files: z.array(z.string()),
  /** What the file to be added has in it. */
  text: z.string().nullable(),
})

const outputSchema = z.strictObject({
  operation: z.enum(OPERATIONS),
  status: z.literal('success'),
  message: z.string(),
  template_id: z.string().optional(),
  /** Of a read, or as it would be. */
  template: versionedSchema.optional(),
  /** Its text, for who drafts with it. */
  text: z.string().optional(),
  /** Versions that the library has, the newest first. */
  versions: z.array(z.int()).optional(),
  templates: z.array(templateSchema).optional(),
  count: z.int().optional(),
  /** Nothing is written here. */
  stored: z.literal(false).optional(),
  proposal: proposalSchema.optional(),
  warnings: z.array(z.string()),
  /** Keys of the data that are none of a template. */
  ignored: z.array(z.string()),
  assumptions: z.array(z.string()),
})
type Output = z.input<typeof outputSchema>
type Answer = Omit<Output, 'operation' | 'status' | 'warnings' | 'ignored' | 'assumptions'>

/** As the library has always named them. */
const newId = (name: string): string =>
  `${name.toLowerCase().replaceAll(' ', '_')}_${createHash('md5').update(name).digest('hex').slice(0, 4)}`

const told = (template: Template) => ({ ...template, variables: variablesOf(template.template) })

function refuse(path: string, message: string): never {
  throw new CallError('user_invalid_input', 'The library has no such template.', {
    problems: [{ path, message }],
    happened: 'no',
  })
}

/** Versions of a template, the newest first. Errors: CallError where there are none. */
function versionsOf(templates: readonly Template[], id: string): [Template, ...Template[]] {
  const [newest, ...older] = templates.filter(({ template_id }) => template_id === cleanText(id))
  return newest === undefined
    ? refuse('template_id', 'is the id of no template of the library')
    : [newest, ...older]
}

function list(templates: readonly Template[], { channel, category }: Input): Answer {
  const newest = templates.filter(
    (one, at) => templates.findIndex((other) => other.template_id === one.template_id) === at,
  )
  const found = newest.filter(
    (one) =>
      (!isGiven(channel) || one.channel === channel) &&
      (!isGiven(category) || foldText(one.category) === foldText(category ?? '')),
  )
  return { templates: found, count: found.length, message: `Retrieved ${counted(found.length, 'template')}` }
}

function read(templates: readonly Template[], { template_id: id, version }: Input): Answer {
  const versions = versionsOf(templates, id ?? '')
  const template = isGiven(version) ? versions.find((one) => one.version === version) : versions[0]
  if (template === undefined) return refuse('version', 'is no version of the template')
  return {
    template_id: template.template_id,
    template: told(template),
    text: template.template,
    versions: versions.map((one) => one.version),
    message: `Retrieved version ${template.version} of ${template.template_id}`,
  }
}

const NOT_STORED = 'nothing is stored before its file is in the folder of templates'

function proposed(template: Template, verb: string): Answer {
  const file = templateFile(template)
  return {
    template_id: template.template_id,
    template: told(template),
    text: template.template,
    stored: false,
    proposal: { action: 'add', files: [file.source], text: file.text },
    message: `Proposed to ${verb} ${template.template_id}: ${NOT_STORED}`,
  }
}

/** What was given of it; the rest as it was. */
const withData = (
  template: Template,
  { name, template: text, channel, category }: TemplateData,
  at: number,
): Template => ({
  ...template,
  name: cleanText(name ?? template.name),
  template: text ?? template.template,
  channel: channel ?? template.channel,
  category: cleanText(category ?? template.category),
  created_at: new Date(at).toISOString(),
})

const BLANK = {
  channel: 'email',
  category: 'general',
  version: 1,
  effectiveness: null,
  created_at: null,
} as const

function create(templates: readonly Template[], { template_data: data }: Input, at: number): Answer {
  const name = cleanText(data?.name ?? '')
  const template_id = newId(name)
  if (templates.some((one) => one.template_id === template_id))
    refuse('template_data.name', 'is the name of a template that is there: update it')
  return proposed(withData({ ...BLANK, template_id, name, template: '' }, data ?? {}, at), 'create')
}

function update(
  templates: readonly Template[],
  { template_id: id, template_data: data }: Input,
  at: number,
): Answer {
  const [newest, ...older] = versionsOf(templates, id ?? '')
  // How well the text before it did says nothing of the new one.
  const next = { ...newest, version: newest.version + 1, effectiveness: null }
  return {
    ...proposed(withData(next, data ?? {}, at), 'update'),
    versions: [newest, ...older].map(({ version }) => version),
  }
}

function remove(templates: readonly Template[], { template_id: id }: Input): Answer {
  const versions = versionsOf(templates, id ?? '')
  const [{ template_id }] = versions
  return {
    template_id,
    versions: versions.map(({ version }) => version),
    stored: false,
    proposal: { action: 'remove', files: [], text: null },
    message: `Proposed to delete ${template_id}, all ${counted(versions.length, 'version')}: it is there until its files are removed`,
  }
}

const OPERATE: Readonly<
  Record<Operation, (templates: readonly Template[], input: Input, at: number) => Answer>
> = {
  list,
  read,
  create,
  update,
  delete: remove,
}

const warningsOf = (text: string | undefined): string[] =>
  foreignPlaceholders(text ?? '').map(
    ({ text: placeholder, syntax }) =>
      `${placeholder} (as in ${syntax}) is not filled in here: write it as {{name}}.`,
  )

export const tool = defineTool({
  name: 'manage_template_library',
  input: inputSchema.superRefine((input, context) => {
    for (const [path, message] of lacking(input))
      context.addIssue({ code: 'custom', path: path.split('.'), message })
  }),
  output: outputSchema,
  run: (input, { at, texts }) => {
    const { templates, assumptions } = libraryOf(texts)
    const answer = OPERATE[input.operation](templates, input, at)
    return {
      operation: input.operation,
      status: 'success' as const,
      ...answer,
      warnings: warningsOf(answer.text),
      ignored: Object.keys(input.template_data ?? {}).filter((key) => !Object.hasOwn(knownData, key)),
      assumptions,
    }
  },
  summary: ({ message, templates = [], template, proposal, warnings, ignored, assumptions }) => [
    message,
    ...listed(
      'template',
      templates.map(
        (one) => `${one.template_id} (${one.channel}, ${one.category}, version ${one.version}): ${one.name}`,
      ),
    ),
    ...(template === undefined
      ? []
      : wholeText(`${template.name}, version ${template.version}`, template.template)),
    ...listed('variable', template?.variables ?? []),
    ...listed('file to add', proposal?.action === 'add' ? proposal.files : []),
    ...listed('warning', warnings),
    ...listed('not used', ignored),
    ...listed('assumed', assumptions),
  ],
})
