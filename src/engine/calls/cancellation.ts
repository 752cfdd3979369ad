// How a call is given up. Used as an AbortController is, which it makes only for whoever asks for its signal: most tools
// never do, and one with a listener was a quarter of what a call left to the garbage collector.

/** A controller whose signal is made when it is asked for, with one listener of ours that needs no signal. */
export class Cancellation {
  #aborted: { readonly reason: unknown } | null = null
  #controller: AbortController | null = null
  #listener: (() => void) | null = null

  get isAborted(): boolean {
    return this.#aborted !== null
  }

  get reason(): unknown {
    return this.#aborted?.reason
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController()
    if (this.#aborted !== null) this.#controller.abort(this.#aborted.reason)
    return this.#controller.signal
  }

  /** The first time counts. */
  abort(reason?: unknown): void {
    if (this.#aborted !== null) return
    this.#aborted = { reason }
    this.#listener?.()
    this.#controller?.abort(reason)
  }

  /** The one that is told, before any listener of the signal. */
  onAbort(listener: () => void): void {
    this.#listener = listener
  }
}
