// The libraries of tenants: what their runs have stored, kept here since it was first asked for, and the only way to store
// in one. One process writes a journal, so that what is kept here is what is true.
import { payloadOf } from '../events/digest.ts'
import type { EventOf } from '../events/event.ts'
import { frozen } from '../events/json.ts'
import { libraryStream, type LibraryAction, type LibraryName } from '../events/library.ts'
import type { Journal } from '../journal/journal.ts'
import { spanIdOf } from '../run/line.ts'
import { CallError } from '../run/failure.ts'
import type { RunState } from '../run/state.ts'
import type { EngineParts, Libraries, LibraryReader } from './parts.ts'
import { payloadValue } from './values.ts'

/** A step of a run, as it asks a library of its tenant. */
export const libraryReader = (
  { tenant, runId, profile, reach, requester, traceId }: RunState,
  { stepId, until }: Pick<LibraryReader, 'stepId' | 'until'>,
): LibraryReader => ({ tenant, runId, stepId, profile, reach, requester, traceId, until })

type Stored = Pick<EventOf<'library_changed'>, 'at' | 'data'> & { readonly item: unknown }

/** Of one library, all versions of all items: so many are read into memory. */
const MOST_ENTRIES = 5000

type Shelf = { readonly entries: Stored[]; salt: string; version: number }

async function catchUp(journal: Journal, stream: string, shelf: Shelf): Promise<void> {
  for (const event of await journal.read(stream, shelf.version)) {
    if (event.type === 'library_changed') {
      // Tools of every run of the tenant are given the same one.
      const item = frozen(await payloadValue(journal, stream, event.data.item))
      // Two readers may bring the same events.
      if (event.seq > shelf.version) shelf.entries.push({ at: event.at, data: event.data, item })
    }
    shelf.version = Math.max(shelf.version, event.seq)
  }
}

async function openShelf({ journal, randomHex }: EngineParts, stream: string): Promise<Shelf> {
  const salt = (await journal.stream(stream))?.salt ?? randomHex(32)
  return { entries: [], salt, version: 0 }
}

type Storing = {
  readonly name: LibraryName
  readonly shelf: Shelf
  readonly reader: LibraryReader
}

async function store(
  { journal, clock }: EngineParts,
  { name, shelf, reader }: Storing,
  entry: { readonly action: LibraryAction; readonly item: unknown },
): Promise<boolean> {
  if (shelf.version >= MOST_ENTRIES)
    throw new CallError('resource_quota', `The library has ${MOST_ENTRIES} changes: it takes no more.`, {
      happened: 'no',
    })
  const { tenant, runId, stepId, profile, requester, traceId } = reader
  const item = payloadOf(entry.item, shelf.salt)
  const data = { library: name, action: entry.action, item: item.digest, run_id: runId, step_id: stepId }
  const result = await journal.append({
    runId: libraryStream(name, tenant),
    salt: shelf.salt,
    expectedVersion: shelf.version,
    traceId,
    spanId: spanIdOf(`${runId}/${stepId}`),
    tenant,
    at: clock(),
    lines: [{ type: 'library_changed', data: { ...data, by: requester, profile } }],
    payloads: [item],
    head: { open: false, wakeAt: null, waiting: false },
    idempotency: null,
  })
  return result.ok
}

export function createLibraries(parts: EngineParts): Libraries {
  const shelves = new Map<string, Promise<Shelf>>()
  const shelfOf = async (stream: string): Promise<Shelf> => {
    const opened = shelves.get(stream) ?? openShelf(parts, stream)
    shelves.set(stream, opened)
    const shelf = await opened
    await catchUp(parts.journal, stream, shelf)
    return shelf
  }
  return {
    stored: async (name, tenant, seesProfile) => {
      const { entries } = await shelfOf(libraryStream(name, tenant))
      return entries.map(({ data, item }) => {
        const isSeen = seesProfile(data.profile ?? '')
        return { action: data.action, item, isOwn: false, isSeen }
      })
    },
    of: (name, reader) => {
      const stream = libraryStream(name, reader.tenant)
      const isOwn = ({ data }: Stored): boolean =>
        data.run_id === reader.runId && data.step_id === reader.stepId
      return {
        read: async () => {
          const { entries } = await shelfOf(stream)
          const { until } = reader
          const known = entries.filter((entry) => until === null || (entry.at <= until && !isOwn(entry)))
          return known.map((entry) => ({
            action: entry.data.action,
            item: entry.item,
            isOwn: isOwn(entry),
            isSeen: reader.reach !== 'profile' || entry.data.profile === reader.profile,
          }))
        },
        store: async (entry, after) => {
          const shelf = await shelfOf(stream)
          if (shelf.entries.length !== after) return false
          return store(parts, { name, shelf, reader }, entry)
        },
      }
    },
  }
}
