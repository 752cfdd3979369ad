// One measurement of runs, in a process of its own.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import type { Curve, Figure } from './bench.ts'
import type { Load, RunsResult } from './drive.ts'
import { BenchError } from './failure.ts'
import { inFolder } from './folder.ts'

/** Metrics always; spans to a collector where one is named; log lines to where nobody reads them. */
export type Telemetry = { readonly otelEndpoint: string | null; readonly logs: boolean }

export type DrivenWork = Load & {
  readonly dir: string
  /** Without it: neither metrics nor traces, but the log. */
  readonly telemetry: Telemetry | null
}

export type DrivenResult = Omit<RunsResult, 'times'> & {
  /** Names begin with a colon. */
  readonly latencies: readonly Figure[]
  readonly points: Curve['points']
}

const PROCESS = new URL('driven-process.ts', import.meta.url)

/** Errors: the process ended without a result; it has said why. */
export const driven = (work: Omit<DrivenWork, 'dir'>): Promise<DrivenResult> =>
  inFolder(async (dir) => {
    const child = fork(PROCESS, [JSON.stringify({ ...work, dir })], {
      execArgv: ['--disable-warning=ExperimentalWarning'],
    })
    const told: DrivenResult[] = []
    child.on('message', (message) => told.push(message as DrivenResult))
    await once(child, 'exit')
    const [result] = told
    if (!result) throw new BenchError(1, 'the measured process ended without a result')
    return result
  })
