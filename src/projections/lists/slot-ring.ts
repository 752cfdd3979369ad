// Tallies by time: one slot for each minute, or each hour, in a ring as long as what may be asked of it. The slots are
// rows of a view, so that they survive a restart.
import type { StoredEvent } from '../../events/event.ts'
import type { Journal, ViewRow } from '../../journal/journal.ts'
import { entryOf } from './row-table.ts'
import { count, emptyTally, type Tally } from './tally.ts'

/** `view` is where its rows are kept. */
export type RingShape = { readonly view: string; readonly slotMs: number; readonly slots: number }

/** A slot's number counts from the epoch. JSON; `minute` is its name since the first rows, whatever its length. */
type Slot = { readonly minute: number; readonly profiles: Record<string, Tally> }

export type SlotRing = {
  readonly shape: RingShape
  /** Counts an event in its slot; `now` in epoch milliseconds. */
  readonly fold: (event: StoredEvent, profile: string, now: number) => void
  /** Slots that are not over at `from` and have begun at `to`, epoch milliseconds, in no order. */
  readonly between: (from: number, to: number) => Slot[]
  /** Slots that changed since the last time, as rows. */
  readonly drain: () => ViewRow[]
}

export async function slotRing(journal: Pick<Journal, 'rows'>, shape: RingShape): Promise<SlotRing> {
  const { view, slotMs, slots } = shape
  const rows = await journal.rows({ view, limit: slots })
  const ring = new Map(rows.map((row) => [row.sort, entryOf(row) as Slot]))
  const changed = new Set<number>()
  const numberOf = (at: number): number => Math.floor(at / slotMs)

  /** undefined when a later slot has its place already. */
  const slotOf = (number: number): Slot | undefined => {
    const present = ring.get(number % slots)
    if (present && present.minute > number) return undefined
    if (present?.minute === number) return present
    const slot = { minute: number, profiles: {} }
    ring.set(number % slots, slot)
    return slot
  }
  const rowOf = (slot: Slot): ViewRow => ({
    view,
    id: String(slot.minute % slots),
    sort: slot.minute % slots,
    status: '',
    profile: '',
    tenant: '',
    doc: JSON.stringify(slot),
  })
  return {
    shape,
    fold: (event, profile, now) => {
      const number = numberOf(event.at)
      // It is too old to be asked for, or a clock that runs ahead would give it a later slot's place.
      if (number <= numberOf(now) - slots || number > numberOf(now) + 1) return
      const slot = slotOf(number)
      if (!slot) return
      const tally = slot.profiles[profile] ?? emptyTally()
      slot.profiles[profile] = tally
      count(tally, event)
      changed.add(number % slots)
    },
    between: (from, to) => {
      const first = Math.max(numberOf(from), numberOf(to) - slots + 1)
      return [...ring.values()].filter(({ minute }) => minute >= first && minute <= numberOf(to))
    },
    drain: () => {
      const rowsOf = [...changed].map((place) => ring.get(place)).filter((slot) => slot !== undefined)
      changed.clear()
      return rowsOf.map(rowOf)
    },
  }
}
