// What must be true of a journal however its runs went: each run ends once, no account is above its limit or holds
// anything for a run that is over, no posting is lost, the metrics are the journal's, the hash chains are whole.
import type { DataOf, EventOf, StoredEvent } from '../src/events/event.ts'
import type { Journal } from '../src/journal/journal.ts'
import { verifyChains } from '../src/journal/verify.ts'
import { savedMetrics, verifyMetrics } from '../src/projections/metrics/recompute.ts'
import type { AccountKey } from '../src/run/budgets/ledger.ts'
import { tenantOwner } from '../src/run/budgets/tenant-account.ts'
import { readRegistry } from '../src/runtime.ts'

type Book = { total: number; spent: number; reserved: number }

type Walk = {
  readonly started: Map<string, number>
  readonly ended: Map<string, string>
  /** By scope, key, unit and owner. */
  readonly books: Map<string, Book>
  /** Calls spent: by the runs of a tenant, and by the tenant's own accounts. */
  readonly callsOfRuns: Map<string, number>
  readonly callsOfTenant: Map<string, number>
  readonly events: Map<string, number>
  readonly broken: Map<string, number>
}

/** Texts of broken laws are counted, each kept once: ten thousand of the same say no more than one. */
const breaks = ({ broken }: Walk, law: string): Map<string, number> =>
  broken.set(law, (broken.get(law) ?? 0) + 1)

const add = (sums: Map<string, number>, key: string, amount: number): Map<string, number> =>
  sums.set(key, (sums.get(key) ?? 0) + amount)

type Booking = DataOf<'budget_updated'>['accounts'][number]

const nameOf = ({ scope, key, unit, owner }: AccountKey): string => `${scope} ${key} ${unit} ${owner}`

function post(walk: Walk, { tenant, run_id, data }: EventOf<'budget_updated'>, booking: Booking): void {
  const { scope, unit, spent, reserved, limit, delta } = booking
  const owner = scope === 'tenant' ? tenantOwner(booking, data.profile) : run_id
  const name = nameOf({ ...booking, owner })
  const book = walk.books.get(name) ?? { total: 0, spent: 0, reserved: 0 }
  if (spent + reserved > limit) breaks(walk, `an account of a ${scope} is above its limit (${name})`)
  if (book.total + delta !== spent + reserved) breaks(walk, `a posting to a ${scope} is lost (${name})`)
  if (unit === 'calls' && scope === 'run') add(walk.callsOfRuns, tenant, spent - book.spent)
  if (unit === 'calls' && scope === 'tenant') add(walk.callsOfTenant, tenant, spent - book.spent)
  walk.books.set(name, { total: spent + reserved, spent, reserved })
}

function step(walk: Walk, event: StoredEvent): void {
  add(walk.events, event.type, 1)
  if (walk.ended.has(event.run_id)) breaks(walk, `a run goes on after its end, with ${event.type}`)
  if (event.type === 'run_started') add(walk.started, event.run_id, 1)
  if (event.type === 'run_finished') walk.ended.set(event.run_id, event.data.status)
  if (event.type === 'budget_updated') for (const booking of event.data.accounts) post(walk, event, booking)
}

async function walkAll(journal: Journal): Promise<Walk> {
  const walk: Walk = {
    started: new Map(),
    ended: new Map(),
    books: new Map(),
    callsOfRuns: new Map(),
    callsOfTenant: new Map(),
    events: new Map(),
    broken: new Map(),
  }
  for (let events = await journal.readAll(0, 2000); events.length > 0;) {
    for (const event of events) step(walk, event)
    events = await journal.readAll(events.at(-1)?.position ?? 0, 2000)
  }
  return walk
}

/** Runs as their callers saw them end, by id. */
export type Answers = ReadonlyMap<string, string>

function runLaws(walk: Walk, answers: Answers): void {
  for (const [runId, times] of walk.started) {
    if (times !== 1) breaks(walk, 'a run started more than once')
    if (!walk.ended.has(runId)) breaks(walk, 'a run never ended')
    if (!answers.has(runId)) breaks(walk, 'a run is in the journal that no caller was told of')
  }
  for (const [runId, status] of answers) {
    if (walk.ended.get(runId) !== status) breaks(walk, 'a caller was told another end than the journal has')
  }
}

async function bookLaws(walk: Walk, journal: Journal): Promise<void> {
  for (const [name, { reserved }] of walk.books) {
    if (reserved !== 0) breaks(walk, `something is still held when every run is over (${name})`)
  }
  for (const account of await journal.accounts()) {
    const name = nameOf(account)
    const book = walk.books.get(name)
    if (account.spent + account.reserved > account.limit) breaks(walk, `${name} is above its limit`)
    if (book?.spent !== account.spent || book.reserved !== account.reserved)
      breaks(walk, `the books of ${name} are not what its events say`)
  }
  for (const [tenant, calls] of walk.callsOfTenant) {
    if (walk.callsOfRuns.get(tenant) !== calls)
      breaks(walk, `the runs of ${tenant} spent other calls than it`)
  }
}

async function keptLaws(walk: Walk, journal: Journal, registry: string): Promise<void> {
  const { problems } = await verifyChains(journal)
  for (const { message } of problems) breaks(walk, `a hash chain is broken: ${message}`)
  const saved = await savedMetrics(journal)
  if (saved?.position !== journal.position()) breaks(walk, 'the saved metrics do not cover the whole journal')
  for (const difference of await verifyMetrics(journal, readRegistry(registry)))
    breaks(walk, `the metrics are not those of the journal: ${difference}`)
}

export type Inspected = {
  /** Sentences, each with how often it is so; empty: every law holds. */
  readonly broken: readonly string[]
  /** How many events of each type there are. */
  readonly events: ReadonlyMap<string, number>
}

async function inspect(journal: Journal, registry: string, answers: Answers): Promise<Inspected> {
  const walk = await walkAll(journal)
  runLaws(walk, answers)
  await bookLaws(walk, journal)
  await keptLaws(walk, journal, registry)
  return { broken: Array.from(walk.broken, ([law, times]) => `${law}: ${times} times`), events: walk.events }
}

/** Holds a journal whose runs are all over to the laws. */
export async function inspectAndClose(
  journal: Journal,
  registry: string,
  answers: Answers,
): Promise<Inspected> {
  try {
    return await inspect(journal, registry, answers)
  } finally {
    await journal.close()
  }
}
