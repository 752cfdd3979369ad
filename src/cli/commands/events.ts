// `cugar events`: the events of a run as a list, or live until the run is over, across broken connections.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Command } from 'commander'
import { z } from 'zod'
import { answerAs, clientFor, queryOf, type Client } from '../client.ts'
import { exiting, id, remoteCommand, type Remote } from '../command.ts'
import type { ExitCode } from '../failure.ts'
import { outputFor, type Output } from '../output.ts'

type Options = Remote & { readonly follow?: boolean }

/** Events of any type, also of those that this version does not know. */
const eventSchema = z.looseObject({
  seq: z.int(),
  type: z.string(),
  at: z.int(),
  data: z.record(z.string(), z.unknown()),
})
const pageSchema = z.looseObject({ items: z.array(z.unknown()), next_cursor: z.string().nullable() })
type Event = z.output<typeof eventSchema>

/** Digests are left out: people cannot read them. */
const isReadable = (value: unknown): value is string | number | boolean =>
  typeof value === 'number' ||
  typeof value === 'boolean' ||
  (typeof value === 'string' && !value.startsWith('sha256:'))

function lineOf({ seq, at, type, data }: Event): string {
  const facts = Object.entries(data).flatMap(([name, value]) =>
    isReadable(value) ? [`${name}=${String(value).replaceAll(/\s+/g, ' ')}`] : [],
  )
  return `${String(seq).padStart(4)} ${new Date(at).toISOString()} ${type} ${facts.join(' ')}`
}

function showEvent(out: Output, raw: unknown): Event {
  const event = answerAs(eventSchema, raw)
  if (out.json) out.document(raw)
  else out.line(lineOf(event))
  return event
}

async function list(client: Client, runId: string, out: Output): Promise<ExitCode> {
  let cursor: string | null = null
  do {
    const query = queryOf({ limit: 1000, cursor: cursor ?? undefined })
    const page = answerAs(pageSchema, await client.get(`/v1/runs/${runId}/events${query}`))
    for (const raw of page.items) showEvent(out, raw)
    cursor = page.next_cursor
  } while (cursor !== null)
  return 0
}

const RECONNECT_MS = 1000

/** Until the run is over; a connection that ends before that is made again, from the last event shown. */
async function follow(client: Client, runId: string, out: Output): Promise<ExitCode> {
  for (let seq = 0; ; await sleep(RECONNECT_MS)) {
    for await (const raw of client.events(runId, seq)) {
      const event = showEvent(out, raw)
      seq = event.seq
      if (event.type === 'run_finished') return event.data['status'] === 'succeeded' ? 0 : 1
    }
    out.note('the stream ended before the run was over: trying again')
  }
}

const act = async (runId: string, options: Options): Promise<ExitCode> =>
  (options.follow === true ? follow : list)(clientFor(options), runId, outputFor(options))

export const eventsCommand = (): Command =>
  remoteCommand('events', 'shows what happened in a run', 'cugar events RUN --follow')
    .argument('<run>', 'id of the run', id)
    .option('--follow', 'show events as they happen, until the end; exit code 1 when it did not succeed')
    .action(exiting(act))
