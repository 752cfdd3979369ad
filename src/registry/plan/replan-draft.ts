// Rules for changing a plan because of what happens, as they are written beside its steps.
import { z } from 'zod'
import { valueRule } from '../../events/checks/value-rule.ts'
import { name } from '../name.ts'
import { expression, inputSources } from './written.ts'

const MOST_RULES = 20
const MOST_REVISIONS = 20

const ACTIONS = ['redo', 'go_on', 'ask'] as const

const rule = z
  .strictObject({
    when: expression
      .optional()
      .meta({ description: 'A CEL expression over steps that are over: it is true.' }),
    on: z.enum(['failed', 'denied']).optional().meta({ description: 'What became of one of `steps`.' }),
    steps: z.array(name).min(1).max(100).optional(),
    redo: name.optional().meta({ description: 'The step that is done again, with all that takes from it.' }),
    with: inputSources.optional().meta({ description: 'Other inputs of the step that is done again.' }),
    go_on: z.literal(true).optional().meta({ description: 'The rest goes on without them.' }),
    ask: z.literal('planner').optional().meta({ description: 'It makes a plan for what is left.' }),
  })
  .check(
    valueRule((written, context) => {
      const refuse = (message: string, path: string[] = []) =>
        context.addIssue({ code: 'custom', path, message })
      const actions = ACTIONS.filter((key) => written[key] !== undefined)
      if (actions.length !== 1) refuse('must have one of redo, go_on: true, ask: planner')
      if ((written.when === undefined) === (written.on === undefined)) refuse('must have either when or on')
      if ((written.on === undefined) !== (written.steps === undefined))
        refuse(written.on === undefined ? 'stands beside on' : 'is required', ['steps'])
      if (written.with !== undefined && written.redo === undefined) refuse('stands beside redo', ['with'])
      if (written.go_on !== undefined && written.when !== undefined) refuse('stands beside on', ['go_on'])
    }),
  )

export const replanDraftSchema = z.strictObject({
  at_most: z.int().min(1).max(MOST_REVISIONS).meta({ description: 'Changes in all, whichever rules.' }),
  rules: z.array(rule).min(1).max(MOST_RULES).meta({ description: 'The first that holds is followed.' }),
})

export type ReplanDraft = z.output<typeof replanDraftSchema>
export type RuleDraft = ReplanDraft['rules'][number]
export type ReplanInput = z.input<typeof replanDraftSchema>
