// A draft from a template and what is known of the prospect. Never sends anything; what has no value stays visible.
import { z } from 'zod'
import { sha256 } from '../../events/digest.ts'
import { channelSchema, type Channel } from '../channel.ts'
import { MAX_TEXT, labelSchema, recordWith, textSchema, whenValid } from '../field.ts'
import { filledLength, fillTemplate, variablesOf } from '../template.ts'
import { words } from '../text.ts'
import { defineTool } from '../tool.ts'

type Prospect = Readonly<Record<string, unknown>>

const WRITABLE = new Set(['string', 'number', 'boolean'])

/** Null where there is nothing to write, inherited names of objects included. */
const valueOf = (prospect: Prospect, name: string): unknown =>
  Object.hasOwn(prospect, name) ? (prospect[name] ?? null) : null

const isWritable = (value: unknown): boolean => value === null || WRITABLE.has(typeof value)

/** Texts of the variables that have a value. */
const valuesOf = (names: readonly string[], prospect: Prospect): Map<string, string> =>
  new Map(
    names
      .map((name) => [name, valueOf(prospect, name)] as const)
      .filter(([, value]) => value !== null)
      .map(([name, value]) => [name, String(value)]),
  )

const template = textSchema.min(1)
const prospectData = recordWith({}).default({})

function checkValues(
  { template, prospect_data: prospect }: { template: string; prospect_data: Prospect },
  context: z.RefinementCtx,
): void {
  const names = variablesOf(template)
  const unwritable = names.filter((name) => !isWritable(valueOf(prospect, name)))
  for (const name of unwritable)
    context.addIssue({
      code: 'custom',
      path: ['prospect_data', name],
      message: 'must be a text, a number, true or false, because the template writes it',
    })
  if (unwritable.length === 0 && filledLength(template, valuesOf(names, prospect)) > MAX_TEXT)
    context.addIssue({
      code: 'custom',
      path: ['prospect_data'],
      message: `would make a message of more than ${MAX_TEXT} characters`,
    })
}

type Parts = { readonly subject: string; readonly body: string }

/** A first line is a subject only where something follows it. */
function partsOf(text: string, channel: Channel): Parts {
  if (channel !== 'email' && channel !== 'linkedin') return { subject: '', body: text }
  const whole = text.trim()
  const end = whole.indexOf('\n')
  if (end === -1) return { subject: '', body: whole }
  const subject = whole.slice(0, end).trim()
  return { subject: subject.replace(/^subject\s*:\s*/i, ''), body: whole.slice(end).trim() }
}

const EMPTY_SUBJECT = {
  code: 'empty_subject' as const,
  message: 'The e-mail has no subject: its template has one line only, or an empty subject line.',
}

export const tool = defineTool({
  name: 'draft_outbound_message',
  input: z
    .strictObject({
      template,
      prospect_data: prospectData,
      channel: channelSchema.default('email'),
      tone: labelSchema.default('professional'),
    })
    .superRefine(checkValues, { when: whenValid({ template, prospect_data: prospectData }) }),
  output: z.strictObject({
    message_draft: z.string(),
    subject: z.string(),
    variables_used: z.array(z.string()),
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
    warnings: z.array(z.strictObject({ code: z.literal('empty_subject'), message: z.string() })),
  }),
  run: ({ template, prospect_data: prospect, channel, tone }, { at }) => {
    const names = variablesOf(template)
    const values = valuesOf(names, prospect)
    const { subject, body } = partsOf(fillTemplate(template, values), channel)
    return {
      message_draft: body,
      subject,
      variables_used: names.filter((name) => values.has(name)),
      missing_variables: names.filter((name) => !values.has(name)),
      channel,
      status: 'draft' as const,
      created_at: new Date(at).toISOString(),
      metadata: {
        template_hash: sha256(template).slice(0, 8),
        word_count: words(body).length,
        personalization_score: names.length === 0 ? 0 : values.size / names.length,
        tone,
      },
      warnings: channel === 'email' && subject === '' ? [EMPTY_SUBJECT] : [],
    }
  },
})
