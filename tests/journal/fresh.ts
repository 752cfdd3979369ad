import { afterEach, beforeEach } from 'vitest'
import type { Journal } from '../../src/journal/journal.ts'

/** An empty journal, and how to get rid of it. */
export type JournalFactory = () => Promise<{ journal: Journal; dispose: () => Promise<void> }>

/** A fresh journal for each test. */
export function freshJournal(make: JournalFactory): () => Journal {
  let made: Awaited<ReturnType<JournalFactory>>
  beforeEach(async () => {
    made = await make()
  })
  afterEach(() => made.dispose())
  return () => made.journal
}
