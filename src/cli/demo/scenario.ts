// What the demo runs: a goal or a playbook, a profile and what is known, from a file.
import { z } from 'zod'
import { nameSchema } from '../../events/envelope.ts'
import { problemsOf } from '../../events/problem.ts'
import { cliError } from '../failure.ts'
import { readObject } from '../file.ts'

const scenarioSchema = z
  .strictObject({
    goal: z.string().min(1).optional(),
    playbook: nameSchema.optional(),
    profile: z.string().min(1),
    tenant: z.string().min(1).optional(),
    planner: nameSchema.optional(),
    context: z.record(z.string(), z.unknown()).default({}),
  })
  .refine(({ goal, playbook }) => (goal === undefined) !== (playbook === undefined), {
    error: 'must have either goal or playbook',
  })
/** The playbooks that the demo has facts for, each in a file of its name. */
export const FLOWS = ['prospecting', 'deal_desk', 'territory_review', 'win_loss_review'] as const

export type Scenario = z.output<typeof scenarioSchema>

/** Errors: FILE_UNREADABLE, FILE_INVALID with every problem. */
export async function readScenario(file: string): Promise<Scenario> {
  const parsed = scenarioSchema.safeParse(await readObject(file))
  if (parsed.success) return parsed.data
  throw cliError('FILE_INVALID', `${file} is not a scenario of the demo`, {
    problems: problemsOf(parsed.error),
  })
}
