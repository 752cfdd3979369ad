// What a JSON value is: for everything that reads values whose shape nobody has checked yet.

/** The same value, of which nobody changes anything any more. Of plain data: it ends in no circle. */
export function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value
  for (const inner of Object.values(value)) frozen(inner)
  return Object.freeze(value)
}

/** An object with fields; null and lists are none. */
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
