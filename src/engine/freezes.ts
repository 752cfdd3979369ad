// Profiles and tenants that take no new runs: what the control stream says of them, kept here since the start, and
// the only place that changes it. One process writes a journal, so that what is kept here is what is true.
import { AppError } from '../errors.ts'
import { CONTROL_STREAM, MANUAL } from '../events/control.ts'
import { payloadOf } from '../events/digest.ts'
import type { StoredEvent } from '../events/event.ts'
import type { Registry } from '../registry/registry.ts'
import {
  changeFor,
  foldFreeze,
  isNews,
  subjectId,
  type Alert,
  type Change,
  type Standing,
  type Standings,
  type Subject,
} from '../run/freeze.ts'
import { appendControl } from './control.ts'
import type { AlertsTaken, FreezeRequest, Principal } from './engine.ts'
import type { EngineParts } from './parts.ts'

export type Freezes = {
  /** What is frozen, the oldest freeze first. */
  readonly list: () => Standing[]
  /** The first of the subjects that is frozen; null: none. */
  readonly first: (subjects: readonly Subject[]) => Subject | null
  readonly freeze: (request: FreezeRequest, registry: Registry, by: Principal) => Promise<Standing>
  readonly lift: (request: FreezeRequest, registry: Registry, by: Principal) => Promise<boolean>
  readonly heed: (alerts: readonly Alert[], registry: Registry, by: Principal) => Promise<AlertsTaken>
}

type Book = {
  readonly parts: EngineParts
  readonly standings: Standings
  /** Of the control stream: everything up to here is in `standings`. */
  version: number
}

/** Two readers may bring the same events, in any order. */
function take(book: Book, events: readonly StoredEvent[]): void {
  for (const event of events) {
    if (event.seq <= book.version) continue
    foldFreeze(book.standings, event)
    book.version = event.seq
  }
}

const catchUp = async (book: Book): Promise<void> =>
  take(book, await book.parts.journal.read(CONTROL_STREAM, book.version))

type Wanted = { readonly changes: readonly Change[]; readonly why: string | null; readonly by: Principal }

/** Writes those that change anything, in one append; how many did. */
async function change(book: Book, { changes, why, by }: Wanted): Promise<number> {
  const reason = why === null ? null : payloadOf(why)
  for (;;) {
    await catchUp(book)
    const news = changes.filter((each) => isNews(book.standings, each))
    if (news.length === 0) return 0
    const written = await appendControl(book.parts, {
      version: book.version,
      lines: news.map(({ scope, key, frozen, cause }) => ({
        type: 'freeze_changed',
        data: { scope, key, frozen, cause, by: by.id, reason: reason?.digest ?? null },
      })),
      payloads: reason === null ? [] : [reason],
    })
    if (written === null) continue
    take(book, written)
    return news.length
  }
}

function checkKnown({ scope, key }: Subject, registry: Registry): void {
  if (scope === 'tenant' || Object.hasOwn(registry.profiles, key)) return
  throw new AppError('UNKNOWN_PROFILE', { profile: key, known: Object.keys(registry.profiles).join(', ') })
}

const frozenAt = ({ standings }: Book, subject: Subject): Standing | null => {
  const standing = standings.get(subjectId(subject))
  return standing?.frozen === true ? standing : null
}

const byHand = ({ scope, key }: Subject, frozen: boolean): Change => ({
  scope,
  key,
  frozen,
  cause: MANUAL,
  since: null,
})

async function freeze(book: Book, request: FreezeRequest, by: Principal): Promise<Standing> {
  for (;;) {
    await change(book, { changes: [byHand(request, true)], why: request.reason, by })
    const standing = frozenAt(book, request)
    // Somebody may have lifted it in between.
    if (standing !== null) return standing
  }
}

async function heed(
  book: Book,
  { alerts, registry, by }: { alerts: readonly Alert[]; registry: Registry; by: Principal },
): Promise<AlertsTaken> {
  const asked = alerts.flatMap((alert) => changeFor(alert, registry) ?? [])
  // Several alerts may name one subject (a budget has several resources): the latest decides whether it is news.
  const latest = new Map(
    asked.toSorted((a, b) => (a.since ?? 0) - (b.since ?? 0)).map((each) => [subjectId(each), each]),
  )
  await change(book, { changes: [...latest.values()], why: null, by })
  const held = asked.filter((each) => frozenAt(book, each) !== null)
  const frozen = [
    ...new Map(held.map(({ scope, key }) => [subjectId({ scope, key }), { scope, key }])).values(),
  ]
  return { frozen, ignored: alerts.length - held.length }
}

/** Reads what is frozen. */
export async function createFreezes(parts: EngineParts): Promise<Freezes> {
  const book: Book = { parts, standings: new Map(), version: 0 }
  await catchUp(book)
  return {
    list: () =>
      [...book.standings.values()].filter(({ frozen }) => frozen).sort((left, right) => left.at - right.at),
    first: (subjects) => subjects.find((subject) => frozenAt(book, subject) !== null) ?? null,
    freeze: async (request, registry, by) => {
      checkKnown(request, registry)
      return freeze(book, request, by)
    },
    lift: async (request, registry, by) => {
      // A profile that has left the registry while it was frozen can be lifted too.
      if (frozenAt(book, request) === null) checkKnown(request, registry)
      return (await change(book, { changes: [byHand(request, false)], why: request.reason, by })) > 0
    },
    heed: (alerts, registry, by) => heed(book, { alerts, registry, by }),
  }
}
