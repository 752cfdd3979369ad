import { memoryJournal } from '../../src/journal/memory.ts'
import { journalContract } from './contract.ts'

journalContract('memory', async () => {
  const journal = memoryJournal()
  return { journal, dispose: () => journal.close() }
})
