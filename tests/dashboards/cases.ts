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

type Case = { readonly name: string; readonly input_series: readonly { readonly series: string }[] }

function* seriesOfCases(): Generator<readonly [Shape, string]> {
  for (const file of readdirSync(pathOf(FOLDER))) {
    const { tests } = parse(readFileSync(pathOf(`${FOLDER}/${file}`), 'utf8')) as { tests: readonly Case[] }
    for (const { name, input_series } of tests) {
      for (const { series } of input_series) yield [shapeOf(series), `${file}: ${name}`]
    }
  }
}

/** Of each shape the last case that has it. */
export const shapesOfCases = (): ReadonlyMap<Shape, string> => new Map(seriesOfCases())

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
