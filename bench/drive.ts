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
  readonly runs: number
  readonly seconds: number
  readonly runsPerSecond: number
  readonly eventsPerRun: number
  readonly times: Latency
}

export async function drive(runtime: Driven, options: Load): Promise<RunsResult> {
  const { runs } = options
  const times = latency()
  const before = runtime.journal.position()
  const begun = performance.now()
  await crowd(options.concurrency, runs, async (number) => {
    const asked = performance.now()
    await oneRun(runtime, requestOf(options.approval, number))
    times.record(performance.now() - asked)
  })
  const seconds = (performance.now() - begun) / 1000
  return {
    runs,
    seconds,
    runsPerSecond: Math.round(runs / seconds),
    eventsPerRun: Math.round((runtime.journal.position() - before) / runs),
    times,
  }
}
