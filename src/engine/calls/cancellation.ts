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

const GIVEN = Symbol('how it is given up')

type Cancelled = { [GIVEN]: Cancellation }

/**
 * One function for all objects: a getter that stands in an object literal is a new one each time, and the engine keeps it
 * in the object's shape. Only full collections let go of shapes; until then everything that the getter knows was kept,
 * and made old (a third of what a run left).
 */
const SIGNAL = {
  enumerable: true,
  get(this: Cancelled): AbortSignal {
    return this[GIVEN].signal
  },
}

/** Gives the object a `signal`, which is made when it is asked for. It stays its own: a copy has the signal itself. */
export function withSignal<T extends object>(
  bare: T,
  cancellation: Cancellation,
): T & { readonly signal: AbortSignal } {
  const cancelled: T & Partial<Cancelled> = bare
  cancelled[GIVEN] = cancellation
  Object.defineProperty(cancelled, 'signal', SIGNAL)
  return cancelled as T & { readonly signal: AbortSignal }
}
