// `cugar plan`: the plan of a goal without running it, or the plans of both planners side by side.
import { Option, type Command } from 'commander'
import { planComparison, planPreview } from '../../http/plan-answers.ts'
import { DEFAULT_PROFILE } from '../../http/schemas.ts'
import { COMPARE_PLANNERS } from '../../registry/names.ts'
import { aimOf } from '../aim.ts'
import { answerAs, clientFor } from '../client.ts'
import { exiting, filled, remoteCommand, type Remote } from '../command.ts'
import type { ExitCode } from '../failure.ts'
import { readContext } from '../file.ts'
import { outputFor } from '../output.ts'
import { showComparison, showGraph, showPlan } from '../show-plan.ts'

type Options = Remote & {
  readonly profile: string
  readonly context?: string
  readonly planner: string
  readonly playbook?: string
  readonly plan?: string
  readonly compare?: boolean
  readonly graph?: boolean | string
}

async function act(goal: string | undefined, options: Options): Promise<ExitCode> {
  const out = outputFor(options)
  const { profile } = options
  const planner = options.compare === true ? COMPARE_PLANNERS : options.planner
  const client = clientFor(options)
  const context = options.context === undefined ? {} : await readContext(options.context)
  const body = await client.post('/v1/plans', { ...(await aimOf(goal, options)), profile, planner, context })
  const compared = planComparison.safeParse(body)
  if (compared.success) {
    if (out.json) out.document(body)
    else showComparison(out, compared.data)
    return 0
  }
  const plan = answerAs(planPreview, body)
  if (out.json) out.document(body)
  else if (options.graph !== undefined) showGraph(out, plan, options.graph)
  else showPlan(out, plan)
  return plan.fits_budget ? 0 : 1
}

export const planCommand = (): Command =>
  remoteCommand(
    'plan',
    'shows the plan of a goal without running it; exit code 1 when it cannot fit the budget',
    'cugar plan "Score the account" --profile demo --context account.json',
  )
    .argument('[goal]', 'what is to be achieved', filled)
    .option('--playbook <name>', 'a plan of the registry in place of a goal', filled)
    .option('--plan <file>', 'JSON or YAML with a plan in place of a goal; - for standard input', filled)
    .option('--profile <profile>', 'a profile of the registry', filled, DEFAULT_PROFILE)
    .option(
      '--context <file>',
      'JSON or YAML with the facts, or a scenario as of the demo; - for standard input',
    )
    .option(
      '--planner <planner>',
      'who plans: auto, a planner of the registry, or compare for both',
      filled,
      'auto',
    )
    .option('--compare', 'the plans of the rules and of the language model side by side')
    .addOption(
      new Option('--graph [form]', 'draws the plan').choices(['terminal', 'mermaid']).preset('terminal'),
    )
    .action(exiting(act))
