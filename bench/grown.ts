// Registries of any size, grown from the shipped one: every tool has a name, a description and fields of its own.
// Used by benchmarks; promises the same registry for the same size and shape.
import { parse } from 'yaml'
import { parseRegistry } from '../src/registry/parse.ts'
import type { Registry } from '../src/registry/registry.ts'
import { registryText } from './load.ts'

/** Where the grown tools get their values: `given` mostly from the caller, `chained` from one another. */
export type Shape = 'given' | 'chained'

export type Asked = { readonly verb: string; readonly noun: string }

export type Grown = {
  readonly registry: Registry
  /** What people can ask of the grown tools. */
  readonly asks: readonly Asked[]
  /** Everything that a tool takes from the caller. */
  readonly context: Readonly<Record<string, unknown>>
}

const VERBS = (
  'forecast enrich merge audit summarise translate schedule reconcile benchmark classify route renew escalate ' +
  'segment detect estimate archive compare validate publish invoice discount survey notify allocate extract ' +
  'monitor redact index predict negotiate deduplicate'
).split(' ')
const NOUNS = (
  'pipeline contract invoice referral webinar quota renewal churn sentiment competitor pricing catalogue warranty ' +
  'partner campaign attribution commission playbook persona event transcript calendar shipment tender rebate ' +
  'subscription usage incident onboarding roadmap hierarchy contact duplicate currency region margin discountbook ' +
  'objection testimonial certification'
).split(' ')
const DOMAINS = ['intelligence', 'engagement', 'qualification', 'territory']
const FIELDS = ['record', 'history', 'period', 'owner', 'threshold', 'currency', 'baseline']
const RESULTS = ['report', 'rating', 'changes', 'evidence']
const GROUP = 10
/** Coprime to the number of pairs: neighbours differ in both words. */
const STRIDE = 7

const askedOf = (index: number): Asked => {
  const pair = (index * STRIDE) % (VERBS.length * NOUNS.length)
  return {
    verb: VERBS[pair % VERBS.length] ?? '',
    noun: NOUNS[Math.floor(pair / VERBS.length)] ?? '',
  }
}

const nameOf = ({ verb, noun }: Asked): string => `${verb}_${noun}`
const inputsOf = (index: number): string[] =>
  FIELDS.slice(0, 3 + (index % 3)).map((field) => `${field}_${index}`)
const resultsOf = (index: number): string[] =>
  RESULTS.slice(0, 1 + (index % 3)).map((result) => `${result}_${index}`)

const isRequired = (place: number): boolean => place < 2

/** A result of another tool. */
const resultOf = (index: number, place: number): string => {
  const results = resultsOf(index)
  return `${nameOf(askedOf(index))}.${results[place % results.length]}`
}

/** In a group of ten each tool takes what the two before it make; the first takes it from the caller. */
function chainedBinds(index: number, place: number, own: string): string[] {
  const before = index % GROUP
  if (before === 0) return [own]
  if (!isRequired(place)) return [resultOf(index - 1, place), own]
  return [resultOf(index - (place === 1 && before > 1 ? 2 : 1), place)]
}

/** One input in three comes from another tool only; others have three sources, the caller's the last of them. */
function givenBinds(index: number, place: number, own: string): string[] {
  const others = [1, 3].map((back) => index - back * (place + 1)).filter((other) => other >= 0)
  if (place === 0 && index % 3 === 0 && others[0] !== undefined) return [resultOf(others[0], place)]
  return [...others.map((other) => resultOf(other, place)), own]
}

function toolOf(index: number, shape: Shape): object {
  const { verb, noun } = askedOf(index)
  const inputs = inputsOf(index)
  const bindsOf = shape === 'chained' ? chainedBinds : givenBinds
  const binds = inputs.map((input, place) => [
    input,
    bindsOf(index, place, `context.${noun}.${FIELDS[place]}`),
  ])
  const field = (required: boolean) => (required ? { type: 'any', required } : { type: 'any' })
  return {
    domain: DOMAINS[index % DOMAINS.length],
    description: `Can ${verb} the ${noun} of a customer and says what changed since the last ${FIELDS[index % FIELDS.length]}.`,
    purpose: `For teams that ${verb} ${noun} data each week, by ${FIELDS[index % 5]} and ${FIELDS[(index % 3) + 4]}.`,
    inputs: Object.fromEntries(inputs.map((input, place) => [input, field(isRequired(place))])),
    outputs: Object.fromEntries(resultsOf(index).map((result) => [result, field(true)])),
    binds: Object.fromEntries(binds),
    cost: 0.1 * (1 + (index % 9)),
    timeout_ms: 5000,
    idempotent: true,
  }
}

type Source = {
  readonly tools: Record<string, object>
  readonly profiles: Record<string, { allowed_tools: string[] }>
}

/** The shipped registry with so many tools in all; profile `technical` may use every one. */
export async function grownRegistry(tools: number, shape: Shape): Promise<Grown> {
  const source = parse(await registryText()) as Source
  const count = Math.max(0, tools - Object.keys(source.tools).length)
  const indexes = Array.from({ length: count }, (_, index) => index)
  const asks = indexes.map(askedOf)
  for (const index of indexes) source.tools[nameOf(askedOf(index))] = toolOf(index, shape)
  source.profiles['technical']?.allowed_tools.push(...asks.map(nameOf))
  // Every JSON text is YAML, and this one is short enough for the parser with a thousand tools.
  const parsed = parseRegistry(JSON.stringify(source))
  if (!parsed.ok) throw new Error(`the grown registry is refused: ${JSON.stringify(parsed.problems[0])}`)
  const facts = Object.fromEntries(FIELDS.map((field) => [field, `some ${field}`]))
  const context = Object.fromEntries(NOUNS.map((noun) => [noun, facts]))
  return { registry: parsed.registry, asks, context }
}
