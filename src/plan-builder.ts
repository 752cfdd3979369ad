// Plans written in TypeScript: the same data as in registry.yaml or in a request, with the compiler holding every name
// of a step to those before it.
import type { z } from 'zod'
import {
  planDraftSchema,
  type CaseInput,
  type NodeInput,
  type PlanDraft,
  type PlanDraftInput,
} from './registry/plan/draft.ts'
import { AppError } from './errors.ts'
import { problemsOf } from './events/problem.ts'

type Json = z.core.util.JSONType

/** A name alone is that of an item. */
type OneSource<Id extends string> = `context.${string}` | Id | `${Id}.${string}` | { readonly value: Json }

/** Where an input comes from: the run's context, an earlier step, or a value; of a list the first that has a value. */
export type PlanSource<Id extends string> = OneSource<Id> | readonly OneSource<Id>[]

export type PlanStepOptions<Id extends string, Own extends string, Block extends string = never> = {
  /** The name that later steps use; default: the tool's. */
  readonly id?: Own
  /** By input; what is left out is taken as the registry binds it. */
  readonly inputs?: Readonly<Record<string, PlanSource<Id>>>
  /** Steps, branches, groups and lists that must be over first, whatever became of them. */
  readonly after?: readonly (Id | Block)[]
  /** An expression: where it is false, the step is left out. */
  readonly when?: string
}

/** What stands in a block: it goes on with the steps and blocks before it. */
type Inside<
  Id extends string,
  Block extends string,
  Inner extends string = never,
  InnerBlock extends string = never,
> = (inside: PlanBuilder<Id, Block>) => PlanBuilder<Id | Inner, Block | InnerBlock>

/** A branch that grows; each call gives a new one. */
export type BranchBuilder<
  Id extends string,
  Inner extends string = never,
  Block extends string = never,
  InnerBlock extends string = never,
> = {
  /** The first case whose expression is true is carried out, and no other. */
  readonly when: <New extends string, NewBlock extends string>(
    expression: string,
    steps: Inside<Id, Block, New, NewBlock>,
  ) => BranchBuilder<Id, Inner | New, Block, InnerBlock | NewBlock>
  /** What is done where no case holds: last. */
  readonly else: <New extends string, NewBlock extends string>(
    steps: Inside<Id, Block, New, NewBlock>,
  ) => BranchBuilder<Id, Inner | New, Block, InnerBlock | NewBlock>
  readonly cases: readonly CaseInput[]
}

/** A plan that grows; each call gives a new one. `Id`: its steps so far, `Block`: its branches, groups and lists. */
export type PlanBuilder<Id extends string, Block extends string = never> = {
  readonly step: <Tool extends string, Own extends string = Tool>(
    tool: Tool,
    options?: PlanStepOptions<Id, Own, Block>,
  ) => PlanBuilder<Id | Own, Block>
  /** One of several ways, chosen when everything that the expressions use is over. */
  readonly branch: <Name extends string, Inner extends string, InnerBlock extends string>(
    name: Name,
    cases: (branch: BranchBuilder<Id, never, Block>) => BranchBuilder<Id, Inner, Block, InnerBlock>,
  ) => PlanBuilder<Id | Inner, Block | InnerBlock | Name>
  /** Steps that run together, at most so many at once. */
  readonly parallel: <Name extends string, Inner extends string, InnerBlock extends string>(
    name: Name,
    atMost: number,
    steps: Inside<Id, Block, Inner, InnerBlock>,
  ) => PlanBuilder<Id | Inner, Block | InnerBlock | Name>
  /** Steps once for each item of a list: `item.<path>` inside, or `<as>.<path>`. It is called `each_<as>` where no `id` is given. */
  readonly forEach: <
    Inner extends string,
    InnerBlock extends string,
    As extends string = 'item',
    Name extends string = `each_${As}`,
  >(
    list: `context.${string}` | `${Id}.${string}`,
    options: { readonly as?: As; readonly id?: Name; readonly atMost: number },
    steps: Inside<Id | As | 'item', Block, Inner, InnerBlock>,
  ) => PlanBuilder<Id, Block | Name>
  /** How it may be changed because of what happens; the last word counts. */
  readonly replan: (rules: NonNullable<PlanDraftInput['replan']>) => PlanBuilder<Id, Block>
  /** What was added so far. */
  readonly steps: readonly NodeInput[]
  /** The plan as data. Errors: PLAN_INVALID with every name that cannot be one. */
  readonly build: () => PlanDraft
}

/** A plan as data, its defaults filled in. Errors: PLAN_INVALID with every problem of its shape. */
export function parsePlan(value: unknown): PlanDraft {
  const parsed = planDraftSchema.safeParse(value)
  if (parsed.success) return parsed.data
  const problems = problemsOf(parsed.error).map(({ path, message }) => ({
    path: path === '' ? 'plan' : `plan.${path}`,
    message,
  }))
  throw new AppError('PLAN_INVALID', {}, { problems })
}

function branchOf<Id extends string, Inner extends string, Block extends string, InnerBlock extends string>(
  cases: readonly CaseInput[],
): BranchBuilder<Id, Inner, Block, InnerBlock> {
  const stepsOf = <New extends string, NewBlock extends string>(steps: Inside<Id, Block, New, NewBlock>) =>
    steps(builderOf<Id, Block>({ steps: [] })).steps
  return {
    cases,
    when: (expression, steps) => branchOf([...cases, { when: expression, steps: stepsOf(steps) }]),
    else: (steps) => branchOf([...cases, { else: true, steps: stepsOf(steps) }]),
  }
}

function builderOf<Id extends string, Block extends string>(draft: PlanDraftInput): PlanBuilder<Id, Block> {
  return {
    steps: draft.steps,
    replan: (rules) => builderOf<Id, Block>({ ...draft, replan: rules }),
    parallel: (name, atMost, steps) => {
      const inner = steps(builderOf<Id, Block>({ steps: [] })).steps
      const block = { parallel: name, at_most: atMost, steps: inner }
      return builderOf({ ...draft, steps: [...draft.steps, block] })
    },
    forEach: <
      Inner extends string,
      InnerBlock extends string,
      As extends string = 'item',
      Name extends string = `each_${As}`,
    >(
      list: string,
      { as, id, atMost }: { readonly as?: As; readonly id?: Name; readonly atMost: number },
      steps: Inside<Id | As | 'item', Block, Inner, InnerBlock>,
    ) => {
      const inner = steps(builderOf<Id | As | 'item', Block>({ steps: [] })).steps
      const names = { ...(as === undefined ? {} : { as }), ...(id === undefined ? {} : { id }) }
      const block = { for_each: list, ...names, at_most: atMost, steps: inner }
      return builderOf<Id, Block | Name>({ ...draft, steps: [...draft.steps, block] })
    },
    branch: (name, cases) => {
      const block = { branch: name, cases: cases(branchOf([])).cases }
      return builderOf({ ...draft, steps: [...draft.steps, block] })
    },
    step: (tool, { id, inputs = {}, after = [], when } = {}) => {
      const named = Object.entries(inputs).map(([name, source]) => [name, source])
      const step = {
        tool,
        ...(id === undefined ? {} : { id }),
        inputs: Object.fromEntries(named),
        after: [...after],
        ...(when === undefined ? {} : { when }),
      }
      return builderOf({ ...draft, steps: [...draft.steps, step] })
    },
    build: () => parsePlan(draft),
  }
}

/**
 * Begins a plan. `description` stands where a run of a goal has its goal.
 *
 * @example
 * ```ts
 * import { readFileSync } from 'node:fs'
 * import { createRuntime, plan } from 'cugar-sales'
 *
 * const runtime = await createRuntime({ registry: readFileSync('registry.yaml', 'utf8'), dataDir: null })
 * const outreach = plan('Score and explain')
 *   .step('score_account_fit', { id: 'score' })
 *   .step('assess_message_quality', { id: 'check', inputs: { message: 'context.note' }, after: ['score'] })
 *   .build()
 * const run = await runtime.run({
 *   plan: outreach,
 *   context: { account: { revenue: 5_000_000 }, icp_criteria: { min_revenue: 1_000_000 }, note: 'Dear team' },
 * })
 * console.log(run.steps.map(({ stepId }) => stepId)) // [ 'score', 'check' ]
 * await runtime.stop()
 * ```
 */
export const plan = (description?: string): PlanBuilder<never> =>
  builderOf({ ...(description === undefined ? {} : { description }), steps: [] })
