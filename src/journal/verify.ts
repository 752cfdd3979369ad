// Whether the journal is what was written: every hash, every number and every end, recomputed from the stored texts.
import { EMPTY_HASH, sha256 } from '../events/digest.ts'
import type { Head, Journal, RawEvent } from './journal.ts'

export type ChainProblem = {
  readonly run_id: string
  readonly seq: number
  readonly position: number
  readonly message: string
}

export type Verification = {
  readonly runs: number
  readonly events: number
  readonly problems: readonly ChainProblem[]
}

const PAGE = 2000

/** What is seen of one run so far. */
type Chain = { readonly seq: number; readonly hash: string; readonly position: number }

type Walk = {
  readonly chains: Map<string, Chain>
  readonly problems: ChainProblem[]
  position: number
  events: number
}

type Claim = {
  readonly position: unknown
  readonly id: unknown
  readonly run_id: unknown
  readonly seq: unknown
  readonly prev: unknown
}

const START: Chain = { seq: 0, hash: EMPTY_HASH, position: 0 }

function claimOf(text: string): Partial<Claim> | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : null
  } catch {
    // Damaged text is what this module is here to find: it becomes a problem, with its place.
    return null
  }
}

function* wrongs(event: RawEvent, before: Chain): Generator<string> {
  const claim = claimOf(event.text)
  if (!claim) {
    yield 'text is not a JSON object'
    return
  }
  if (claim.position !== event.position)
    yield `position is ${String(claim.position)}, expected ${event.position}`
  if (claim.run_id !== event.runId) yield 'run_id is not that of its stream'
  if (event.seq !== before.seq + 1) yield `event ${before.seq + 1} is missing`
  if (claim.seq !== event.seq) yield `seq is ${String(claim.seq)}, expected ${event.seq}`
  if (claim.id !== `${event.runId}-${event.seq}`) yield 'id is not made of run and seq'
  if (claim.prev !== before.hash) yield 'prev is not the hash of the event before it'
}

function step(walk: Walk, event: RawEvent): void {
  const { runId, seq, position } = event
  const problem = (message: string): void => {
    walk.problems.push({ run_id: runId, seq, position, message })
  }
  if (position !== walk.position + 1) problem(`position ${walk.position + 1} is missing before it`)
  const before = walk.chains.get(runId) ?? START
  for (const message of wrongs(event, before)) problem(message)
  walk.chains.set(runId, { seq, hash: sha256(event.text), position })
  walk.position = position
  walk.events += 1
}

function checkHead(walk: Walk, head: Head): void {
  const { seq, hash, position } = walk.chains.get(head.runId) ?? START
  walk.chains.delete(head.runId)
  const problem = (message: string): void => {
    walk.problems.push({ run_id: head.runId, seq, position, message })
  }
  if (seq !== head.version) problem(`ends at event ${seq}, expected ${head.version}`)
  else if (hash !== head.hash) problem('last event is not the one that was written')
}

/** Reads the whole journal in pages; memory grows with the number of runs (about 250 bytes each), not of events. */
export async function verifyChains(journal: Pick<Journal, 'raw' | 'heads'>): Promise<Verification> {
  const walk: Walk = { chains: new Map(), problems: [], position: 0, events: 0 }
  for (
    let page = await journal.raw(0, PAGE);
    page.events.length > 0;
    page = await journal.raw(page.position, PAGE)
  ) {
    for (const event of page.events) step(walk, event)
  }
  const runs = walk.chains.size
  for (let heads = await journal.heads('', PAGE); heads.length > 0;) {
    for (const head of heads) checkHead(walk, head)
    heads = await journal.heads(heads.at(-1)?.runId ?? '', PAGE)
  }
  for (const [run_id, { seq, position }] of walk.chains) {
    walk.problems.push({ run_id, seq, position, message: 'has events but no head' })
  }
  return { runs, events: walk.events, problems: walk.problems }
}
