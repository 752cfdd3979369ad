// What `cugar run` and `cugar plan` are asked for: a goal, a playbook or a file with a plan; exactly one of them.
import { usage } from './failure.ts'
import { readObject } from './file.ts'

type Ways = { readonly playbook?: string; readonly plan?: string }
type AimBody = { readonly goal: string } | { readonly playbook: string } | { readonly plan: unknown }

/** Errors: USAGE where not exactly one is given; as of `readObject`. */
export async function aimOf(goal: string | undefined, { playbook, plan }: Ways): Promise<AimBody> {
  if ([goal, playbook, plan].filter((way) => way !== undefined).length !== 1)
    throw usage('give exactly one of a goal, --playbook NAME and --plan FILE')
  if (playbook !== undefined) return { playbook }
  return plan === undefined ? { goal: goal ?? '' } : { plan: await readObject(plan) }
}
