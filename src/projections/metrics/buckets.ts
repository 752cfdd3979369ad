// Upper bounds of every histogram, by what is measured. Seconds, counts or ratios; +Inf is implied.

/** Whole runs: from five milliseconds to half an hour. */
export const SECS_TASK = [
  0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 30, 60, 120, 300, 600, 1800,
] as const

/** Single calls: the OpenTelemetry GenAI scale, 0.01 * 2^n, and what calls on this machine take below it. */
export const SECS_CALL = [
  0.001, 0.0025, 0.005, 0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96,
  81.92,
] as const

/** What people take: from a second to a day. */
export const SECS_HUMAN = [1, 5, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 14_400, 86_400] as const

/** Commit to projected, and the journal's own appends. */
export const SECS_LAG = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const

export const SECS_HTTP = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 60] as const

export const STEPS = [1, 2, 3, 5, 8, 13, 21, 34, 55] as const

export const RATIO = [0.1, 0.25, 0.5, 0.75, 0.8, 0.9, 1, 1.25, 2] as const

/** Events in one commit. */
export const BATCH = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000] as const
