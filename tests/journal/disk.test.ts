import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { disk, type Sync } from '../../src/journal/disk.ts'

type Step = 'write' | 'ask' | 'end' | 'fail'

/** A disk whose syncs end when the steps say so; what each asker was told, and when. */
function play(steps: readonly Step[]) {
  let written = 0
  let durable = 0
  const under: { covers: number; done: Parameters<Sync>[0] }[] = []
  const asked: number[] = []
  const told: { ask: number; durable: number; failed: boolean }[] = []
  const { wrote, settled } = disk((done) => under.push({ covers: written, done }))
  const end = (failed: boolean): void => {
    const sync = under.shift()
    if (!sync) return
    if (!failed) durable = Math.max(durable, sync.covers)
    sync.done(failed ? new Error('no') : null)
  }
  const most = { under: 0 }
  const act = (step: Step): void => {
    if (step === 'write') {
      written += 1
      wrote()
    }
    if (step === 'ask') {
      const ask = asked.push(written) - 1
      settled((error) => told.push({ ask, durable, failed: error !== null }))
    }
    if (step === 'end' || step === 'fail') end(step === 'fail')
    most.under = Math.max(most.under, under.length)
  }
  steps.forEach(act)
  while (under.length > 0) end(false)
  return { asked, told, most: most.under }
}

const stepsOf = (...kinds: Step[]) => fc.array(fc.constantFrom(...kinds), { maxLength: 60 })

describe('bringing what was written to the disk', () => {
  test('nobody is told before everything that was written before the question is durable', () => {
    fc.assert(
      fc.property(stepsOf('write', 'ask', 'ask', 'end'), (all) => {
        const { asked, told } = play(all)
        for (const { ask, durable } of told) expect(durable).toBeGreaterThanOrEqual(asked[ask] ?? Infinity)
      }),
    )
  })

  test('everybody is told once, in the order of the questions', () => {
    fc.assert(
      fc.property(stepsOf('write', 'ask', 'ask', 'end', 'fail'), (all) => {
        const { asked, told } = play(all)
        expect(told.map(({ ask }) => ask)).toEqual(asked.map((_, index) => index))
      }),
    )
  })

  test('a failed sync is told to all whom it was to answer', () => {
    const { told } = play(['write', 'ask', 'ask', 'fail'])
    expect(told.map(({ failed }) => failed)).toEqual([true, true])
  })

  test('there is one sync at a time, and what comes during it shares the next one', () => {
    const { told, most } = play(['write', 'ask', 'write', 'ask', 'write', 'ask', 'end', 'end'])
    expect(most).toBe(1)
    expect(told.map(({ durable }) => durable)).toEqual([1, 3, 3])
  })

  test('what only reads is answered at once when nothing waits to be written', () => {
    expect(play(['ask']).told).toHaveLength(1)
    expect(play(['write', 'ask', 'end', 'ask']).told.map(({ durable }) => durable)).toEqual([1, 1])
  })
})
