// The series that the promtool cases are made of, and those of a scrape: names with the names of their labels.
import { readdirSync, readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { pathOf } from './shipped.ts'

const FOLDER = 'dashboards/tests'

/** `name label,label`, the labels in the order of the alphabet. */
export type Shape = string

function shapeOf(series: string): Shape {
  const [, name = '', labels = ''] = /^([^{]+)(?:\{(.*)\})?$/.exec(series) ?? []
  const names = [...labels.matchAll(/(\w+)="(?:[^"\\]|\\.)*"/g)].map(([, label = '']) => label)
  return `${name} ${names.toSorted().join(',')}`
}

/** Paths below the root: those written by hand, then those that were recorded. */
const written = (folder: string): string[] =>
  readdirSync(pathOf(folder))
    .filter((name) => name.endsWith('.yml'))
    .map((name) => `${folder}/${name}`)
export const recordedFiles = (): string[] =>
  readdirSync(pathOf(`${FOLDER}/recorded`)).flatMap((room) => written(`${FOLDER}/recorded/${room}`))
export const caseFiles = (): string[] => [...written(FOLDER), ...recordedFiles()]

type Case = {
  readonly name: string
  readonly input_series: readonly { readonly series: string; readonly values: string }[]
}
export type RecordedCase = Case & {
  readonly promql_expr_test: readonly { readonly expr: string; readonly exp_samples: readonly unknown[] }[]
}

function* seriesOfCases(): Generator<readonly [Shape, string]> {
  for (const file of caseFiles()) {
    const { tests } = parse(readFileSync(pathOf(file), 'utf8')) as { tests: readonly Case[] }
    for (const { name, input_series } of tests) {
      for (const { series } of input_series) yield [shapeOf(series), `${file}: ${name}`]
    }
  }
}

/** Of each shape the last case that has it. */
export const shapesOfCases = (): ReadonlyMap<Shape, string> => new Map(seriesOfCases())

const labelsIn = (labels: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, name = '', value = '']) => [name, value]),
  )

/** Of a series as Prometheus keeps it, without its instance: a port is another each time. */
export function nameWithLabels({ __name__: name = '', ...labels }: Readonly<Record<string, string>>): string {
  const written = Object.entries(labels)
    .filter(([label]) => label !== 'instance')
    .map(([label, value]) => `${label}="${value}"`)
  return `${name}{${written.toSorted().join(',')}}`
}

/** Every series of the recorded cases, named as `nameWithLabels` does. */
export const seriesOfRecorded = (): ReadonlySet<string> =>
  new Set(
    recordedFiles()
      .flatMap((file) => (parse(readFileSync(pathOf(file), 'utf8')) as { tests: readonly Case[] }).tests)
      .flatMap(({ input_series }) => input_series)
      .map(({ series }) => {
        const [, name = '', labels = ''] = /^([^{]+)\{(.*)\}$/.exec(series) ?? []
        return nameWithLabels({ __name__: name, ...labelsIn(labels) })
      }),
  )

/** One line of an exposition. */
export type Sample = { readonly name: string; readonly labels: string; readonly value: number }

export const samplesOf = (text: string): readonly Sample[] =>
  text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [, name = '', labels = '', value = ''] = /^([^\s{]+)(?:\{(.*)\})? (\S+)/.exec(line) ?? []
      return { name, labels, value: Number(value) }
    })

/** Of a series as Prometheus keeps it. */
export const shapeOfSeries = ({ __name__: name = '', ...labels }: Readonly<Record<string, string>>): Shape =>
  `${name} ${Object.keys(labels).toSorted().join(',')}`
