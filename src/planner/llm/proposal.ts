// What a model may answer when it is asked for a plan: the shape that is sent with the question, and the reading of what
// comes back. A server may promise the shape and not keep it, so everything is checked again here.
import { z } from 'zod'
import { objectIn } from '../../run/said-object.ts'
import { MOST_STEPS } from '../steps.ts'

const MOST_TEXT = 20_000

const inputShape = z.strictObject({
  name: z.string().min(1).max(100),
  source: z.string().max(200).nullable().default(null),
  value: z.string().max(MOST_TEXT).nullable().default(null),
})

const stepShape = z.strictObject({
  id: z.string().min(1).max(64),
  tool: z.string().min(1).max(64),
  reason: z.string().max(MOST_TEXT).default(''),
  when: z.string().max(2000).nullable().default(null),
  for_each: z.string().max(200).nullable().default(null),
  inputs: z.array(inputShape).max(100).default([]),
})

export const proposalShape = z.strictObject({
  explanation: z.string().max(MOST_TEXT).default(''),
  unserved: z.array(z.string().max(1000)).max(100).default([]),
  steps: z.array(stepShape).max(MOST_STEPS),
})
export type Proposal = z.output<typeof proposalShape>
export type ProposedStep = Proposal['steps'][number]
export type ProposedInput = ProposedStep['inputs'][number]

const text = { type: 'string' }
const textOrNull = { type: ['string', 'null'] }
const strict = (properties: Readonly<Record<string, unknown>>) => ({
  type: 'object',
  additionalProperties: false,
  required: Object.keys(properties),
  properties,
})

/** Of the same shape in the words that strict servers take: every key required, nothing else allowed. */
export const PROPOSAL_SCHEMA = {
  name: 'plan',
  schema: strict({
    explanation: text,
    unserved: { type: 'array', items: text },
    steps: {
      type: 'array',
      items: strict({
        id: text,
        tool: text,
        reason: text,
        when: textOrNull,
        for_each: textOrNull,
        inputs: { type: 'array', items: strict({ name: text, source: textOrNull, value: textOrNull }) },
      }),
    },
  }),
}

export type ReadProposal =
  | { readonly proposal: Proposal }
  | { /** For the model: paths and our words. */ readonly problems: string[] }

const MOST_PROBLEMS = 20

export function readProposal(said: string): ReadProposal {
  const value = objectIn(said)
  if (value === undefined) return { problems: ['The answer is not one whole JSON object.'] }
  const checked = proposalShape.safeParse(value)
  if (checked.success) return { proposal: checked.data }
  const problems = checked.error.issues
    .slice(0, MOST_PROBLEMS)
    .map(({ path, message }) => `${path.join('.') || 'the answer'}: ${message}`)
  return { problems }
}
