import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sqliteJournal } from '../../src/journal/sqlite/sqlite.ts'
import { journalContract } from './contract.ts'

journalContract('SQLite', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'journal-'))
  const journal = await sqliteJournal({ dir, writer: 'test' })
  const dispose = async (): Promise<void> => {
    await journal.close()
    rmSync(dir, { recursive: true })
  }
  return { journal, dispose }
})
