/** The work's result, or `late` when it takes longer than `ms`; the work itself goes on. */
export function within<T>(ms: number, work: Promise<T>, late: T): Promise<T> {
  const deadline = Promise.withResolvers<T>()
  const timer = setTimeout(() => deadline.resolve(late), ms)
  return Promise.race([work, deadline.promise]).finally(() => clearTimeout(timer))
}
