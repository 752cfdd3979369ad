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

export type PlanStepOptions<Id extends string, Own extends string> = {
  /** The name that later steps use; default: the tool's. */
  readonly id?: Own
  /** By input; what is left out is taken as the registry binds it. */
  readonly inputs?: Readonly<Record<string, PlanSource<Id>>>
  /** Steps that must be over first, whatever became of them. */
  readonly after?: readonly Id[]
  /** An expression: where it is false, the step is left out. */
  readonly when?: string
}

/** What one case of a branch does: it goes on with the steps before the branch. */
type CaseSteps<Id extends string, Inner extends string> = (inside: PlanBuilder<Id>) => PlanBuilder<Id | Inner>

/** A branch that grows; each call gives a new one. */
export type BranchBuilder<Id extends string, Inner extends string = never> = {
  /** The first case whose expression is true is carried out, and no other. */
  readonly when: <New extends string>(
    expression: string,
    steps: CaseSteps<Id, New>,
  ) => BranchBuilder<Id, Inner | New>
  /** What is done where no case holds: last. */
  readonly else: <New extends string>(steps: CaseSteps<Id, New>) => BranchBuilder<Id, Inner | New>
  readonly cases: readonly CaseInput[]
}

/** A plan that grows; each call gives a new one. */
export type PlanBuilder<Id extends string> = {
  readonly step: <Tool extends string, Own extends string = Tool>(
    tool: Tool,
    options?: PlanStepOptions<Id, Own>,
  ) => PlanBuilder<Id | Own>
  /** One of several ways, chosen when everything that the expressions use is over. */
  readonly branch: <Inner extends string>(
    name: string,
    cases: (branch: BranchBuilder<Id>) => BranchBuilder<Id, Inner>,
  ) => PlanBuilder<Id | Inner>
  /** Steps that run together, at most so many at once. */
  readonly parallel: <Inner extends string>(
    name: string,
    atMost: number,
    steps: CaseSteps<Id, Inner>,
  ) => PlanBuilder<Id | Inner>
  /** Steps once for each item of a list: `item.<path>` inside, or `<as>.<path>`. */
  readonly forEach: <Inner extends string, As extends string = 'item'>(
    list: `context.${string}` | `${Id}.${string}`,
    options: { readonly as?: As; readonly id?: string; readonly atMost: number },
    steps: CaseSteps<Id | As | 'item', Inner>,
  ) => PlanBuilder<Id>
  /** How it may be changed because of what happens; the last word counts. */
  readonly replan: (rules: NonNullable<PlanDraftInput['replan']>) => PlanBuilder<Id>
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

function branchOf<Id extends string, Inner extends string>(
  cases: readonly CaseInput[],
): BranchBuilder<Id, Inner> {
  const stepsOf = <New extends string>(steps: CaseSteps<Id, New>) => steps(builderOf<Id>({ steps: [] })).steps
  return {
    cases,
    when: (expression, steps) => branchOf([...cases, { when: expression, steps: stepsOf(steps) }]),
    else: (steps) => branchOf([...cases, { else: true, steps: stepsOf(steps) }]),
  }
}

function builderOf<Id extends string>(draft: PlanDraftInput): PlanBuilder<Id> {
  return {
    steps: draft.steps,
    replan: (rules) => builderOf<Id>({ ...draft, replan: rules }),
    parallel: (name, atMost, steps) => {
      const inner = steps(builderOf<Id>({ steps: [] })).steps
      const block = { parallel: name, at_most: atMost, steps: inner }
      return builderOf({ ...draft, steps: [...draft.steps, block] })
    },
    forEach: <Inner extends string, As extends string = 'item'>(
      list: string,
      { as, id, atMost }: { readonly as?: As; readonly id?: string; readonly atMost: number },
      steps: CaseSteps<Id | As | 'item', Inner>,
    ) => {
      const inner = steps(builderOf<Id | As | 'item'>({ steps: [] })).steps
      const names = { ...(as === undefined ? {} : { as }), ...(id === undefined ? {} : { id }) }
      const block = { for_each: list, ...names, at_most: atMost, steps: inner }
      return builderOf<Id>({ ...draft, steps: [...draft.steps, block] })
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
