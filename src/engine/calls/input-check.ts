// Whether a tool can be called with an input, and what is wrong with it for the people who gave it: before a run is
// accepted for every value that its plan takes from the context, and again right before each call.
import { inTool } from '../../containment.ts'
import { memoize } from '../../cache.ts'
import { AppError } from '../../errors.ts'
import { plainCheck } from '../../events/checks/plain-check.ts'
import { plainReader } from '../../events/checks/plain-reader.ts'
import { copiedPayload, type KeptValue } from '../../events/digest.ts'
import { isRecord } from '../../events/json.ts'
import { DEEPEST, NOT_PLAIN, plainCopy } from '../../events/plain-copy.ts'
import { sourcesOf, type ProposedInput, type ProposedSource, type ProposedStep } from '../../events/plan.ts'
import type { ProblemItem } from '../../events/problem.ts'
import type { MissingInput } from '../../planner/planner.ts'
import { checkFields } from '../../registry/fields.ts'
import { brokenGuardrails } from '../../registry/guardrail.ts'
import { readPath } from '../../registry/path.ts'
import type { Registry, ToolSpec } from '../../registry/registry.ts'
import { failure, type Failure } from '../../run/failure.ts'
import type { Tool } from '../../tools/tool.ts'
import { unfitProblems, withKind } from '../../tools/unfit.ts'

export type InputCheck =
  | { readonly ok: true; readonly input: unknown }
  | {
      readonly ok: false
      readonly failure: Failure
      /** Below the input, for whoever may see it: a path into a person's data may itself be personal. */
      readonly problems: readonly ProblemItem[]
      /** What the schema threw, which could not say it. */
      readonly thrown?: unknown
    }

/** Rules that the schema's writer made are code of the tool's. Nearly every input is right, and is read in one walk. */
const known = memoize((schema: Tool['input']) => ({
  byOwnCode: plainCheck(schema) === null,
  read: plainReader(schema, 'ours'),
}))

type Parsed = ReturnType<Tool['input']['safeParse']>

/** A tool's mistake, a schema that throws, must end a call and not the process. */
function guarded(schema: Tool['input'], tool: string, parse: () => Parsed): Parsed | { thrown: unknown } {
  try {
    return known(schema).byOwnCode ? inTool(tool, parse) : parse()
  } catch (thrown) {
    return { thrown }
  }
}

/** What the schema says of a value that may be anything. */
export const parseWith = (schema: Tool['input'], value: unknown, tool: string) =>
  guarded(schema, tool, () => schema.safeParse(value))

/** What the schema says of a value that JSON has. */
const readWith = (schema: Tool['input'], value: unknown, tool: string) =>
  guarded(schema, tool, () => {
    const data = known(schema).read(value)
    return data === NOT_PLAIN ? schema.safeParse(value) : { success: true, data }
  })

/** What does not fit the registry, as it came or as the tool reads it: "EMAIL" is one of the channels where it is read as one. */
function declared(spec: ToolSpec, input: unknown, read: unknown): ProblemItem[] {
  const problems = checkFields(spec.inputs, input)
  if (problems.length === 0) return []
  const unread = new Set(checkFields(spec.inputs, read).map(({ path }) => path))
  return problems
    .filter(({ path }) => unread.has(path))
    .map(({ path, message }) => ({ path, message: withKind(message, isRecord(input) ? input[path] : input) }))
}

const topNames = (problems: readonly ProblemItem[]): string =>
  [...new Set(problems.map(({ path }) => path.split('.')[0]))].filter((name) => name !== '').join(', ')

/** For the journal: only names that the registry declares. */
function unfit(spec: ToolSpec, problems: readonly ProblemItem[]): Failure {
  const names = topNames(problems.filter(({ path }) => Object.hasOwn(spec.inputs, path.split('.')[0] ?? '')))
  const message = `The inputs do not fit ${spec.name}${names === '' ? '' : `: ${names}`}.`
  return failure('user_invalid_input', message)
}

export const brokenSchema = (name: string): Failure =>
  failure('agent_bug', `The schema of ${name} threw an error.`, 'yes')

/** Whether every guardrail of the registry holds that is about inputs; most tools have none. */
function keepsGuardrails({ guardrails }: ToolSpec, input: unknown): boolean {
  if (guardrails.length === 0) return true
  const own = guardrails.filter(({ path }) => path.startsWith('input.'))
  return brokenGuardrails(own, { input, output: {} }).length === 0
}

/** The input as the tool expects it, its schema's defaults filled in, or why it cannot be called with it. */
export function checkInput(tool: Tool, spec: ToolSpec, input: unknown): InputCheck {
  const parsed = readWith(tool.input, input, tool.name)
  if ('thrown' in parsed)
    return { ok: false, failure: brokenSchema(spec.name), problems: [], thrown: parsed.thrown }
  const problems = parsed.success
    ? declared(spec, input, parsed.data)
    : unfitProblems(parsed.error.issues, input)
  if (!parsed.success || problems.length > 0) return { ok: false, failure: unfit(spec, problems), problems }
  if (keepsGuardrails(spec, input)) return { ok: true, input: parsed.data }
  const refused = failure('policy_security', `A guardrail of ${spec.name} refuses the inputs.`)
  return { ok: false, failure: refused, problems: [] }
}

/** Who gave the values that stand in a plan: the goal that it was made of, or whoever wrote the plan. */
export type Giver = 'goal' | 'plan'

type Located = { readonly step: ProposedStep; readonly name: string; readonly giver: Giver }

/** Where the caller finds the source of an input. */
function pathOf(source: ProposedSource, { step, name, giver }: Located): string {
  if ('value' in source) return giver === 'goal' ? 'goal' : `${step.step_id}.${name}`
  return 'context' in source ? `context.${source.context}` : `${source.step}.${source.output}`
}

/** One that has several may have come from any of them. */
function onlySource(input: ProposedInput | undefined): ProposedSource | undefined {
  if (input === undefined || 'step' in input || 'context' in input || 'value' in input) return input
  const [only, another] = sourcesOf<ProposedSource>(input)
  return another === undefined ? only : undefined
}

/** The problems of a step's input with the paths of what the caller gave: `context.opportunity.criteria.budget`. */
export const locate = (step: ProposedStep, problems: readonly ProblemItem[], giver: Giver): ProblemItem[] =>
  problems.map(({ path, message }) => {
    const [name = '', ...below] = path.split('.')
    const source = onlySource(Object.hasOwn(step.inputs, name) ? step.inputs[name] : undefined)
    if (source === undefined) return { path: path === '' ? step.tool : `${step.tool}.${path}`, message }
    // A value that the goal gave has no names below it.
    const isGoals = 'value' in source && giver === 'goal'
    return { path: [pathOf(source, { step, name, giver }), ...(isGoals ? [] : below)].join('.'), message }
  })

type Known = { readonly inputs: Readonly<Record<string, unknown>>; readonly isWhole: boolean }

/** What is known of a step's inputs before anything has run. */
function knownInputs(step: ProposedStep, context: Readonly<Record<string, unknown>>): Known {
  const inputs: Record<string, unknown> = {}
  let isWhole = true
  for (const name of Object.keys(step.inputs)) {
    const source = onlySource(step.inputs[name])
    if (source === undefined || 'step' in source) isWhole = false
    else {
      const value = 'value' in source ? source.value : readPath(context, source.context)
      if (value !== undefined && value !== null) inputs[name] = value
    }
  }
  return { inputs, isWhole }
}

/** Each known input by itself: rules over several of them need the others, which an earlier step makes. */
function problemsApart(tool: Tool, inputs: Known['inputs']): ProblemItem[] {
  const fields: unknown = 'shape' in tool.input ? tool.input.shape : null
  if (!isRecord(fields)) return []
  return Object.entries(inputs).flatMap(([name, value]) => {
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined
    if (!isSchema(field)) return []
    const parsed = readWith(field, value, tool.name)
    const issues = 'thrown' in parsed ? [] : (parsed.error?.issues ?? [])
    return unfitProblems(
      issues.map((issue) => ({ ...issue, path: [name, ...issue.path] })),
      inputs,
    )
  })
}

const isSchema = (value: unknown): value is Tool['input'] =>
  typeof value === 'object' && value !== null && 'safeParse' in value

function checkStep(
  step: ProposedStep,
  { registry, tools, giver, salt }: InstalledFor,
  context: Readonly<Record<string, unknown>>,
): { readonly problems: readonly ProblemItem[]; readonly ready?: ReadyInput } {
  const tool = tools.get(step.tool)
  const spec = registry.tools[step.tool]
  if (step.carried !== null || tool === undefined || spec === undefined) return { problems: [] }
  const { inputs: given, isWhole } = knownInputs(step, context)
  // Copies: a reading is kept with the object it read, and what a tool does to its input must not reach the context.
  if (!isWhole) {
    const plain = plainCopy(given, DEEPEST)
    const inputs = plain === NOT_PLAIN ? JSON.parse(JSON.stringify(given)) : plain
    return { problems: locate(step, problemsApart(tool, inputs as Known['inputs']), giver) }
  }
  const kept = copiedPayload(given, salt)
  const checked = checkInput(tool, spec, kept.value)
  if (!checked.ok) return { problems: locate(step, checked.problems, giver) }
  return { problems: [], ready: { given, kept, input: checked.input } }
}

type InstalledFor = {
  readonly registry: Registry
  readonly tools: ReadonlyMap<string, Tool>
  readonly giver: Giver
  /** Of the run: payloads are named with it. */
  readonly salt: string
}

/** The input of a step's first call, which was checked before the run was accepted: it need not be checked again. */
export type ReadyInput = {
  /** As the context and the plan have it. */
  readonly given: unknown
  readonly kept: KeptValue
  /** As the tool expects it. */
  readonly input: unknown
}

/** No more are told at once. */
const MOST_PROBLEMS = 50
const MAX_TEXT = 300

const cut = (text: string): string => (text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text)

function refusalOf(all: readonly ProblemItem[]): AppError | null {
  if (all.length === 0) return null
  const distinct = new Map(all.map((problem) => [`${problem.path}\n${problem.message}`, problem]))
  const problems = [...distinct.values()]
    .slice(0, MOST_PROBLEMS)
    .map(({ path, message }) => ({ path: cut(path), message: cut(message) }))
  return new AppError('INPUT_INVALID', {}, { problems })
}

/** INPUT_INVALID with what the steps of a goal need and neither the caller nor an earlier step gives; null: nothing. */
export function missingRefusal(missing: readonly MissingInput[]): AppError | null {
  return refusalOf(
    missing.map(({ tool, input, sources, why }) => ({
      path: sources.find((source) => source.startsWith('context.')) ?? `${tool}.${input}`,
      message: `is missing: ${why}`,
    })),
  )
}

export type PlanInputs = {
  /**
   * INPUT_INVALID with every value of the context that a step of the plan takes and cannot read, each said once; null:
   * every one can be read. What no step takes, and what an earlier step will make, is not looked at.
   */
  readonly refusal: AppError | null
  /** By step, where everything that it takes is known. */
  readonly ready: ReadonlyMap<string, ReadyInput>
}

/** Checks what the steps of a plan take from the context, before the run is accepted. */
export function checkPlanInputs(
  steps: readonly ProposedStep[],
  installed: InstalledFor,
  context: unknown,
): PlanInputs {
  const facts = isRecord(context) ? context : {}
  const ready = new Map<string, ReadyInput>()
  const all: ProblemItem[] = []
  for (const step of steps) {
    // What a condition holds back may be there for a context in which it cannot be called.
    if (step.when !== undefined || step.guards !== undefined) continue
    const checked = checkStep(step, installed, facts)
    all.push(...checked.problems)
    if (checked.ready) ready.set(step.step_id, checked.ready)
  }
  return { refusal: refusalOf(all), ready }
}
