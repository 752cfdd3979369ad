// Waiting for something to become so, with a limit that says what was missing.
import { setTimeout as sleep } from 'node:timers/promises'

const LOOK_MS = 100

/** `what`: what is waited for; as a function it tells what of it is still missing. */
export type Patience = { readonly what: string | (() => string); readonly limitMs: number }

/** Asks again until there is an answer. Errors: what did not come within the limit. */
export async function eventually<T>(
  { what, limitMs }: Patience,
  ask: () => Promise<T | null> | T | null,
): Promise<T> {
  const until = Date.now() + limitMs
  for (;;) {
    const found = await ask()
    if (found !== null) return found
    if (Date.now() > until) {
      const missing = typeof what === 'string' ? what : what()
      throw new Error(`not within ${Math.round(limitMs / 1000)} s: ${missing}`)
    }
    await sleep(LOOK_MS)
  }
}

/** Asks again until it is so. Errors: as `eventually`. */
export const until = async (patience: Patience, isSo: () => Promise<boolean> | boolean): Promise<void> => {
  await eventually(patience, async () => ((await isSo()) ? true : null))
}
