// The library of message templates: what was stored in it, above the operator's own folder or the sample. A version is never
// changed or removed: an update is the next one, and what is deleted is offered no more. Outside a run, where nothing can be
// stored, a change is a proposal with the file that would keep it.
import { z } from 'zod'
import { valueRule } from '../../events/checks/value-rule.ts'
import { counted } from '../../run/figures.ts'
import { namedChannelSchema } from '../channel.ts'
import { labelSchema, recordWith, textSchema } from '../field.ts'
import { foldText } from '../text.ts'
import { listed, wholeText } from '../summary.ts'
import { variablesOf } from '../template.ts'
import { defineTool, type ToolContext } from '../tool.ts'
import { foreignPlaceholders } from './foreign-syntax.ts'
import {
  decideChange,
  offeredVersions,
  refuse,
  versionsOf,
  type ChangeDecision,
  type TemplateChange,
} from './templates/template-changes.ts'
import { libraryOf, type TemplateLibrary } from './templates/template-library.ts'
import { categorySchema, templateFile, templateSchema, type Template } from './templates/template-file.ts'

const OPERATIONS = ['list', 'read', 'create', 'update', 'delete'] as const

const knownData = {
  name: labelSchema.max(200).nullish(),
  template: textSchema.min(1).nullish(),
  channel: namedChannelSchema,
  category: categorySchema.nullish(),
}
const dataSchema = recordWith(knownData)

const inputSchema = z.strictObject({
  operation: z.enum(OPERATIONS).default('list'),
  template_id: labelSchema.max(200).nullish(),
  /** Left out: the newest. */
  version: z.int().min(1).nullish(),
  template_data: dataSchema.nullish(),
  /** Of a list. */
  channel: namedChannelSchema,
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
  /** Of a change: whether it is in the library now. */
  stored: z.boolean().optional(),
  proposal: proposalSchema.optional(),
  warnings: z.array(z.string()),
  /** Keys of the data that are none of a template. */
  ignored: z.array(z.string()),
  assumptions: z.array(z.string()),
})
type Output = z.input<typeof outputSchema>
type Answer = Omit<Output, 'operation' | 'status' | 'warnings' | 'ignored' | 'assumptions'>

const told = (template: Template) => ({ ...template, variables: variablesOf(template.template) })

function list({ templates, retired }: TemplateLibrary, { channel, category }: Input): Answer {
  const newest = templates.filter(
    ({ template_id: id }, at) =>
      !retired.has(id) && templates.findIndex((other) => other.template_id === id) === at,
  )
  const found = newest.filter(
    (one) =>
      (!isGiven(channel) || one.channel === channel) &&
      (!isGiven(category) || foldText(one.category) === foldText(category ?? '')),
  )
  return { templates: found, count: found.length, message: `Retrieved ${counted(found.length, 'template')}` }
}

/** A version that is named is there for good; the newest one, as long as the template is offered. */
function read(library: TemplateLibrary, { template_id: id, version }: Input): Answer {
  const versions = isGiven(version) ? versionsOf(library, id ?? '') : offeredVersions(library, id ?? '')
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

const DONE = { created: 'created', updated: 'updated' } as const

function stored({ action, template, versions }: ChangeDecision): Answer {
  const { template_id, version } = template
  const shared = { template_id, stored: true }
  if (action === 'retired')
    return {
      ...shared,
      versions: [...versions],
      message: `Template deleted: ${template_id}. It is offered no more; ${counted(versions.length, 'version')} can still be read`,
    }
  return {
    ...shared,
    template: told(template),
    text: template.template,
    versions: [version, ...versions],
    message: `Template ${DONE[action]}: ${template_id}, version ${version}`,
  }
}

/** Where nothing can be stored, the file that would keep it. */
function proposed({ action, template, versions }: ChangeDecision): Answer {
  const { template_id } = template
  if (action === 'retired')
    return {
      template_id,
      versions: [...versions],
      stored: false,
      proposal: { action: 'remove', files: [], text: null },
      message: `Proposed to delete ${template_id}, all ${counted(versions.length, 'version')}: it is there until its files are removed`,
    }
  const file = templateFile(template)
  return {
    template_id,
    template: told(template),
    text: template.template,
    ...(action === 'updated' ? { versions: [...versions] } : {}),
    stored: false,
    proposal: { action: 'add', files: [file.source], text: file.text },
    message: `Proposed to ${action === 'created' ? 'create' : 'update'} ${template_id}: nothing is stored before its file is in the folder of templates`,
  }
}

/** Decides again where somebody else was first. */
async function change(asked: TemplateChange, { at, texts, templates }: ToolContext): Promise<Answer> {
  for (;;) {
    const entries = (await templates?.read()) ?? []
    const decided = decideChange(asked, { texts, entries, at })
    if (templates === null) return proposed(decided)
    const { action, template: item, isStored } = decided
    if (isStored || (await templates.store({ action, item }, entries.length))) return stored(decided)
  }
}

async function answerOf(input: Input, context: ToolContext): Promise<Answer> {
  const { operation } = input
  if (operation !== 'list' && operation !== 'read') return change({ ...input, operation }, context)
  const library = libraryOf(context.texts, (await context.templates?.read()) ?? [])
  return operation === 'list' ? list(library, input) : read(library, input)
}

const warningsOf = (text: string | undefined): string[] =>
  foreignPlaceholders(text ?? '').map(
    ({ text: placeholder, syntax }) =>
      `${placeholder} (as in ${syntax}) is not filled in here: write it as {{name}}.`,
  )

export const tool = defineTool({
  name: 'manage_template_library',
  input: inputSchema.check(
    valueRule((input, context) => {
      for (const [path, message] of lacking(input))
        context.addIssue({ code: 'custom', path: path.split('.'), message })
    }),
  ),
  output: outputSchema,
  run: async (input, context) => {
    const answer = await answerOf(input, context)
    return {
      operation: input.operation,
      status: 'success' as const,
      ...answer,
      warnings: warningsOf(answer.text),
      ignored: Object.keys(input.template_data ?? {}).filter((key) => !Object.hasOwn(knownData, key)),
      assumptions: [...libraryOf(context.texts, []).assumptions],
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
