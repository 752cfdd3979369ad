import { describe, expect, test } from 'vitest'
import { annotationQueries, load, rulesOf, targetsOf, variableQueries } from './shipped.ts'
import { unresolved, withRecords } from './resolve.ts'

const shipped = load()
const known = withRecords(rulesOf(shipped.recordings))

describe('every expression names only what exists', () => {
  test.each(shipped.boards)('on the dashboard $title', (board) => {
    expect(targetsOf(board).flatMap(({ target }) => unresolved(target.expr, known))).toEqual([])
    expect(annotationQueries(board).flatMap((expr) => unresolved(expr, known))).toEqual([])
  })

  test('in the variables', () => {
    const queries = shipped.boards.flatMap(variableQueries).map((query) => {
      const [, selector = '', label = ''] = /^label_values\((.*), (\w+)\)$/.exec(query) ?? []
      return `count by (${label}) (${selector})`
    })
    expect(queries.flatMap((query) => unresolved(query, known))).toEqual([])
  })

  test('in the recording rules', () => {
    expect(rulesOf(shipped.recordings).flatMap(({ expr }) => unresolved(expr, known))).toEqual([])
  })

  test('in the alerts', () => {
    expect(rulesOf(shipped.alerts).flatMap(({ expr }) => unresolved(expr, known))).toEqual([])
  })
})

describe('what does not exist is found', () => {
  test.each([
    ['sum(cugar_runs)', 'no metric cugar_runs'],
    ['sum(cugar_run_steps)', 'no metric cugar_run_steps'],
    ['sum(job:nothing:rate5m)', 'no metric job:nothing:rate5m'],
    ['cugar_runs_total{user="a"}', 'cugar_runs_total has no label user'],
    ['cugar_runs_total{outcome="failed"}', 'outcome of cugar_runs_total is never failed'],
    ['cugar_runs_total{outcome=~"success|failed"}', 'outcome of cugar_runs_total is never failed'],
    ['cugar_run_steps_bucket{le="4"}', 'le of cugar_run_steps_bucket is never 4'],
    ['sum by (tool) (cugar_runs_total)', 'grouped by tool, which is not there'],
    ['sum by (le) (sum by (job) (cugar_run_steps_bucket))', 'grouped by le, which is not there'],
    ['sum by (job) (up) / on (tool) sum by (job) (up)', 'grouped by tool, which is not there'],
    ['sum by (job (up)', 'does not parse: sum by (job (up)'],
  ])('%s', (expr, problem) => {
    expect(unresolved(expr, known)).toContain(problem)
  })
})

test.each(shipped.boards)('on $title the benchmarks that were pushed are found by their tag', (board) => {
  const found = board.annotations.list.filter(({ target }) => target?.tags.includes('bench'))
  expect(found).toMatchObject([{ name: 'Benchmarks', datasource: { uid: '-- Grafana --' } }])
})
