// Which traces are exported, by the rules and names of OpenTelemetry. Pure.

export type Sampling = {
  /** Does the caller's decision hold, where a traceparent came in? */
  readonly parentBased: boolean
  /** Share of the traces, by their ids, 0 to 1. */
  readonly ratio: number
}

/** What OpenTelemetry does where nothing is said. */
export const SAMPLE_ALL: Sampling = { parentBased: true, ratio: 1 }

/** As OpenTelemetry's sampler of that name: the same traces are chosen by every program. */
function isChosen(traceId: string, ratio: number): boolean {
  let mixed = 0
  for (let at = 0; at < traceId.length; at += 8)
    mixed = (mixed ^ Number.parseInt(traceId.slice(at, at + 8), 16)) >>> 0
  return mixed < Math.floor(ratio * 0xff_ff_ff_ff)
}

/** `parent`: what the caller decided; null: nobody called. */
export function isSampled(
  { parentBased, ratio }: Sampling,
  { traceId, parent }: { readonly traceId: string; readonly parent: boolean | null },
): boolean {
  if (parentBased && parent !== null) return parent
  return ratio >= 1 || isChosen(traceId, ratio)
}

/** The caller's span, by W3C; `isSampled` false: its trace is not exported. */
export type Traceparent = {
  readonly traceId: string
  readonly spanId: string
  readonly isSampled?: boolean
}
