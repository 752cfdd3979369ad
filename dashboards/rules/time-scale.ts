// The rules with shorter times, for incidents that are played in minutes: every duration is divided by one number,
// and nothing else is different. Numbers that are compared with (seconds, shares, events) stay as they are.

const UNIT_MS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

const isUnit = (unit: string): unit is keyof typeof UNIT_MS => unit in UNIT_MS

/** `5m` of 60 is `5000ms`; of 1, as it is. Errors: a TypeError for what is no duration of one unit. */
export function shorter(duration: string, times: number): string {
  if (times === 1) return duration
  const [, count, unit = ''] = /^(\d+)([smhd])$/.exec(duration) ?? []
  if (count === undefined || !isUnit(unit)) throw new TypeError(`${duration} is no duration of one unit`)
  return `${Math.round((Number(count) * UNIT_MS[unit]) / times)}ms`
}

/** A PromQL expression with the durations of its ranges and offsets shortened. */
export const withShorterRanges = (expr: string, times: number): string =>
  expr.replaceAll(
    /(\[|\boffset )(\d+[smhd])/g,
    (_, before: string, duration: string) => `${before}${shorter(duration, times)}`,
  )
