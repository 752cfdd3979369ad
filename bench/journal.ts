// What the journal alone can take: durable appends of realistic events, without engine or HTTP. With DATABASE_URL,
// PostgreSQL too, in the same run.
import { figure, setting, type Bench, type Figure } from './bench.ts'
import { crowd } from './crowd.ts'
import { inFolder } from './folder.ts'
import { readEnvironment } from '../src/config.ts'
import { sqliteJournal } from '../src/journal/sqlite/sqlite.ts'
import type { Append, Journal, Line } from '../src/journal/journal.ts'
import type { Posting, PostingEntry } from '../src/run/budgets/ledger.ts'
import type { Unit } from '../src/events/policy.ts'

export type CeilingOptions = {
  readonly dir: string
  /** An empty PostgreSQL database instead of the folder. */
  readonly url?: string
  readonly appends: number
  readonly eventsPerAppend: number
  /** Appends under way at a time. */
  readonly concurrency: number
}

export type Ceiling = { readonly appendsPerSecond: number; readonly eventsPerSecond: number }

const APPENDS_PER_RUN = 6
const LIMIT = 1_000_000_000
const AT = Date.UTC(2026, 0, 15)
const WINDOW_END = Date.UTC(2026, 0, 16)
const DIGEST = `sha256:${'ab'.repeat(32)}`

type Cursor = { readonly runId: string; readonly index: number; readonly version: number }

function posting(runId: string, index: number, scope: PostingEntry['scope']): Posting {
  const unit: Unit = index % 2 === 0 ? 'calls' : 'cost'
  const key = scope === 'run' ? runId : scope === 'domain' ? 'intelligence' : 'acme'
  const entry: PostingEntry = {
    scope,
    key,
    unit,
    owner: scope === 'tenant' ? `acme@${WINDOW_END}` : runId,
    // Nothing is held before it, so nothing is used: the books are read and written all the same.
    amount: 0,
    held: 0,
    limit: LIMIT,
    window_end: scope === 'tenant' ? WINDOW_END : null,
  }
  const call = { call_id: 's1/1', step_id: 's1', profile: 'revops' }
  return { type: 'posting', kind: 'settle', ...call, threshold: 0.8, entries: [entry] }
}

const STEP = { step_id: 's1', tool: 'research_company', domain: 'intelligence' } as const

function facts(): Line[] {
  return [
    {
      type: 'tool_call_complete',
      data: {
        ...STEP,
        attempt: 1,
        duration_ms: 12.5,
        cost: 1,
        output: DIGEST,
        output_bytes: 1200,
        reconciled_by: null,
      },
    },
    {
      type: 'route_decision',
      data: {
        ...STEP,
        selected: 'builtin',
        alternatives: ['crm_live', 'enrichment'],
        strategy: 'builtin',
        reason: 'The built-in implementation serves this tool.',
      },
    },
    {
      type: 'tool_call_start',
      data: {
        ...STEP,
        attempt: 1,
        adapter: 'builtin',
        side_effects: 'read-only',
        idempotency_key: 'run_0000000000000000-s1-1',
        inputs: DIGEST,
        approval_id: null,
      },
    },
    { type: 'step_skipped', data: { step_id: 's2', reason: 'condition_false' } },
  ]
}

const SCOPES = ['run', 'domain', 'tenant'] as const

function lines(runId: string, count: number): Line[] {
  const made: Line[] = []
  while (made.length < count) {
    made.push(...facts())
    for (let index = 0; index < 6; index += 1) made.push(posting(runId, index, SCOPES[index % 3] ?? 'run'))
  }
  return made.slice(0, count)
}

const appendOf = ({ runId, index, version }: Cursor, count: number): Append => ({
  runId,
  expectedVersion: version,
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  tenant: 'acme',
  at: AT + index,
  lines: lines(runId, count),
  payloads: [],
  head: { open: index < APPENDS_PER_RUN - 1, wakeAt: null, waiting: false },
  idempotency: null,
})

async function writeRun(journal: Journal, runId: string, count: number): Promise<void> {
  let version = 0
  for (let index = 0; index < APPENDS_PER_RUN; index += 1) {
    const result = await journal.append(appendOf({ runId, index, version }, count))
    if (!result.ok) throw new Error(`append refused: ${result.reason}`)
    version += result.events.length
  }
}

async function open({ dir, url }: CeilingOptions): Promise<Journal> {
  if (url === undefined) return sqliteJournal({ dir, writer: 'bench' })
  const { postgresJournal } = await import('../src/journal/postgres/postgres.ts')
  return postgresJournal({ url, writer: 'bench' })
}

/** Runs of six appends each, `concurrency` at a time, into an empty journal. */
export async function journalCeiling(options: CeilingOptions): Promise<Ceiling> {
  const journal = await open(options)
  if (journal.position() > 0) throw new Error('there is a journal already: it needs an empty database')
  const runs = Math.ceil(options.appends / APPENDS_PER_RUN)
  const before = performance.now()
  try {
    await crowd(options.concurrency, runs, (number) =>
      writeRun(journal, `run_${number.toString().padStart(16, '0')}`, options.eventsPerAppend),
    )
    const seconds = (performance.now() - before) / 1000
    return {
      appendsPerSecond: (runs * APPENDS_PER_RUN) / seconds,
      eventsPerSecond: journal.position() / seconds,
    }
  } finally {
    // Its thread would keep the process alive, and whoever waits for it waiting.
    await journal.close()
  }
}

const figures = (store: string, { appendsPerSecond, eventsPerSecond }: Ceiling): Figure[] => [
  figure(`${store}appends`, appendsPerSecond, '/s'),
  figure(`${store}events`, eventsPerSecond, '/s'),
]

export const bench: Bench = {
  name: 'journal',
  question: 'What can the journal alone take, durably?',
  settings: { appends: 20_000, eventsPerAppend: 10, concurrency: 32 },
  durability: 'fsync',
  run: async (settings, progress) => {
    const size = {
      appends: setting(settings, 'appends'),
      eventsPerAppend: setting(settings, 'eventsPerAppend'),
      concurrency: setting(settings, 'concurrency'),
    }
    const sqlite = await inFolder((dir) => journalCeiling({ ...size, dir }))
    progress(0.5)
    const { databaseUrl: url } = readEnvironment()
    const postgres = url && (await journalCeiling({ ...size, dir: '', url }))
    progress(1)
    return {
      figures: [...figures('', sqlite), ...(postgres ? figures('PostgreSQL ', postgres) : [])],
      curves: [],
    }
  },
}
