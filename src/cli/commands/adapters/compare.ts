// `cugar adapters compare`: the same reading through several vendors, side by side.
import { Argument, type Command } from 'commander'
import type { z } from 'zod'
import { adaptersCompared } from '../../../http/adapters/answers.ts'
import { duration, timeLeft } from '../../../run/figures.ts'
import { answerAs, clientFor } from '../../client.ts'
import { exiting, filled, remoteCommand, type Remote } from '../../command.ts'
import type { ExitCode } from '../../failure.ts'
import { outputFor, show, type Output } from '../../output.ts'
import { sheet, type Cell } from '../../table.ts'

/** By what a person asks for: the operation, and what it is asked. */
const ASKED = {
  account: (text: string) => ({ operation: 'getAccount', input: text }),
  accounts: (text: string) => ({ operation: 'findAccounts', input: { name: text } }),
  opportunity: (text: string) => ({ operation: 'getOpportunity', input: text }),
  opportunities: (text: string) => ({ operation: 'listOpportunities', input: { account_id: text } }),
} as const
type Asked = keyof typeof ASKED

type Comparing = Remote & { readonly adapters?: string }
type Compared = z.output<typeof adaptersCompared>

const textOf = (value: unknown): Cell => {
  if (value === null || value === undefined) return null
  return typeof value === 'string' || typeof value === 'number' ? value : JSON.stringify(value)
}

function lines(out: Output, { answers, fields, agree }: Compared): void {
  sheet(
    out,
    ['adapter', 'latency', 'age', 'answer'],
    answers.map(({ adapter, latency_ms, age_seconds, record, error }) => [
      adapter,
      duration(latency_ms / 1000),
      age_seconds === null ? null : timeLeft(age_seconds * 1000),
      error ? `${error.mode}: ${error.message}` : record === null ? 'has no such record' : 'found',
    ]),
  )
  const names = answers.filter(({ record }) => record !== null).map(({ adapter }) => adapter)
  if (fields.length > 0)
    sheet(
      out,
      ['field', 'same', ...names],
      fields.map(({ field, same, values }) => [
        field,
        same ? 'yes' : 'NO',
        ...names.map((name) => textOf(values[name])),
      ]),
    )
  out.line(agree ? 'they agree' : 'they do not agree')
}

async function compare(asked: Asked, text: string, options: Comparing): Promise<ExitCode> {
  const out = outputFor(options)
  const adapters = options.adapters?.split(',').map((name) => name.trim())
  const body = await clientFor(options).post('/v1/adapters/compare', {
    interface: 'crm',
    ...ASKED[asked](text),
    ...(adapters && { adapters }),
  })
  const compared = answerAs(adaptersCompared, body)
  show(out, body, () => lines(out, compared))
  return compared.agree ? 0 : 1
}

export const comparing = (): Command =>
  remoteCommand(
    'compare',
    'asks several vendors the same: differences by field, latency, freshness',
    'cugar adapters compare accounts Acme --adapters hubspot,salesforce',
  )
    .addArgument(new Argument('<what>', 'what is read').choices(Object.keys(ASKED)))
    .argument('<text>', 'the id, or of accounts a part of their name', filled)
    .option('--adapters <names>', 'only these; commas between (default: all that are on)', filled)
    .action(exiting(compare))
