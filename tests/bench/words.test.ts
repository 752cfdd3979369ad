import { describe, expect, test } from 'vitest'
import { BenchError } from '../../bench/failure.ts'
import { countOf, readWords } from '../../bench/words.ts'

const read = (...args: readonly string[]) =>
  readWords(args, { flags: ['json'], options: ['rounds', 'out'], settings: true })

describe('the words of a benchmark', () => {
  test('are names, flags, options and settings in any order', () => {
    const { names, flags, options, settings } = read('a', '--runs', '5', '--json', 'b', '--out', 'x.jsonl')
    expect({ names, json: flags.has('json'), out: options.get('out'), settings }).toEqual({
      names: ['a', 'b'],
      json: true,
      out: 'x.jsonl',
      settings: { runs: 5 },
    })
  })

  test('can name a setting that is called like an option', () => {
    const words = read('--rounds', '7', '--bench.rounds', '2')
    expect(countOf(words, 'rounds', 5)).toBe(7)
    expect(words.settings).toEqual({ rounds: 2 })
  })

  test.each([
    ['a setting without a number', ['--runs', 'many']],
    ['a setting without a value', ['--runs']],
    ['a negative setting', ['--runs', '-1']],
    ['an option without a value', ['--out', '--json']],
    ['an option at the end without a value', ['--out']],
    ['a name that no setting can have', ['--__proto__', '1']],
    ['a word of one dash more', ['---json']],
  ])('are refused for %s', (_, args) => {
    expect(() => read(...args)).toThrow(BenchError)
  })

  test.each(['0', '1.5', 'x'])('take %s for no count of rounds', (text) => {
    expect(() => countOf(read('--rounds', text), 'rounds', 5)).toThrow('a whole number from 1')
  })
})
