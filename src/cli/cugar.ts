// The command line, as launcher.cjs starts it: reads the arguments, runs one command and sets the exit code. The only place that shows errors.
import { Command } from 'commander'
import { VERSION } from '../version.ts'
import { adaptersCommand } from './commands/adapters/adapters.ts'
import { approvalCommand } from './commands/approvals/approval.ts'
import { approvalsCommand } from './commands/approvals/approvals.ts'
import { approveCommand } from './commands/approvals/approve.ts'
import { batchCommand } from './commands/batches/batch.ts'
import { batchesCommand } from './commands/batches/batches.ts'
import { benchCommand } from './commands/bench.ts'
import { budgetsCommand } from './commands/budgets.ts'
import { cancelCommand } from './commands/cancel.ts'
import { demoCommand } from './commands/demo.ts'
import { denyCommand } from './commands/approvals/deny.ts'
import { doctorCommand } from './commands/doctor.ts'
import { eventsCommand } from './commands/events.ts'
import { reportOf } from './failure.ts'
import { freezeCommand } from './commands/freeze.ts'
import { freezesCommand } from './commands/freezes.ts'
import { keysCommand } from './commands/keys.ts'
import { liftCommand } from './commands/lift.ts'
import { clean } from './output.ts'
import { monitoringCommand } from './commands/monitoring.ts'
import { planCommand } from './commands/plan.ts'
import { reconcileCommand } from './commands/reconcile.ts'
import { registryCommand } from './commands/registry.ts'
import { requestChangesCommand } from './commands/approvals/request-changes.ts'
import { resumeCommand } from './commands/resume.ts'
import { reviseCommand } from './commands/revise.ts'
import { runCommand } from './commands/run.ts'
import { runsCommand } from './commands/runs.ts'
import { serveCommand } from './commands/serve.ts'
import { showCommand } from './commands/show.ts'
import { signalsCommand } from './commands/signals.ts'
import { toolCommand } from './commands/tool.ts'
import { verifyCommand } from './commands/verify.ts'

const COMMANDS: readonly (() => Command)[] = [
  demoCommand,
  serveCommand,
  runCommand,
  planCommand,
  showCommand,
  runsCommand,
  batchCommand,
  batchesCommand,
  eventsCommand,
  approvalsCommand,
  approvalCommand,
  approveCommand,
  denyCommand,
  requestChangesCommand,
  reviseCommand,
  resumeCommand,
  cancelCommand,
  reconcileCommand,
  budgetsCommand,
  adaptersCommand,
  freezesCommand,
  freezeCommand,
  liftCommand,
  signalsCommand,
  toolCommand,
  registryCommand,
  monitoringCommand,
  verifyCommand,
  doctorCommand,
  keysCommand,
  benchCommand,
]

/** Errors are thrown instead of being written by the parser: `showError` writes them, whatever they are. */
function throwing(command: Command): Command {
  command.exitOverride().configureOutput({ outputError: () => undefined })
  for (const below of command.commands) throwing(below)
  return command
}

function program(): Command {
  const cugar = new Command('cugar')
    .description('An observability-first runtime for governed agents.')
    .version(VERSION, '--version', 'shows the version')
    .enablePositionalOptions()
    .addHelpText('after', '\nExit codes: 0 done, 1 the run failed or a check found something, 2 wrong usage.')
  for (const command of COMMANDS) cugar.addCommand(command())
  return throwing(cugar)
}

/** On standard error, so that standard output holds results alone. */
function showError(error: unknown, json: boolean): void {
  const report = reportOf(error)
  if (report === null) return
  const { exitCode, code, detail, errors, stack } = report
  process.exitCode = exitCode
  if (json) {
    console.error(JSON.stringify({ error: { code, detail, errors } }))
    return
  }
  console.error(clean(`cugar: ${code}: ${detail}`))
  for (const { path, message } of errors)
    console.error(clean(path === '' ? `  ${message}` : `  ${path}: ${message}`))
  if (stack !== null) console.error(clean(stack))
}

const written = (stream: NodeJS.WriteStream): Promise<void> =>
  new Promise((resolve) => {
    stream.write('', () => resolve())
  })

const LEFTOVER_MS = 1000

/**
 * A command ends by itself when it is done, unless a tool of somebody's own has left something open in this process: a
 * timer, a server, a child. A stop in order must not wait for that; what was written is waited for.
 */
async function endWithoutLeftovers(): Promise<void> {
  // A tool may have closed, or replaced, what is written to.
  await Promise.allSettled([process.stdout, process.stderr].map(written))
  setTimeout(() => process.exit(), LEFTOVER_MS).unref()
}

// Whoever reads us may stop early, as `head` does.
process.stdout.on('error', (error) => {
  if (!('code' in error) || error.code !== 'EPIPE') throw error
  process.exit(0)
})

const given = process.argv.slice(2)
await program()
  .parseAsync(given, { from: 'user' })
  .catch((error: unknown) => showError(error, given.includes('--json')))
await endWithoutLeftovers()
