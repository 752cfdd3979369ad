// A plan with faults of its shape is told what else is wrong with it in the same answer: what has no shape is left out,
// and the rest is proved. Only what holds whatever stands in the place of what was left out is told.
import type { z } from 'zod'
import type { Engine, Principal } from '../../engine/engine.ts'
import { AppError } from '../../errors.ts'
import { isRecord } from '../../events/json.ts'
import type { ProblemItem } from '../../events/problem.ts'
import { reaches } from '../callers/reach.ts'
import type { Incoming, Route } from '../route.ts'
import { startBody } from '../schemas.ts'
import { invalid } from '../validation.ts'

type Path = readonly PropertyKey[]

/** Keys of a step without which the rest of the plan means the same. */
const OF_STEP: ReadonlySet<PropertyKey> = new Set(['inputs', 'after', 'when'])
/** Keys of the plan itself. */
const OF_PLAN: ReadonlySet<PropertyKey> = new Set(['replan', 'description'])

/** What is left out because of an issue; null: nothing can be without changing what the rest means. */
function leftOutFor(issue: z.core.$ZodIssue): Path[] | null {
  const { path } = issue
  if (path[0] !== 'plan') return null
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => [...path, key])
  const [, ofPlan = ''] = path
  if (OF_PLAN.has(ofPlan)) return [['plan', ofPlan]]
  const at = path.findIndex((key, index) => OF_STEP.has(key) && typeof path[index - 1] === 'number')
  if (at < 0) return null
  const isOneInput = path[at] === 'inputs' && path.length > at + 1
  return [path.slice(0, at + (isOneInput ? 2 : 1))]
}

function leaveOut(body: unknown, path: Path): void {
  const [last, ...around] = path.toReversed()
  let place = body
  for (const key of around.toReversed()) {
    place = isRecord(place) || Array.isArray(place) ? Reflect.get(place, key) : undefined
  }
  if (isRecord(place) && last !== undefined) Reflect.deleteProperty(place, last)
}

const textOf = (path: Path): string => path.map(String).join('.')

/** Of the step or block that something was left out of, and not of what stands inside it; or of the plan as a whole. */
function mayComeFrom({ path }: ProblemItem, leftOut: Path): boolean {
  const node = textOf(leftOut.slice(0, leftOut.findLastIndex((key) => typeof key === 'number') + 1))
  if (node === '' || !path.startsWith(`${node}.`))
    return path === '' || `${textOf(leftOut)}.`.startsWith(`${path}.`)
  return !/^(?:steps|cases)\./.test(path.slice(node.length + 1))
}

/** What else is wrong with the plan of a body whose shape is refused. */
async function otherFaults(engine: Engine, body: unknown, by: Principal): Promise<readonly ProblemItem[]> {
  const asked = startBody.safeParse(body)
  const leftOut = asked.error?.issues.map(leftOutFor) ?? []
  if (leftOut.length === 0 || leftOut.includes(null)) return []
  const paths = leftOut.flatMap((some) => some ?? [])
  const rest = structuredClone(body)
  for (const path of paths) leaveOut(rest, path)
  const read = startBody.safeParse(rest)
  if (!read.success || !reaches(by, read.data)) return []
  const refusal = await engine.preview(read.data).then(
    () => null,
    (error: unknown) => error,
  )
  if (!(refusal instanceof AppError) || refusal.code !== 'PLAN_INVALID') return []
  return refusal.problems.filter((problem) => !paths.some((path) => mayComeFrom(problem, path)))
}

async function toldWhole(engine: Engine, { body, principal }: Incoming, error: unknown): Promise<unknown> {
  if (!(error instanceof AppError) || error.code !== 'PLAN_INVALID') return error
  const others = await otherFaults(engine, body, principal)
  return others.length === 0 ? error : invalid([...error.problems, ...others])
}

/** The route, which tells every problem of a plan at once, of its shape and of what it says. */
export const tellingWholePlan = (engine: Engine, route: Route): Route => ({
  ...route,
  answer: (incoming) =>
    route.answer(incoming).catch(async (error: unknown) => {
      throw await toldWhole(engine, incoming, error)
    }),
})
