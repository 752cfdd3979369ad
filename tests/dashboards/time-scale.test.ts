// Incidents are played with shorter rules: nothing but their durations may differ from the shipped ones.
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { alertsFile, rulesFile } from '../../dashboards/rules/rules.ts'
import { shorter } from '../../dashboards/rules/time-scale.ts'
import { all, parse as parseQuery, textOf } from './parsed.ts'

type Rule = { readonly expr: string; readonly for?: string }
type Group = { readonly interval?: string; readonly rules: readonly Rule[] }

const groupsOf = (text: string): readonly Group[] => (parse(text) as { groups: Group[] }).groups
const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

function milliseconds(duration: string): number {
  const [, count, unit = ''] = /^(\d+)(ms|[smhd])$/.exec(duration) ?? []
  return Number(count) * (UNITS[unit] ?? Number.NaN)
}

/** The durations of a query as its grammar finds them, and what is left without them. */
function taken(expr: string): { readonly durations: readonly number[]; readonly rest: string } {
  const parsed = parseQuery(expr)
  const nodes = all(parsed.top, 'NumberDurationLiteralInDurationContext')
  const durations = nodes.map((node) => milliseconds(textOf(parsed, node)))
  const rest = nodes.reduceRight((text, { from, to }) => `${text.slice(0, from)}D${text.slice(to)}`, expr)
  return { durations, rest }
}

/** Every duration in milliseconds, times `times`; everything else as it is. */
const described = (groups: readonly Group[], times: number): unknown =>
  groups.map(({ interval, rules, ...group }) => ({
    ...group,
    ...(interval !== undefined && { interval: milliseconds(interval) * times }),
    rules: rules.map(({ expr, for: wait, ...rule }) => {
      const { durations, rest } = taken(expr)
      return {
        ...rule,
        ...(wait !== undefined && { for: milliseconds(wait) * times }),
        durations: durations.map((duration) => duration * times),
        rest,
      }
    }),
  }))

test.each([rulesFile, alertsFile])(
  'rules of a sixtieth of the time differ in their durations alone: %o',
  (file) => {
    const shipped = groupsOf(file())
    const found = shipped.flatMap(({ rules }) => rules.flatMap(({ expr }) => taken(expr).durations))
    expect(found.length).toBeGreaterThan(20)
    expect(found.filter(Number.isNaN)).toEqual([])
    expect(described(groupsOf(file(60)), 60)).toEqual(described(shipped, 1))
  },
)

test('a duration that is not of one unit is refused, not half divided', () => {
  expect(shorter('90m', 60)).toBe('90000ms')
  expect(() => shorter('1h30m', 60)).toThrow(TypeError)
})
