// Steps that are done again: copies of them and of all that hangs on them, under new ids. Pure.
import type { ProposedParts, ProposedRule, ProposedStep } from '../../events/plan.ts'
import type { Affected } from './affected.ts'
import { renameParts, type Renaming } from './items.ts'
import { versioned } from './version.ts'

/** The next version whose ids are all new. */
export function freeVersion(taken: readonly string[], ids: Affected, from: number): number {
  const known = new Set(taken)
  let version = from
  while ([...ids].some((id) => known.has(versioned(id, version)))) version += 1
  return version
}

const asNew = ({ judges: _asBefore, ...step }: ProposedStep): ProposedStep => ({ ...step, carried: null })

/** What takes from one another among them takes from the new ones. */
export function remade({ steps, blocks }: ProposedParts, affected: Affected, version: number): ProposedParts {
  const renaming: Renaming = {
    id: (id) => (affected.has(id) ? versioned(id, version) : id),
    path: (path) => path,
  }
  return renameParts(
    {
      steps: steps.filter(({ step_id }) => affected.has(step_id)).map(asNew),
      blocks: blocks.filter(({ block }) => affected.has(block)),
    },
    renaming,
  )
}

/** With these inputs in place of those that it had. */
export const withInputs = (
  parts: ProposedParts,
  stepId: string,
  inputs: ProposedRule['with'],
): ProposedParts => ({
  ...parts,
  steps: parts.steps.map((step) =>
    step.step_id === stepId ? { ...step, inputs: { ...step.inputs, ...inputs } } : step,
  ),
})
