// Measurements of runs in a process of their own.
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import type { Curve, Figure } from './bench.ts'
import type { Load, RunsResult } from './drive.ts'
import { BenchError } from './failure.ts'
import { inFolder } from './folder.ts'

/** Metrics always; spans to a collector where one is named; log lines to where nobody reads them. */
export type Telemetry = { readonly otelEndpoint: string | null; readonly logs: boolean }

export type Driving = Omit<Load, 'runs'> & {
  /** Runs before the first measurement. */
  readonly warmUp: number
  /** Without it: neither metrics nor traces, but the log. */
  readonly telemetry: Telemetry | null
}

/** What the process is told at its start, as JSON. */
export type DrivenWork = Driving & { readonly dir: string }

/** One message: the runs of one measurement. */
export type DrivenOrder = { readonly runs: number }

export type DrivenResult = Omit<RunsResult, 'times'> & {
  /**
   * Microseconds of CPU a run: of the thread that runs the engine, and of all threads. Since the measurement before,
   * so that what is left for later counts too.
   */
  readonly mainCpu: number
  readonly allCpu: number
  /** Names begin with a colon. */
  readonly latencies: readonly Figure[]
  readonly points: Curve['points']
}

/** Errors: the process ended without a result; it has said why. */
export type Drive = (runs: number) => Promise<DrivenResult>

const PROCESS = new URL('driven-process.ts', import.meta.url)

/** Its messages, one at a time. */
function answersOf(child: ChildProcess): () => Promise<unknown> {
  // One listener for all answers.
  const gone = once(child, 'exit').then(() => {
    throw new BenchError(1, 'the measured process ended without a result')
  })
  gone.catch(() => undefined)
  return async () => {
    const [message] = (await Promise.race([once(child, 'message'), gone])) as [unknown]
    return message
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exit = once(child, 'exit')
  child.disconnect()
  await exit
}

/** A warm process for as long as it is used; it does nothing between two measurements. */
export const withDriven = <T>(work: Driving, use: (drive: Drive) => Promise<T>): Promise<T> =>
  inFolder(async (dir) => {
    const told: DrivenWork = { ...work, dir }
    const child = fork(PROCESS, [JSON.stringify(told)], {
      execArgv: ['--disable-warning=ExperimentalWarning'],
    })
    const answer = answersOf(child)
    try {
      await answer()
      return await use(async (runs) => {
        const order: DrivenOrder = { runs }
        child.send(order)
        return (await answer()) as DrivenResult
      })
    } finally {
      await end(child)
    }
  })

/** One measurement. */
export const driven = ({ runs, ...work }: Driving & Pick<Load, 'runs'>): Promise<DrivenResult> =>
  withDriven(work, (drive) => drive(runs))
