// What a person makes of the content of a step: fields laid over those that were shown, checked like any content of
// its tool.
import { AppError } from '../../errors.ts'
import { jsonPayload } from '../../events/digest.ts'
import { isRecord } from '../../events/json.ts'
import { problemsOf } from '../../events/problem.ts'
import type { StepState } from '../../run/state.ts'
import type { Turn } from '../active-run.ts'
import type { DecisionRequest } from '../engine.ts'
import { checkInput } from '../calls/input-check.ts'
import { checkOutput } from '../calls/output.ts'

export type Changes = NonNullable<DecisionRequest['changes']>

/** Errors: CHANGES_INVALID. */
export function changesInvalid(why: string, problems: { path: string; message: string }[] = []): never {
  throw new AppError('CHANGES_INVALID', { why }, { problems })
}

/** A mistake of a tool refuses the changes; it ends no run. */
function byTool<T>(work: () => T): T {
  try {
    return work()
  } catch (cause) {
    throw new AppError('CHANGES_INVALID', { why: 'The tool fails with this content.' }, { cause })
  }
}

/** The content that the changes make of what the reviewer saw: their fields replace its fields. */
export function edited(turn: Turn, change: { step: StepState; changes: Changes; review: 'call' | 'output' }) {
  const { step, changes, review } = change
  const edits = changes.output === undefined ? 'inputs' : 'output'
  if (edits === 'output' && review === 'call')
    return changesInvalid('There is no output yet: change the inputs.')
  const asked = edits === 'output' ? changes.output : changes.inputs
  if (!isRecord(asked)) return changesInvalid(`The ${edits} must be an object.`)
  const tool = turn.run.tools.get(step.plan.tool)
  const spec = turn.run.registry.tools[step.plan.tool]
  if (tool === undefined || spec === undefined) return changesInvalid('The tool is not installed.')
  const shown = edits === 'output' ? step.output : review === 'call' ? shownInputs(turn, step) : step.inputs
  const before = shown === null ? {} : turn.run.values.get(shown)
  const value = { ...(isRecord(before) ? before : {}), ...asked }
  if (jsonPayload(value) === null) return changesInvalid(`The ${edits} must be JSON.`)
  const schema = edits === 'output' ? tool.output : tool.input
  const parsed = byTool(() => schema.safeParse(value))
  if (!parsed.success)
    return changesInvalid(`The ${edits} would not fit ${step.plan.tool}.`, problemsOf(parsed.error))
  // What follows from the edited text, such as its count of words, is of that text.
  const whole = edits === 'output' ? byTool(() => tool.revised?.(parsed.data) ?? value) : value
  const checked =
    edits === 'output'
      ? checkOutput(tool, spec, { input: undefined, output: whole, salt: turn.run.salt })
      : checkInput(tool, spec, value)
  if (!checked.ok) return changesInvalid(checked.failure.message)
  return { edits, value: whole } as const
}

const shownInputs = (turn: Turn, step: StepState): string | null => {
  const last = step.approvalIds.at(-1)
  return last === undefined ? null : (turn.state.approvals[last]?.subject ?? null)
}
