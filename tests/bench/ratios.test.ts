import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Curve } from '../../bench/bench.ts'
import { compareRounds, median, mergeRounds, type Round } from '../../bench/compare/ratios.ts'
import { comparisonText } from '../../bench/table.ts'
import { resultOf } from './command.ts'

const speed = (value: number) => ({ name: 'speed', value, unit: '/s' })
const roundsOf = (pairs: readonly (readonly [number, number])[]): Round[] =>
  pairs.map(([base, head]) => ({
    base: [resultOf({ figures: [speed(base)] })],
    head: [resultOf({ figures: [speed(head)] })],
  }))
const only = (rounds: readonly Round[]) => compareRounds(rounds).figures[0]

describe('two builds over several rounds', () => {
  test('are compared by the ratio of each round, not of the medians', () => {
    const rounds = roundsOf([
      [100, 110],
      [200, 230],
      [50, 60],
    ])
    expect(only(rounds)).toEqual({
      bench: 'fold',
      name: 'speed',
      unit: '/s',
      base: 100,
      head: 110,
      ratio: 1.15,
      lowest: 1.1,
      highest: 1.2,
      differs: true,
    })
  })

  test('do not differ while one round says the opposite', () => {
    const rounds = roundsOf([
      [100, 150],
      [100, 150],
      [100, 99],
    ])
    expect(only(rounds)).toMatchObject({ ratio: 1.5, lowest: 0.99, differs: false })
  })

  test('are not said to differ after two rounds', () => {
    const rounds = roundsOf([
      [100, 150],
      [100, 150],
    ])
    expect(only(rounds)).toMatchObject({ ratio: 1.5, differs: null })
  })

  test('have no ratio to nothing, and nothing to nothing is the same', () => {
    expect(
      only(
        roundsOf([
          [0, 5],
          [1, 5],
          [1, 5],
        ]),
      ),
    ).toMatchObject({ ratio: null, lowest: null, highest: null, differs: null })
    expect(
      only(
        roundsOf([
          [0, 0],
          [0, 0],
          [0, 0],
        ]),
      ),
    ).toMatchObject({ ratio: 1, differs: false })
  })

  test('that are the same never differ, whatever their figures', () => {
    const values = fc.array(fc.double({ min: 0, max: 1e9, noNaN: true }), { minLength: 1, maxLength: 9 })
    fc.assert(
      fc.property(values, (found) => {
        const figure = only(roundsOf(found.map((value) => [value, value] as const)))
        expect(figure).toMatchObject({ ratio: 1, lowest: 1, highest: 1 })
        expect(figure?.differs === true).toBe(false)
      }),
    )
  })

  test('say what only one of them has, unit and all', () => {
    const base = [resultOf({ figures: [speed(1), { name: 'old', value: 1, unit: 'ms' }] })]
    const head = [resultOf({ figures: [speed(2), { name: 'old', value: 1, unit: 's' }] })]
    const { figures, missing } = compareRounds([{ base, head }])
    expect(figures).toHaveLength(1)
    expect(missing).toEqual(['only in base: fold: old, ms', 'only in head: fold: old, s'])
  })

  test('become one result each: medians of figures and of curves', () => {
    const curve = (y: number): Curve => ({
      plot: 'p',
      name: 'c',
      kind: 'line',
      x: 'n',
      y: 'ms',
      points: [
        [1, y],
        [2, y * 2],
      ],
    })
    const rounds = [1, 9, 2].map((value) => ({
      base: [resultOf({ figures: [speed(value)], curves: [curve(value)] })],
      head: [],
    }))
    expect(mergeRounds(rounds, 'base', 'abc')).toMatchObject([
      {
        commit: 'abc',
        figures: [{ value: 2 }],
        curves: [
          {
            points: [
              [1, 2],
              [2, 4],
            ],
          },
        ],
      },
    ])
  })

  test('stand in a table whose cells no name can break', () => {
    const { commit: _, figures: __, curves: ___, bench, durability: ____, ...machine } = resultOf()
    const compared = compareRounds(roundsOf([[1, 2]]).map(({ base, head }) => ({ base, head })))
    const text = comparisonText({
      compare: bench,
      ...machine,
      rounds: 1,
      base: { name: 'a', commit: 'a' },
      head: { name: 'b', commit: '123' },
      ...compared,
      figures: compared.figures.map((figure) => ({ ...figure, name: 'a | b\nc' })),
      missing: ['only in head: x'],
      results: [],
    })
    expect(text).toContain('| a \\| b c | 1 /s | 2 /s | 2.000 | 2.000 to 2.000 | too few rounds |')
    expect(text).toContain('## fold: a against b (123), 1 rounds by turns')
    expect(text).toContain('- only in head: x')
  })
})

test('the median of an even number is between the middle two', () => {
  expect(median([4, 1, 3, 2])).toBe(2.5)
  expect(median([3, 1, 2])).toBe(2)
})
