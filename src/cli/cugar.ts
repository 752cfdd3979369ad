// The command line, as launcher.cjs starts it: reads the arguments, runs one command and sets the exit code. The only place that shows errors.
import { Command } from 'commander'
import { endProcess } from '../process-ends.ts'
import { VERSION } from '../version.ts'
import { reportOf } from './failure.ts'
import { clean } from './output.ts'

/**
 * Each is loaded when it is asked for: all together take longer than what most of them do. In the order of the help.
 */
const COMMANDS: Readonly<Record<string, () => Promise<() => Command>>> = {
  demo: async () => (await import('./commands/demo.ts')).demoCommand,
  serve: async () => (await import('./commands/serve.ts')).serveCommand,
  run: async () => (await import('./commands/run.ts')).runCommand,
  plan: async () => (await import('./commands/plan.ts')).planCommand,
  show: async () => (await import('./commands/show.ts')).showCommand,
  runs: async () => (await import('./commands/runs.ts')).runsCommand,
  batch: async () => (await import('./commands/batches/batch.ts')).batchCommand,
  batches: async () => (await import('./commands/batches/batches.ts')).batchesCommand,
  events: async () => (await import('./commands/events.ts')).eventsCommand,
  approvals: async () => (await import('./commands/approvals/approvals.ts')).approvalsCommand,
  approval: async () => (await import('./commands/approvals/approval.ts')).approvalCommand,
  approve: async () => (await import('./commands/approvals/approve.ts')).approveCommand,
  deny: async () => (await import('./commands/approvals/deny.ts')).denyCommand,
  'request-changes': async () =>
    (await import('./commands/approvals/request-changes.ts')).requestChangesCommand,
  revise: async () => (await import('./commands/revise.ts')).reviseCommand,
  resume: async () => (await import('./commands/resume.ts')).resumeCommand,
  cancel: async () => (await import('./commands/cancel.ts')).cancelCommand,
  reconcile: async () => (await import('./commands/reconcile.ts')).reconcileCommand,
  budgets: async () => (await import('./commands/budgets.ts')).budgetsCommand,
  adapters: async () => (await import('./commands/adapters/adapters.ts')).adaptersCommand,
  freezes: async () => (await import('./commands/freezes.ts')).freezesCommand,
  freeze: async () => (await import('./commands/freeze.ts')).freezeCommand,
  lift: async () => (await import('./commands/lift.ts')).liftCommand,
  signals: async () => (await import('./commands/signals.ts')).signalsCommand,
  tool: async () => (await import('./commands/tool.ts')).toolCommand,
  registry: async () => (await import('./commands/registry.ts')).registryCommand,
  monitoring: async () => (await import('./commands/monitoring.ts')).monitoringCommand,
  verify: async () => (await import('./commands/verify.ts')).verifyCommand,
  doctor: async () => (await import('./commands/doctor.ts')).doctorCommand,
  keys: async () => (await import('./commands/keys.ts')).keysCommand,
  bench: async () => (await import('./commands/bench.ts')).benchCommand,
}

/** Errors are thrown instead of being written by the parser: `showError` writes them, whatever they are. */
function throwing(command: Command): Command {
  command.exitOverride().configureOutput({ outputError: () => undefined })
  for (const below of command.commands) throwing(below)
  return command
}

/** The command that the words ask for; all of them where they ask for none, for the help or for what is not there. */
async function commandsFor(words: readonly string[]): Promise<Command[]> {
  const asked = words.find((word) => !word.startsWith('-')) ?? ''
  const load = Object.hasOwn(COMMANDS, asked) ? COMMANDS[asked] : undefined
  const loading = load === undefined ? Object.values(COMMANDS).map((each) => each()) : [load()]
  return (await Promise.all(loading)).map((make) => make())
}

async function program(words: readonly string[]): Promise<Command> {
  const cugar = new Command('cugar')
    .description('An observability-first runtime for governed agents.')
    .version(VERSION, '--version', 'shows the version')
    .enablePositionalOptions()
    .addHelpText('after', '\nExit codes: 0 done, 1 the run failed or a check found something, 2 wrong usage.')
  for (const command of await commandsFor(words)) cugar.addCommand(command)
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
  setTimeout(endProcess, LEFTOVER_MS).unref()
}

// Whoever reads us may stop early, as `head` does.
process.stdout.on('error', (error) => {
  if (!('code' in error) || error.code !== 'EPIPE') throw error
  process.exit(0)
})

const given = process.argv.slice(2)
await program(given)
  .then((cugar) => cugar.parseAsync(given, { from: 'user' }))
  .catch((error: unknown) => showError(error, given.includes('--json')))
await endWithoutLeftovers()
