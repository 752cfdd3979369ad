// When the book of a window may be forgotten. Never because of a clock alone: one that is set forward and back would
// take today's book with it, and what was spent today could be spent again. Used by every journal.
const DAY_MS = 86_400_000

/** How long after its end a window is kept. */
const KEPT_MS = 8 * DAY_MS

/** So many of the newest windows of a budget are kept, however old they are. */
export const KEPT_WINDOWS = 8

/**
 * Books whose window ended before this may be forgotten: well before the time of the append that opens a new window,
 * and before the latest time that the journal knew until then. All are epoch milliseconds.
 */
export const forgetBefore = (at: number, latest: number): number => Math.min(at, latest) - KEPT_MS
