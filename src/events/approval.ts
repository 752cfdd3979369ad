import { z } from 'zod'
import { digestSchema, idSchema, nameSchema } from './envelope.ts'
import { domainSchema, riskSchema, sideEffectsSchema } from './policy.ts'

const reference = { approval_id: idSchema, step_id: idSchema, domain: domainSchema, risk: riskSchema }

/** A step needs a person. */
export const approvalRequested = z.strictObject({
  type: z.literal('approval_requested'),
  data: z.strictObject({
    ...reference,
    revision: z.int().min(1),
    tool: nameSchema,
    side_effects: sideEffectsSchema,
    review: z.enum(['call', 'output']),
    consequences: z.array(z.string().max(300)),
    /** Of exactly what is approved: run, step, revision, tool, inputs, output, registry, and of a call its adapter. */
    digest: digestSchema,
    /** Of a call that a vendor serves: which adapter, and a digest of how it is set up. */
    adapter: nameSchema.optional(),
    configuration: digestSchema.optional(),
    /** Payload: what the person is shown (inputs of the call, or the output). */
    subject: digestSchema,
    expires_at: z.int().min(0),
    /** How many people must approve. */
    required: z.int().min(1),
  }),
})

export const DECISIONS = ['approved', 'denied', 'changes_requested'] as const

/** A person decided. */
export const approvalReceived = z.strictObject({
  type: z.literal('approval_received'),
  data: z.strictObject({
    ...reference,
    decision: z.enum(DECISIONS),
    by: idSchema,
    /** Payload: the reason's text. */
    reason: digestSchema.nullable(),
    /** Payload: the edited content, with `changes_requested`. */
    changes: digestSchema.nullable(),
    /** What the changes replace. */
    edits: z.enum(['inputs', 'output']).nullable(),
    wait_ms: z.int().min(0),
  }),
})

/** Nobody decided before expires_at, or the run ended first. */
export const approvalTimeout = z.strictObject({
  type: z.literal('approval_timeout'),
  data: z.strictObject({ ...reference, cause: z.enum(['expired', 'cancelled']), wait_ms: z.int().min(0) }),
})

/** The run that an approval belongs to is in its id: `apr_<run>_<n>`; null for any other text. */
export const runOfApproval = (approvalId: string): string | null => {
  const match = /^apr_([0-9a-z]+)_\d+$/.exec(approvalId)
  return match ? `run_${match[1]}` : null
}
