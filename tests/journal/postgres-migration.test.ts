// A store of 0.1.0 in PostgreSQL, brought to today's shape.
import { expect, test } from 'vitest'
import { initial } from '../../src/journal/postgres/migrations/001-initial.ts'
import { postgresJournal } from '../../src/journal/postgres/postgres.ts'
import { clusterOfFile } from './cluster.ts'
import { expectOldRows, oldRows } from './old-store.ts'

const cluster = clusterOfFile()

test('a store of 0.1.0 reads as it did, and takes what is new', async () => {
  const url = await cluster().create()
  const schema = 'CREATE SCHEMA cugar; SET search_path = cugar'
  const version = 'CREATE TABLE schema_version (version integer NOT NULL)'
  await cluster().run(url, `${schema}; ${version}; ${initial}; ${oldRows(String)}`)
  const journal = await postgresJournal({ url, writer: 'new' })
  await expectOldRows(journal)
  await journal.close()
  const again = await postgresJournal({ url, writer: 'new' })
  expect(again.position()).toBe(5)
  await again.close()
})
