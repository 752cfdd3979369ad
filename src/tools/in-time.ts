// How long somebody waits for what a tool says of its results beside its calls, which have time limits of their own.

/** Milliseconds: a thread of an isolated tool has to begin, on a machine with much to do. */
export const PATIENCE_MS = 5000

/** What is said at once as it is; what is promised, when it comes. Rejects where it takes longer than anybody waits. */
export async function inTime(said: unknown): Promise<unknown> {
  if (!(said instanceof Promise)) return said
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error('It took too long.')), PATIENCE_MS)
  return Promise.race([said, late]).finally(() => clearTimeout(timer))
}
