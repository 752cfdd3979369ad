// Tables: labels as the first columns, then a column for each query.
import { TableSortByFieldStateBuilder } from '@grafana/grafana-foundation-sdk/common'
import type { DynamicConfigValue } from '@grafana/grafana-foundation-sdk/dashboard'
import { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table'
import { describe, stepsOf, type PanelMaker, type PanelSpec, type Steps, type Unit } from './panels.ts'
import { target } from './query.ts'

export type Column = {
  readonly title: string
  readonly unit: Unit
  /** In pixels; without it, what is left. */
  readonly width?: number
  readonly steps?: Steps
  /** Left out: one of a share, and of others what the unit has. */
  readonly decimals?: number
  /** What stands for a number, and its colour. */
  readonly words?: Readonly<Record<string, { readonly text: string; readonly color: string }>>
}
/** A label as a column, before the numbers. */
type Name = { readonly label: string; readonly title: string; readonly width?: number }
type TableSpec = PanelSpec & {
  readonly names?: readonly Name[]
  /** One for each query, in their order. */
  readonly columns: readonly Column[]
  readonly sortBy: string
}

const sized = (width: number | undefined): DynamicConfigValue[] =>
  width === undefined ? [] : [{ id: 'custom.width', value: width }]

const decimal = (decimals: number | undefined): DynamicConfigValue[] =>
  decimals === undefined ? [] : [{ id: 'decimals', value: decimals }]

function propertiesOf({ unit, steps, words, width, decimals }: Column): DynamicConfigValue[] {
  const coloured = { id: 'custom.cellOptions', value: { type: 'color-text' } }
  return [
    { id: 'unit', value: unit },
    ...sized(width),
    // More digits say nothing of a share.
    ...decimal(unit === 'percentunit' ? (decimals ?? 1) : decimals),
    ...(steps === undefined ? [] : [{ id: 'thresholds', value: stepsOf(steps).build() }, coloured]),
    ...(words === undefined
      ? []
      : [{ id: 'mappings', value: [{ type: 'value', options: words }] }, coloured]),
  ]
}

/** Columns of all queries, joined by their labels. */
export const table =
  (spec: TableSpec): PanelMaker =>
  () => {
    const names = spec.names ?? []
    const columns = spec.columns.map(
      (column, index) => [`Value #${String.fromCodePoint(65 + index)}`, column] as const,
    )
    const titles = [
      ...names.map(({ label, title }) => [label, title] as const),
      ...columns.map(([field, { title }]) => [field, title] as const),
    ]
    const panel = new TableBuilder()
      .filterable(true)
      .sortBy([new TableSortByFieldStateBuilder().displayName(spec.sortBy).desc(true)])
      .withTransformation({ id: 'merge', options: {} })
      .withTransformation({
        id: 'organize',
        options: {
          excludeByName: { Time: true },
          indexByName:
            names.length > 0 ? Object.fromEntries(titles.map(([field], index) => [field, index])) : {},
          renameByName: Object.fromEntries(titles),
        },
      })
    describe(panel, spec)
    for (const { title, width } of names) panel.overrideByName(title, sized(width))
    for (const [, column] of columns) panel.overrideByName(column.title, propertiesOf(column))
    spec.queries.forEach((query, index) => panel.withTarget(target(query, index, 'table')))
    return panel
  }
