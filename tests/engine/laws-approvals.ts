// What must hold of approvals: decided once, by the right people, in time; one call or one release for each, and for
// exactly what was shown.
import type { EventOf, StoredEvent } from '../../src/events/event.ts'
import type { PlanStep } from '../../src/events/plan.ts'
import { callDigest, only } from './story.ts'

type Asked = {
  readonly request: EventOf<'approval_requested'>
  status: 'pending' | 'approved' | 'denied' | 'changes_requested' | 'ended'
  readonly voters: Set<string>
  used: EventOf<'tool_call_start'>['data'] | null
}

type Desk = {
  readonly events: readonly StoredEvent[]
  readonly plan: ReadonlyMap<string, PlanStep>
  readonly start: EventOf<'run_started'> | undefined
  readonly asked: Map<string, Asked>
  readonly revisions: Map<string, number>
  readonly outputs: Map<string, string>
  readonly writers: Set<string>
  readonly broken: string[]
}

const revisionOf = (desk: Desk, stepId: string): number => desk.revisions.get(stepId) ?? 1

function request(desk: Desk, event: EventOf<'approval_requested'>): void {
  const { data } = event
  const approvers = desk.start?.data.approvers
  for (const { request: earlier, status } of desk.asked.values()) {
    if (earlier.data.step_id === data.step_id && status === 'pending')
      desk.broken.push('two pending approvals')
  }
  if (desk.asked.has(data.approval_id)) desk.broken.push(`${data.approval_id} is asked for twice`)
  if (data.revision !== revisionOf(desk, data.step_id)) desk.broken.push('an approval of another revision')
  if (data.required !== approvers?.quorum) desk.broken.push('another quorum than the profile says')
  if (data.expires_at !== event.at + (approvers?.timeout_s ?? 0) * 1000) desk.broken.push('another expiry')
  if (data.review === 'output' && data.subject !== desk.outputs.get(data.step_id)) {
    desk.broken.push('an approval of another output than the present one')
  }
  desk.asked.set(data.approval_id, { request: event, status: 'pending', voters: new Set(), used: null })
}

/** Everybody who had a hand in the run, by what its events say alone. */
const handsIn = ({ start, writers }: Desk): Set<string> => {
  const { requester = '', resumed_by, chain } = start?.data ?? {}
  const before = [...(chain?.asked_by ?? []), ...(chain?.edited_by ?? [])]
  return new Set([requester, ...(resumed_by === undefined ? [] : [resumed_by]), ...before, ...writers])
}

function decision(desk: Desk, event: EventOf<'approval_received'>): void {
  const { data } = event
  const asked = desk.asked.get(data.approval_id)
  if (asked === undefined) return void desk.broken.push('a decision on nothing')
  const { requester, resumed_by, chain, approvers } = desk.start?.data ?? {}
  const askers = [requester, resumed_by, ...(chain?.asked_by ?? [])]
  if (asked.status !== 'pending')
    desk.broken.push(`${data.approval_id} is decided after it was ${asked.status}`)
  if (event.at >= asked.request.data.expires_at) desk.broken.push('decided after it expired')
  if (approvers?.exclude_requester && askers.includes(data.by)) desk.broken.push('decided by who asked')
  if (asked.voters.has(data.by)) desk.broken.push('one person counted twice')
  asked.voters.add(data.by)
  if (data.decision !== 'approved') asked.status = data.decision
  else if (asked.voters.size >= asked.request.data.required) {
    asked.status = 'approved'
    const hands = handsIn(desk)
    if ([...asked.voters].every((by) => hands.has(by)))
      desk.broken.push('approved by nobody but who wrote it')
  }
  if (data.decision !== 'changes_requested' || data.edits === null) return
  if (data.changes !== null) desk.writers.add(data.by)
  desk.revisions.set(data.step_id, revisionOf(desk, data.step_id) + 1)
  if (data.edits === 'output' && data.changes !== null) desk.outputs.set(data.step_id, data.changes)
}

function revision(desk: Desk, { data }: EventOf<'step_revised'>): void {
  const { requester, resumed_by } = desk.start?.data ?? {}
  if (data.by !== requester && data.by !== resumed_by) desk.broken.push('revised by somebody else')
  const last = [...desk.asked.values()].findLast(
    ({ request: { data: asked } }) => asked.step_id === data.step_id,
  )
  if (last?.status !== 'changes_requested') desk.broken.push(`revised what is ${last?.status}`)
  desk.revisions.set(data.step_id, revisionOf(desk, data.step_id) + 1)
  if (data.revision !== revisionOf(desk, data.step_id)) desk.broken.push('another revision than the next')
}

function timeout(desk: Desk, event: EventOf<'approval_timeout'>): void {
  const asked = desk.asked.get(event.data.approval_id)
  if (asked?.status !== 'pending') return void desk.broken.push('an end of what is not pending')
  if (event.data.cause === 'expired' && event.at < asked.request.data.expires_at) {
    desk.broken.push('expired before its time')
  }
  asked.status = 'ended'
}

function called(desk: Desk, event: EventOf<'tool_call_start'>): void {
  const { data } = event
  const step = desk.plan.get(data.step_id)
  if (step === undefined) return void desk.broken.push('a call of no step')
  if (step.review !== 'call') {
    if (data.approval_id !== null) desk.broken.push('a call with an approval that it does not need')
    return
  }
  const asked = desk.asked.get(data.approval_id ?? '')
  if (asked === undefined) return void desk.broken.push(`${data.step_id} was called without an approval`)
  const revision = revisionOf(desk, data.step_id)
  // What a process left is made again under the approval, and the key, of the first time.
  const repeats = asked.used !== null && asked.used.idempotency_key === data.idempotency_key
  const attempt = (repeats ? (asked.used?.attempt ?? 0) : data.attempt) - 1
  const approval = asked.request.data
  const { adapter, configuration } = approval
  const served = adapter === undefined ? {} : { adapter, ...(configuration && { configuration }) }
  const content = { revision, attempt, inputs: data.inputs, served }
  const digest = callDigest(desk.events, step, content)
  if (data.side_effects !== 'read-only' && data.adapter !== (adapter ?? 'builtin'))
    desk.broken.push(`called through ${data.adapter}, approved for ${adapter ?? 'none'}`)
  if (asked.status !== 'approved') desk.broken.push(`called with an approval that is ${asked.status}`)
  if (asked.used !== null && !repeats) desk.broken.push('two calls on one approval')
  if (approval.step_id !== data.step_id) desk.broken.push('called with the approval of another step')
  if (approval.revision !== revision) desk.broken.push('called with the approval of an earlier revision')
  if (approval.digest !== digest) desk.broken.push('called with another content than was approved')
  if (event.at >= approval.expires_at && !repeats) desk.broken.push('called after the approval had expired')
  asked.used ??= data
}

export function approvalLaws(events: readonly StoredEvent[], plan: readonly PlanStep[]): string[] {
  const desk: Desk = {
    events,
    plan: new Map(plan.map((step) => [step.step_id, step])),
    start: only(events, 'run_started')[0],
    asked: new Map(),
    revisions: new Map(),
    outputs: new Map(),
    writers: new Set(),
    broken: [],
  }
  for (const event of events) {
    if (event.type === 'approval_requested') request(desk, event)
    if (event.type === 'approval_received') decision(desk, event)
    if (event.type === 'step_revised') revision(desk, event)
    if (event.type === 'approval_timeout') timeout(desk, event)
    if (event.type === 'tool_call_start') called(desk, event)
    if (event.type === 'tool_call_complete') {
      desk.outputs.set(event.data.step_id, event.data.output)
    }
    if (event.type !== 'run_finished') continue
    for (const { status } of desk.asked.values())
      if (status === 'pending') desk.broken.push('still asked at the end')
  }
  return desk.broken
}
