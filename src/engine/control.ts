// The stream of the control plane, which has no run: what it says, kept here since the start, and the only way to
// write to it. One process writes a journal, so that what is kept here is what is true.
import { CONTROL_STREAM } from '../events/control.ts'
import type { Payload } from '../events/digest.ts'
import type { Draft, StoredEvent } from '../events/event.ts'
import { foldFreeze, type Standings } from '../run/freeze.ts'
import { spanIdOf } from '../run/line.ts'
import { foldKeys, type KnownKeys } from '../run/known-keys.ts'
import { evolveStandings, type AdapterStandings } from '../run/calls/standing.ts'
import type { EngineParts } from './parts.ts'

export type Control = {
  readonly standings: Standings
  /** How the changes of adapters have left each of them; another object after each change. */
  readonly adapters: () => AdapterStandings
  /** The registry in force as the journal knows it; null before the first. */
  readonly registryDigest: () => string | null
  /** Those of the door, as they were told last. */
  readonly keys: () => KnownKeys
  /** Salts the digests of what people say in it. */
  readonly salt: string
  /** Epoch milliseconds, as its events are dated. */
  readonly clock: () => number
  /** Reads what was written since. */
  readonly catchUp: () => Promise<void>
  /** false: somebody else wrote first, and nothing was written: catch up and decide again. */
  readonly append: (lines: readonly Draft[], payloads: readonly Payload[]) => Promise<boolean>
}

/** Reads the stream from its beginning. */
export async function openControl(parts: EngineParts): Promise<Control> {
  const { journal } = parts
  const standings: Standings = new Map()
  let adapters: AdapterStandings = {}
  const salt = (await journal.stream(CONTROL_STREAM))?.salt ?? parts.randomHex(32)
  let registryDigest: string | null = null
  let keys: KnownKeys = new Map()
  let version = 0

  /** Two readers may bring the same events, in any order. */
  const fold = (events: readonly StoredEvent[]): void => {
    for (const event of events) {
      if (event.seq <= version) continue
      foldFreeze(standings, event)
      if (event.type === 'registry_changed') registryDigest = event.data.digest
      if (event.type === 'adapter_changed') adapters = evolveStandings(adapters, event)
      keys = foldKeys(keys, event)
      version = event.seq
    }
  }
  const catchUp = async (): Promise<void> => fold(await journal.read(CONTROL_STREAM, version))
  const append: Control['append'] = async (lines, payloads) => {
    const result = await journal.append({
      runId: CONTROL_STREAM,
      salt,
      expectedVersion: version,
      traceId: parts.randomHex(32),
      spanId: spanIdOf(parts.writer),
      tenant: 'system',
      at: parts.clock(),
      lines,
      payloads,
      head: { open: false, wakeAt: null, waiting: false },
      idempotency: null,
    })
    if (result.ok) fold(result.events)
    return result.ok
  }
  await catchUp()
  return {
    standings,
    adapters: () => adapters,
    registryDigest: () => registryDigest,
    keys: () => keys,
    salt,
    clock: parts.clock,
    catchUp,
    append,
  }
}
