// `cugar signals`: success, latency, errors, waits and budget use of the last minutes, by profile.
import type { Command } from 'commander'
import { signalsReport } from '../../http/answers.ts'
import { duration, percent } from '../../run/figures.ts'
import { answerAs, clientFor, queryOf } from '../client.ts'
import { exiting, remoteCommand, type Remote } from '../command.ts'
import type { ExitCode } from '../failure.ts'
import { outputFor, show } from '../output.ts'
import { table } from '../table.ts'

type Options = Remote & { readonly window: string }

async function act(options: Options): Promise<ExitCode> {
  const out = outputFor(options)
  const body = await clientFor(options).get(`/v1/signals${queryOf({ window: options.window })}`)
  show(out, body, () => {
    const report = answerAs(signalsReport, body)
    const shown = Object.entries({ all: report.all, ...report.by_profile }).filter(
      ([name, { runs }]) => name === 'all' || runs > 0,
    )
    table(
      out,
      ['profile', 'runs', 'success', 'P50', 'P95', 'P99', 'tool errors', 'steps', 'approval wait', 'budget'],
      shown.map(([name, signals]) => [
        name,
        signals.runs,
        percent(signals.success_rate),
        duration(signals.latency.p50),
        duration(signals.latency.p95),
        duration(signals.latency.p99),
        percent(signals.tool_error_rate),
        signals.mean_steps === null ? null : signals.mean_steps.toFixed(1),
        duration(signals.approval_wait.mean),
        percent(signals.budget_utilisation),
      ]),
    )
  })
  return 0
}

export const signalsCommand = (): Command =>
  remoteCommand('signals', 'shows the golden signals of a window', 'cugar signals --window 1h')
    .option('--window <window>', 'how far back: 90s, 15m, 6h or 7d', '15m')
    .action(exiting(act))
