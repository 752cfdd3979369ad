// What 0.1.0 left in a store, row by row, and what today's journal must make of it.
import { expect } from 'vitest'
import { sha256 } from '../../src/events/digest.ts'
import { EMPTY_HASH } from '../../src/events/event.ts'
import type { Journal } from '../../src/journal/journal.ts'
import { verifyChains } from '../../src/journal/verify.ts'
import { appendOf, AT, skipped, taken } from './appends.ts'

const TRACE = '0af7651916cd43dd8448eb211c80319c'
const SPAN = 'b7ad6b7169203331'
const DATA = '{"step_id":"s1","reason":"cancelled"}'

const STREAMS = [
  { runId: 'run_a', open: true },
  { runId: 'control', open: false },
  { runId: 'run_b', open: false },
]

/** The text of an event as 0.1.0 wrote it. */
const textOf = (runId: string, position: number): string =>
  `{"position":${position},"id":"${runId}-1","run_id":"${runId}","seq":1,"trace_id":"${TRACE}","span_id":"${SPAN}","at":${AT},"type":"step_skipped","tenant":"acme","writer":"old","prev":"${EMPTY_HASH}","data":${DATA}}`

const TEXTS = STREAMS.map(({ runId }, index) => textOf(runId, index + 1))

/** Statements for a store of the first shape; `bit` writes a boolean as the database has it. */
export function oldRows(bit: (value: boolean) => string): string {
  const streams = STREAMS.map(({ runId, open }, index) => {
    const position = index + 1
    const books = open ? `'[["run","${runId}","calls",1,2,10,null,false]]'` : 'NULL'
    const hash = sha256(textOf(runId, position))
    return `
      INSERT INTO events VALUES (${position}, '${runId}', 1, 1, '${TRACE}', ${AT}, 'acme', 'old', '${EMPTY_HASH}',
        'step_skipped ${SPAN} ${DATA}');
      INSERT INTO streams VALUES ('${runId}', 1, '${hash}', ${bit(open)}, NULL, ${bit(false)}, 'acme', ${books});`
  })
  return `INSERT INTO schema_version (version) VALUES (1);
    INSERT INTO idempotency VALUES ('alice:k', 'run_a', 'd');
    ${streams.join('')}`
}

/** Everything is there as it was, and what is new can be written. */
export async function expectOldRows(journal: Journal): Promise<void> {
  const { events } = await journal.raw(0, 10)
  expect(events.map(({ text }) => text)).toEqual(TEXTS)
  expect(await verifyChains(journal)).toEqual({ runs: 3, events: 3, problems: [] })
  const plain = { kind: 'run', parent: null, salt: '' }
  expect(await journal.stream('run_a')).toEqual({ ...plain, open: true })
  expect(await journal.stream('run_b')).toEqual({ ...plain, open: false })
  expect(await journal.stream('control')).toEqual({ ...plain, kind: 'control', open: false })
  expect(await journal.openRuns('', 10)).toEqual([{ runId: 'run_a', wakeAt: null, waiting: false }])
  expect(await journal.accounts('run_a')).toMatchObject([{ spent: 1, reserved: 2, limit: 10 }])
  expect(await journal.peek('alice:k')).toEqual({ runId: 'run_a', digest: 'd' })
  const lines = [{ ...skipped('s2'), origin: { source: 'crewai', id: '7' } }]
  taken(await journal.append(appendOf('run_a', { expectedVersion: 1, lines })))
  taken(await journal.append(appendOf('run_c', { parent: 'bat_a', salt: 'ab' })))
  expect(await journal.children('bat_a', '', 10)).toEqual([{ runId: 'run_c', open: true }])
  expect((await verifyChains(journal)).problems).toEqual([])
}
