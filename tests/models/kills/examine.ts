// What must hold of runs whose processes were killed around their model calls, said over the bare journal and over the
// bytes that the model's server received.
import { canonicalJson } from '../../../src/events/digest.ts'
import type { StoredEvent } from '../../../src/events/event.ts'
import type { Journal } from '../../../src/journal/journal.ts'
import { verifyChains } from '../../../src/journal/verify.ts'
import { lawsBroken } from '../../engine/laws.ts'
import { only } from '../../engine/story.ts'
import { openPlace, type Place } from './place.ts'

export type Found = {
  /** Every broken promise; empty: none. */
  readonly broken: readonly string[]
  readonly runs: number
  readonly asked: number
  /** Calls whose process died: charged as reserved. */
  readonly unknown: number
  /** Runs that could not pay for another question, and were planned by the rules. */
  readonly overBudget: number
  /** Dollars charged, and reserved at most. */
  readonly charged: number
  readonly reserved: number
}

const UNITS = ['llm_tokens', 'llm_usd'] as const

/** Each call has an end, and costs at most what was held for it before it left. */
function callsBroken(events: readonly StoredEvent[]): string[] {
  const broken: string[] = []
  const ends = only(events, 'llm_call')
  for (const { seq, data, run_id } of only(events, 'llm_call_start')) {
    const name = `${run_id}/${data.call_id}`
    const own = ends.filter(({ data: end }) => end.call_id === data.call_id)
    const held = only(events, 'budget_updated').find(
      (event) => event.data.call_id === data.call_id && event.data.kind === 'reserved',
    )
    if (held === undefined || held.seq > seq) broken.push(`${name} was asked and nothing was reserved`)
    for (const unit of UNITS) {
      const amounts = held?.data.accounts.filter((account) => account.unit === unit) ?? []
      if (amounts.length === 0 && unit === 'llm_usd') broken.push(`${name}: no account of ${unit} holds it`)
      if (amounts.some(({ delta }) => delta !== data.most[unit]))
        broken.push(`${name}: ${unit} is not its most`)
    }
    if (own.length !== 1) broken.push(`${name} ended ${own.length} times`)
    if (own.some(({ data: end }) => end.cost_micro_usd > data.most.llm_usd)) broken.push(`${name} costs more`)
  }
  return broken
}

/** An answer that is on record is not asked for again; nobody asks in a run that is over. */
function repeatedIn(events: readonly StoredEvent[]): string[] {
  const asked = Map.groupBy(only(events, 'llm_call_start'), ({ data }) => `${data.step_id} ${data.request}`)
  const lost = new Set(
    only(events, 'llm_call').flatMap(({ data }) => (data.outcome === 'unknown' ? [data.call_id] : [])),
  )
  return [...asked.values()].flatMap((same) => {
    const known = same.slice(0, -1).filter(({ data }) => !lost.has(data.call_id))
    return known.map(({ run_id, data }) => `${run_id}/${data.call_id} was answered and asked again`)
  })
}

/** A call during which the process died three times is not made again, and what needs it is not done. */
const isGivenUp = (events: readonly StoredEvent[]): boolean =>
  only(events, 'tool_call_error').some(({ data }) =>
    data.message.startsWith('The process ended 3 times during this call'),
  )

function runBroken(events: readonly StoredEvent[]): string[] {
  const [first] = events
  const end = only(events, 'run_finished')[0]?.data.status
  const id = first?.run_id ?? ''
  return [
    ...lawsBroken(events).map((law) => `${id}: ${law}`),
    ...(end === 'succeeded' || (end !== undefined && isGivenUp(events))
      ? []
      : [`${id} ended as ${end ?? 'nothing'}`]),
    ...callsBroken(events),
    ...repeatedIn(events),
  ]
}

/** Every request that the server received is on record, and was there before it left. */
async function unrecorded(
  journal: Journal,
  events: readonly StoredEvent[],
  sent: readonly string[],
): Promise<string[]> {
  const recorded = new Map<string, number>()
  for (const { run_id, data } of only(events, 'llm_call_start')) {
    const body = (await journal.payload(run_id, data.request)) ?? ''
    recorded.set(body, (recorded.get(body) ?? 0) + 1)
  }
  return sent.flatMap((text) => {
    const body = canonicalJson(JSON.parse(text))
    const left = recorded.get(body) ?? 0
    recorded.set(body, left - 1)
    return left > 0 ? [] : ['a request left that no intent announced']
  })
}

async function accountsBroken(journal: Journal, chargedUsd: number): Promise<string[]> {
  const accounts = await journal.accounts()
  const wrong = accounts.filter(({ reserved, spent, limit }) => reserved !== 0 || spent > limit)
  const tenants = accounts.filter(({ scope, unit }) => scope === 'tenant' && unit === 'llm_usd')
  // A list of kills may go on over midnight: each day has an account of its own.
  const spent = tenants.reduce((sum, account) => sum + account.spent, 0)
  return [
    ...wrong.map(({ scope, key, unit }) => `${scope} ${key} ${unit} holds something, or is above its limit`),
    ...(spent === chargedUsd ? [] : [`the tenant was charged ${spent}, its calls say ${chargedUsd}`]),
  ]
}

async function examineJournal(journal: Journal, sent: readonly string[]): Promise<Found> {
  const events = await journal.readAll(0, 10_000_000)
  const runs = Map.groupBy(events, ({ run_id }) => run_id)
  const stories = only(events, 'run_started').map(({ run_id }) => runs.get(run_id) ?? [])
  const ends = only(events, 'llm_call').map(({ data }) => data)
  const charged = ends.reduce((sum, { cost_micro_usd }) => sum + cost_micro_usd, 0)
  const { problems } = await verifyChains(journal)
  return {
    broken: [
      ...problems.map(({ run_id, message }) => `chain of ${run_id}: ${message}`),
      ...stories.flatMap(runBroken),
      ...(await unrecorded(journal, events, sent)),
      ...(await accountsBroken(journal, charged)),
      ...((await journal.openRuns('', 1)).length === 0 ? [] : ['a run is still open']),
    ],
    runs: stories.length,
    asked: sent.length,
    unknown: ends.filter(({ outcome }) => outcome === 'unknown').length,
    overBudget: only(events, 'plan_created').filter(({ data }) => data.fallback_reason === 'over_budget')
      .length,
    charged: charged / 1e6,
    reserved: only(events, 'llm_call_start').reduce((sum, { data }) => sum + data.most.llm_usd, 0) / 1e6,
  }
}

/** `sent`: bodies of requests, as they came. */
export async function examine(place: Place, sent: readonly string[]): Promise<Found> {
  const journal = await openPlace(place, 'examiner')
  try {
    return await examineJournal(journal, sent)
  } finally {
    await journal.close()
  }
}
