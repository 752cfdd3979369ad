// Who decides in the demo: a simulated reviewer, the person at the terminal, or somebody over HTTP.
import { createInterface } from 'node:readline/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { EventOf } from '../../events/event.ts'
import { approval } from '../../http/runs/run-answers.ts'
import { answerAs, createClient, type Client } from '../client.ts'
import { cliError, CliError } from '../failure.ts'
import type { Output } from '../output.ts'
import { showApproval } from '../show-approval.ts'

export const APPROVAL_MODES = ['auto', 'ask', 'console'] as const
export type ApprovalMode = (typeof APPROVAL_MODES)[number]

type Requested = EventOf<'approval_requested'>['data']

export type Review = {
  readonly url: string
  readonly out: Output
  /** A line between those of the events; on standard error with --json. */
  readonly remark: (text: string) => void
  /** Aborted when the demo is asked to stop. */
  readonly signal: AbortSignal
}

const AUTO_WAIT_MS = 2000

/** Somebody else may have been quicker: then the event of that decision is shown. */
async function send(client: Client, approvalId: string, body: unknown): Promise<void> {
  await client.post(`/v1/approvals/${approvalId}/decision`, body).catch((error: unknown) => {
    if (!(error instanceof CliError) || error.code !== 'APPROVAL_DECIDED') throw error
  })
}

async function simulate({ url, remark, signal }: Review, { approval_id }: Requested): Promise<void> {
  remark(
    `a simulated reviewer looks at it for ${AUTO_WAIT_MS / 1000} s and approves (--approve ask lets you decide)`,
  )
  await sleep(AUTO_WAIT_MS, undefined, { signal })
  const client = createClient({ url, key: null, actor: 'simulated-reviewer' })
  await send(client, approval_id, { decision: 'approve' })
}

/** End of input, or the demo is asked to stop. */
const unanswered = (cause: unknown): never => {
  throw cliError('NO_ANSWER', 'nobody answered: the approval is still pending', { cause })
}

/** Asks until there is an answer; Ctrl-C goes to the process, as anywhere else. */
async function question({ signal }: Review): Promise<{ yes: boolean; reason: string }> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  terminal.on('SIGINT', () => process.kill(process.pid, 'SIGINT'))
  const ask = async (text: string, fits: (answer: string) => boolean): Promise<string> => {
    for (;;) {
      const given = (await terminal.question(text, { signal }).catch(unanswered)).trim()
      if (fits(given)) return given
    }
  }
  try {
    const given = await ask('  approve? (y/n) ', (text) => /^(y|yes|n|no)$/i.test(text))
    if (/^y/i.test(given)) return { yes: true, reason: '' }
    return { yes: false, reason: await ask('  why not? ', (text) => text !== '') }
  } finally {
    terminal.close()
  }
}

async function ask(review: Review, { approval_id }: Requested): Promise<void> {
  const client = createClient({ url: review.url, key: null, actor: 'reviewer' })
  showApproval(review.out, answerAs(approval, await client.get(`/v1/approvals/${approval_id}`)))
  const { yes, reason } = await question(review)
  await send(client, approval_id, yes ? { decision: 'approve' } : { decision: 'deny', reason })
}

function pointOut({ url, remark }: Review, { approval_id }: Requested): void {
  remark('decide it from another terminal:')
  remark(`  curl -X POST ${url}/v1/approvals/${approval_id}/decision -H 'Content-Type: application/json' \\`)
  remark(`    -H 'X-Cugar-Actor: reviewer' -d '{"decision":"approve"}'`)
  remark(`  see it: cugar approval ${approval_id} --url ${url}`)
  remark(`  or: cugar approve ${approval_id} --url ${url}`)
}

/** Has the approval decided, or says how somebody can decide it. */
export async function review(mode: ApprovalMode, by: Review, requested: Requested): Promise<void> {
  if (mode === 'auto') await simulate(by, requested)
  else if (mode === 'ask') await ask(by, requested)
  else pointOut(by, requested)
}
