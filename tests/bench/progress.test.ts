import { describe, expect, test } from 'vitest'
import { progressOn, type Screen } from '../../bench/progress.ts'

function screen(isTTY: boolean, columns?: number) {
  const written: string[] = []
  const shown: Screen = {
    isTTY,
    ...(columns !== undefined && { columns }),
    write: (text) => written.push(text),
  }
  return { shown, written }
}
const CLEAR = '\r\u001B[2K'

describe('how far a measurement is', () => {
  test('is a bar in one line of a terminal, rewritten each time and gone at the end', () => {
    const { shown, written } = screen(true)
    const progress = progressOn(shown, 'runs')
    for (const done of [0, 0.5, 1]) progress.at(done)
    progress.end()
    expect(written).toEqual([
      `${CLEAR}runs [${' '.repeat(30)}]   0 %`,
      `${CLEAR}runs [${'#'.repeat(15)}${' '.repeat(15)}]  50 %`,
      `${CLEAR}runs [${'#'.repeat(30)}] 100 %`,
      CLEAR,
    ])
  })

  test('has its full width where the terminal does not know its own', () => {
    const { shown, written } = screen(true, 0)
    progressOn(shown, 'runs').at(1)
    expect(written.join('')).toContain(`[${'#'.repeat(30)}]`)
  })

  test('fits into a narrow terminal, so that it never wraps', () => {
    const { shown, written } = screen(true, 30)
    progressOn(shown, 'runs').at(0.3)
    expect(written.join('').length - CLEAR.length).toBeLessThan(30)
  })

  test('is a plain line at each quarter where no terminal is, and each only once', () => {
    const { shown, written } = screen(false)
    const progress = progressOn(shown, 'runs')
    for (const done of [0, 0.1, 0.26, 0.3, 0.9, 1, 1]) progress.at(done)
    progress.end()
    expect(written).toEqual(['runs: 25 %\n', 'runs: 75 %\n', 'runs: 100 %\n'])
  })

  test('never leaves its bounds', () => {
    const { shown, written } = screen(true)
    const progress = progressOn(shown, 'runs')
    progress.at(7)
    progress.at(-1)
    expect(written).toEqual([
      `${CLEAR}runs [${'#'.repeat(30)}] 100 %`,
      `${CLEAR}runs [${' '.repeat(30)}]   0 %`,
    ])
  })
})
