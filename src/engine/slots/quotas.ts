// What a vendor has said of its own limits with its answers, and how long it is to be left alone for that: no call is let
// out that the vendor would refuse.
import type { VendorQuota } from '../../adapters/adapter.ts'

/** As it was said last; `at`: epoch milliseconds. */
export type KnownQuota = VendorQuota & { readonly at: number }

export type Quotas = {
  /** An answer has come; `others`: calls that are under way beside the one that it answers. */
  readonly tell: (quota: VendorQuota, others: number) => void
  /** It wants to be left alone for so many milliseconds. */
  readonly pause: (ms: number) => void
  /** A call is let out. */
  readonly begin: () => void
  /** Milliseconds until the vendor takes a call; 0: it does now. */
  readonly waitMs: () => number
  /** Another vendor is asked, which has said nothing yet. */
  readonly forget: () => void
  /** The window that ends first comes first. */
  readonly read: () => readonly KnownQuota[]
}

type Standing = {
  readonly quota: KnownQuota
  /** Calls that may still be let out before `until`. */
  left: number
  /** By the clock that nobody sets. */
  until: number
}

/** After so many milliseconds it is asked again where the vendor does not say when its window begins anew. */
const AGAIN_MS = { burst: 1000, day: 60_000 } as const satisfies Record<VendorQuota['window'], number>
const WINDOWS = ['burst', 'day'] as const satisfies readonly VendorQuota['window'][]

const lengthOf = ({ window, resetMs }: VendorQuota): number => resetMs ?? AGAIN_MS[window]

/** A window that is over begins anew, with as many calls as it has in all. */
function renew(standing: Standing, now: number): void {
  if (now < standing.until) return
  standing.left = Math.max(1, standing.quota.limit ?? Infinity)
  standing.until = now + lengthOf(standing.quota)
}

/** How long it is waited does not hang on the wall clock, which is set; when something was said is shown by it. */
export type QuotaClocks = { readonly steady: () => number; readonly wall: () => number }
const CLOCKS: QuotaClocks = { steady: () => performance.now(), wall: Date.now }

export function createQuotas({ steady, wall }: QuotaClocks = CLOCKS): Quotas {
  const standings = new Map<VendorQuota['window'], Standing>()
  /** Before this the vendor wants no call. */
  let notBefore = 0
  const all = (): Standing[] => WINDOWS.flatMap((window) => standings.get(window) ?? [])
  return {
    tell: (quota, others) => {
      const at = wall()
      // The vendor may not have counted yet what is on its way to it.
      const left = quota.remaining - others
      standings.set(quota.window, { quota: { ...quota, at }, left, until: steady() + lengthOf(quota) })
    },
    pause: (ms) => {
      notBefore = Math.max(notBefore, steady() + ms)
    },
    begin: () => {
      for (const standing of all()) standing.left -= 1
    },
    waitMs: () => {
      const now = steady()
      let wait = Math.max(0, notBefore - now)
      for (const standing of all()) {
        renew(standing, now)
        if (standing.left <= 0) wait = Math.max(wait, standing.until - now)
      }
      return wait
    },
    forget: () => {
      standings.clear()
      notBefore = 0
    },
    read: () => all().map(({ quota }) => quota),
  }
}
