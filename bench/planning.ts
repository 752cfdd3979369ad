// How well plans come about: the graded goals of the tests through the planner that asks nobody, and through the scripted
// model, which reads what a model reads and answers by one simple rule. The figures of the second say what proof, repair
// and fallback make of simple proposals. How well a real model plans they do not say.
import { readFileSync } from 'node:fs'
import { openaiModels } from '../src/models/openai.ts'
import { llmPlanner } from '../src/planner/llm/llm.ts'
import type { PlannerInput, PlanResult } from '../src/planner/planner.ts'
import { rulesPlanner } from '../src/planner/rules.ts'
import { modelAnswer, type AskModel, type ModelRequest } from '../src/run/question.ts'
import { readRegistry } from '../src/runtime.ts'
import { simpleAnswer } from '../tests/models/double.ts'
import { modelServer, says } from '../tests/models/server.ts'
import { context } from '../tests/planner/goals/table.ts'
import { seen, type GradedRow } from '../tests/planner/goals/table-graded.ts'
import { hard } from '../tests/planner/goals/table-hard.ts'
import { heldOut } from '../tests/planner/goals/table-held-out.ts'
import { later } from '../tests/planner/goals/table-later.ts'
import { unseen } from '../tests/planner/goals/table-unseen.ts'
import { toolOfLetter } from '../tests/planner/goals/letters.ts'
import { figure, type Bench, type Figure, type Measured } from './bench.ts'
import { BenchError } from './failure.ts'

const REGISTRY = new URL('../registry.yaml', import.meta.url)
const ROWS: readonly GradedRow[] = [...seen, ...unseen, ...later, ...hard, ...heldOut]
const ALWAYS = new AbortController().signal

/** The profile of the graded goals. */
function inputFor(goal: string, registry: PlannerInput['registry']): PlannerInput {
  const profile = registry.profiles['technical']
  if (profile === undefined) throw new BenchError(1, 'the registry has no profile technical')
  return { goal, context, profile, limits: profile.limits, registry }
}

type Grade = {
  goals: number
  right: number
  chosen: number
  wanted: number
  exact: number
  refused: number
  repaired: number
  /** Why the rules planned in place of the model. */
  readonly fellBack: Map<string, number>
  /** What was wrong with first proposals, by the kind of problem; each once a goal. */
  readonly problems: Map<string, number>
}

const noGrade = (): Grade => ({
  goals: 0,
  right: 0,
  chosen: 0,
  wanted: 0,
  exact: 0,
  refused: 0,
  repaired: 0,
  fellBack: new Map(),
  problems: new Map(),
})

const count = (counts: Map<string, number>, name: string): void =>
  void counts.set(name, (counts.get(name) ?? 0) + 1)

function grade(sum: Grade, letters: string, plan: PlanResult): void {
  const wanted = letters.replace('+', '').split('').filter(Boolean).map(toolOfLetter)
  const chosen = plan.ok ? [...new Set(plan.steps.map(({ tool }) => tool))] : []
  const right = chosen.filter((tool) => wanted.includes(tool)).length
  sum.goals += 1
  sum.right += right
  sum.chosen += chosen.length
  sum.wanted += wanted.length
  if (right === chosen.length && right === wanted.length) sum.exact += 1
  if (!plan.ok) sum.refused += 1
}

/** `s3: subject: context.subject is not given.` is a kind of problem with other names in it. */
const kindOf = (problem: string): string =>
  problem
    .replace(/^\w+: /, '')
    .replace(/^\w+: /, '')
    .replaceAll(/\b(?:context(?:\.\w+)+|[a-z]+(?:_[a-z]+)+|s\d+(?:\.\w+)?)\b/g, '...')

/** The problems that a repair carries back. */
function problemsIn({ body }: ModelRequest): string[] {
  const text = JSON.stringify(body)
  const found = /This plan cannot be carried out:\\n(?<list>\[.*?\])\\n\\nAnswer/.exec(text)?.groups?.['list']
  return found === undefined ? [] : (JSON.parse(JSON.parse(`"${found}"`) as string) as string[])
}

type Asked = { readonly ask: AskModel; readonly requests: ModelRequest[] }

/** Asks the server itself: no run, no books, no attempts. */
function asking(models: ReturnType<typeof openaiModels>): Asked {
  const requests: ModelRequest[] = []
  const ask: AskModel = async (prepare) => {
    const request = prepare()
    requests.push(request)
    const { outcome, answer } = await models.ask(request, ALWAYS)
    return { outcome, answer: modelAnswer.safeParse(answer).data ?? null }
  }
  return { ask, requests }
}

function figuresOf(name: string, sum: Grade): Figure[] {
  const listed = (of: ReadonlyMap<string, number>, what: string): Figure[] =>
    [...of]
      .toSorted((a, b) => b[1] - a[1])
      .map(([word, many]) => figure(`${name}: ${what}, ${word}`, many, ''))
  return [
    figure(`${name}: goals`, sum.goals, ''),
    figure(`${name}: exactly the tools that are right`, sum.exact / sum.goals, 'ratio'),
    figure(`${name}: precision of tools`, sum.right / sum.chosen, 'ratio'),
    figure(`${name}: recall of tools`, sum.right / sum.wanted, 'ratio'),
    figure(`${name}: refused`, sum.refused, ''),
    ...(name === MODEL ? [figure(`${name}: plans that were repaired`, sum.repaired, '')] : []),
    ...listed(sum.fellBack, 'fell back'),
    ...listed(sum.problems, 'sent back'),
  ]
}

const MODEL = 'scripted model'

async function measure(progress: (done: number) => void): Promise<Measured> {
  const registry = readRegistry(readFileSync(REGISTRY, 'utf8'))
  const server = await modelServer((response, received, nth) =>
    says(simpleAnswer(received))(response, received, nth),
  )
  const models = openaiModels({ apiKey: null, baseUrl: server.url, model: null })
  const offline = rulesPlanner()
  const llm = llmPlanner({ offline, model: null, prepare: models.prepare })
  const grades = { rules: noGrade(), llm: noGrade(), own: noGrade() }
  try {
    for (const [at, [goal, letters]] of ROWS.entries()) {
      const input = inputFor(goal, registry)
      grade(grades.rules, letters, await offline.plan(input, ALWAYS))
      const { ask, requests } = asking(models)
      const plan = await llm.plan(input, ALWAYS, ask)
      grade(grades.llm, letters, plan)
      const isOwn = plan.ok && plan.model !== undefined
      if (isOwn) grade(grades.own, letters, plan)
      if (isOwn && requests.length > 1) grades.llm.repaired += 1
      if (plan.ok && plan.fallbackReason !== null) count(grades.llm.fellBack, plan.fallbackReason)
      if (!plan.ok) count(grades.llm.fellBack, 'and the rules refused')
      for (const kind of new Set(requests.flatMap(problemsIn).map(kindOf))) count(grades.llm.problems, kind)
      progress((at + 1) / ROWS.length)
    }
    return {
      figures: [
        ...figuresOf('offline planner', grades.rules),
        ...figuresOf("goals whose plan is the model's own", grades.own),
        ...figuresOf(MODEL, grades.llm),
      ],
      curves: [],
    }
  } finally {
    await server.stop()
  }
}

export const bench: Bench = {
  name: 'planning',
  question: 'How well are the graded goals planned, by the rules and by the scripted model of the tests?',
  settings: {},
  durability: 'memory',
  run: (_settings, progress) => measure(progress),
}
