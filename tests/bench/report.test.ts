import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Curve } from '../../bench/bench.ts'
import { compareRounds, mergeRounds } from '../../bench/compare/ratios.ts'
import { lineAxis, percentileAxis, valueAxis } from '../../bench/report/axes.ts'
import { page } from '../../bench/report/page.ts'
import { readLine, type Comparison, type Result } from '../../bench/result.ts'
import { bench, folder, resultOf } from './command.ts'

const slow: Curve = {
  plot: 'How long a run takes',
  name: 'concurrency 8',
  kind: 'distribution',
  x: 'percentile',
  y: 'ms',
  points: [
    [0, 1],
    [50, 2],
    [99, 8],
    [100, 20],
  ],
}
const fast: Curve = { ...slow, name: 'concurrency 1' }
const figures = [{ name: 'runs', value: 1234.5, unit: '/s' }]
const pageOf = (...results: readonly Result[]): string =>
  page({
    results: results.map((result, index) => ({ result, from: `kept.jsonl:${index + 1}` })),
    comparisons: [],
  })

const countOf = (text: string, part: string): number => text.split(part).length - 1

describe('the page of results', () => {
  test('shows each result with its commit, date, machine, settings, durability and load', () => {
    const html = pageOf(resultOf({ figures, durability: 'fsync', load: 1.5 }))
    for (const shown of [
      '#1 abc1234',
      '2026-01-15 12:00:00 UTC',
      'fsync',
      '--events 500',
      'a processor, 2 cores, 4 GB',
      'v24.0.0',
      '1.50 busy',
      'kept.jsonl:1',
      '1,234.5',
    ])
      expect(html).toContain(shown)
  })

  test('lays the curves of one plot over each other: those of a result, and those of several', () => {
    const html = pageOf(
      resultOf({ curves: [slow, fast] }),
      resultOf({ curves: [slow, fast], commit: 'def5678' }),
    )
    expect(countOf(html, '<svg class="plot"')).toBe(1)
    const legend = [...html.matchAll(/<\/svg> ([^<]+)<\/li>/g)].map(([, text]) => text)
    expect(legend).toEqual([
      'concurrency 8, #1 abc1234',
      'concurrency 1, #1 abc1234',
      'concurrency 8, #2 def5678',
      'concurrency 1, #2 def5678',
    ])
    // A colour for each curve, dashes for each result.
    const lines = [...html.matchAll(/<g class="(c\d d\d)"><path d="M[\d.]+,[^5]/g)].map(([, style]) => style)
    expect(lines).toEqual(['c0 d0', 'c1 d0', 'c0 d1', 'c1 d1'])
  })

  test('draws curves with other axes apart, and nothing for a curve without numbers', () => {
    const heap: Curve = { ...slow, kind: 'line', x: 'runs', y: 'MB' }
    const empty: Curve = { ...slow, plot: 'nothing', points: [[50, Number.NaN]] }
    const html = pageOf(resultOf({ curves: [slow, heap, empty] }))
    expect(countOf(html, '<svg class="plot"')).toBe(2)
    expect(html).not.toContain('NaN')
  })

  test('shows a comparison with its ratios, and its two sides as curves', () => {
    const rounds = [1, 2, 3].map((value) => ({
      base: [resultOf({ figures: [{ name: 'runs', value, unit: '/s' }], curves: [slow] })],
      head: [resultOf({ figures: [{ name: 'runs', value: value * 2, unit: '/s' }], curves: [slow] })],
    }))
    const { at, node, cpu, cores, memoryGb, load } = resultOf()
    const comparison: Comparison = {
      compare: 'runs',
      at,
      node,
      cpu,
      cores,
      memoryGb,
      load,
      rounds: 3,
      settings: {},
      base: { name: 'HEAD~1', commit: 'aaa' },
      head: { name: 'work', commit: 'bbb+' },
      ...compareRounds(rounds),
      results: [...mergeRounds(rounds, 'base', 'aaa'), ...mergeRounds(rounds, 'head', 'bbb+')],
    }
    const kept = readLine(JSON.stringify(comparison))
    expect(kept).toEqual({ comparison })
    const html = page({ results: [], comparisons: [{ comparison, from: 'c.jsonl:1' }] })
    expect(html).toContain('runs: HEAD~1 (aaa) against work (bbb+)')
    expect(html).toContain('2.000 to 2.000')
    expect(html).toContain('yes, higher')
    expect(html).toContain('c.jsonl:1, medians')
    expect(html).toContain('#2 head bbb+')
    expect(countOf(html, '<th>figure</th>')).toBe(1)
    expect(countOf(html, '<svg class="plot"')).toBe(1)
  })
})

const TAGS =
  /^(html|head|meta|title|style|body|h1|h2|p|section|div|table|thead|tbody|tr|th|td|ul|li|figure|figcaption|svg|g|line|text|path|circle)$/
const ATTRIBUTES =
  /^(lang|charset|http-equiv|content|name|class|viewBox|role|aria-label|aria-hidden|width|height|[xyrd]|[xy][12]|c[xy]|text-anchor)$/

/** Tags and attributes of the page; quotes and brackets of values are escaped, so that this finds all of them. */
function foreign(html: string): string[] {
  const body = html.replace(/<style>[\s\S]*?<\/style>/, '').replace('<!doctype html>', '')
  return [...body.matchAll(/<\/?([^\s>]*)([^>]*)>/g)].flatMap(([, tag = '', rest = '']) => {
    const names = [...rest.replaceAll(/="[^"]*"/g, '').matchAll(/[^\s/]+/g)].map(([name]) => name)
    return [...(TAGS.test(tag) ? [] : [tag]), ...names.filter((name) => !ATTRIBUTES.test(name))]
  })
}

describe('a file from a stranger', () => {
  const hostile = fc.oneof(
    fc.constantFrom(
      '<script>alert(1)</script>',
      '</title><script>alert(1)</script>',
      '" onload="alert(1)',
      "' onload='alert(1)",
      '</style><script>alert(1)</script>',
      '<img src=x onerror=alert(1)>',
      ']]><script>',
      '\u0000<b>',
    ),
    fc.string({ unit: 'binary' }),
  )

  test('puts no tag and no attribute into the page, whatever its names are', () => {
    const made = fc.tuple(hostile, hostile, hostile, hostile, hostile, hostile, hostile, hostile)
    fc.assert(
      fc.property(made, ([name, commit, plot, cpu, unit, durability, node, from]) => {
        const curves = [
          { ...slow, plot, name, y: unit },
          { ...slow, kind: 'line' as const, plot, name, x: unit },
        ]
        const result = resultOf({
          bench: name,
          commit,
          cpu,
          durability,
          node,
          curves,
          settings: { [name]: 1 },
          figures: [{ name, value: 1, unit }],
        })
        expect(foreign(page({ results: [{ result, from }], comparisons: [] }))).toEqual([])
      }),
    )
    expect(foreign(pageOf(resultOf({ curves: [slow] })).replace('abc1234', '<script>'))).toEqual(['script'])
  })

  test('meets a page that lets no script, no picture and no address in, and its own style alone', () => {
    const html = pageOf(resultOf({ curves: [slow] }))
    const [, policy] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html) ?? []
    const [, style = ''] = /<style>([\s\S]*?)<\/style>/.exec(html) ?? []
    const hash = createHash('sha256').update(style).digest('base64')
    expect(policy).toBe(
      `default-src &#39;none&#39;; style-src &#39;sha256-${hash}&#39;; base-uri &#39;none&#39;; form-action &#39;none&#39;`,
    )
    expect(html).not.toMatch(/https?:|url\(|@import/)
  })
})

describe('axes', () => {
  test('of percentiles give each nine as much room as the one before, and the longest its own place', () => {
    const { place, ticks } = percentileAxis([0, 50, 90, 99, 99.9, 100], [0, 340])
    expect(place(0)).toBe(0)
    expect(place(99) - place(90)).toBeCloseTo(place(90) - place(0))
    expect(place(99.9) - place(99)).toBeCloseTo(place(99) - place(90))
    expect(place(100)).toBe(340)
    expect(ticks.map(({ text }) => text)).toEqual(['P0', 'P50', 'P90', 'P95', 'P99', 'P99.9', 'longest'])
  })

  test('of concurrency mark each that was measured', () => {
    const { ticks } = lineAxis('concurrency', [1, 8, 32, 128, 8], [0, 70])
    expect(ticks).toMatchObject([{ at: 0, text: '1' }, { at: 30 }, { at: 50 }, { at: 70, text: '128' }])
  })

  test('of values begin at zero, or say that they are logarithmic', () => {
    expect(valueAxis('ms', [2, 9], [100, 0]).place(0)).toBe(100)
    expect(valueAxis('ms', [0, 900], [100, 0]).label).toBe('ms')
    expect(valueAxis('ms', [1, 900], [100, 0]).label).toBe('ms, logarithmic')
    expect(valueAxis('ms', [0, 0], [100, 0]).place(0)).toBe(100)
  })
})

describe('bench report', () => {
  const line = (made: Parameters<typeof resultOf>[0] = {}): string => JSON.stringify(resultOf(made))

  test('reads several files and writes one page', async () => {
    const dir = folder()
    const [base, head, html] = ['base.jsonl', 'head.jsonl', 'r.html'].map((name) => join(dir, name))
    writeFileSync(base ?? '', `${line({ curves: [slow] })}\n\n${line()}\n`)
    writeFileSync(head ?? '', line({ commit: 'def5678', curves: [slow] }))
    const { code, err } = await bench(['report', base ?? '', head ?? '', '--html', html ?? ''])
    expect({ code, err }).toEqual({ code: 0, err: `${html}: 3 results\n` })
    expect(readFileSync(html ?? '', 'utf8')).toContain('#3 def5678')
  })

  test('prints tables where no page is asked for', async () => {
    const file = join(folder(), 'kept.jsonl')
    writeFileSync(file, line({ figures }))
    const { code, out } = await bench(['report', file])
    expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining('| runs | 1,234.5 /s |') })
  })

  test.each([
    ['no JSON', '{"bench":', 'JSON'],
    ['a table', '| figure | value |', 'JSON'],
    ['another object', '{"bench":"runs"}', 'commit: '],
    [
      'a figure without a number',
      JSON.stringify({ ...resultOf(), figures: [{ name: 'x', value: '1', unit: '' }] }),
      'figures.0.value',
    ],
    ['no object', '7', 'object'],
  ])('says which line is %s', async (_, bad, why) => {
    const file = join(folder(), 'kept.jsonl')
    writeFileSync(file, `${line()}\n\n${bad}\n`)
    const { code, out, err } = await bench(['report', file])
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toContain(`${file}:3 is no result of a benchmark: `)
    expect(err).toContain(why)
  })

  test('says which file is not there, is empty, or cannot be written', async () => {
    const dir = folder()
    const file = join(dir, 'kept.jsonl')
    expect(await bench(['report', file])).toMatchObject({
      code: 2,
      err: expect.stringContaining(`${file} cannot be read`),
    })
    writeFileSync(file, '\n')
    expect(await bench(['report', file])).toMatchObject({ code: 2, err: `there is no result in ${file}\n` })
    writeFileSync(file, line())
    const { code, err } = await bench(['report', file, '--html', join(dir, 'none', 'r.html')])
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining('r.html cannot be written') })
  })
})
