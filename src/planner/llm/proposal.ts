// What a model may answer when it is asked for a plan: the shape that is sent with the question, and the reading of what
// comes back. A server may promise the shape and not keep it, so everything is checked again here.
import { z } from 'zod'
import { objectIn } from '../../run/said-object.ts'
import { nodesShape } from './node.ts'

const MOST_TEXT = 20_000

export const proposalShape = z.strictObject({
  explanation: z.string().max(MOST_TEXT).default(''),
  unserved: z.array(z.string().max(1000)).max(100).default([]),
  steps: nodesShape,
})
export type Proposal = z.output<typeof proposalShape>

const text = { type: 'string' }
const count = { type: 'integer' }
const textOrNull = { type: ['string', 'null'] }
const strict = (properties: Readonly<Record<string, unknown>>) => ({
  type: 'object',
  additionalProperties: false,
  required: Object.keys(properties),
  properties,
})
const listOf = (items: unknown) => ({ type: 'array', items })

/** In the words of strict servers: every key required, nothing else allowed, one definition of what stands in another. */
export const PROPOSAL_SCHEMA = {
  name: 'plan',
  schema: {
    ...strict({
      explanation: text,
      unserved: listOf(text),
      steps: listOf({ $ref: '#/$defs/node' }),
    }),
    $defs: {
      node: {
        anyOf: ['step', 'branch', 'parallel', 'each'].map((kind) => ({ $ref: `#/$defs/${kind}` })),
      },
      step: strict({
        id: text,
        tool: text,
        reason: text,
        when: textOrNull,
        for_each: textOrNull,
        inputs: listOf(strict({ name: text, source: textOrNull, value: textOrNull })),
      }),
      branch: strict({
        branch: text,
        cases: listOf(strict({ when: textOrNull, steps: listOf({ $ref: '#/$defs/node' }) })),
      }),
      parallel: strict({ parallel: text, at_most: count, steps: listOf({ $ref: '#/$defs/node' }) }),
      each: strict({
        for_each: text,
        id: text,
        at_most: count,
        steps: listOf({ $ref: '#/$defs/node' }),
      }),
    },
  },
}

export type ReadProposal =
  | { readonly proposal: Proposal }
  | { /** For the model: paths and our words. */ readonly problems: string[] }

const MOST_PROBLEMS = 20

export function readProposal(said: string): ReadProposal {
  const value = objectIn(said, 'steps')
  if (value === undefined) return { problems: ['The answer is not one whole JSON object.'] }
  const checked = proposalShape.safeParse(value)
  if (checked.success) return { proposal: checked.data }
  const problems = checked.error.issues
    .slice(0, MOST_PROBLEMS)
    .map(({ path, message }) => `${path.join('.') || 'the answer'}: ${message}`)
  return { problems }
}
