// A checker that knows HTTP, a process to kill and a ledger of what really happened, and nothing else of the product.
// It starts runs, approves them as another person, says of calls whose outcome nobody knows what the ledger says, and
// keeps what it was told. What the server says at the end must agree with that.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { draw } from '../../src/run/calls/retry.ts'
import { untilMore, wholeLines } from './work.ts'

const SCRIPT = fileURLToPath(new URL('./served.ts', import.meta.url))
const LANES = 6
const AGAIN_MS = 10
/** How many steps a server is let make happen once it listens, and for how long it goes on after them, at most. */
const MOST_STEPS = 6
const AFTER_MS = 100
/** One in so many is killed while it starts, in the first so many milliseconds. */
const STARTING_MS = 900
const STARTING = 4

const REGISTRY = `
version: v1
metadata: { name: outside, version: "1" }
tools:
  amber_find:
    { domain: intelligence, description: amber, outputs: { value: { type: string } }, cost: 1 }
  cedar_write:
    { domain: engagement, description: cedar, side_effects: propose, approval: { required: true, review: output },
      inputs: { from: { type: string, required: true } }, binds: { from: amber_find.value },
      outputs: { value: { type: string } }, cost: 1 }
  dolphin_file:
    { domain: engagement, description: dolphin, side_effects: execute, idempotent: true,
      inputs: { from: { type: string, required: true } }, binds: { from: cedar_write.value },
      outputs: { value: { type: string } }, cost: 1 }
  eagle_send:
    { domain: engagement, description: eagle, side_effects: execute,
      inputs: { from: { type: string, required: true } }, binds: { from: dolphin_file.value },
      outputs: { value: { type: string } }, cost: 1 }
profiles:
  outside:
    allowed_tools: [amber_find, cedar_write, dolphin_file, eagle_send]
    approval_required: [execute, propose]
    approvers: { role: approver, quorum: 1, exclude_requester: true, timeout_s: 86400 }
    budget: { tenant: { window: month, calls: 1000000 } }
    timeout_seconds: 86400
`
const REVIEWED: ReadonlySet<string> = new Set(['dolphin_file', 'eagle_send'])

type Line = Readonly<Record<'tool' | 'run' | 'step' | 'key', string>> & { life: number; at: number }
type Reply = { readonly status: number; readonly body: Readonly<Record<string, unknown>> }
type Approval = Readonly<Record<'approval_id' | 'run_id' | 'step_id' | 'status', string>>
type Step = Readonly<Record<'step_id' | 'tool' | 'status', string>> & {
  readonly error: { readonly message: string } | null
}
type Shown = {
  readonly status: string
  readonly calls: number
  readonly steps: readonly Step[]
  readonly pending_approvals: readonly Approval[]
}

/** A process of the server; `url` is null when it ended before it listened. */
type Life = {
  readonly url: Promise<string | null>
  readonly kill: (signal: NodeJS.Signals) => void
  readonly ended: Promise<string>
}

function startServer(args: readonly string[]): Life {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', SCRIPT, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = (once(child, 'exit') as Promise<[number | null, string | null]>).then(([code, signal]) =>
    String(signal ?? code),
  )
  const said = once(createInterface({ input: child.stdout }), 'line') as Promise<[string]>
  const url = Promise.race([said.then(([line]) => line), ended.then(() => null)])
  return { url, kill: (signal) => void child.kill(signal), ended }
}

/** What the checker did and was told, by which the server is measured. */
type Memory = {
  /** Run ids by the key that they were asked with; as answered with a 202. */
  readonly accepted: Map<string, string>
  /** When the approval of a step was sent, epoch milliseconds, by run and step. */
  readonly sent: Map<string, number>
  /** Approvals that the server has said yes to. */
  readonly approved: Set<string>
  readonly broken: string[]
}

type Client = {
  readonly dir: string
  readonly memory: Memory
  url: string
  /** No more runs are started. */
  closing: boolean
}

/** One request to whichever process lives; null: it got no answer. */
async function ask(client: Client, path: string, sent?: { by: string; body: unknown; key?: string }) {
  const headers = {
    'content-type': 'application/json',
    'x-cugar-actor': sent?.by ?? 'watcher',
    ...(sent?.key !== undefined && { 'idempotency-key': sent.key }),
  }
  const posted = sent && { method: 'POST', body: JSON.stringify(sent.body) }
  try {
    const response = await fetch(new URL(path, client.url), { headers, ...posted })
    return { status: response.status, body: (await response.json()) as Reply['body'] } satisfies Reply
  } catch {
    await pause(AGAIN_MS)
    return null
  }
}

async function shown(client: Client, runId: string): Promise<Shown | null> {
  const reply = await ask(client, `/v1/runs/${runId}`)
  if (reply?.status === 200) return reply.body as Shown
  if (reply?.status === 404) client.memory.broken.push(`${runId} was accepted and is lost`)
  return null
}

export const ledgerOf = (dir: string): Line[] =>
  wholeLines(join(dir, 'ledger.jsonl')).map((line) => JSON.parse(line) as Line)

/** Starts a run, as often as it takes to be told that it is accepted. */
async function begin(client: Client, key: string): Promise<string> {
  const body = { goal: 'amber, cedar, dolphin, eagle', profile: 'outside', planner: 'rules' }
  for (;;) {
    const reply = await ask(client, '/v1/runs', { by: 'requester', body, key })
    if (reply?.status === 202) return String(reply.body['run_id'])
    if (reply !== null && reply.status !== 503) throw new Error(JSON.stringify(reply))
  }
}

async function approve(client: Client, { approval_id, run_id, step_id }: Approval): Promise<void> {
  const { sent, approved } = client.memory
  sent.set(`${run_id}/${step_id}`, sent.get(`${run_id}/${step_id}`) ?? Date.now())
  const path = `/v1/approvals/${approval_id}/decision`
  const reply = await ask(client, path, { by: 'approver', body: { decision: 'approve' } })
  if (reply?.status === 200) approved.add(approval_id)
}

async function settle(client: Client, runId: string, step: Step): Promise<void> {
  const happened = ledgerOf(client.dir).some(({ run, step: of }) => run === runId && of === step.step_id)
  const outcome = happened
    ? { outcome: 'happened', output: { value: 'seen' } }
    : { outcome: 'did_not_happen' }
  const body = { ...outcome, reason: 'Looked into the ledger' }
  await ask(client, `/v1/runs/${runId}/steps/${step.step_id}/reconcile`, { by: 'approver', body })
}

/** Does for a run what people do, until it is over. */
async function attend(client: Client, runId: string): Promise<void> {
  for (;;) {
    const run = await shown(client, runId)
    if (run === null) continue
    if (!['accepted', 'running', 'waiting'].includes(run.status)) return
    for (const step of run.steps) if (step.status === 'unknown') await settle(client, runId, step)
    for (const approval of run.pending_approvals) await approve(client, approval)
    await pause(AGAIN_MS)
  }
}

async function lane(client: Client, number: number): Promise<void> {
  for (let count = 1; !client.closing; count += 1) {
    const key = `lane-${number}-${count}`
    const runId = await begin(client, key)
    client.memory.accepted.set(key, runId)
    await attend(client, runId)
  }
}

const stepsOf = (lines: readonly Line[]): number =>
  new Set(lines.map(({ run, step }) => `${run}/${step}`)).size

/** Kills one process after the other while the lanes go on; the last one lives. */
async function killAll(client: Client, { args, kills }: { args: readonly string[]; kills: number }) {
  for (let number = 1; number <= kills; number += 1) {
    const life = startServer(args)
    const listens = life.url.then((url) => {
      client.url = url ?? client.url
    })
    if (number % STARTING === 0) await pause(Math.random() * STARTING_MS)
    else {
      await listens
      const steps = Math.floor(draw(`steps before kill ${number}`) * (MOST_STEPS + 1))
      await untilMore(() => stepsOf(ledgerOf(client.dir)), steps)
      await pause(Math.random() * AFTER_MS)
    }
    life.kill('SIGKILL')
    const end = await life.ended
    if (end !== 'SIGKILL') client.memory.broken.push(`ended by itself before kill ${number}: ${end}`)
  }
  const last = startServer(args)
  client.url = (await last.url) ?? client.url
  client.closing = true
  return last
}

/** Every run that the server lists. */
async function listed(client: Client): Promise<string[]> {
  const found: string[] = []
  for (let cursor = ''; ;) {
    const page = await ask(client, `/v1/runs?limit=200${cursor && `&cursor=${cursor}`}`)
    const items = page?.body['items'] as { run_id: string }[] | undefined
    if (items === undefined) throw new Error(JSON.stringify(page))
    found.push(...items.map(({ run_id }) => run_id))
    const next = page?.body['next_cursor']
    if (typeof next !== 'string') return found
    cursor = next
  }
}

async function lossesIn(client: Client): Promise<string[]> {
  const { accepted, approved } = client.memory
  const broken: string[] = []
  for (const [key, runId] of accepted)
    if ((await begin(client, key)) !== runId) broken.push(`${key} is another run than before`)
  const runs = await listed(client)
  const known = new Set(accepted.values())
  broken.push(...runs.filter((id) => !known.has(id)).map((id) => `${id} is a run that nobody asked for`))
  if (new Set(runs).size !== accepted.size) broken.push(`${accepted.size} accepted, ${runs.length} listed`)
  for (const id of approved) {
    const status = (await ask(client, `/v1/approvals/${id}`))?.body['status']
    if (status !== 'approved') broken.push(`${id} was approved and is ${String(status)}`)
  }
  return broken
}

/** What really happened against what people said and what the run says of itself. */
function happeningsIn(lines: readonly Line[], { sent }: Memory): string[] {
  const broken: string[] = []
  const seen = new Map<string, Line>()
  for (const line of lines) {
    const step = `${line.run}/${line.step}`
    const before = seen.get(step)
    if (REVIEWED.has(line.tool) && !((sent.get(step) ?? Infinity) <= line.at))
      broken.push(`${line.tool} of ${step} happened before anybody approved it`)
    if (before && line.tool === 'eagle_send') broken.push(`${step} was sent twice`)
    if (before && before.key !== line.key) broken.push(`${step} was repeated under another key`)
    if (before?.life === line.life) broken.push(`${step} was repeated in one process`)
    seen.set(step, line)
  }
  return broken
}

/** A call during which the process died three times is not made again, and what needs it is not done. */
const isGivenUp = ({ error }: Step): boolean =>
  error !== null && error.message.startsWith('The process ended 3 times during this call')

async function chargesIn(client: Client, lines: readonly Line[]): Promise<string[]> {
  const broken: string[] = []
  const byRun = Object.groupBy(lines, ({ run }) => run)
  let charged = 0
  for (const runId of client.memory.accepted.values()) {
    const run = await shown(client, runId)
    const own = byRun[runId] ?? []
    charged += run?.calls ?? 0
    const isExcused = run?.steps.some(isGivenUp) === true && ['partial', 'failed'].includes(run.status)
    if (run?.status !== 'succeeded' && !isExcused) broken.push(`${runId} ended as ${run?.status}`)
    if ((run?.calls ?? 0) < own.length) broken.push(`${runId}: ${own.length} calls, ${run?.calls} charged`)
    const done = new Set(own.map(({ step }) => step))
    const unseen = (run?.steps ?? []).filter(
      ({ step_id, status }) => status === 'completed' && !done.has(step_id),
    )
    broken.push(...unseen.map(({ tool }) => `${runId}: ${tool} is completed and never happened`))
  }
  const books = await ask(client, '/v1/budgets')
  const accounts = (books?.body['items'] ?? []) as {
    scope: string
    unit: string
    spent: number
    reserved: number
  }[]
  const tenant = accounts.find(({ scope, unit }) => scope === 'tenant' && unit === 'calls')
  if (tenant?.spent !== charged) broken.push(`the runs say ${charged} calls, the books ${tenant?.spent}`)
  if (tenant?.reserved !== 0) broken.push(`the books still hold ${tenant?.reserved}`)
  return broken
}

export type OutsideReport = {
  /** Every broken promise; empty: none. */
  readonly broken: readonly string[]
  readonly runs: number
  readonly calls: number
  /** Calls that happened more than once, all of them harmless to repeat. */
  readonly repeated: number
}

/** Kills a server under load so many times, and asks the last one. About 1.3 s of CPU a kill. */
export async function killFromOutside(dir: string, kills: number, database = ''): Promise<OutsideReport> {
  writeFileSync(join(dir, 'registry.yaml'), REGISTRY)
  const memory: Memory = { accepted: new Map(), sent: new Map(), approved: new Set(), broken: [] }
  // Nobody answers there: as long as no process listens.
  const client: Client = { dir, memory, url: 'http://127.0.0.1:9', closing: false }
  const lanes = Promise.all(Array.from({ length: LANES }, (_, number) => lane(client, number)))
  const last = await killAll(client, { args: [dir, database], kills })
  await lanes
  const lines = ledgerOf(dir)
  memory.broken.push(...(await lossesIn(client)), ...happeningsIn(lines, memory))
  memory.broken.push(...(await chargesIn(client, lines)))
  last.kill('SIGTERM')
  const end = await last.ended
  if (end !== '0') memory.broken.push(`the last process ended with ${end}`)
  const { broken, accepted } = memory
  return { broken, runs: accepted.size, calls: lines.length, repeated: lines.length - stepsOf(lines) }
}
