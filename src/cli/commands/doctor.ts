// `cugar doctor`: shows the checks of src/cli/doctor, of this machine and its settings, with or without a server;
// with --prometheus, the checks of what watches it.
import type { Command } from 'commander'
import { command, exiting, type Common } from '../command.ts'
import { examineAll } from '../doctor/checks.ts'
import type { Check } from '../doctor/check.ts'
import { examineModel, examineModelSettings } from '../doctor/model.ts'
import { cliError, type ExitCode } from '../failure.ts'
import { outputFor, show } from '../output.ts'

type DoctorOptions = Common & {
  readonly prometheus?: string
  readonly alertmanager?: string
  readonly llm?: boolean
}

async function examine({ prometheus, alertmanager, llm }: DoctorOptions): Promise<readonly Check[]> {
  if (prometheus === undefined) {
    if (alertmanager !== undefined) throw cliError('USAGE', '--alertmanager needs --prometheus')
    return [...(await examineAll()), await (llm === true ? examineModel() : examineModelSettings())]
  }
  if (llm === true) throw cliError('USAGE', '--llm looks at this machine: use it without --prometheus')
  const { examineMonitoring } = await import('../doctor/monitoring/checks.ts')
  return examineMonitoring({ prometheus, ...(alertmanager !== undefined && { alertmanager }) })
}

const markOf = ({ ok, advice }: Check): string => (!ok ? 'problem' : advice === null ? 'ok     ' : 'warning')

async function act(options: DoctorOptions): Promise<ExitCode> {
  const out = outputFor(options)
  const checks = await examine(options)
  const healthy = checks.every(({ ok }) => ok)
  show(out, { healthy, checks }, () => {
    for (const each of checks) {
      const { check, detail, advice } = each
      out.line(`${markOf(each)}  ${check}: ${detail}${advice === null ? '' : ` - ${advice}`}`)
    }
  })
  return healthy ? 0 : 1
}

export const doctorCommand = (): Command =>
  command(
    'doctor',
    'checks what a server needs on this machine and says what to do; exit code 1 when something is wrong',
    'cugar doctor',
    'cugar doctor --prometheus http://127.0.0.1:9090',
  )
    .option(
      '--prometheus <url>',
      'checks what watches the server instead: rules, series, targets and receivers',
    )
    .option('--llm', 'asks the language model that is set up one cheap question, which costs what it says')
    .option('--alertmanager <url>', 'the Alertmanager (default: the one that Prometheus sends to)')
    .action(exiting(act))
