// `cugar demo`: starts a server of its own, runs the scenario of a file through the HTTP API, shows what happens while it
// happens and sums it up. It plays requester and reviewer, so it runs without keys only.
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Option, type Command } from 'commander'
import { readEnvironment, type Settings } from '../../config.ts'
import { AppError } from '../../errors.ts'
import { storedEventSchema, type StoredEvent } from '../../events/event.ts'
import { signalsReport } from '../../http/answers.ts'
import { planComparison } from '../../http/plan-answers.ts'
import { accepted, run as runAnswer } from '../../http/runs/run-answers.ts'
import type { Serving } from '../../main.ts'
import { COMPARE_PLANNERS, OFFLINE_PLANNER } from '../../registry/names.ts'
import { plannedBy } from '../../run/planned-by.ts'
import { answerAs, createClient, type Client } from '../client.ts'
import { command, exiting, TOOLS_OPTION, whole, type WithTools } from '../command.ts'
import { APPROVAL_MODES, review, type ApprovalMode } from '../demo/review.ts'
import { FLOWS, readScenario, type Scenario } from '../demo/scenario.ts'
import { eventLines } from '../demo/event-lines.ts'
import { showSummary, summaryOf, type FinishedDemo } from '../demo/summary.ts'
import { cliError, usage, type ExitCode } from '../failure.ts'
import { outputFor, show, type Output } from '../output.ts'
import { locationName, dataLocationOf } from '../data-location.ts'
import { withRegistry } from '../shipped-registry.ts'
import { showComparison } from '../show-plan.ts'
import { stopOnSignal, type Stopping } from '../stopping.ts'

type Options = WithTools & {
  readonly approve: ApprovalMode
  readonly exit?: boolean
  readonly file?: string
  readonly flow?: (typeof FLOWS)[number]
  readonly llm?: boolean
  readonly port?: number
}
type DemoContext = { readonly options: Options; readonly out: Output; readonly stopping: Stopping }

const SHIPPED = fileURLToPath(import.meta.resolve('#examples/acme.yaml'))

/** The file of a flow lies beside the one of the demo. */
const fileOf = ({ file, flow }: Options): string => {
  if (file !== undefined && flow !== undefined) throw usage('give either --flow or --file')
  if (flow === undefined) return file ?? SHIPPED
  return join(dirname(SHIPPED), `${flow.replaceAll('_', '-')}.yaml`)
}

const isBusy = (error: unknown): boolean =>
  error instanceof AppError &&
  error.cause instanceof Error &&
  'code' in error.cause &&
  error.cause.code === 'EADDRINUSE'

/** On the port that was asked for, or else on that of the settings, or any free one when it is busy. */
async function open(settings: Settings, { options, out }: DemoContext): Promise<Serving> {
  const { serve } = await import('../../main.ts')
  const { destination, pino } = await import('pino')
  const logger = pino({ level: 'error', base: null }, destination({ dest: 2, sync: true }))
  return serve({ ...settings, port: options.port ?? settings.port }, logger).catch((error: unknown) => {
    if (options.port !== undefined || !isBusy(error)) throw error
    out.note(`PORT ${settings.port} is in use: using a free one`)
    return serve({ ...settings, port: 0 }, logger)
  })
}

function checkedSettings({ approve, tools }: Options): Settings {
  const asked = withRegistry(readEnvironment())
  const settings = tools === undefined ? asked : { ...asked, toolsDir: tools }
  if (settings.keysFile !== null)
    throw usage('the demo plays requester and reviewer, so that it runs without keys: unset CUGAR_KEYS_FILE')
  if (approve === 'ask' && !process.stdin.isTTY)
    throw usage('--approve ask needs a terminal to ask on: use --approve auto or console')
  return settings
}

function showEvent(out: Output, event: StoredEvent, startedAt: number): void {
  if (out.json) out.document(event)
  const after = `+${((event.at - startedAt) / 1000).toFixed(2)} s`.padStart(9)
  if (!out.json) for (const line of eventLines(event)) out.line(`${after}  ${line}`)
}

/** Shows every event as it happens, and has the approvals decided; ends with the run. */
async function watch(
  client: Client,
  runId: string,
  { options, out, stopping }: DemoContext,
): Promise<StoredEvent[]> {
  const events: StoredEvent[] = []
  for await (const raw of client.events(runId, 0)) {
    const event = answerAs(storedEventSchema, raw)
    events.push(event)
    showEvent(out, event, events[0]?.at ?? event.at)
    const by = { url: client.url, out, remark: out.json ? out.note : out.line, signal: stopping.signal }
    if (event.type === 'approval_requested') await review(options.approve, by, event.data)
    if (event.type === 'run_finished') return events
  }
  throw cliError('STREAM_ENDED', `the events of ${runId} ended before the run was over`)
}

async function runScenario(url: string, scenario: Scenario, context: DemoContext): Promise<FinishedDemo> {
  const client = createClient({ url, key: null, actor: null })
  const { run_id } = answerAs(accepted, await client.post('/v1/runs', scenario))
  const events = await watch(client, run_id, context)
  const run = answerAs(runAnswer, await client.get(`/v1/runs/${run_id}`))
  const signals = answerAs(signalsReport, await client.get('/v1/signals?window=15m'))
  return { url, run, events, signals }
}

async function runDemo(serving: Serving, scenario: Scenario, context: DemoContext): Promise<ExitCode> {
  const { options, out, stopping } = context
  const finished = await Promise.race([
    runScenario(serving.url, scenario, context),
    stopping.asked.then(() => null),
  ])
  if (finished === null) {
    out.note('stopped before the run was over: it goes on when a server starts again on this DATA_DIR')
    return 1
  }
  const summary = summaryOf(finished)
  show(out, summary, () => showSummary(out, summary))
  if (options.exit !== true) {
    out.note(`still serving on ${serving.url}: Ctrl-C ends it`)
    await stopping.asked
  }
  return finished.run.status === 'succeeded' ? 0 : 1
}

/** How to get what the demo cannot show without a model. */
const HOW_TO =
  'to have a language model plan: set OPENAI_API_KEY, or OPENAI_BASE_URL for a compatible server, and run it again'

/** Who plans here, and where a model can be asked its plan beside that of the rules, before the run. */
async function showModel(
  { url, llm }: { readonly url: string; readonly llm: Settings['llm'] },
  scenario: Scenario,
  out: Output,
): Promise<void> {
  if (llm === null) {
    const line = plannedBy({ planner: OFFLINE_PLANNER, fallback_reason: 'no_key' })
    return show(out, { type: 'llm', summary: line, how_to: HOW_TO }, () => {
      out.line(line)
      out.line(HOW_TO)
    })
  }
  const client = createClient({ url, key: null, actor: null })
  const { goal, profile, context, tenant } = scenario
  const asked = { goal, profile, context, ...(tenant !== undefined && { tenant }), planner: COMPARE_PLANNERS }
  const compared = answerAs(planComparison, await client.post('/v1/plans', asked))
  show(out, { type: 'comparison', ...compared }, () => showComparison(out, compared))
}

async function act(options: Options): Promise<ExitCode> {
  const out = outputFor(options)
  const settings = checkedSettings(options)
  const scenario = await readScenario(fileOf(options))
  const context = { options, out, stopping: stopOnSignal() }
  const serving = await open(settings, context)
  const { url } = serving
  const location = dataLocationOf(settings)
  show(out, { type: 'serving', url, ...location }, () =>
    out.line(`cugar listens on ${url}, answering this machine only; data in ${locationName(location)}`),
  )
  try {
    if (options.llm === true) await showModel({ url, llm: settings.llm }, scenario, out)
    return await runDemo(serving, scenario, context)
  } finally {
    await serving.stop()
  }
}

export const demoCommand = (): Command =>
  command(
    'demo',
    'runs the four-step sales flow, offline, from start to finish; exit code 1 when it did not succeed',
    'cugar demo --approve auto --exit',
  )
    .addOption(
      new Option('--approve <mode>', 'who approves: a simulated reviewer, you here, or somebody over HTTP')
        .choices(APPROVAL_MODES)
        .default('auto'),
    )
    .option('--exit', 'end when the run is over instead of going on to serve')
    .addOption(new Option('--flow <name>', 'a playbook with facts of its own').choices(FLOWS))
    .option('--file <file>', 'JSON or YAML with goal, profile and context (default: the Acme account)')
    .option('--llm', 'first the plans of the rules and of a language model side by side, where one is set up')
    .option('--port <port>', 'listen on this port', whole(0, 65_535))
    .option(...TOOLS_OPTION)
    .action(exiting(act))
