// Tables of figures for people: Markdown, which a terminal shows as well.
import type { Figure } from './bench.ts'
import type { Comparison, Result } from './result.ts'

/** Figures below one keep their digits. */
export const shown = (value: number): string =>
  Number.isFinite(value) ? value.toLocaleString('en', { maximumSignificantDigits: 5 }) : '-'

const cell = (text: string): string =>
  text.replaceAll(/[\p{Cc}|]/gu, (found) => (found === '|' ? '\\|' : ' '))
const row = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`

export const settingsText = (settings: Readonly<Record<string, number>>): string =>
  Object.entries(settings)
    .map(([name, value]) => `--${name} ${value}`)
    .join(' ')

export const figureTable = (figures: readonly Figure[]): string =>
  [
    '| figure | value |',
    '| --- | ---: |',
    ...figures.map(({ name, value, unit }) => row([name, `${value.toLocaleString('en')} ${unit}`])),
  ].join('\n')

const machineText = ({ cpu, cores, memoryGb, node, load }: Omit<Result | Comparison, 'settings'>): string =>
  `${cpu}, ${cores} cores, ${memoryGb} GB, Node ${node}, load ${load.toFixed(2)} at the start`

export const resultText = (result: Result): string =>
  [
    `## ${result.bench}, commit ${result.commit}`,
    `${result.at}, ${machineText(result)}; durability ${result.durability}; ${settingsText(result.settings)}`,
    '',
    figureTable(result.figures),
  ].join('\n')

type Compared = Comparison['figures'][number]

export const spreadOf = ({ lowest, highest }: Compared): string =>
  lowest === null || highest === null ? '-' : `${lowest.toFixed(3)} to ${highest.toFixed(3)}`

/** `head/base` and whether the rounds agree that it is not 1. */
export const ratioOf = ({ ratio }: Compared): string => (ratio === null ? '-' : ratio.toFixed(3))
export const verdictOf = ({ differs, ratio }: Compared): string => {
  if (ratio === null) return 'no ratio'
  if (differs === null) return 'too few rounds'
  if (!differs) return 'no'
  return ratio > 1 ? 'yes, higher' : 'yes, lower'
}

export const sideText = ({ name, commit }: Comparison['base']): string =>
  name === commit ? name : `${name} (${commit})`

export function comparisonText(compared: Comparison): string {
  const { base, head, rounds, figures, missing } = compared
  const isMany = new Set(figures.map(({ bench }) => bench)).size > 1
  return [
    `## ${compared.compare}: ${sideText(base)} against ${sideText(head)}, ${rounds} rounds by turns`,
    `${compared.at}, ${machineText(compared)}; ${settingsText(compared.settings) || 'settings as they are'}`,
    '',
    row(['figure', 'base', 'head', 'head/base', 'lowest to highest', 'differs']),
    '| --- | ---: | ---: | ---: | ---: | --- |',
    ...figures.map((each) =>
      row([
        isMany ? `${each.bench}: ${each.name}` : each.name,
        `${shown(each.base)} ${each.unit}`,
        `${shown(each.head)} ${each.unit}`,
        ratioOf(each),
        spreadOf(each),
        verdictOf(each),
      ]),
    ),
    ...missing.map((text, index) => `${index === 0 ? '\n' : ''}- ${text}`),
  ].join('\n')
}
