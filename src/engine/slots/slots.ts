// The adapters of this process as they are called: a slot for each, made with its first call. Puts the slot around what
// a tool is given, and tries an adapter again that its breaker or a check has cut off.
import type { Adapter } from '../../adapters/adapter.ts'
import { DEFAULT_BREAKER, type AdapterSpec, type Registry } from '../../registry/registry.ts'
import { cutsOff } from '../../run/calls/slot.ts'
import { standingOf } from '../../run/calls/standing.ts'
import { classify } from '../../run/failure.ts'
import type { Control } from '../control.ts'
import type { Vendors } from '../parts.ts'
import type { AdapterSample, CheckOutcome } from '../vendors.ts'
import { createFigures, type Figures, type SlotFigures } from './figures.ts'
import { createNotices, type Notices } from './notices.ts'
import { PROBE_MS, probeOf } from './probe.ts'
import { withOperations } from './operations.ts'
import { createQuotas, type Quotas } from './quotas.ts'
import { createSlot, type AdapterSlot, type Trip } from './slot.ts'
import { createTurns, type Turns } from './turns.ts'
import { timeLimit, type CallTime } from './call-time.ts'

export type SlotsParts = {
  readonly control: Control
  readonly registry: () => Registry
  readonly vendors: () => Vendors
  readonly onSample: (sample: AdapterSample) => void
  readonly onFailure: (error: unknown) => void
}

export type Slots = {
  /** The adapter with its slot around every operation, for one call. */
  readonly guard: (adapter: Adapter, spec: AdapterSpec, time: CallTime) => Adapter
  readonly figures: (adapter: string) => SlotFigures | null
  /** Asks the vendor now; what it finds changes the adapter's state. */
  readonly check: (adapter: string) => Promise<CheckOutcome>
  /** A person has changed it: nothing failed yet. What a vendor said of its limits holds unless another one is behind it. */
  readonly reset: (adapter: string, how: { readonly isOther: boolean }) => void
  /** Those that an earlier process left cut off are tried again in time. */
  readonly restore: () => void
  /** When everything that was found out is written. */
  readonly settled: () => Promise<void>
  readonly stop: () => void
}

type Held = { readonly slot: AdapterSlot; readonly settings: string }
/** Of this process: a change makes another slot, but no call unmade, and none of those under way is forgotten. */
type Kept = { readonly figures: Figures; readonly turns: Turns; readonly quotas: Quotas }
type Room = {
  readonly parts: SlotsParts
  readonly notices: Notices
  readonly held: Map<string, Held>
  readonly kept: Map<string, Kept>
  readonly timers: Map<string, NodeJS.Timeout>
  /** How often it was tried in vain since it was cut off. */
  readonly vain: Map<string, number>
}

/** Of the first try: each one that is in vain doubles it, up to eight times. */
const pauseOf = ({ vain }: Room, { name, breaker = DEFAULT_BREAKER }: AdapterSpec): number =>
  breaker.open_ms * 2 ** Math.min(3, vain.get(name) ?? 0)

const standIn = ({ parts }: Room, { fallback }: AdapterSpec): boolean =>
  fallback !== null && parts.vendors().adapters.has(fallback)

function tryLater(room: Room, spec: AdapterSpec): void {
  clearTimeout(room.timers.get(spec.name))
  room.timers.set(
    spec.name,
    setTimeout(() => void tryAgain(room, spec).catch(room.parts.onFailure), pauseOf(room, spec)).unref(),
  )
}

async function tryAgain(room: Room, spec: AdapterSpec): Promise<void> {
  const { name: adapter } = spec
  const state = standingOf(room.parts.control.adapters(), adapter)?.state
  if (state === 'disabled' || state === 'enabled') return
  room.notices.tell({ adapter, to: 'half_open', cause: 'breaker', reason: 'It is tried again.' })
  const known = room.parts.vendors().adapters.get(adapter)
  if (known === undefined) return
  // Without a question of ours the next call of a run tries it.
  if (probeOf(known) === null) slotOf(room, spec).slot.reset()
  else await checkNow(room, spec, known)
}

function onTrip(room: Room, spec: AdapterSpec, trip: Trip): void {
  const { name: adapter, breaker = DEFAULT_BREAKER } = spec
  if (trip === 'closed') {
    room.vain.delete(adapter)
    return room.notices.tell({ adapter, to: 'enabled', cause: 'breaker', reason: 'It answers again.' })
  }
  if (trip === 'half_open')
    return room.notices.tell({ adapter, to: 'half_open', cause: 'breaker', reason: 'It is tried again.' })
  const reason = `${breaker.failures} calls failed one after the other.`
  room.notices.tell({ adapter, to: 'open', cause: 'breaker', reason })
  tryLater(room, spec)
}

function keptOf({ kept }: Room, { name, limits = {} }: AdapterSpec): Kept {
  const before = kept.get(name)
  if (before !== undefined) return before
  const made = { figures: createFigures(), turns: createTurns(name, limits), quotas: createQuotas() }
  kept.set(name, made)
  return made
}

/** Other limits are another slot; what is under way ends in the one before, and counts in this one. */
function slotOf(room: Room, spec: AdapterSpec): Held {
  const { name, limits = {}, breaker = DEFAULT_BREAKER } = spec
  const settings = JSON.stringify([limits.parallel, limits.per_second, breaker.failures, breaker.open_ms])
  const before = room.held.get(name)
  if (before?.settings === settings) return before
  const kept = keptOf(room, spec)
  kept.turns.limit(limits)
  const slot = createSlot({
    name,
    limits,
    breaker,
    ...kept,
    onTrip: (trip) => onTrip(room, spec, trip),
    onCall: (sample) => room.parts.onSample({ adapter: name, ...sample }),
  })
  const made = { slot, settings }
  room.held.set(name, made)
  return made
}

const guard = (
  room: Room,
  adapter: Adapter,
  { spec, time }: { spec: AdapterSpec; time: CallTime },
): Adapter => {
  const { slot } = slotOf(room, spec)
  const around = (operation: () => Promise<unknown>): Promise<unknown> => slot.run(operation, time)
  return withOperations(adapter, { around, onQuota: slot.onQuota })
}

/** The vendor is asked past its breaker: that is what closes it again. */
async function checkNow(room: Room, spec: AdapterSpec, adapter: Adapter): Promise<CheckOutcome> {
  const probe = probeOf(adapter)
  const { slot } = slotOf(room, spec)
  if (probe === null) return { operation: null, isFine: null, durationMs: 0, problem: null }
  const begun = performance.now()
  const signal = timeLimit(PROBE_MS)
  slot.reset()
  const [asked] = await Promise.allSettled([
    slot.run(() => probe.ask(signal, slot.onQuota), { signal, waitMs: PROBE_MS }),
  ])
  const answered = { operation: probe.operation, durationMs: Math.round(performance.now() - begun) }
  if (asked.status === 'fulfilled') {
    room.vain.delete(spec.name)
    clearTimeout(room.timers.get(spec.name))
    room.notices.tell({ adapter: spec.name, to: 'enabled', cause: 'check', reason: 'It answers.' })
    return { ...answered, isFine: true, problem: null }
  }
  const { mode, message } = classify(asked.reason)
  slot.hold()
  room.vain.set(spec.name, (room.vain.get(spec.name) ?? 0) + 1)
  const to = standIn(room, spec) ? 'fallback' : 'open'
  room.notices.tell({ adapter: spec.name, to, cause: 'check', reason: `It does not answer (${mode}).` })
  tryLater(room, spec)
  return { ...answered, isFine: false, problem: message }
}

function restore(room: Room): void {
  const { control, registry } = room.parts
  for (const spec of Object.values(registry().adapters)) {
    const state = standingOf(control.adapters(), spec.name)?.state ?? undefined
    if (state === 'half_open' || (cutsOff(state) && state !== 'disabled')) tryLater(room, spec)
  }
}

/** Between a change and the next call there is no slot; what was called before is counted all the same. */
function figuresOf({ parts, held, kept }: Room, adapter: string): SlotFigures | null {
  const { limits = {} } = parts.registry().adapters[adapter] ?? {}
  const now = { limits, waiting: 0, pausedMs: 0, quotas: [] }
  return held.get(adapter)?.slot.figures() ?? kept.get(adapter)?.figures.read(now) ?? null
}

export function createSlots(parts: SlotsParts): Slots {
  const notices = createNotices(parts.control, parts.onFailure)
  const room: Room = {
    parts,
    notices,
    held: new Map(),
    kept: new Map(),
    timers: new Map(),
    vain: new Map(),
  }
  return {
    guard: (adapter, spec, time) => guard(room, adapter, { spec, time }),
    figures: (adapter) => figuresOf(room, adapter),
    check: async (name) => {
      const spec = parts.registry().adapters[name]
      const adapter = parts.vendors().adapters.get(name)
      if (spec === undefined || adapter === undefined)
        return { operation: null, isFine: false, durationMs: 0, problem: 'It is not switched on.' }
      const outcome = await checkNow(room, spec, adapter)
      await notices.settled()
      return outcome
    },
    reset: (adapter, { isOther }) => {
      clearTimeout(room.timers.get(adapter))
      room.vain.delete(adapter)
      if (isOther) room.kept.get(adapter)?.quotas.forget()
      room.held.delete(adapter)
    },
    restore: () => restore(room),
    settled: notices.settled,
    stop: () => {
      notices.stop()
      for (const timer of room.timers.values()) clearTimeout(timer)
    },
  }
}
