// Steps of an earlier run under the policy of today: what a step costs, risks and needs a person for is the registry's
// and the profile's to say at each acceptance, also of steps that stand for any item of a list.
import type { ProposedBlock, ProposedParts, ProposedStep } from '../../events/plan.ts'
import type { PlannerInput } from '../planner.ts'
import { policyOf, usableTools } from '../steps.ts'

type Renewing = Pick<PlannerInput, 'profile' | 'registry' | 'askable'> & {
  readonly usable: ReturnType<typeof usableTools>
}

/** One whose tool cannot be used stays as it is: it may be done, and the proof says so where it is not. */
function renewedStep(step: ProposedStep, renewing: Renewing): ProposedStep {
  const tool = renewing.usable.get(step.tool)
  if (tool === undefined) return step
  const { adapter: _chosenThen, reconcile: _asThen, asks: _askedThen, ...kept } = step
  return { ...kept, ...policyOf(tool, renewing) }
}

function renewedBlock(block: ProposedBlock, renewing: Renewing): ProposedBlock {
  if (block.kind !== 'for_each') return block
  const { body, template, ...list } = block
  return {
    ...list,
    body: body && renewedParts(body, renewing),
    ...(template && { template: renewedParts(template, renewing) }),
  }
}

const renewedParts = ({ steps, blocks }: ProposedParts, renewing: Renewing): ProposedParts => ({
  steps: steps.map((step) => renewedStep(step, renewing)),
  blocks: blocks.map((block) => renewedBlock(block, renewing)),
})

/** Steps with an output of an earlier run too: a rule of the plan may do them again. */
export const renewed = (parts: ProposedParts, input: PlannerInput): ProposedParts =>
  renewedParts(parts, { ...input, usable: usableTools(input) })
