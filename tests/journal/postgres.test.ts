import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { postgresJournal } from '../../src/journal/postgres/postgres.ts'
import { clusterOfFile } from './cluster.ts'
import { journalContract } from './contract.ts'

const cluster = clusterOfFile()

journalContract('PostgreSQL', async () => {
  const journal = await postgresJournal({ url: await cluster().create(), writer: 'test' })
  return { journal, dispose: () => journal.close() }
})

test('its driver is loaded only where a database is named', () => {
  const src = join(import.meta.dirname, '../../src')
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))
  const importing = (what: RegExp): string[] =>
    files.filter((file) => what.test(readFileSync(join(src, file), 'utf8'))).sort()
  expect(importing(/^import (?!type).* from 'pg'/m)).toEqual(['journal/postgres/session.ts'])
  const outside = importing(/^import (?!type).* from '.*\/postgres\/[a-z-]*\.ts'/m)
  expect(outside.filter((file) => !file.startsWith('journal/postgres'))).toEqual([])
})
