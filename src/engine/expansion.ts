// The list of a for_each is there: its steps are made, once for each item, as a new revision of the plan.
import type { ForEachBlock, ProposedParts } from '../events/plan.ts'
import { MOST_PLAN_STEPS } from '../events/plan.ts'
import { FAILURES } from '../events/taxonomy.ts'
import { readPath } from '../registry/path.ts'
import { expanded, renameParts } from '../run/plan/items.ts'
import { freeVersion } from '../run/plan/remake.ts'
import { currentStep, hasVersions, nameIn, versioned } from '../run/plan/version.ts'
import type { RunState } from '../run/state.ts'
import { counted } from '../run/figures.ts'
import type { Turn } from './active-run.ts'
import type { EngineParts } from './parts.ts'
import { recordRevision } from './plan-record.ts'
import { record } from './turn.ts'
import { valueOf } from './values.ts'

/** Empty where the step that was to give it gave nothing: what became of the step says why. */
async function listOf({ journal }: EngineParts, turn: Turn, { list }: ForEachBlock): Promise<unknown> {
  const { run, state } = turn
  if ('context' in list) return readPath(await valueOf(journal, run, state.context), list.context)
  const step = state.steps[list.step]
  if (step?.status !== 'completed' || step.output === null) return []
  return readPath(await valueOf(journal, run, step.output), list.output)
}

const nameOf = ({ list }: ForEachBlock): string =>
  'context' in list ? `context.${list.context}` : `${list.step}.${list.output}`

function fail(turn: Turn, { block }: ForEachBlock, message: string): void {
  const { category } = FAILURES.agent_condition
  record(turn, [
    {
      type: 'block_failed',
      data: { block, mode: 'agent_condition', category, message: message.slice(0, 300) },
    },
  ])
}

/** Why the list cannot be carried out; null: it can. */
function whyNot(list: unknown, block: ForEachBlock): string | null {
  if (!Array.isArray(list)) return `${nameOf(block)} is not there, or no list.`
  if (list.length <= block.at_most) return null
  return `${nameOf(block)} has ${list.length} items; ${block.at_most} are allowed.`
}

/** In a plan that was changed: under ids that are new, and beside the steps that are there now. */
function amongTheOthers(state: RunState, made: ProposedParts): ProposedParts {
  if (!hasVersions(state)) return made
  const blocks = (state.plan?.blocks ?? []).map(({ block }) => block)
  const own = new Set([...made.steps.map(({ step_id }) => step_id), ...made.blocks.map(({ block }) => block)])
  const taken = [...Object.keys(state.steps), ...blocks]
  const isTaken = taken.some((id) => own.has(id))
  const version = isTaken ? freeVersion(taken, own, state.plan?.revision ?? 0) : 0
  const now = (id: string): string => {
    const { name, items } = nameIn(id)
    const block = blocks.findLast((other) => nameIn(other).name === name && nameIn(other).items === items)
    return currentStep(state, name, items)?.plan.step_id ?? block ?? id
  }
  const ofOwn = (id: string): string => (isTaken ? versioned(id, version) : id)
  return renameParts(made, { id: (id) => (own.has(id) ? ofOwn(id) : now(id)), path: (path) => path })
}

export async function expandList(parts: EngineParts, turn: Turn, name: string): Promise<void> {
  const block = turn.state.plan?.blocks?.find((one) => one.block === name)
  if (block?.kind !== 'for_each' || block.body === null) return
  const list = await listOf(parts, turn, block)
  const why = whyNot(list, block)
  if (why !== null || !Array.isArray(list)) return fail(turn, block, why ?? '')
  const body = await valueOf(parts.journal, turn.run, block.body)
  if (body === null) return fail(turn, block, 'Its steps were erased.')
  const made = amongTheOthers(turn.state, expanded(body as ProposedParts, block, list.length))
  const count = (turn.state.plan?.order.length ?? 0) + made.steps.length
  if (count > MOST_PLAN_STEPS) return fail(turn, block, `The plan would have ${count} steps.`)
  recordRevision(turn, made, {
    cause: 'expanded',
    changed: [{ ...block, items: list.length, body: null, template: block.body }],
    why: `${block.block}: ${counted(list.length, 'item')} of ${nameOf(block)}.`,
  })
}
