// What the demo runs: a goal, a profile and what is known, from a file.
import { z } from 'zod'
import { nameSchema } from '../../events/envelope.ts'
import { problemsOf } from '../../events/problem.ts'
import { cliError } from '../failure.ts'
import { readObject } from '../file.ts'

const scenarioSchema = z.strictObject({
  goal: z.string().min(1),
  profile: z.string().min(1),
  tenant: z.string().min(1).optional(),
  planner: nameSchema.optional(),
  context: z.record(z.string(), z.unknown()).default({}),
})
export type Scenario = z.output<typeof scenarioSchema>

/** Errors: FILE_UNREADABLE, FILE_INVALID with every problem. */
export async function readScenario(file: string): Promise<Scenario> {
  const parsed = scenarioSchema.safeParse(await readObject(file))
  if (parsed.success) return parsed.data
  throw cliError('FILE_INVALID', `${file} is not a scenario of the demo`, {
    problems: problemsOf(parsed.error),
  })
}
