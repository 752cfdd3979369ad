/** Of the measurements of one size the least counts: what else the machine does only ever adds. */
const TRIES = 7
/** Shorter measurements are mostly the clock's own steps, microseconds of CPU. */
const SHORTEST = 5000

/** Microseconds of this thread's CPU that the work takes once, at least. */
async function least(work: (size: number) => unknown, size: number): Promise<number> {
  let found = Infinity
  for (let nth = 0; nth < TRIES; nth += 1) {
    const before = process.threadCpuUsage()
    let used = 0
    let times = 0
    while (used < SHORTEST) {
      await work(size)
      times += 1
      const { user, system } = process.threadCpuUsage(before)
      used = user + system
    }
    found = Math.min(found, used / times)
  }
  return found
}

/**
 * How many times the CPU of `size` work takes at ten times the size: 10 where it is linear, 100 where it is quadratic.
 * Compares this thread's own time with itself, so neither the machine's speed nor its load decides.
 */
export async function growthOf(size: number, work: (size: number) => unknown): Promise<number> {
  await work(10 * size)
  return (await least(work, 10 * size)) / (await least(work, size))
}
