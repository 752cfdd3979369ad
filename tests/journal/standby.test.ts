// A process that waits for the journal of another one, with real processes.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { sqliteJournal } from '../../src/journal/sqlite/sqlite.ts'
import { postgresJournal } from '../../src/journal/postgres/postgres.ts'
import type { Journal, Standby } from '../../src/journal/journal.ts'
import { appendOf, taken } from './appends.ts'
import { clusterOfFile } from './cluster.ts'
import { startChild, type Child } from './processes.ts'

/** What must hold in every store that outlives its process. */
function standbySuite(place: () => string, open: (standby?: Standby) => Promise<Journal>): void {
  const children: Child[] = []
  afterEach(async () => {
    await Promise.all(children.splice(0).map((child) => child.kill()))
  })
  const start = (mode: string): Child => {
    const child = startChild(mode, place())
    children.push(child)
    return child
  }

  test('of two that stand by, one takes over when the holder is killed, and then the other', async () => {
    const holder = start('hold')
    await holder.said(1)
    const standbys = [start('standby'), start('standby')]
    await Promise.all(standbys.map((child) => child.said(1)))
    expect(standbys.map(({ lines }) => lines)).toEqual([['waiting'], ['waiting']])
    await holder.kill()
    const next = await Promise.race(standbys.map((child) => child.said(4).then(() => child)))
    expect(next.lines).toEqual(['waiting', 'active', 'open', 'accepted true'])
    const last = standbys.find((child) => child !== next)
    expect(last?.lines).toEqual(['waiting'])
    await next.kill()
    await last?.said(4)
    expect(last?.lines).toEqual(['waiting', 'active', 'open', 'accepted true'])
  })

  test('it takes over from one that is closed, with everything that was acknowledged', async () => {
    const holder = await open()
    taken(await holder.append(appendOf('run_a')))
    const phases: string[] = []
    let told = (): void => undefined
    const waiting = new Promise<void>((resolve) => {
      told = resolve
    })
    const opening = open((phase) => {
      phases.push(phase)
      told()
    })
    await waiting
    taken(await holder.append(appendOf('run_b')))
    await holder.close()
    const journal = await opening
    expect(phases).toEqual(['waiting', 'active'])
    expect(journal.position()).toBe(2)
    taken(await journal.append(appendOf('run_b', { expectedVersion: 1 })))
    await journal.close()
  })

  test('where nobody has the journal there is nothing to say', async () => {
    const phases: string[] = []
    const journal = await open((phase) => phases.push(phase))
    expect(phases).toEqual([])
    await journal.close()
  })

  test('it ends at a signal while it waits', async () => {
    const holder = start('hold')
    await holder.said(1)
    const standby = start('standby')
    await standby.said(1)
    standby.process.kill('SIGTERM')
    await standby.ended
    expect(standby.lines).toEqual(['waiting'])
  })
}

describe('SQLite', () => {
  let dir = ''
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'journal-'))
  })
  afterEach(() => rmSync(dir, { recursive: true }))
  standbySuite(
    () => dir,
    (standby) => sqliteJournal({ dir, writer: 'test', ...(standby ? { standby } : {}) }),
  )
})

describe('PostgreSQL', () => {
  const cluster = clusterOfFile()
  let url = ''
  beforeEach(async () => {
    url = await cluster().create()
  })
  standbySuite(
    () => url,
    (standby) => postgresJournal({ url, writer: 'test', ...(standby ? { standby } : {}) }),
  )

  test('one that loses its connection while it waits is refused with why', async () => {
    const holder = await postgresJournal({ url, writer: 'test' })
    const phases: string[] = []
    let told = (): void => undefined
    const waiting = new Promise<void>((resolve) => {
      told = resolve
    })
    const opening = postgresJournal({
      url,
      writer: 'test',
      standby: (phase) => {
        phases.push(phase)
        told()
      },
    })
    const outcome = Promise.allSettled([opening])
    await waiting
    await cluster().run(
      url,
      `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
       AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    )
    expect(await outcome).toMatchObject([{ reason: { code: 'JOURNAL_BROKEN' } }])
    expect(phases).toEqual(['waiting'])
    taken(await holder.append(appendOf('run_a')))
    await holder.close()
  })
})
