// Writes a note about an account into the CRM: an effect, which a person approves each time. The key of the call stands in
// the vendor's record, so that a call whose answer was lost is found there again.
import { z } from 'zod'
import type { CrmActivity, CrmAdapter } from '../../adapters/crm.ts'
import { receiptSchema, type Receipt } from '../../events/step.ts'
import { CallError } from '../../run/failure.ts'
import { givenIdSchema, labelSchema } from '../field.ts'
import { isPlaceholder } from '../reading.ts'
import { defineTool, isCrm, type ToolContext } from '../tool.ts'

const MOST_SUBJECT = 250
const KINDS = ['note', 'call', 'email', 'meeting'] as const satisfies readonly CrmActivity['kind'][]

const inputSchema = z.strictObject({
  account_id: givenIdSchema,
  opportunity_id: givenIdSchema.nullish(),
  kind: z.enum(KINDS).default('note'),
  /** What happened, as it is to stand there. */
  note: z
    .string()
    .trim()
    .min(1)
    .max(30_000)
    .refine((note) => note === '' || !isPlaceholder(note), 'must say what happened'),
  /** Left out: the first line of the note. */
  subject: labelSchema.trim().max(MOST_SUBJECT).nullish(),
  /** When it happened; left out: now. */
  occurred_at: z.iso.datetime({ offset: true }).nullish(),
})
type Input = z.output<typeof inputSchema>

const outputSchema = z.strictObject({
  account_id: z.union([z.string(), z.int()]),
  kind: z.enum(KINDS),
  subject: z.string(),
  /** The adapter that wrote it. */
  source: z.string(),
  receipt: receiptSchema,
})

/** Errors: CallError `system_unavailable`, with nothing written, where there is no CRM. */
function crmOf({ adapter }: ToolContext): CrmAdapter {
  if (isCrm(adapter)) return adapter
  throw new CallError('system_unavailable', 'No CRM serves this call: nothing was written.', {
    happened: 'no',
  })
}

const subjectOf = ({ subject, note }: Input): string => {
  const [line = note] = note.split(/\r?\n/)
  return subject ?? (line.length > 80 ? `${line.slice(0, 79)}…` : line)
}

const written = (input: Input, source: string, receipt: Receipt) => ({
  account_id: input.account_id,
  kind: input.kind,
  subject: subjectOf(input),
  source,
  receipt,
})

const GUARANTEES = {
  exactly_once: 'the vendor refuses a second one with this key',
  at_least_once: 'the vendor refuses no second one: two calls at the same time may both have made one',
} as const

export const tool = defineTool({
  name: 'log_crm_activity',
  input: inputSchema,
  output: outputSchema,
  run: async (input, context) => {
    const crm = crmOf(context)
    const { account_id, opportunity_id, kind, note, occurred_at } = input
    const activity = {
      account_id: String(account_id),
      opportunity_id: opportunity_id == null ? null : String(opportunity_id),
      kind,
      subject: subjectOf(input),
      body: note,
      occurred_at: occurred_at ?? new Date(context.at).toISOString(),
    }
    return written(input, crm.name, await crm.logActivity(activity, context))
  },
  lookUp: async (input, context) => {
    const crm = crmOf(context)
    const lookup = { key: context.idempotencyKey, account_id: String(input.account_id) }
    const receipt = await crm.findActivityByKey(lookup, context)
    return receipt && written(input, crm.name, receipt)
  },
  summary: ({ account_id, kind, subject, source, receipt }) => [
    `${kind} for ${account_id} in ${source}: ${subject}`,
    `receipt: ${receipt.vendor} ${receipt.id} (${receipt.created_or_found}), key ${receipt.key}${receipt.url === null ? '' : `, ${receipt.url}`}`,
    `${receipt.guarantee}: ${GUARANTEES[receipt.guarantee]}`,
    ...(receipt.vendor === 'mock' ? ['mock is no CRM: nothing was written outside this program'] : []),
  ],
})
