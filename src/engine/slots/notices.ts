// What breakers and checks find out, on its way into the control stream: the first word at once, then at most one a
// second for an adapter, so that a vendor that comes and goes writes no storm of events. A person's word stands above
// theirs: what a person has switched off they do not switch on.
import type { AdapterCause } from '../../events/control.ts'
import type { Draft } from '../../events/event.ts'
import type { AdapterState } from '../../run/calls/slot.ts'
import { standingOf } from '../../run/calls/standing.ts'
import type { Control } from '../control.ts'

export type Finding = {
  readonly adapter: string
  readonly to: AdapterState
  readonly cause: Exclude<AdapterCause, 'person'>
  readonly reason: string
}

export type Notices = {
  /** The newest one of an adapter is what is written. */
  readonly tell: (finding: Finding) => void
  /** When everything that was told is written. */
  readonly settled: () => Promise<void>
  readonly stop: () => void
}

const LEAST_MS = 1000

/** Who is said to act where nobody did. */
const OURSELVES = 'system'

async function write(control: Control, { adapter, to, cause, reason }: Finding): Promise<void> {
  for (;;) {
    await control.catchUp()
    const from = standingOf(control.adapters(), adapter)?.state ?? 'enabled'
    if (from === to || from === 'disabled') return
    const line: Draft = {
      type: 'adapter_changed',
      data: { adapter, from, to, reason, by: OURSELVES, cause, aspect: 'state' },
    }
    if (await control.append([line], [])) return
  }
}

type Wire = { next: Finding | null; isBusy: boolean; rest: NodeJS.Timeout | null }

export function createNotices(control: Control, onFailure: (error: unknown) => void): Notices {
  const wires = new Map<string, Wire>()
  let underWay: Promise<void> = Promise.resolve()

  const send = (wire: Wire): void => {
    const finding = wire.next
    if (finding === null || wire.isBusy || wire.rest !== null) return
    wire.next = null
    wire.isBusy = true
    const written = write(control, finding).catch(onFailure)
    underWay = Promise.all([underWay, written]).then(() => undefined)
    void written.then(() => {
      wire.isBusy = false
      wire.rest = setTimeout(() => {
        wire.rest = null
        send(wire)
      }, LEAST_MS).unref()
    })
  }
  return {
    tell: (finding) => {
      const wire = wires.get(finding.adapter) ?? { next: null, isBusy: false, rest: null }
      wires.set(finding.adapter, wire)
      wire.next = finding
      send(wire)
    },
    settled: () => underWay,
    stop: () => {
      for (const { rest } of wires.values()) if (rest !== null) clearTimeout(rest)
    },
  }
}
