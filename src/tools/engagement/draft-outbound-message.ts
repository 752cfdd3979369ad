// A draft from a template and what is known of the prospect. Never sends anything; what has no value stays visible.
import { z } from 'zod'
import { valueRule, type RuleContext } from '../../events/checks/value-rule.ts'
import { counted, percent } from '../../run/figures.ts'
import { sha256 } from '../../events/digest.ts'
import type { ProblemItem } from '../../events/problem.ts'
import { CallError } from '../../run/failure.ts'
import { channelSchema, givenChannelSchema } from '../channel.ts'
import { MAX_TEXT, labelSchema, recordWith, textSchema, whenValid } from '../field.ts'
import { isPlaceholder } from '../reading.ts'
import { filledLength, fillTemplate, namesOf, variablesIn, type Variable } from '../template.ts'
import { listed, wholeText } from '../summary.ts'
import { defineTool, type ToolContext } from '../tool.ts'
import {
  figuresOf,
  revisedDraft,
  warningOf,
  warningSchema,
  type DraftWarning,
  type VariableUse,
} from './draft-figures.ts'
import { isWritable, textsOf, valueOf, type Prospect } from './prospect-value.ts'
import { improvedWording, reasonInWords, TEMPLATE_REASONS, type Wording } from './improve.ts'
import { libraryText } from './templates/template-library.ts'
import { oneLine, partsOf, withoutLabel } from './subject.ts'

const template = textSchema
  .min(1)
  .refine(
    (text) => text.trim() === '' || !isPlaceholder(text),
    'must be a text to draft, and nothing that stands for none',
  )
  .nullish()
const templateId = labelSchema.max(200).nullish()
const prospectData = recordWith({}).default({})

type Given = {
  readonly template?: string | null | undefined
  readonly template_id?: string | null | undefined
  readonly prospect_data: Prospect
}

/** What is wrong with the values that a template writes. */
function valueProblems(template: string, prospect: Prospect): ProblemItem[] {
  const variables = variablesIn(template)
  const names = namesOf(variables)
  const unwritable = names.filter((name) => !isWritable(prospect, name))
  if (unwritable.length === 0 && filledLength(template, textsOf(names, prospect), variables) > MAX_TEXT)
    return [{ path: 'prospect_data', message: `would make a message of more than ${MAX_TEXT} characters` }]
  return unwritable.map((name) => ({
    path: `prospect_data.${name}`,
    message: 'must be a text, a number, true or false, because the template writes it',
  }))
}

function checkGiven(
  { template, template_id: id, prospect_data: prospect }: Given,
  context: RuleContext,
): void {
  const isText = typeof template === 'string'
  if (isText === (typeof id === 'string')) {
    const message = isText ? 'must be left out beside template' : 'is required, or template_id'
    context.addIssue({ code: 'custom', path: [isText ? 'template_id' : 'template'], message })
  }
  for (const { path, message } of isText ? valueProblems(template, prospect) : [])
    context.addIssue({ code: 'custom', path: path.split('.'), message })
}

/** The text of the library. Errors: CallError `user_invalid_input`. */
async function templateOf(
  { template_id: id, prospect_data: prospect }: Given,
  context: ToolContext,
): Promise<string> {
  const text = await libraryText(id ?? '', context)
  const problems =
    text === null
      ? [{ path: 'template_id', message: 'is the id of no template of the library' }]
      : valueProblems(text, prospect)
  if (text !== null && problems.length === 0) return text
  throw new CallError('user_invalid_input', 'The message cannot be drafted; see problems.', {
    problems,
    happened: 'no',
  })
}

/** The text with its values; no value brings a line into the subject, or a label into subject or body. */
function writtenOf(parts: Wording, values: ReadonlyMap<string, string>) {
  const subject = withoutLabel(oneLine(fillTemplate(parts.subject, values)))
  return { subject, message_draft: withoutLabel(fillTemplate(parts.body, values)) }
}

/** What became of each variable: one whose every place has a fallback is not missing. */
function useOf(variables: readonly Variable[], values: ReadonlyMap<string, string>) {
  const names = namesOf(variables)
  const without = names.filter((name) => !values.has(name))
  const isBare = (wanted: string): boolean =>
    variables.some(({ name, fallback }) => name === wanted && fallback === null)
  return {
    variables_used: names.filter((name) => values.has(name)),
    missing_variables: without.filter(isBare),
    fallbacks: without.filter((name) => !isBare(name)),
  }
}

/** One warning for each variable without a value. */
function dataWarnings(prospect: Prospect, use: VariableUse): DraftWarning[] {
  const fallbacks = new Set(use.fallbacks)
  return [...use.missing_variables, ...use.fallbacks].flatMap((name) => {
    const value = valueOf(prospect, name)
    if ('text' in value) return []
    const isAbsent = value.code === 'missing_value'
    return [warningOf(isAbsent && fallbacks.has(name) ? 'fallback_used' : value.code, name)]
  })
}

const inputSchema = z
  .strictObject({
    template,
    /** Of the library of templates, in place of a text. */
    template_id: templateId,
    prospect_data: prospectData,
    channel: givenChannelSchema,
    tone: labelSchema.default('professional'),
    /** A language model may write it better; every fact stays, and none is added. */
    improve: z.boolean().default(false),
  })
  .check(
    valueRule(checkGiven, {
      when: whenValid({ template, template_id: templateId, prospect_data: prospectData }),
    }),
  )

/** With the template's text, whoever gave it. */
type Input = Omit<z.output<typeof inputSchema>, 'template'> & { readonly template: string }

/** A template as its channel has it, and what its variables have for values. */
function readInput(input: Input) {
  const { template, channel, prospect_data: prospect } = input
  const variables = variablesIn(template)
  return {
    input,
    parts: partsOf(template, channel),
    variables,
    values: textsOf(namesOf(variables), prospect),
  }
}
type ReadInput = ReturnType<typeof readInput>

/** The draft of a wording, the template's or a better one with the same variables. Its fields are named one by one: fast. */
function draftOf(wording: Wording, { input, parts, variables, values }: ReadInput, at: number) {
  const { template, prospect_data: prospect, channel, tone } = input
  const use = useOf(variables, values)
  const { subject, message_draft } = writtenOf(wording, values)
  const figures = figuresOf({ subject, message_draft, channel }, use)
  return {
    subject,
    message_draft,
    channel,
    variables_used: use.variables_used,
    missing_variables: use.missing_variables,
    status: 'draft' as const,
    created_at: new Date(at).toISOString(),
    metadata: {
      template_hash: sha256(template).slice(0, 8),
      word_count: figures.word_count,
      personalization_score: figures.personalization_score,
      tone,
    },
    warnings: [
      ...dataWarnings(prospect, use),
      ...(parts.isSubjectInBody ? [warningOf('subject_in_body')] : []),
      ...figures.warnings,
    ],
  }
}

/** As the template has it, unless a model has better words that can be proved. */
async function improvedDraft(input: Input, { at, model }: ToolContext) {
  const { channel, tone } = input
  const read = readInput(input)
  const { parts, values } = read
  const improved = await improvedWording({ parts, values, channel, tone }, model)
  if ('parts' in improved) return { ...draftOf(improved.parts, read, at), written_by: 'model' as const }
  const { reason } = improved
  return { ...draftOf(parts, read, at), written_by: 'template' as const, written_by_reason: reason }
}

function templateDraft(input: Input, { at }: ToolContext) {
  const read = readInput(input)
  return draftOf(read.parts, read, at)
}

const writeDraft = (input: Input, context: ToolContext) =>
  input.improve ? improvedDraft(input, context) : templateDraft(input, context)

export const tool = defineTool({
  name: 'draft_outbound_message',
  input: inputSchema,
  output: z.strictObject({
    message_draft: z.string(),
    subject: z.string(),
    variables_used: z.array(z.string()),
    /** Without a value and without a fallback: they stand in the draft as they are written. */
    missing_variables: z.array(z.string()),
    channel: channelSchema,
    status: z.literal('draft'),
    /** RFC 3339, UTC. */
    created_at: z.iso.datetime(),
    metadata: z.strictObject({
      /** First 8 hex digits of the SHA-256 of the template's UTF-8. */
      template_hash: z.string().regex(/^[0-9a-f]{8}$/),
      word_count: z.int().min(0),
      /** Share of the distinct variables that have a value, 0 without variables. */
      personalization_score: z.number().min(0).max(1),
      tone: z.string(),
    }),
    warnings: z.array(warningSchema),
    /** Where `improve` was asked for: whose words they are. */
    written_by: z.enum(['template', 'model']).optional(),
    /** Why they are the template's all the same. */
    written_by_reason: z.enum(TEMPLATE_REASONS).optional(),
  }),
  run: (input, context) => {
    const write = (template: string) => writeDraft({ ...input, template }, context)
    // A text that is given needs no waiting.
    if (typeof input.template === 'string') return write(input.template)
    return templateOf(input, context).then(write)
  },
  revised: revisedDraft,
  summary: ({ subject, message_draft, channel, warnings, metadata, written_by, written_by_reason }) => [
    ...(subject === '' ? [] : [`draft subject: ${subject}`]),
    ...wholeText('draft message', message_draft),
    `draft for ${channel}: ${counted(metadata.word_count, 'word')}, ${percent(metadata.personalization_score)} of its variables have a value`,
    ...(written_by === 'model' ? ['draft written by the language model, every fact by the template'] : []),
    ...(written_by_reason ? [`draft written by the template: ${reasonInWords(written_by_reason)}`] : []),
    ...listed(
      'warning',
      warnings.map(({ message }) => message),
    ),
  ],
})
