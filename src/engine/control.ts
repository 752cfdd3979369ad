// Writing to the stream of the control plane, which has no run.
import { CONTROL_STREAM } from '../events/control.ts'
import type { Payload } from '../events/digest.ts'
import type { Draft, StoredEvent } from '../events/event.ts'
import { spanIdOf } from '../run/line.ts'
import type { EngineParts } from './parts.ts'

export type ControlChange = {
  /** The stream's last seq as the writer knows it. */
  readonly version: number
  readonly lines: readonly Draft[]
  readonly payloads: readonly Payload[]
}

/** The events as written; null where somebody else wrote first: read again. */
export async function appendControl(
  parts: EngineParts,
  { version, lines, payloads }: ControlChange,
): Promise<readonly StoredEvent[] | null> {
  const result = await parts.journal.append({
    runId: CONTROL_STREAM,
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
  return result.ok ? result.events : null
}
