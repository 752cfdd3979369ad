// Runs through an engine, so many at a time, and what they took.
import { crowd } from './crowd.ts'
import { latency, type Latency } from './latency.ts'
import { oneRun, requestOf, type Driven } from './load.ts'

export type Load = {
  readonly runs: number
  readonly concurrency: number
  /** One of the four steps waits for a person, who approves at once. */
  readonly approval: boolean
}

export type RunsResult = {
  readonly runsPerSecond: number
  readonly eventsPerRun: number
  readonly times: Latency
  /** Microseconds of CPU a run: of the thread that runs the engine, and of all threads. */
  readonly mainCpu: number
  readonly allCpu: number
}

export async function drive(runtime: Driven, options: Load): Promise<RunsResult> {
  const times = latency()
  const before = runtime.journal.position()
  const main = process.threadCpuUsage()
  const all = process.cpuUsage()
  const begun = performance.now()
  await crowd(options.concurrency, options.runs, async (number) => {
    const asked = performance.now()
    await oneRun(runtime, requestOf(options.approval, number))
    times.record(performance.now() - asked)
  })
  const seconds = (performance.now() - begun) / 1000
  const { user, system } = process.threadCpuUsage(main)
  const whole = process.cpuUsage(all)
  return {
    runsPerSecond: Math.round(options.runs / seconds),
    eventsPerRun: Math.round((runtime.journal.position() - before) / options.runs),
    times,
    mainCpu: (user + system) / options.runs,
    allCpu: (whole.user + whole.system) / options.runs,
  }
}
