// A model without a mind, for tests, the demo and figures: it reads the question that a model gets, and nothing else, and
// answers by one rule. A tool is taken when the goal has the verb of its name, or three words of its description; its
// inputs come from the first listed bind that there is; a plan that comes back with problems comes again without the
// steps that they name. It shows what the way of a model's plan does with an honest and simple proposal. How well a real
// model plans it does not show.
import type { Received } from './server.ts'

type ToolText = {
  readonly tool: string
  readonly description: string
  readonly inputs: readonly { readonly name: string; readonly required?: boolean }[]
  readonly binds: Readonly<Record<string, readonly string[]>>
}
type Question = { readonly tools: readonly ToolText[]; readonly shape: unknown; readonly goal: string }
type Step = {
  readonly id: string
  readonly tool: string
  readonly reason: string
  readonly when: null
  readonly inputs: readonly { readonly name: string; readonly source: string; readonly value: null }[]
}
type Plan = {
  readonly explanation: string
  readonly unserved: readonly string[]
  readonly steps: readonly Step[]
}

const ENOUGH_WORDS = 3

/** Without its ending, so that `scores` and `scoring` are `scor`. */
const stem = (word: string): string => word.replace(/(?:ing|ed|es|s|e)$/, '')

const wordsOf = (text: string): Set<string> =>
  new Set((text.toLowerCase().match(/[a-z]{4,}/g) ?? []).map(stem))

const messagesOf = ({ body }: Pick<Received, 'body'>): { role: string; content: string }[] => {
  const { messages } = body
  return Array.isArray(messages) ? (messages as { role: string; content: string }[]) : []
}

/** The parts of the question that the planner asks; null: it is another one. */
function questionOf(received: Pick<Received, 'body'>): Question | null {
  const text = messagesOf(received).find(({ role }) => role === 'user')?.content ?? ''
  const found =
    /^Tools:\n(?<tools>.*)\n[^]*?(?:Shape of the context|Context):\n(?<shape>.*)\n\nGoal:\n(?<goal>.*)$/m.exec(
      text,
    )?.groups
  if (found === undefined) return null
  const { tools = '', shape = '', goal = '' } = found
  return {
    // Playbooks are none of its rule.
    tools: (JSON.parse(tools) as ToolText[]).filter((tool) => 'binds' in tool),
    shape: JSON.parse(shape),
    goal: JSON.parse(goal) as string,
  }
}

function isChosen({ tool, description }: ToolText, goal: ReadonlySet<string>): boolean {
  const [verb = ''] = tool.split('_')
  if (goal.has(stem(verb))) return true
  return [...wordsOf(description)].filter((word) => goal.has(word)).length >= ENOUGH_WORDS
}

const isThere = (shape: unknown, path: readonly string[]): boolean => {
  const [first, ...rest] = path
  if (first === undefined) return true
  return typeof shape === 'object' && shape !== null && Object.hasOwn(shape, first)
    ? isThere((shape as Record<string, unknown>)[first], rest)
    : false
}

/** The source of an input among those that there are; null: none. */
function sourceOf(
  binds: readonly string[],
  { shape }: Question,
  ids: ReadonlyMap<string, string>,
): string | null {
  for (const bind of binds) {
    const [head = '', ...path] = bind.split('.')
    if (head === 'context' && isThere(shape, path)) return bind
    const id = ids.get(head)
    if (id !== undefined) return [id, ...path].join('.')
  }
  return null
}

function proposalFor(question: Question): Plan {
  const goal = wordsOf(question.goal)
  const chosen = question.tools.filter((tool) => isChosen(tool, goal))
  const ids = new Map(chosen.map(({ tool }, at) => [tool, `s${at + 1}`]))
  const steps = chosen.map(({ tool, inputs, binds }): Step => {
    const others = new Map([...ids].filter(([name]) => name !== tool))
    const given = inputs.flatMap(({ name }) => {
      const source = sourceOf(binds[name] ?? [], question, others)
      return source === null ? [] : [{ name, source, value: null }]
    })
    return { id: ids.get(tool) ?? '', tool, reason: 'its words are in the goal', when: null, inputs: given }
  })
  return { explanation: 'Tools whose words are in the goal.', unserved: [], steps }
}

/** Without the steps that a problem names, and without what took from them. */
function mended(before: Plan, problems: string): Plan {
  const named = new Set(problems.match(/\bs\d+(?=:)/g) ?? [])
  const steps = before.steps.filter(({ id }) => !named.has(id))
  const left = new Set(steps.map(({ id }) => id))
  const kept = steps.map((step) => ({
    ...step,
    inputs: step.inputs.filter(
      ({ source }) => source.startsWith('context.') || left.has(source.split('.')[0] ?? ''),
    ),
  }))
  return { ...before, steps: kept }
}

/** What it says to a request of the planner, of a tool (the words that are there already) or of the doctor. */
export function simpleAnswer(received: Pick<Received, 'body'>): unknown {
  const question = questionOf(received)
  if (question === null) return { ready: true }
  const [, , said, problems] = messagesOf(received)
  return said === undefined || problems === undefined
    ? proposalFor(question)
    : mended(JSON.parse(said.content) as Plan, problems.content)
}
