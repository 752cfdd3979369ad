// What a JSON value is: for everything that reads values whose shape nobody has checked yet.

/** An object with fields; null and lists are none. */
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
