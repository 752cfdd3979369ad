/** How long one call of an adapter may take, and wait. */
export type CallTime = {
  /** Aborted when nobody waits any more. */
  readonly signal: AbortSignal
  /** How long the call may wait for its turn, milliseconds: it is not made at all after that. */
  readonly waitMs: number
}
