// A plan, or the lack of one, in plain words. Only words of the registry: a goal is personal data, and what is
// written here goes into the journal.
import {
  sourcesOf,
  type ProposedInput,
  type ProposedSource,
  type ProposedStep,
  type WorstCase,
} from '../events/plan.ts'
import type { Limits } from '../events/policy.ts'
import type { FilledLink, World } from './chain.ts'
import type { Lack } from './chain.ts'
import type { MissingInput, RankedTool } from './planner.ts'

const MOST_LISTED = 20
const MOST_EXPLANATION = 10_000
const MOST_REASON = 500

const cut = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most - 1)}…`

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`

const listed = (items: readonly string[], separator: string): string => {
  const more = items.length - MOST_LISTED
  return items.slice(0, MOST_LISTED).join(separator) + (more > 0 ? `${separator}and ${more} more` : '')
}

/** Why a tool is in the plan. */
export function reasonFor(link: FilledLink, ranked: RankedTool | undefined): string {
  if (link.addedFor !== null) return cut(`gives what ${link.addedFor} needs`, MOST_REASON)
  return cut(`matches: ${ranked?.matched.join(', ') ?? link.tool.name}`, MOST_REASON)
}

const WORDS = { goal: 'as the goal says', plan: 'as the plan says' } as const

const placeOf = (source: ProposedSource, giver: keyof typeof WORDS): string => {
  if ('value' in source) return WORDS[giver]
  return `from ${'step' in source ? `${source.step}.${source.output}` : `context.${source.context}`}`
}

const inputText = (name: string, input: ProposedInput, giver: keyof typeof WORDS): string =>
  `${name} ${sourcesOf<ProposedSource>(input)
    .map((source) => placeOf(source, giver))
    .join(' or ')}`

const REVIEWS = {
  none: '',
  call: ' A person approves the call before it is made.',
  output: ' A person approves what it makes before anyone gets it.',
} as const

/** Where it stands; what its condition says is the caller's. */
function conditionText({ when, guards = [] }: ProposedStep): string {
  const places = guards.map(({ block, case: name }) => `${block} takes case ${name}`)
  const conditions = [...places, ...(when === undefined ? [] : ['its condition holds'])]
  return conditions.length === 0 ? '' : ` Only where ${conditions.join(' and ')}.`
}

function stepText(step: ProposedStep, giver: keyof typeof WORDS): string {
  const sources = Object.entries(step.inputs).map(([name, input]) => inputText(name, input, giver))
  const takes = sources.length > 0 ? ` Takes ${sources.join(', ')}.` : ''
  return `${step.step_id} ${step.tool} (${step.domain}, ${step.side_effects}): ${step.reason}.${takes}${conditionText(step)}${REVIEWS[step.review]}`
}

function mostText({ calls, cost, approvals, llm_tokens, llm_usd }: WorstCase): string {
  const own = [counted(calls, 'call'), counted(cost, 'cost unit')]
  const people = counted(approvals, 'approval')
  if (llm_tokens === undefined) return `${own.join(', ')} and ${people}`
  return `${[...own, people].join(', ')}, and of language models ${counted(llm_tokens, 'token')} and ${counted(llm_usd ?? 0, 'dollar')}`
}

const LIMITED = [
  ['calls', 'calls', 1],
  ['cost', 'cost units', 1e6],
  ['llm_tokens', 'tokens', 1],
  ['llm_usd', 'dollars', 1e6],
] as const

/** What of it the limits of the run would not allow. */
function aboveText(worst: WorstCase, { run }: Limits): string {
  const above = LIMITED.flatMap(([unit, word, micro]) => {
    const limit = run[unit]
    const most = worst[unit] ?? 0
    return limit !== undefined && most * micro > limit ? [`${limit / micro} ${word}`] : []
  })
  return above.length === 0 ? '' : ` The run may use ${above.join(' and ')}: what goes beyond is not begun.`
}

export type Explained = {
  readonly profile: string
  /** Whose values are in the plan. */
  readonly giver: keyof typeof WORDS
  readonly steps: readonly ProposedStep[]
  readonly worst: WorstCase
  readonly limits: Limits
  readonly leftOut: readonly string[]
  readonly overBudget: readonly string[]
  readonly unserved: readonly string[]
}

/** One line for the whole, one for each step, one for the worst case and one for each thing that does not fit. */
export function explain({
  profile,
  giver,
  steps,
  worst,
  limits,
  leftOut,
  overBudget,
  unserved,
}: Explained): string {
  const most = `At most ${mostText(worst)}.${aboveText(worst, limits)}`
  const without =
    leftOut.length > 0 ? [`Left out, not usable with profile ${profile}: ${listed(leftOut, ', ')}.`] : []
  const undone = unserved.length > 0 ? [`Not done, nothing here does it: ${listed(unserved, ', ')}.`] : []
  const head = `${counted(steps.length, 'step')} for profile ${profile}.`
  return cut(
    [head, ...steps.map((step) => stepText(step, giver)), ...without, ...undone, most, ...overBudget].join(
      '\n',
    ),
    MOST_EXPLANATION,
  )
}

const allowedText = (usable: readonly string[]): string =>
  usable.length > 0 ? `It may use: ${listed(usable, ', ')}.` : 'It may use no tool at all.'

/** Why there is no tool for a goal. */
export function whyNoTool(profile: string, usable: readonly string[], leftOut: readonly string[]): string {
  const allowed = allowedText(usable)
  if (leftOut.length === 0) return `No tool of profile ${profile} matches the goal. ${allowed}`
  return `The goal asks for ${listed(leftOut, ', ')}, which profile ${profile} cannot use. ${allowed}`
}

/** Why nothing is done where nothing of what is asked for can be; `nearest`: the tool whose text is nearest. */
export function whyUnserved(
  unserved: readonly string[],
  usable: readonly string[],
  nearest: RankedTool | undefined,
): string {
  const near = nearest !== undefined && nearest.score > 0 ? ` ${nearest.tool} comes nearest.` : ''
  return `Nothing here does what the goal asks for: ${listed(unserved, ', ')}.${near} ${allowedText(usable)}`
}

/** An ask that is understood, and whose tool the profile may not use. */
export const notAllowed = (tool: string, profile: string): string =>
  `${tool}, which profile ${profile} cannot use`

export const WHY_FOREIGN = 'Goals are understood in English, unless a language model plans.'
export const WHY_CONDITION =
  'The goal makes something depend on a condition, which a plan made of a goal does not keep: ask for one step first, and for the next when its result is known, or give a plan or a playbook with a condition (`when`).'

export const whyContradiction = (tools: readonly string[]): string =>
  `The goal both asks for and forbids ${listed(tools, ', ')}.`
export const whyExcluded = (tools: readonly string[]): string =>
  `The goal only says what is not to be done: ${listed(tools, ', ')}. Say what is to be done.`

/** The context's list of what a run takes one of: `accounts` for `account`. */
function listFor(source: string, context: World['context']): string | undefined {
  const [, name = ''] = source.split('.')
  const plurals = [`${name}s`, name.replace(/y$/, 'ies'), `${name}_list`, `${name}es`]
  return plurals.find(
    (plural) => plural !== name && Object.hasOwn(context, plural) && Array.isArray(context[plural]),
  )
}

export function lackText({ tool, input, sources }: Lack, context: World['context']): string {
  const paths = sources.filter((source) => source.startsWith('context.'))
  for (const path of paths) {
    const list = listFor(path, context)
    if (list !== undefined)
      return `${tool} takes one ${input} a run, and context.${list} is a list: start one run for each of its items, with that item as ${path}`
  }
  if (paths.length > 0) return `${tool} needs ${input}: give ${paths.join(' or ')}`
  if (sources.length > 0) return `${tool} needs ${input}, which only ${sources.join(' or ')} could give`
  return `${tool} needs ${input}, which nothing that is allowed could give`
}

/** Which inputs are missing, and what would give them. */
export const whyMissing = (missing: readonly MissingInput[]): string =>
  `${listed(
    missing.map(({ why }) => why),
    '; ',
  )}.`
