// `cugar serve`: the server of src/main.ts in the foreground, until it is asked to stop.
import type { Command } from 'commander'
import { inspectEnvironment, type Settings } from '../../config.ts'
import type { Standby } from '../../journal/journal.ts'
import type { Serving } from '../../main.ts'
import { counted } from '../../run/figures.ts'
import { command, exiting, TOOLS_OPTION, type WithTools } from '../command.ts'
import type { ExitCode } from '../failure.ts'
import { outputFor, type Output } from '../output.ts'
import { locationName, dataLocationOf } from '../data-location.ts'
import { withRegistry } from '../shipped-registry.ts'
import { stopOnSignal, type Stopping } from '../stopping.ts'

/** Standard output is the log, a JSON document a line: what is for people goes to standard error. */
function announce(out: Output, { url, keyed, runtime }: Serving, settings: Settings): void {
  const { recovered } = runtime
  const location = dataLocationOf(settings)
  const metrics = `${url}/metrics`
  if (out.json) out.document({ url, keyed, ...location, recovered, metrics })
  const facts = [
    `cugar listens on ${url}`,
    ...(keyed ? [] : ['no keys: answering this machine only']),
    `data in ${locationName(location)}`,
    `${counted(recovered, 'run')} recovered`,
    `metrics at ${metrics}`,
  ]
  if (!out.json) out.note(facts.join('; '))
}

/**
 * While it stands by there is nothing to stop: a signal ends it at once, and a hangup, which else would end it too, has
 * nothing to do, since the registry is read when it takes over.
 */
function endsWhileWaiting(stopping: Stopping): Standby {
  let isWaiting = false
  const endIfWaiting = (): void => {
    if (isWaiting) process.exit(0)
  }
  void stopping.asked.then(endIfWaiting)
  return (phase) => {
    isWaiting = phase === 'waiting'
    if (stopping.signal.aborted) endIfWaiting()
    if (isWaiting) process.on('SIGHUP', () => undefined)
  }
}

async function act(options: WithTools): Promise<ExitCode> {
  const out = outputFor(options)
  const { settings: asked, problems } = inspectEnvironment()
  const toolsDir = options.tools ?? asked.toolsDir
  const inspected = {
    settings: { ...withRegistry(asked), ...(toolsDir === undefined ? {} : { toolsDir }) },
    problems,
  }
  const { registryFile } = inspected.settings
  if (registryFile !== asked.registryFile)
    out.note(`no ${asked.registryFile}: serving by the shipped ${registryFile}; REGISTRY names another one`)
  const stopping = stopOnSignal()
  const { createLogger, readStart, reloadOnHangup, serve } = await import('../../main.ts')
  // Refused with what else is wrong, so that everything is corrected at once.
  if (inspected.problems.length > 0) await readStart(inspected)
  const { settings } = inspected
  const logger = createLogger(settings)
  const { standby } = settings
  const serving = await serve(settings, logger, { standby, onStandby: endsWhileWaiting(stopping) })
  reloadOnHangup(serving, logger)
  logger.info({ url: serving.url, keyed: serving.keyed, recovered: serving.runtime.recovered }, 'listening')
  announce(out, serving, settings)
  await stopping.asked
  await serving.stop()
  return 0
}

export const serveCommand = (): Command =>
  command(
    'serve',
    'starts the server; SIGHUP reads the registry again, SIGTERM and Ctrl-C stop it',
    'PORT=9000 DATA_DIR=/var/lib/cugar cugar serve',
    'REGISTRY=my-registry.yaml cugar serve --tools my-tools',
  )
    .option(...TOOLS_OPTION)
    .action(exiting(act))
