// What the offline planner costs by the number of tools: every goal is another text with words of its own, and its
// tools take their values from the caller or from one another.
import type { PlannerInput } from '../src/planner/planner.ts'
import { rulesPlanner } from '../src/planner/rules.ts'
import { figure, setting, type Bench, type Curve, type Figure } from './bench.ts'
import { grownRegistry, type Grown, type Shape } from './grown.ts'
import { latency, type Latency } from './latency.ts'
import { CONTEXT } from './load.ts'

const NEVER = new AbortController().signal
const SIZES = [10, 100, 1000]
const SHAPES: readonly Shape[] = ['given', 'chained']
/** Fresh planners whose first plan is timed. */
const FIRSTS = 7

const SHIPPED = ['qualify the opportunity', 'score the account fit', 'assess the quality of the message']
const LINKS = [' and ', ', then ', '; ', ' and also ']
const FILLERS = ['', ' for the quarter', ' before the meeting on friday', ' of our largest customers']
const LETTERS = 'bacedifogu'

/** A word that no registry has. */
const uniqueWord = (number: number): string =>
  `x${Array.from(String(number * 7919), (digit) => LETTERS[Number(digit)] ?? 'k').join('')}q`

/** One letter twice: what people type. */
const mistyped = (word: string): string => `${word.slice(0, 3)}${word.slice(2)}`

/** One to four asks; every fifth goal has a typing error, each has two words that nobody else used. */
function goalOf(number: number, { asks }: Grown): string {
  const parts = Array.from({ length: 1 + (number % 4) }, (_, part) => {
    const asked = asks[(number * 31 + part * 17) % Math.max(1, asks.length)]
    if (asked === undefined || (number + part) % 6 === 0) return SHIPPED[(number + part) % SHIPPED.length]
    const noun = number % 5 === 0 ? mistyped(asked.noun) : asked.noun
    return `${asked.verb} the ${noun}${FILLERS[(number + part) % FILLERS.length]}`
  })
  return `${parts.join(LINKS[number % LINKS.length])} of ${uniqueWord(number)} in ${uniqueWord(number + 1e6)}`
}

function inputsOf(grown: Grown, from: number, goals: number): PlannerInput[] {
  const profile = grown.registry.profiles['technical']
  if (profile === undefined) throw new TypeError('the registry has no profile technical')
  const context = { ...CONTEXT, ...grown.context }
  const common = { context, profile, limits: profile.limits, registry: grown.registry }
  return Array.from({ length: goals }, (_, index) => ({ ...common, goal: goalOf(from + index, grown) }))
}

/** Milliseconds of the first plan of fresh planners, the index of the tools included; sorted. */
async function firstPlans(inputs: readonly PlannerInput[]): Promise<number[]> {
  const times: number[] = []
  for (const input of inputs.slice(0, FIRSTS)) {
    const begun = performance.now()
    await rulesPlanner().plan(input, NEVER)
    times.push(performance.now() - begun)
  }
  return times.toSorted((a, b) => a - b)
}

type Plans = { readonly times: Latency; readonly perSecond: number; readonly stepsPerPlan: number }

async function plans(warmUp: readonly PlannerInput[], inputs: readonly PlannerInput[]): Promise<Plans> {
  const planner = rulesPlanner()
  for (const input of warmUp) await planner.plan(input, NEVER)
  const times = latency()
  let steps = 0
  let sum = 0
  for (const input of inputs) {
    const begun = performance.now()
    const result = await planner.plan(input, NEVER)
    const took = performance.now() - begun
    if (!result.ok) throw new Error(`no plan for "${input.goal}": ${result.why}`)
    times.record(took)
    sum += took
    steps += result.steps.length
  }
  return { times, perSecond: (inputs.length * 1000) / sum, stepsPerPlan: steps / inputs.length }
}

type Case = { readonly shape: Shape; readonly tools: number; readonly first: number; readonly plans: Plans }

async function measure(shape: Shape, tools: number, goals: number): Promise<Case> {
  const grown = await grownRegistry(tools, shape)
  const inputs = inputsOf(grown, 0, goals)
  // Other goals than those that are measured: nothing of a plan is remembered but what its words find.
  const measured = await plans(inputsOf(grown, goals, Math.ceil(goals / 8)), inputs)
  const firsts = await firstPlans(inputs)
  return { shape, tools, first: firsts[Math.floor(firsts.length / 2)] ?? 0, plans: measured }
}

const MEANING: Readonly<Record<Shape, string>> = {
  given: 'values from the caller',
  chained: 'values in chains',
}
const named = ({ shape, tools }: Case): string => `${tools} tools, ${MEANING[shape]}`

const figuresOf = (one: Case): Figure[] => [
  figure(`${named(one)}: plans`, one.plans.perSecond, '/s'),
  ...one.plans.times.figures(named(one)),
  figure(`${named(one)}: first plan, index built`, one.first, 'ms'),
  figure(`${named(one)}: steps a plan`, one.plans.stepsPerPlan, ''),
]

function curvesOf(shape: Shape, cases: readonly Case[]): Curve[] {
  const line = (name: string, y: (one: Case) => number): Curve => ({
    plot: 'A plan by number of tools',
    name: `${name}, ${MEANING[shape]}`,
    kind: 'line',
    x: 'tools',
    y: 'ms',
    points: cases.filter((one) => one.shape === shape).map((one) => [one.tools, y(one)] as const),
  })
  return [
    line('P50', ({ plans: { times } }) => times.at(50)),
    line('P99', ({ plans: { times } }) => times.at(99)),
    line('first plan', ({ first }) => first),
  ]
}

export const bench: Bench = {
  name: 'plan',
  question: 'What does a plan of the offline planner cost with ten, a hundred and a thousand tools?',
  settings: { goals: 2000, most: 1000 },
  durability: 'none',
  run: async (settings, progress) => {
    const sizes = SIZES.filter((size) => size <= setting(settings, 'most'))
    const cases: Case[] = []
    for (const shape of SHAPES) {
      for (const size of sizes) {
        cases.push(await measure(shape, size, setting(settings, 'goals')))
        progress(cases.length / (SHAPES.length * sizes.length))
      }
    }
    return {
      figures: cases.flatMap(figuresOf),
      curves: [
        ...SHAPES.flatMap((shape) => curvesOf(shape, cases)),
        ...cases.map((one) => one.plans.times.curve('How long a plan takes', named(one))),
      ],
    }
  },
}
