import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { payloadOf } from '../../src/events/digest.ts'
import { batchOf, batchTexts } from '../../src/journal/batch-texts.ts'
import { encode } from '../../src/journal/encode.ts'
import { appendOf, posting, runPosting, skipped } from './appends.ts'

const word = fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme' })

const append = fc
  .record({
    run: fc.stringMatching(/^run_[0-9a-f]{4}$/),
    tenant: word,
    words: fc.array(fc.oneof(word, fc.constant('a\nb\u2028c "d" \\ {')), { maxLength: 4 }),
    postings: fc.nat(2),
    origin: fc.boolean(),
    key: fc.option(word, { nil: null }),
    salt: fc.constantFrom('', 'ab12'),
  })
  .map(({ run, tenant, words, postings, origin, key, salt }) => {
    const from = origin ? { origin: { source: 'other', id: words[0] ?? 'id' } } : {}
    const lines = [
      { ...skipped(words[0] ?? 's1'), ...from },
      ...Array.from({ length: postings }, (_, index) =>
        index === 0
          ? posting({ key: words[1] ?? 'acme' })
          : runPosting(run, { call_id: 'm1', step_id: null }),
      ),
      skipped('s2'),
    ]
    const payloads = words.map((value) => payloadOf({ value }, salt))
    const idempotency = key === null ? null : { key, digest: 'd' }
    return encode(appendOf(run, { tenant, lines, payloads, salt, idempotency }))
  })

test('a batch that has crossed as texts is the batch that was sent, whatever people wrote in it', () => {
  fc.assert(
    fc.property(fc.array(append, { minLength: 1, maxLength: 5 }), (batch) => {
      expect(batchOf(batchTexts(batch))).toEqual(batch)
    }),
  )
})
