// What happens in a run, as sentences for people who watch it.
import type { EventOf, StoredEvent } from '../../events/event.ts'
import { counted, duration, percent, units } from '../../run/figures.ts'
import { plannedBy } from '../../run/planned-by.ts'

const CHECKED = {
  met: 'the plan is changed',
  not_met: 'its condition does not hold',
  no_answer: 'its condition has no answer',
  no_plan: 'the planner has no other plan',
  over_budget: 'what the planner says would cost too much',
  erased: 'what it needs was erased',
} as const

/** Without a call. */
function failedLine({ type, data }: EventOf<'block_failed'> | EventOf<'step_failed'>): string {
  const what = type === 'block_failed' ? data.block : `${data.step_id} ${data.tool}`
  return `${what} failed (${data.mode}): ${data.message}`
}

const warningLine = ({ data }: EventOf<'budget_warning'>): string =>
  `budget warning: ${data.scope} ${data.unit} reached ${data.threshold * 100} %`

const exceededLine = ({ data }: EventOf<'budget_exceeded'>): string =>
  `${data.step_id ?? 'model call'} refused: ${data.scope} budget of ${data.unit} is used up`

const ruleLine = ({ data }: EventOf<'rule_checked'>): string => `rule ${data.rule}: ${CHECKED[data.outcome]}`

/** What was changed, and why. */
function changeLines({ data }: EventOf<'plan_created'>): string[] {
  const gone = data.dropped === undefined ? '' : `, in place of ${data.dropped.join(', ')}`
  return [
    `plan changed (revision ${data.revision}): ${data.explanation}`,
    ...data.steps.map((step) => `  ${step.step_id} ${step.tool} (${step.domain}, ${step.side_effects})`),
    ...(data.dropped === undefined ? [] : [`  ${counted(data.steps.length, 'step')}${gone}`]),
  ]
}

function planLines(event: EventOf<'plan_created'>): string[] {
  const { data } = event
  if (data.rule !== undefined) return changeLines(event)
  const { steps, planner, estimated_cost, revision } = data
  const again = revision > 1 ? ` (revision ${revision})` : ''
  return [
    plannedBy(data),
    `plan${again} by ${planner}: ${counted(steps.length, 'step')}, about ${units(estimated_cost)} cost units`,
    ...steps.map((step) => `  ${step.step_id} ${step.tool} (${step.domain}, ${step.side_effects})`),
  ]
}

const COMPARED = {
  same: 'would have made the same plan',
  reordered: 'would have done the same in another order',
  different: 'would have made another plan',
  invalid: 'gave no plan that holds',
} as const

const comparedLine = ({ data }: EventOf<'plan_compared'>): string =>
  `in the shadow: ${data.model} ${COMPARED[data.result]} (overlap ${percent(data.overlap)})`

function errorLine({ data }: EventOf<'tool_call_error'>): string {
  const again = data.retry_at === null ? '' : ' - it is tried again'
  return `${data.step_id} ${data.tool} failed (${data.mode}): ${data.message}${again}`
}

const LOOKED_UP = {
  found: 'it happened',
  not_found: 'nothing of it is there',
  failed: 'it could not be asked',
} as const

const caseText = (name: string): string => {
  if (name === 'none') return 'no case holds'
  return name === 'else' ? 'no other case holds' : `case ${name} holds`
}

const lookedUpLine = ({ data }: EventOf<'call_looked_up'>): string =>
  `${data.step_id} ${data.tool} looked up at ${data.adapter}: ${LOOKED_UP[data.outcome]}`

const DECIDED = {
  approved: 'approved',
  denied: 'denied',
  changes_requested: 'sent back',
} as const

const seconds = (ms: number): string => duration(ms / 1000)

function runLines({ data }: EventOf<'run_finished'>): string[] {
  const why = data.cause === null ? '' : `, cause ${data.cause}`
  const line = `run ${data.status} after ${seconds(data.duration_ms)}, ${seconds(data.active_ms)} of it working${why}`
  return data.message === null ? [line] : [line, `  ${data.message}`]
}

const doneLine = ({ data }: EventOf<'tool_call_complete'>): string =>
  `${data.step_id} ${data.tool} done in ${seconds(data.duration_ms)}, ${units(data.cost)} cost units`

type ApprovalEvent =
  | EventOf<'approval_requested'>
  | EventOf<'approval_received'>
  | EventOf<'approval_timeout'>

function approvalLines({ type, data }: ApprovalEvent): string[] {
  if (type === 'approval_requested')
    return [
      `${data.step_id} ${data.tool} waits for a person (risk ${data.risk})`,
      ...data.consequences.map((consequence) => `  if approved: ${consequence}`),
    ]
  const after = `after ${seconds(data.wait_ms)}`
  if (type === 'approval_received')
    return [`${data.step_id} ${DECIDED[data.decision]} by ${data.by} ${after}`]
  return [`${data.step_id} approval ${data.cause} ${after}`]
}

/** Only where somebody stands in for another. */
const routeLines = ({ data }: EventOf<'route_decision'>): string[] =>
  data.from === undefined
    ? []
    : [`${data.step_id} degraded: served by ${data.selected} in place of ${data.from}`]

/** No line for what only machines want to know: reservations, settlements, usual routes. */
export function eventLines(event: StoredEvent): string[] {
  switch (event.type) {
    case 'run_started':
      return [`run ${event.run_id} accepted: profile ${event.data.profile}, by ${event.data.requester}`]
    case 'plan_created':
      return planLines(event)
    case 'plan_compared':
      return [comparedLine(event)]
    case 'route_decision':
      return routeLines(event)
    case 'tool_call_start':
      return [`${event.data.step_id} ${event.data.tool} started`]
    case 'tool_call_complete':
      return [doneLine(event)]
    case 'tool_call_error':
      return [errorLine(event)]
    case 'call_looked_up':
      return [lookedUpLine(event)]
    case 'step_revised':
      return [`${event.data.step_id} given other inputs by ${event.data.by}: revision ${event.data.revision}`]
    case 'branch_taken':
      return [`${event.data.block}: ${caseText(event.data.case)}`]
    case 'block_failed':
    case 'step_failed':
      return [failedLine(event)]
    case 'rule_checked':
      return [ruleLine(event)]
    case 'condition_met':
      return [`${event.data.step_id} condition holds`]
    case 'step_skipped':
      return [`${event.data.step_id} skipped: ${event.data.reason}`]
    case 'approval_requested':
    case 'approval_received':
    case 'approval_timeout':
      return approvalLines(event)
    case 'budget_warning':
      return [warningLine(event)]
    case 'budget_exceeded':
      return [exceededLine(event)]
    case 'llm_call':
      return [`${event.data.model} asked (${event.data.purpose}): ${event.data.outcome}`]
    case 'run_finished':
      return runLines(event)
    case 'run_cancelled':
      return [`cancelled by ${event.data.by}`]
    case 'llm_call_start':
    case 'budget_updated':
    case 'adapter_changed':
    case 'registry_changed':
    case 'freeze_changed':
    case 'batch_started':
    case 'batch_cancelled':
    case 'batch_resumed':
    case 'batch_finished':
    case 'library_changed':
    case 'keys_changed':
    case 'results_taken':
      return []
  }
}
