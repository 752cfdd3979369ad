// What events.md promises of the order inside a run, said over the bare events: independent of how the product
// replays them. Each broken promise is one sentence; a run that keeps all of them gives an empty list.
import type { DataOf, StoredEvent } from '../../src/events/event.ts'
import { sourcesOf, type InputSource, type PlanStep } from '../../src/events/plan.ts'
import { approvalLaws } from './laws-approvals.ts'
import { budgetLaws } from './laws-budget.ts'
import { endIn, endOf, isUnderReview, isUnknown, only, planOf, storyOf } from './story.ts'

function envelopeLaws(events: readonly StoredEvent[]): string[] {
  const broken: string[] = []
  const [first] = events
  for (const [index, event] of events.entries()) {
    if (event.seq !== index + 1) broken.push(`seq ${event.seq} stands at ${index + 1}`)
    if (event.trace_id !== first?.trace_id) broken.push(`${event.seq} has another trace`)
    if (event.tenant !== first?.tenant) broken.push(`${event.seq} has another tenant`)
    if (event.at < (events[index - 1]?.at ?? 0)) broken.push(`${event.seq} is earlier than the one before`)
    if (event.position <= (events[index - 1]?.position ?? 0)) broken.push(`${event.seq} is out of position`)
  }
  if (first?.type !== 'run_started') broken.push('run_started is not first')
  if (only(events, 'run_started').length !== 1) broken.push('run_started is not there once')
  const plans = only(events, 'plan_created')
  for (const [index, { data }] of plans.entries()) {
    const before = plans.slice(0, index).flatMap(({ data: earlier }) => earlier.steps)
    if (data.revision !== index + 1) broken.push(`revision ${data.revision} stands at ${index + 1}`)
    if (data.steps.some(({ step_id }) => before.some((step) => step.step_id === step_id)))
      broken.push('an id is used again')
    const dropped = plans.slice(0, index + 1).flatMap(({ data: earlier }) => earlier.dropped ?? [])
    const kept = before.map(({ step_id }) => step_id).filter((id) => !dropped.includes(id))
    if (index > 0 && String(data.kept) !== String(kept))
      broken.push('a revision keeps other steps than there were')
  }
  const plan = events.findIndex(({ type }) => type === 'plan_created')
  const ofPlanning = new Set([
    'llm_call_start',
    'llm_call',
    'budget_updated',
    'budget_warning',
    'budget_exceeded',
  ])
  if (events.slice(1, Math.max(1, plan)).some(({ type }) => !ofPlanning.has(type)))
    broken.push('something happened before there was a plan')
  const end = events.findIndex(({ type }) => type === 'run_finished')
  if (end >= 0 && end !== events.length - 1) broken.push('something happened after run_finished')
  return broken
}

/** Completed; or left out by the plan itself, and everything that only it could give. */
function isDoneOrLeftOut(id: string, events: readonly StoredEvent[], end: DataOf<'run_finished'>): boolean {
  if (end.completed.includes(id)) return true
  const reason = only(events, 'step_skipped').find(({ data }) => data.step_id === id)?.data.reason
  if (reason === 'condition_false' || reason === 'branch_not_taken') return true
  const step = planOf(events).find(({ step_id }) => step_id === id)
  const sources = Object.values(step?.inputs ?? {}).flatMap((input) =>
    sourcesOf<InputSource>(input).flatMap((source) => ('step' in source ? [source.step] : [])),
  )
  const lacking = [...new Set([...sources, ...(step?.depends_on ?? [])])].filter(
    (source) => !end.completed.includes(source),
  )
  return (
    reason === 'dependency_failed' &&
    lacking.length > 0 &&
    lacking.every((source) => isDoneOrLeftOut(source, events, end))
  )
}

const OPENINGS: ReadonlySet<string> = new Set([
  'route_decision',
  'step_skipped',
  'condition_met',
  'step_failed',
])

/** start, then one outcome of the same attempt, then at most one reconciliation of an unknown one. */
function callLaws(step: PlanStep, story: readonly StoredEvent[]): string[] {
  const broken: string[] = []
  const id = step.step_id
  let routed = false
  let attempt = 0
  let open = false
  let unknown = false
  for (const event of story) {
    if (event.type === 'route_decision') routed = true
    if (event.type === 'tool_call_start') {
      if (!routed) broken.push(`${id} was called without a route`)
      if (open || unknown) broken.push(`${id} was called before its last outcome was known`)
      if (event.data.attempt !== attempt + 1)
        broken.push(`${id}: attempt ${event.data.attempt} after ${attempt}`)
      attempt = event.data.attempt
      open = true
    }
    if (event.type !== 'tool_call_complete' && event.type !== 'tool_call_error') continue
    if (event.data.attempt !== attempt) broken.push(`${id}: the outcome of another attempt`)
    if (event.data.reconciled_by === null ? !open : !unknown) broken.push(`${id}: an outcome of no call`)
    open = false
    unknown = isUnknown(event)
  }
  const opening = story[0]?.type
  if (opening !== undefined && !OPENINGS.has(opening)) {
    broken.push(`${id} begins with ${opening}`)
  }
  return broken
}

/** Nothing of a step after its end; and what it depends on has ended well before it starts. */
function lifeLaws(step: PlanStep, events: readonly StoredEvent[], plan: readonly PlanStep[]): string[] {
  const broken: string[] = []
  const story = storyOf(events, step.step_id)
  for (let count = 1; count < story.length; count += 1) {
    const before = events.slice(0, (story[count]?.seq ?? 1) - 1)
    const end = endIn(before, plan, step)
    if (end !== 'open' && end !== 'unknown') broken.push(`${step.step_id} went on after it was ${end}`)
  }
  const begun = story.filter(
    ({ type }) => type === 'route_decision' || type === 'approval_requested' || type === 'tool_call_start',
  )
  return [...broken, ...begun.flatMap((event) => needsLaws(step, events.slice(0, event.seq - 1), plan))]
}

/** Whatever begins: what it depends on is released, or it only judges it. */
function needsLaws(step: PlanStep, before: readonly StoredEvent[], plan: readonly PlanStep[]): string[] {
  return step.depends_on.flatMap((id) => {
    const needed = plan.find(({ step_id }) => step_id === id)
    const end = needed ? endIn(before, plan, needed) : 'missing'
    const maySee = needed !== undefined && step.judges === id && isUnderReview(needed, storyOf(before, id))
    return end === 'completed' || maySee ? [] : [`${step.step_id} began while ${id} was ${end}`]
  })
}

/** A person is asked about an output only after those who judge it have spoken about this very revision. */
function judgeLaws(events: readonly StoredEvent[], plan: readonly PlanStep[]): string[] {
  return only(events, 'approval_requested').flatMap((asked) => {
    const before = events.slice(0, asked.seq - 1)
    const made = before.findLastIndex(
      ({ type, data }) =>
        'step_id' in data &&
        data.step_id === asked.data.step_id &&
        (type === 'tool_call_complete' || type === 'approval_received'),
    )
    return plan.flatMap((judge) => {
      if (judge.judges !== asked.data.step_id) return []
      const story = storyOf(before, judge.step_id)
      const end = endOf(judge, story)
      if (end === 'failed' || end === 'skipped') return []
      const said = story.at(-1)
      const isNew = said?.type === 'tool_call_complete' && said.seq > made
      return isNew ? [] : [`${asked.data.approval_id} was asked before ${judge.step_id} had judged it`]
    })
  })
}

const sameIds = (left: readonly string[], right: readonly string[]): boolean =>
  JSON.stringify([...left].sort()) === JSON.stringify([...right].sort())

function endLaws(events: readonly StoredEvent[], end: DataOf<'run_finished'>): string[] {
  const broken: string[] = []
  const plan = planOf(events)
  const ids = (how: string): string[] =>
    plan.filter((step) => endIn(events, plan, step) === how).map(({ step_id }) => step_id)
  for (const how of ['completed', 'failed', 'skipped', 'unknown'] as const) {
    if (!sameIds(end[how], ids(how)))
      broken.push(`${how} is ${end[how].join()} and should be ${ids(how).join()}`)
  }
  const all = [...end.completed, ...end.failed, ...end.skipped, ...end.unknown]
  if (
    !sameIds(
      all,
      plan.map(({ step_id }) => step_id),
    )
  )
    broken.push('the four lists are not all steps, once')
  if (end.calls !== only(events, 'tool_call_start').length) broken.push('calls is not the number of calls')
  const outcomes = [...only(events, 'tool_call_complete'), ...only(events, 'tool_call_error')]
  const cost = outcomes.reduce((sum, { data }) => sum + Math.round(data.cost * 1e6), 0)
  if (Math.round(end.cost * 1e6) !== cost) broken.push(`cost is ${end.cost} and should be ${cost / 1e6}`)
  const others = only(events, 'plan_created').flatMap(({ data }) => [
    ...(data.dropped ?? []),
    ...(data.redone ?? []),
  ])
  const present = plan.filter(({ step_id }) => !others.includes(step_id))
  // A plan of lists that are empty has nothing to do.
  const isList = only(events, 'plan_created').some(({ data }) => data.blocks !== undefined)
  const succeeded =
    (present.length > 0 || isList) && present.every(({ step_id }) => isDoneOrLeftOut(step_id, events, end))
  if ((end.status === 'succeeded') !== succeeded && end.status !== 'cancelled') {
    broken.push(`${end.status} with ${end.completed.length} of ${plan.length} steps completed`)
  }
  if (end.status === 'partial' && end.completed.length === 0)
    broken.push('partial without anything completed')
  if (end.active_ms > end.duration_ms) broken.push('more working time than time')
  return broken
}

/** Every broken promise of one run's events; a run that is under way is held to what holds already. */
export function lawsBroken(events: readonly StoredEvent[]): string[] {
  const plan = planOf(events)
  const end = events.at(-1)
  return [
    ...envelopeLaws(events),
    ...plan.flatMap((step) => callLaws(step, storyOf(events, step.step_id))),
    ...plan.flatMap((step) => lifeLaws(step, events, plan)),
    ...judgeLaws(events, plan),
    ...approvalLaws(events, plan),
    ...budgetLaws(events),
    ...(end?.type === 'run_finished' ? endLaws(events, end.data) : []),
  ]
}
