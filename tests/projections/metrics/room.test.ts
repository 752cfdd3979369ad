// Room in /metrics for the tools of a team: the default is enough for forty, and what is not enough says what would be.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import {
  checkCardinality,
  labelValues,
  wholeSeries,
  worstCaseSeries,
} from '../../../src/projections/metrics/cardinality.ts'
import { parsed } from '../../registry/parsed.ts'

type RegistryText = {
  labels?: object
  readonly tools: Record<string, object>
  readonly profiles: Record<string, { readonly allowed_tools: string[] }>
}

/** The shipped tools and so many more that there are `count`, which every profile may use; `labels` as by default. */
function withTools(count: number) {
  const text = parse(readFileSync(new URL('../../../registry.yaml', import.meta.url), 'utf8')) as RegistryText
  delete text.labels
  for (let index = Object.keys(text.tools).length; index < count; index += 1) {
    text.tools[`probe_${index}`] = { domain: 'intelligence', description: 'probe', cost: 1 }
    for (const profile of Object.values(text.profiles)) profile.allowed_tools.push(`probe_${index}`)
  }
  return parsed(stringify(text))
}

test('forty tools fit by default, and no label collapses', () => {
  const registry = withTools(40)
  expect(labelValues(registry).collapsed).toEqual([])
  expect(worstCaseSeries(registry)).toBeLessThanOrEqual(registry.max_series)
})

test('where it is too little, the message says what to raise it to, and that is enough', () => {
  const registry = { ...withTools(40), max_series: 1000 }
  const whole = wholeSeries(registry)
  const told = (): unknown => checkCardinality(registry)
  expect(told).toThrow(expect.objectContaining({ code: 'REGISTRY_INVALID' }))
  const { message } = problemOf(told)
  const [, least = '', most = ''] =
    /Raise it to (\d+), or to (\d+) to tell every name apart\.$/.exec(message) ?? []
  expect(Number(most)).toBe(whole)
  checkCardinality({ ...registry, max_series: Number(least) })
  expect(labelValues({ ...registry, max_series: whole }).collapsed).toEqual([])
  expect(labelValues({ ...registry, max_series: whole - 1 }).collapsed).not.toEqual([])
})

function problemOf(act: () => unknown): { readonly path: string; readonly message: string } {
  try {
    act()
  } catch (error) {
    const [problem] = (error as { problems: { path: string; message: string }[] }).problems
    if (problem !== undefined) return problem
  }
  throw new TypeError('nothing was refused')
}
