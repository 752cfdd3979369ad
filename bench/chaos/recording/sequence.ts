// A recorded series as promtool writes one: a value a minute, runs of equal steps in short.

/** One for each minute; null: it was not there. */
export type Minutes = readonly (number | null)[]

export type RawSample = readonly [at: number, value: number]

/** `from` in epoch seconds, `count` in minutes of the rules, of which each was so many seconds of the play. */
export type Stretch = { readonly from: number; readonly count: number; readonly minuteS: number }

/**
 * Samples of a scrape a minute of the rules as minutes from `from` on. Scrapes come with the same fraction of a minute,
 * give or take a little: a sample belongs to the minute that is nearest to that.
 */
export function minutesOf(samples: readonly RawSample[], { from, count, minuteS }: Stretch): Minutes {
  const minutes: (number | null)[] = Array.from({ length: count }, () => null)
  const phase = (samples[0]?.[0] ?? 0) % minuteS
  for (const [at, value] of samples) {
    const index = Math.round((at - phase) / minuteS) - Math.floor(from / minuteS)
    if (index >= 0 && index < count) minutes[index] = value
  }
  return minutes
}

/** `step` is 0 until a second value sets it. */
type Piece = { readonly first: number | null; step: number; count: number }

/** Counters alone go in steps. */
function takes(piece: Piece, value: number | null): boolean {
  const { first, step, count } = piece
  if (first === null || value === null) return first === value
  if (count > 1) return value === first + count * step
  const isStep = Number.isInteger(first) && Number.isInteger(value) && value >= first
  if (isStep) piece.step = value - first
  return isStep || first === value
}

/**
 * promtool repeats a value so many times after its first. What is gone for more than a minute is `stale`, as Prometheus
 * marks it where a scrape fails or a target is lost; a minute alone is a scrape that came late.
 */
function written({ first, step, count }: Piece, index: number): string {
  if (first === null && (index === 0 || count === 1)) return count === 1 ? '_' : `_x${count}`
  if (first === null) return count === 2 ? 'stale _' : `stale _x${count - 1}`
  if (count === 1) return `${first}`
  return step === 0 ? `${first}x${count - 1}` : `${first}+${step}x${count - 1}`
}

/** promtool's own notation: `_x3 5 7+2x9 stale _`. */
export function notation(minutes: Minutes): string {
  const pieces: Piece[] = []
  for (const value of minutes) {
    const last = pieces.at(-1)
    if (last !== undefined && takes(last, value)) last.count += 1
    else pieces.push({ first: value, step: 0, count: 1 })
  }
  return pieces.map(written).join(' ')
}
