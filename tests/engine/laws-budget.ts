// What must hold of the books as one run shows them: a reservation stands before its call, its closing after the
// outcome, a refusal leaves nothing but itself and the skipped step.
import type { EventOf, StoredEvent } from '../../src/events/event.ts'
import { kindOfCall } from '../../src/run/calls/call.ts'
import { only } from './story.ts'

const isBook = (event: StoredEvent | undefined): boolean =>
  event?.type === 'budget_updated' || event?.type === 'budget_warning'

function neighbour(events: readonly StoredEvent[], from: number, by: 1 | -1): StoredEvent | undefined {
  let at = from + by
  while (isBook(events[at])) at += by
  return events[at]
}

const stepIdOf = (event: StoredEvent | undefined): string | null =>
  event !== undefined && 'step_id' in event.data ? (event.data.step_id ?? null) : null

function updatedLaws(events: readonly StoredEvent[], at: number, event: EventOf<'budget_updated'>): string[] {
  const broken: string[] = []
  const { data } = event
  for (const { scope, unit, spent, reserved, limit } of data.accounts)
    if (spent + reserved > limit) broken.push(`${scope} ${unit} is above its limit`)
  const beside = neighbour(events, at, data.kind === 'reserved' ? 1 : -1)
  if (stepIdOf(beside) !== data.step_id) broken.push(`${data.kind} away from its step`)
  if (data.kind === 'reserved') {
    if (beside?.type !== 'tool_call_start' && beside?.type !== 'llm_call_start')
      broken.push('reserved for something that is no call')
    return broken
  }
  if (beside?.type === 'llm_call') return broken
  if (beside?.type !== 'tool_call_complete' && beside?.type !== 'tool_call_error') {
    return [...broken, `${data.kind} without an outcome`]
  }
  if (data.kind === 'released' && beside.data.cost > 0) broken.push('given back although it cost something')
  return broken
}

type Named = Pick<
  EventOf<'budget_updated'>['data']['accounts'][number],
  'scope' | 'key' | 'unit' | 'window' | 'limit_of'
>

/** Of one account, among those of a run. */
const nameOf = ({ scope, key, unit, window, limit_of }: Named): string =>
  [scope, key, unit, window, limit_of].filter((part) => part !== undefined).join(' ')

function warningLaws(events: readonly StoredEvent[], at: number, event: EventOf<'budget_warning'>): string[] {
  const { data } = event
  const cause = events.slice(0, at).findLast(({ type }) => type !== 'budget_warning')
  if (cause?.type !== 'budget_updated') return ['a warning without a posting']
  const same = cause.data.accounts.some((account) => nameOf(account) === nameOf(data))
  return same && data.spent >= data.threshold * data.limit ? [] : ['a warning below its threshold']
}

function exceededLaws(
  events: readonly StoredEvent[],
  at: number,
  event: EventOf<'budget_exceeded'>,
): string[] {
  const { data } = event
  const broken: string[] = []
  if (data.spent + data.reserved + data.requested <= data.limit) broken.push('refused although it fits')
  if (kindOfCall(data.call_id) === 'model') return broken
  const after = events.slice(at).find(({ type }) => type !== 'budget_exceeded')
  if (after?.type !== 'step_skipped' || after.data.step_id !== data.step_id)
    broken.push('a refusal and no skip')
  else if (after.data.reason !== 'budget_exceeded') broken.push(`a refusal and ${after.data.reason}`)
  return broken
}

/** An attempt in which nothing happened costs nothing; it is a call all the same. */
const isFree = (
  { kind, unit, delta }: { kind: string; unit: string; delta: number },
  held: number,
): boolean => kind === 'settled' && unit === 'cost' && delta === -held

function bookLaws(events: readonly StoredEvent[]): string[] {
  const broken: string[] = []
  const held = new Map<string, number>()
  const bookings = only(events, 'budget_updated').flatMap(({ data: { accounts, ...data } }) =>
    accounts.map((account) => ({ ...data, ...account })),
  )
  for (const data of bookings) {
    const account = `${data.call_id} ${nameOf(data)}`
    const before = held.get(account) ?? 0
    if (data.kind === 'reserved') {
      if (before !== 0) broken.push(`${account} is held twice`)
      held.set(account, data.delta)
      continue
    }
    if (before === 0) broken.push(`${account} is closed and was not held`)
    const isModel = kindOfCall(data.call_id) === 'model'
    const isRight = isModel
      ? data.delta <= 0 && data.delta >= -before
      : data.delta === (data.kind === 'settled' ? 0 : -before) || isFree(data, before)
    if (!isRight) broken.push(`${account} is ${data.kind} by ${data.delta}`)
    held.set(account, 0)
  }
  const isOver = events.at(-1)?.type === 'run_finished'
  for (const [account, amount] of held)
    if (isOver && amount !== 0) broken.push(`${account} is held at the end`)
  return broken
}

function onceLaws(events: readonly StoredEvent[]): string[] {
  const warned = only(events, 'budget_warning')
    .filter(({ data }) => data.scope !== 'tenant')
    .map(({ data }) => nameOf(data))
  return new Set(warned).size === warned.length ? [] : ['one account warned twice']
}

function stopLaws(events: readonly StoredEvent[]): string[] {
  if (only(events, 'run_started')[0]?.data.limits.on_exceeded !== 'stop') return []
  const refused = only(events, 'budget_exceeded')[0]?.seq ?? Infinity
  const late = only(events, 'tool_call_start').filter(({ seq }) => seq > refused)
  return late.map(({ data }) => `${data.step_id} was called after the run had been stopped`)
}

export const budgetLaws = (events: readonly StoredEvent[]): string[] => [
  ...events.flatMap((event, at) => {
    if (event.type === 'budget_updated') return updatedLaws(events, at, event)
    if (event.type === 'budget_warning') return warningLaws(events, at, event)
    return event.type === 'budget_exceeded' ? exceededLaws(events, at, event) : []
  }),
  ...bookLaws(events),
  ...onceLaws(events),
  ...stopLaws(events),
]
