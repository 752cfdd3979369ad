// The examples that are shipped, as a person may begin with one of them.
import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { z } from 'zod'
import { writeValue } from './facts.ts'

const sampleSchema = z.looseObject({
  goal: z.string().default(''),
  playbook: z.string().default(''),
  profile: z.string().default('demo'),
  context: z.record(z.string(), z.unknown()),
})

export type Sample = {
  readonly title: string
  /** Empty: a playbook says it. */
  readonly goal: string
  readonly playbook: string
  readonly profile: string
  /** As YAML. */
  readonly context: string
}

const SHIPPED = {
  acme: ['An account, from its score to a draft', '#examples/acme.yaml'],
  prospecting: ['Prospecting', '#examples/prospecting.yaml'],
  deal_desk: ['A deal before its review', '#examples/deal-desk.yaml'],
  territory_review: ['Territories and a change of them', '#examples/territory-review.yaml'],
  win_loss_review: ['Why deals were won and lost', '#examples/win-loss-review.yaml'],
} as const

type SampleName = keyof typeof SHIPPED
export const SAMPLE_NAMES: readonly (readonly [name: string, title: string])[] = Object.entries(SHIPPED).map(
  ([name, [title]]) => [name, title],
)

const isSample = (name: string): name is SampleName => Object.hasOwn(SHIPPED, name)

/** null: none has this name. */
export function readSample(name: string): Sample | null {
  if (!isSample(name)) return null
  const [title, file] = SHIPPED[name]
  const text = readFileSync(new URL(import.meta.resolve(file)), 'utf8')
  const { goal, playbook, profile, context } = sampleSchema.parse(parse(text))
  return { title, goal, playbook, profile, context: writeValue(context) }
}
