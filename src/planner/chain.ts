// Where each input of the wanted tools comes from, by the registry's bindings. Promises that every source exists,
// that no tool waits for itself, and that it gives up only when no choice of sources could serve.
import { readPath } from '../registry/path.ts'
import type { Bind, ToolSpec } from '../registry/registry.ts'
import type { MissingInput } from './planner.ts'

export type World = {
  /** Allowed and enabled, by name. */
  readonly usable: ReadonlyMap<string, ToolSpec>
  readonly context: Readonly<Record<string, unknown>>
}

/** What the goal itself says. */
export type Literal = { readonly value: string }

/** A link with what the goal itself says. */
export type FilledLink = Omit<Link, 'sources'> & {
  readonly sources: Readonly<Record<string, Bind | Literal>>
}

/** By tool and input. */
export type Literals = ReadonlyMap<string, Readonly<Record<string, Literal>>>

export type Link = {
  readonly tool: ToolSpec
  /** By input, in the order of their names. */
  readonly sources: Readonly<Record<string, Bind>>
  /** The tool it was added for; null: the goal wants it. */
  readonly addedFor: string | null
}

/** An input that nothing can give. */
export type Lack = Omit<MissingInput, 'why'>

export type Chain =
  | { readonly ok: true; readonly links: readonly Link[] }
  | { readonly ok: false; readonly missing: readonly Lack[] }

type Levels = ReadonlyMap<string, number>
type LinkDraft = {
  readonly tool: ToolSpec
  readonly addedFor: string | null
  readonly sources: Map<string, Bind>
}
type Attempt = {
  readonly world: World
  readonly drafts: Map<string, LinkDraft>
  /** How many rounds of producers a tool needs; absent: it cannot be satisfied. */
  readonly levels: () => Levels
  /** Only sources of a lower level: always succeeds where success is possible. */
  readonly strict: boolean
}

/** Names that no path reads: they belong to every object. */
export const NEVER_READ: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

/** Whether the caller gave something at this path; what objects inherit does not count. */
export const isGiven = (context: World['context'], path: string): boolean =>
  // Most paths lead nowhere, and every plan asks for each that a tool could take.
  (readPath(context, path) ?? null) !== null && !path.split('.').some((name) => NEVER_READ.has(name))

const inputsOf = (tool: ToolSpec, required: boolean): string[] =>
  Object.keys(tool.inputs)
    .filter((name) => tool.inputs[name]?.required === required)
    .sort()

/** An input without binds is taken from the context under its own name. */
const bindsOf = (tool: ToolSpec, input: string): readonly Bind[] => {
  const binds = Object.hasOwn(tool.binds, input) ? tool.binds[input] : undefined
  return binds === undefined || binds.length === 0 ? [{ context: input }] : binds
}

/** Paths of the context that these tools may take inputs from. */
export const contextPaths = (usable: World['usable']): string[] => [
  ...new Set(
    [...usable.values()].flatMap((tool) =>
      Object.keys(tool.inputs).flatMap((input) =>
        bindsOf(tool, input).flatMap((bind) => ('context' in bind ? [bind.context] : [])),
      ),
    ),
  ),
]

const sourceName = (bind: Bind): string =>
  'context' in bind ? `context.${bind.context}` : `${bind.tool}.${bind.output}`

/** The tool that has to run for this source; null: none. */
export const producerOf = (bind: Bind | Literal): string | null => ('tool' in bind ? bind.tool : null)

const canGive = (bind: Bind, { context }: World, levels: Levels): boolean =>
  'context' in bind ? isGiven(context, bind.context) : levels.has(bind.tool)

/** The wanted tools and every tool that could feed them, however far away. */
function concerned(wanted: readonly string[], { usable }: World): ToolSpec[] {
  const names = new Set(wanted)
  for (const name of names) {
    for (const bind of Object.values(usable.get(name)?.binds ?? {}).flat()) {
      if ('tool' in bind) names.add(bind.tool)
    }
  }
  return [...names].flatMap((name) => usable.get(name) ?? [])
}

function levelsOf(wanted: readonly string[], world: World): Levels {
  const levels = new Map<string, number>()
  const has = (bind: Bind) => canGive(bind, world, levels)
  let open = concerned(wanted, world)
  for (let level = 0; ; level += 1) {
    const ready = new Set(
      open.filter((tool) => inputsOf(tool, true).every((input) => bindsOf(tool, input).some(has))),
    )
    if (ready.size === 0) return levels
    for (const { name } of ready) levels.set(name, level)
    open = open.filter((tool) => !ready.has(tool))
  }
}

/** Whether `tool` waits, directly or not, for `other`. */
function waitsFor(drafts: Attempt['drafts'], tool: string, other: string): boolean {
  const seen = new Set([tool])
  for (const name of seen) {
    if (name === other) return true
    for (const bind of drafts.get(name)?.sources.values() ?? []) if ('tool' in bind) seen.add(bind.tool)
  }
  return false
}

function mayFeed({ drafts, levels, strict }: Attempt, producer: string, consumer: string): boolean {
  if (!strict) return !waitsFor(drafts, producer, consumer)
  return (levels().get(producer) ?? Infinity) < (levels().get(consumer) ?? -1)
}

/** First what is there already, then what a further tool could give. */
function sourceOf(attempt: Attempt, tool: ToolSpec, input: string): Bind | undefined {
  const binds = bindsOf(tool, input)
  const isThere = (bind: Bind) =>
    'context' in bind
      ? isGiven(attempt.world.context, bind.context)
      : attempt.drafts.has(bind.tool) && mayFeed(attempt, bind.tool, tool.name)
  const there = binds.find(isThere)
  if (there || tool.inputs[input]?.required !== true) return there
  return binds.find(
    (bind) => 'tool' in bind && attempt.levels().has(bind.tool) && mayFeed(attempt, bind.tool, tool.name),
  )
}

function addTool(attempt: Attempt, name: string, addedFor: string | null): void {
  const tool = attempt.world.usable.get(name)
  if (tool && !attempt.drafts.has(name)) attempt.drafts.set(name, { tool, addedFor, sources: new Map() })
}

/** The links, or null when this way of choosing got stuck. */
function attemptChain(attempt: Attempt, wanted: readonly string[]): Link[] | null {
  for (const name of wanted) addTool(attempt, name, null)
  // Tools that are added on the way join the map, and so this very loop.
  for (const { tool, sources } of attempt.drafts.values()) {
    for (const input of inputsOf(tool, true)) {
      const source = sourceOf(attempt, tool, input)
      if (!source) return null
      sources.set(input, source)
      if ('tool' in source) addTool(attempt, source.tool, tool.name)
    }
  }
  for (const { tool, sources } of attempt.drafts.values()) {
    for (const input of inputsOf(tool, false)) {
      const source = sourceOf(attempt, tool, input)
      if (source) sources.set(input, source)
    }
  }
  return [...attempt.drafts.values()].map(({ tool, addedFor, sources }) => ({
    tool,
    addedFor,
    sources: Object.fromEntries([...sources].sort(([a], [b]) => (a < b ? -1 : 1))),
  }))
}

/** What the tools lack; where only another tool could give it, what that one lacks too. */
function missingOf(world: World, levels: Levels, wanted: readonly string[]): Lack[] {
  const missing: Lack[] = []
  const lacking = new Set(wanted.filter((name) => !levels.has(name)))
  for (const name of lacking) {
    const tool = world.usable.get(name)
    for (const input of tool ? inputsOf(tool, true) : []) {
      const binds = tool ? bindsOf(tool, input) : []
      if (binds.some((bind) => canGive(bind, world, levels))) continue
      const possible = binds.filter((bind) => 'context' in bind || world.usable.has(bind.tool))
      missing.push({ tool: name, input, sources: possible.map(sourceName) })
      if (possible.some((bind) => 'context' in bind)) continue
      possible.map(producerOf).forEach((producer) => producer !== null && lacking.add(producer))
    }
  }
  return missing
}

/** `wanted`: names of usable tools. */
export function chain(wanted: readonly string[], world: World): Chain {
  let known: Levels | undefined
  const levels = () => (known ??= levelsOf(wanted, world))
  const links = attemptChain({ world, drafts: new Map(), levels, strict: false }, wanted)
  if (links) return { ok: true, links }
  if (wanted.every((name) => levels().has(name))) {
    const strict = attemptChain({ world, drafts: new Map(), levels, strict: true }, wanted)
    if (strict) return { ok: true, links: strict }
  }
  return { ok: false, missing: missingOf(world, levels(), wanted) }
}

/** The links with what the goal says in place of, or beside, what they would take. */
export const withLiterals = (links: readonly Link[], literals: Literals): readonly FilledLink[] =>
  links.map((link) => {
    const given = Object.entries(literals.get(link.tool.name) ?? {}).filter(
      ([input, { value }]) => input in link.sources || link.tool.inputs[input]?.default !== value,
    )
    if (given.length === 0) return link
    const sources = Object.entries({ ...link.sources, ...Object.fromEntries(given) })
    return { ...link, sources: Object.fromEntries(sources.sort(([a], [b]) => (a < b ? -1 : 1))) }
  })
