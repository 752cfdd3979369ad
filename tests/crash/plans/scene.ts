// What the killed processes carry out: one plan with a branch, a group, a list and a rule, or a plan made up from a number.
// A run's name says which, so that whoever finds it after a kill sees the same world.
import type { DecisionRequest, RunRequest } from '../../../src/engine/engine.ts'
import { planDraftSchema } from '../../../src/registry/plan/draft.ts'
import type { Tool, ToolContext } from '../../../src/tools/tool.ts'
import {
  isApproved,
  RANDOM_TOOLS,
  randomContext,
  randomOutput,
  randomPlan,
} from '../../engine/random-plan.ts'
import { approve, deny, scripted } from '../../engine/world.ts'

/** The story, or the number of a random plan. */
export type Kind = 'story' | number

export const nameOf = (kind: Kind, nth: string): string => `${kind}/${nth}`

export function kindOf(name: string): Kind {
  const [kind = ''] = name.split('/')
  return kind === 'story' ? kind : Number(kind)
}

/** A branch, a group of three, a list of five that a step gives, and a letter that is written anew once. */
const STORY = planDraftSchema.parse({
  description: 'score the account',
  steps: [
    { id: 'first', tool: 'look' },
    {
      branch: 'fits',
      cases: [
        {
          when: 'first.n > 0.5',
          steps: [
            {
              parallel: 'research',
              at_most: 3,
              steps: ['a', 'b', 'c'].map((id) => ({ id, tool: 'look', inputs: { about: 'first.n' } })),
            },
          ],
        },
        { else: true, steps: [{ id: 'why', tool: 'score' }] },
      ],
    },
    {
      for_each: 'first.list',
      id: 'each',
      at_most: 5,
      steps: [{ id: 'mail', tool: 'look', inputs: { about: 'item' } }],
    },
    { id: 'letter', tool: 'write', inputs: { about: 'first.n' }, after: ['a', 'each'] },
    { id: 'check', tool: 'judge', inputs: { about: 'letter.n' } },
    { id: 'post', tool: 'send', inputs: { about: 'letter.n' } },
  ],
  replan: { at_most: 1, rules: [{ when: '!check.ok', redo: 'letter' }] },
})

/** How the story ends, whoever is killed in it. */
export const STORY_END = {
  status: 'succeeded',
  completed: 'first a b c mail[0] mail[1] mail[2] mail[3] mail[4] letter.3 check.3 post.3'.split(' '),
}

export const requestOf = (name: string): RunRequest => {
  const kind = kindOf(name)
  return {
    goal: undefined,
    plan: kind === 'story' ? STORY : randomPlan(kind),
    context: kind === 'story' ? {} : randomContext(kind),
    profile: 'test',
    planner: 'rules',
    tenant: 'team',
    limits: {},
    idempotencyKey: name,
    traceparent: null,
  }
}

const outputOf = (kind: Kind, stepId: string, attempt: number): Record<string, unknown> =>
  kind === 'story'
    ? { n: 0.9, ok: stepId !== 'check', list: [1, 2, 3, 4, 5] }
    : randomOutput(kind, stepId, attempt)

export const decisionOn = (kind: Kind, stepId: string): DecisionRequest =>
  kind === 'story' || isApproved(kind, stepId) ? approve : deny

type World = {
  readonly kindOf: (runId: string) => Promise<Kind>
  readonly happened: (tool: string, context: ToolContext) => void
}

/** `happened`: told of each call before it answers or fails. */
export const toolsOf = (world: World): Tool[] =>
  RANDOM_TOOLS.map((name) =>
    scripted(name, async (_input, context) => {
      const kind = await world.kindOf(context.runId)
      world.happened(name, context)
      const attempt = Number(context.idempotencyKey.split('/').at(-1))
      return outputOf(kind, context.stepId, attempt)
    }),
  )
