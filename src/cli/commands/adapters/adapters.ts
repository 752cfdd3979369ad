// `cugar adapters`: how the vendors stand, and what an operator changes of them while the server runs.
import type { Command } from 'commander'
import type { z } from 'zod'
import { adapterPage } from '../../../http/adapters/adapters.ts'
import { adapter, adapterChecked } from '../../../http/adapters/answers.ts'
import { duration } from '../../../run/figures.ts'
import { answerAs, clientFor } from '../../client.ts'
import { exiting, filled, group, remoteCommand, whole, type Remote } from '../../command.ts'
import { usage, type ExitCode } from '../../failure.ts'
import { outputFor, show, type Output } from '../../output.ts'
import { table } from '../../table.ts'
import { comparing } from './compare.ts'

type Shown = z.output<typeof adapter>

const COLUMNS =
  'adapter interface state module order falls_back calls failed refused p95 quota last_change'.split(' ')

const lastChange = ({ changed }: Shown): string =>
  changed === null ? '-' : `${changed.at} by ${changed.by}: ${changed.reason}`

const WINDOWS = { burst: 'now', day: 'today' } as const

/** What the vendor says that it still takes. */
const quotas = ({ quotas: told }: Shown): string | null =>
  told.length === 0
    ? null
    : told
        .map(
          ({ window, remaining, limit }) =>
            `${remaining}${limit === null ? '' : `/${limit}`} ${WINDOWS[window]}`,
        )
        .join(', ')

const row = (one: Shown): (string | number | null)[] => {
  const made = one.calls
  const failed = made && made.error + made.timeout + made.rate_limited
  const p95 = one.latency?.p95 ?? null
  return [
    one.name,
    one.interface,
    one.state,
    one.module,
    one.order,
    one.fallback,
    made && made.success + (failed ?? 0),
    failed,
    made && made.refused,
    p95 === null ? null : duration(p95),
    quotas(one),
    lastChange(one),
  ]
}

async function list(options: Remote): Promise<ExitCode> {
  const out = outputFor(options)
  const body = await clientFor(options).get('/v1/adapters')
  show(out, body, () => {
    const { items } = answerAs(adapterPage, body)
    table(out, COLUMNS, items.map(row))
    for (const { name, problems } of items) for (const problem of problems) out.note(`${name}: ${problem}`)
  })
  return 0
}

type Changing = Remote & {
  readonly reason: string
  readonly module?: string
  readonly order?: number
  readonly asRegistered?: boolean
}

function showAdapter(out: Output, body: unknown): void {
  show(out, body, () => {
    const one = answerAs(adapter, body)
    const place = one.order === null ? '' : `, place ${one.order}`
    out.line(`${one.name} ${one.state}, by module ${one.module}${place}`)
  })
}

const put = async (name: string, wanted: object, options: Remote & { reason: string }): Promise<ExitCode> => {
  const body = { ...wanted, reason: options.reason }
  showAdapter(
    outputFor(options),
    await clientFor(options).put(`/v1/adapters/${encodeURIComponent(name)}`, body),
  )
  return 0
}

function enable(name: string, options: Changing): Promise<ExitCode> {
  const { module, order, asRegistered } = options
  if (asRegistered && (module !== undefined || order !== undefined))
    throw usage('--as-registered leaves no module or order of its own')
  const own = asRegistered ? { module: null, order: null } : { module, order }
  return put(name, { enabled: true, ...own }, options)
}

async function check(name: string, options: Remote): Promise<ExitCode> {
  const out = outputFor(options)
  const body = await clientFor(options).post(`/v1/adapters/${encodeURIComponent(name)}/check`)
  const { ok, operation, duration_ms, problem, adapter: one } = answerAs(adapterChecked, body)
  show(out, body, () => {
    const took = duration(duration_ms / 1000)
    if (ok === null) out.line(`${name}: nothing of it can be asked without a run`)
    else if (ok) out.line(`${name} answers (${operation ?? ''}, ${took}): ${one.state}`)
    else out.line(`${name} does not answer (${took}): ${problem ?? ''}; ${one.state}`)
  })
  return ok === false ? 1 : 0
}

const changing = (name: string, summary: string, example: string): Command =>
  remoteCommand(name, summary, example)
    .argument('<adapter>', 'its name in the registry', filled)
    .requiredOption('--reason <text>', 'why, for those who come later', filled)

export function adaptersCommand(): Command {
  const adapters = group(
    'adapters',
    'lists the adapters, changes, checks and compares them',
    'cugar adapters',
    'cugar adapters disable hubspot --reason "They have an incident"',
  )
  adapters.addCommand(
    remoteCommand('list', 'how each adapter stands and is called', 'cugar adapters list').action(
      exiting(list),
    ),
    { isDefault: true },
  )
  adapters.addCommand(
    changing(
      'enable',
      'switches one on, or puts it elsewhere',
      'cugar adapters enable hubspot --reason "Back again"',
    )
      .option('--module <module>', 'the module that serves from now on', filled)
      .option('--order <place>', 'its place among those of its interface', whole(1, 1000))
      .option('--as-registered', 'with the module and in the place that the registry has')
      .action(exiting(enable)),
  )
  adapters.addCommand(
    changing(
      'disable',
      'switches one off',
      'cugar adapters disable hubspot --reason "They have an incident"',
    ).action(exiting((name: string, options: Changing) => put(name, { enabled: false }, options))),
  )
  adapters.addCommand(
    remoteCommand('check', 'asks the vendor whether it answers', 'cugar adapters check hubspot')
      .argument('<adapter>', 'its name in the registry', filled)
      .action(exiting(check)),
  )
  adapters.addCommand(comparing())
  return adapters
}
