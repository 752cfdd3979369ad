// `cugar doctor`: shows the checks of src/cli/doctor, of this machine and its settings, with or without a server.
import type { Command } from 'commander'
import { command, exiting, type Common } from '../command.ts'
import { examineAll } from '../doctor/checks.ts'
import { examineModel } from '../doctor/model.ts'
import type { ExitCode } from '../failure.ts'
import { outputFor, show } from '../output.ts'

type Options = Common & { readonly llm?: boolean }

async function act(options: Options): Promise<ExitCode> {
  const out = outputFor(options)
  const checks = [...(await examineAll()), ...(options.llm === true ? [await examineModel()] : [])]
  const healthy = checks.every(({ ok }) => ok)
  show(out, { healthy, checks }, () => {
    for (const { check, ok, detail, advice } of checks)
      out.line(`${ok ? 'ok     ' : 'problem'}  ${check}: ${detail}${advice === null ? '' : ` - ${advice}`}`)
  })
  return healthy ? 0 : 1
}

export const doctorCommand = (): Command =>
  command(
    'doctor',
    'checks what a server needs on this machine and says what to do; exit code 1 when something is wrong',
    'cugar doctor',
  )
    .option('--llm', 'asks the language model that is set up one cheap question, which costs what it says')
    .action(exiting(act))
