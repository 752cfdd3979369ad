// What a person makes of the content of a step: fields laid over those that were shown, checked like any content of
// its tool.
import { inTool, tellOf } from '../../containment.ts'
import { AppError } from '../../errors.ts'
import { jsonPayload } from '../../events/digest.ts'
import { isRecord } from '../../events/json.ts'
import type { StepState } from '../../run/state.ts'
import { inTime } from '../../tools/in-time.ts'
import type { Tool } from '../../tools/tool.ts'
import { unfitProblems } from '../../tools/unfit.ts'
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
async function byTool<T>({ name }: Tool, work: () => T | Promise<T>): Promise<T> {
  try {
    return await inTool(name, async () => {
      try {
        return await work()
      } catch (error) {
        tellOf(error)
        throw error
      }
    })
  } catch (cause) {
    throw new AppError('CHANGES_INVALID', { why: 'The tool fails with this content.' }, { cause })
  }
}

/** What follows from the edited text, such as its count of words, is of that text. */
const wholeOf = (tool: Tool, output: unknown): Promise<unknown> =>
  byTool(tool, async () => (await inTime(tool.revised?.(output))) ?? output)

/** The content that the changes make of what the reviewer saw: their fields replace its fields. */
export async function edited(
  turn: Turn,
  change: { step: StepState; changes: Changes; review: 'call' | 'output' },
) {
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
  const parsed = await byTool(tool, () => schema.safeParse(value))
  if (!parsed.success)
    return changesInvalid(
      `The ${edits} would not fit ${step.plan.tool}.`,
      unfitProblems(parsed.error.issues, value),
    )
  if (edits === 'inputs') {
    const checked = checkInput(tool, spec, value)
    return checked.ok
      ? ({ edits, value } as const)
      : changesInvalid(checked.failure.message, [...checked.problems])
  }
  const output = tool.revised === undefined ? value : await wholeOf(tool, parsed.data)
  const { salt } = turn.run
  const checked = inTool(tool.name, () => checkOutput(tool, spec, { input: undefined, output, salt }))
  return checked.ok ? ({ edits, value: checked.output } as const) : changesInvalid(checked.failure.message)
}

const shownInputs = (turn: Turn, step: StepState): string | null => {
  const last = step.approvalIds.at(-1)
  return last === undefined ? null : (turn.state.approvals[last]?.subject ?? null)
}
