// GET /v1/stream: what changes, for whoever shows lists: one stream for a whole page instead of one a run. It names what
// changed and says nothing of contents: those are read where the caller may read them.
import type { Engine, Principal } from '../engine/engine.ts'
import { boundedMap } from '../cache.ts'
import { reaches, reachesAll, reachesTenant } from './callers/reach.ts'
import { gather } from './people/changes.ts'
import type { Changed } from './people/changed.ts'
import type { Changes } from './people/window.ts'
import { localsOf, route, type DoorParts, type Route } from './route.ts'
import { streamHeaders } from './schemas.ts'
import { frameOf, type Reader, type Send, type StreamDoor } from './sse.ts'

/** Whoever has missed more reads the lists anew instead. */
const MOST_MISSED = 10_000
/** Runs whose profile is remembered, for keys that are limited to some. */
const REMEMBERED = 10_000

type Sees = (run: { readonly runId: string; readonly tenant: string }) => Promise<boolean>

/** Whether a run is within the caller's reach; only a key for some profiles has to look. */
function sight(engine: Engine, by: Principal): Sees {
  if (by.limitedTo === undefined) return () => Promise.resolve(true)
  if (reachesAll(by, 'profiles')) return async ({ tenant }) => reachesTenant(by, tenant)
  const known = boundedMap<boolean>(REMEMBERED)
  return async ({ runId, tenant }) => {
    if (!reachesTenant(by, tenant)) return false
    const seen = known.get(runId) ?? reaches(by, await engine.state(runId))
    known.set(runId, seen)
    return seen
  }
}

async function within<T extends { readonly runId: string; readonly tenant: string }>(
  sees: Sees,
  items: readonly T[],
): Promise<T[]> {
  const seen: T[] = []
  for (const item of items) if (await sees(item)) seen.push(item)
  return seen
}

/** The frames of what changed, as far as the caller may know of it; the last one has the position to go on from. */
async function framesOf(changed: Changed, by: Principal, sees: Sees): Promise<string> {
  const isFree = by.limitedTo === undefined
  const frames: (readonly [string, unknown])[] = []
  for (const { runId, tenant, events } of await within(sees, changed.runs))
    frames.push(['run', { run_id: runId, tenant, events }])
  for (const { approvalId, runId, tenant, change } of await within(sees, changed.approvals))
    frames.push(['approval', { approval_id: approvalId, run_id: runId, tenant, change }])
  for (const tenant of changed.budgets)
    if (reachesTenant(by, tenant) && reachesAll(by, 'profiles')) frames.push(['budget', { tenant }])
  // What is about everybody is nothing for a limited key.
  if (changed.signals && isFree) frames.push(['signals', {}])
  if (isFree) for (const type of changed.control) frames.push(['control', { type }])
  return frames
    .map(([name, data], index) =>
      frameOf(name, data, index === frames.length - 1 ? changed.position : undefined),
    )
    .join('')
}

type Live = { readonly parts: DoorParts; readonly changes: Changes; readonly by: Principal }

/** Tells what the client has missed, and then what changes, until it goes. */
async function relay(
  { parts, changes, by }: Live,
  { reader, after }: { readonly reader: Reader; readonly after: number | undefined },
  send: Send,
): Promise<void> {
  const { res, signal } = reader
  const sees = sight(parts.engine, by)
  const waiting: Changed[] = []
  let wake = (): void => undefined
  const tell = (changed: Changed): void => {
    waiting.push(changed)
    wake()
  }
  signal.addEventListener('abort', () => wake(), { once: true })
  changes.subscribe({ tell, fail: () => res.destroy() }, signal)
  const now = changes.position()
  await send(frameOf('hello', { position: now }, after === undefined ? now : undefined))
  if (after !== undefined && now - after > MOST_MISSED) await send(frameOf('reset', {}, now))
  else if (after !== undefined) await send(await framesOf(await gather(parts.journal, after), by, sees))
  while (!signal.aborted) {
    const next = waiting.shift()
    if (next === undefined)
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    else if (localsOf(res).isStillAllowed()) await send(await framesOf(next, by, sees))
    else return
  }
}

export const liveRoute = (parts: DoorParts, changes: Changes, door: StreamDoor): Route =>
  route({
    method: 'get',
    path: '/v1/stream',
    roles: ['viewer'],
    limitedKeys: 'own',
    summary: 'What changes, live: runs, approvals, budgets, signals, and what is in force',
    headers: streamHeaders,
    answers: {
      200: {
        description:
          'A stream: `run`, `approval`, `budget`, `signals` and `control` name what changed; `hello` begins it; after ' +
          '`reset` too much was missed, and lists are read anew. It goes on from `Last-Event-ID`.',
        other: { contentType: 'text/event-stream', instead: true },
      },
    },
    errors: ['TOO_BUSY'],
    answer: async ({ headers, principal, res, signal }) => ({
      stream: () => {
        const reader = { res, signal: signal() }
        const after = headers['last-event-id']
        return door.serve(reader, (send) => relay({ parts, changes, by: principal }, { reader, after }, send))
      },
    }),
  })
