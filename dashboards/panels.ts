// Panels by kind. Each says its title, how to read it, its unit and what to show when there is nothing; limits come
// from thresholds.ts, colours from colours.ts.
import { PanelBuilder as BarGaugeBuilder } from '@grafana/grafana-foundation-sdk/bargauge'
import {
  BarGaugeDisplayMode,
  BigValueColorMode,
  BigValueGraphMode,
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  LegendDisplayMode,
  LegendPlacement,
  LineInterpolation,
  ReduceDataOptionsBuilder,
  ScaleDistribution,
  ScaleDistributionConfigBuilder,
  SortOrder,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizOrientation,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common'
import {
  FieldColorBuilder,
  FieldColorModeId,
  ThresholdsConfigBuilder,
  ThresholdsMode,
  type DynamicConfigValue,
} from '@grafana/grafana-foundation-sdk/dashboard'
import { PanelBuilder as GaugeBuilder } from '@grafana/grafana-foundation-sdk/gauge'
import {
  HeatmapColorMode,
  HeatmapColorOptionsBuilder,
  HeatmapColorScale,
  PanelBuilder as HeatmapBuilder,
  YAxisConfigBuilder,
} from '@grafana/grafana-foundation-sdk/heatmap'
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat'
import type { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table'
import { PanelBuilder as TimeseriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries'
import { coloursFor } from './colours.ts'
import { dataLink, type LinkName } from './links.ts'
import { calc } from './promql.ts'
import { DATASOURCE, target, type Query } from './query.ts'

/** Rates of runs and calls are small: a graph of this unit shows what its queries count a minute, not a second. */
export const PER_MINUTE = 'suffix:/min'
export type Unit =
  | 'percentunit'
  | 's'
  | 'short'
  | typeof PER_MINUTE
  | 'bytes'
  | 'currencyUSD'
  | 'none'
  | 'dtdurations'
/** The colour from each value on, the first one from the bottom. */
export type Steps = readonly [string, ...(readonly [number, string])[]]

export type PanelSpec = {
  readonly title: string
  readonly text: string
  readonly unit: Unit
  readonly queries: readonly Query[]
  /** Of 24 columns. */
  readonly width: number
  readonly height?: number
  readonly steps?: Steps
  readonly max?: number
  readonly decimals?: number
  readonly links?: readonly LinkName[]
  readonly noValue?: string
  /** Another unit, on the right axis, for the series of this name. */
  readonly right?: { readonly series: string; readonly unit: Unit }
  readonly stacked?: boolean
  /** Names, as a regular expression, of lines that are limits: red and dashed. */
  readonly limits?: string
  /** Where the axis begins, when nothing lies below it. */
  readonly floor?: number
}

type Panel = StatBuilder | GaugeBuilder | BarGaugeBuilder | TimeseriesBuilder | HeatmapBuilder | TableBuilder
export type PanelMaker = () => Panel

export const stepsOf = ([base, ...rest]: Steps): ThresholdsConfigBuilder =>
  new ThresholdsConfigBuilder()
    .mode(ThresholdsMode.Absolute)
    .steps([{ value: null, color: base }, ...rest.map(([value, color]) => ({ value, color }))])

const PLAIN: Steps = ['blue']
const HEIGHT = 8

/** What every panel says of itself. */
export function describe(panel: Panel, spec: PanelSpec): void {
  panel.title(spec.title)
  panel.description(spec.text)
  panel.unit(spec.unit)
  panel.noValue(spec.noValue ?? 'No data in this range')
  panel.datasource(DATASOURCE)
  panel.span(spec.width)
  panel.height(spec.height ?? HEIGHT)
  panel.thresholds(stepsOf(spec.steps ?? PLAIN))
  if (spec.max !== undefined) panel.max(spec.max)
  if (spec.decimals !== undefined) panel.decimals(spec.decimals)
  if (spec.links !== undefined) panel.dataLinks(spec.links.map(dataLink))
}

/** An axis reaches at least so far: around a line of zeros Grafana would else draw 10,000 %. */
const REACH: Readonly<Record<Unit, number>> = {
  percentunit: 1,
  s: 0.01,
  short: 1,
  [PER_MINUTE]: 1,
  bytes: 1024,
  currencyUSD: 0.01,
  none: 1,
  dtdurations: 60,
}

const shownQueries = ({ unit, queries }: PanelSpec): readonly Query[] =>
  unit === PER_MINUTE ? queries.map((query) => ({ ...query, expr: calc(query.expr, '*', 60) })) : queries

const lastValue = (): ReduceDataOptionsBuilder => new ReduceDataOptionsBuilder().calcs(['lastNotNull'])
const byThreshold = (): FieldColorBuilder => new FieldColorBuilder().mode(FieldColorModeId.Thresholds)

export const stat =
  (spec: PanelSpec): PanelMaker =>
  () => {
    const panel = new StatBuilder()
      .colorMode(BigValueColorMode.Value)
      .graphMode(BigValueGraphMode.Area)
      .reduceOptions(lastValue())
      .colorScheme(byThreshold())
    describe(panel, { height: 5, ...spec })
    spec.queries.forEach((query, index) => panel.withTarget(target(query, index, 'value')))
    return panel
  }

export const radial =
  (spec: PanelSpec): PanelMaker =>
  () => {
    const panel = new GaugeBuilder()
      .reduceOptions(lastValue())
      .colorScheme(byThreshold())
      .showThresholdMarkers(true)
      .min(0)
    describe(panel, { height: 5, ...spec })
    spec.queries.forEach((query, index) => panel.withTarget(target(query, index, 'value')))
    return panel
  }

export const bars =
  (spec: PanelSpec): PanelMaker =>
  () => {
    const panel = new BarGaugeBuilder()
      .reduceOptions(lastValue())
      .colorScheme(byThreshold())
      .displayMode(BarGaugeDisplayMode.Basic)
      .orientation(VizOrientation.Horizontal)
      .showUnfilled(true)
      .min(0)
    describe(panel, spec)
    spec.queries.forEach((query, index) => panel.withTarget(target(query, index, 'value')))
    return panel
  }

const fixed = (color: string): DynamicConfigValue => ({
  id: 'color',
  value: { mode: FieldColorModeId.Fixed, fixedColor: color },
})

/** A name has one colour for ever, where the names are known; where they are not, no two lines have one. */
function colour(panel: TimeseriesBuilder, queries: readonly Query[]): void {
  const { byName, isOpen } = coloursFor(queries.map(({ legend, expr }) => ({ legend, expr: expr.text })))
  const mode = isOpen ? FieldColorModeId.PaletteClassic : FieldColorModeId.PaletteClassicByName
  panel.colorScheme(new FieldColorBuilder().mode(mode))
  for (const [name, color] of byName) panel.overrideByName(name, [fixed(color)])
}

const legend = (): VizLegendOptionsBuilder =>
  new VizLegendOptionsBuilder()
    .displayMode(LegendDisplayMode.List)
    .placement(LegendPlacement.Bottom)
    .showLegend(true)
    .calcs([])

const fillOf = ({ stacked, floor }: PanelSpec): number => {
  if (floor !== undefined) return 0
  return stacked === true ? 30 : 8
}

export const graph =
  (spec: PanelSpec): PanelMaker =>
  () => {
    const panel = new TimeseriesBuilder()
      .lineWidth(1)
      .fillOpacity(fillOf(spec))
      .showPoints(VisibilityMode.Never)
      .lineInterpolation(LineInterpolation.Linear)
      .axisSoftMin(spec.floor ?? 0)
      .axisSoftMax(REACH[spec.unit])
      .legend(legend())
      .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending))
    describe(panel, spec)
    colour(panel, spec.queries)
    if (spec.stacked === true) panel.stacking(new StackingConfigBuilder().mode(StackingMode.Normal))
    if (spec.steps !== undefined) {
      panel.thresholdsStyle(new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.Dashed))
    }
    if (spec.right !== undefined) {
      panel.overrideByName(spec.right.series, [
        { id: 'unit', value: spec.right.unit },
        { id: 'custom.axisPlacement', value: 'right' },
        { id: 'custom.thresholdsStyle', value: { mode: GraphThresholdsStyleMode.Off } },
      ])
    }
    if (spec.limits !== undefined) {
      const dashed = { id: 'custom.lineStyle', value: { fill: 'dash', dash: [8, 6] } }
      panel.overrideByRegexp(spec.limits, [fixed('red'), dashed, { id: 'custom.fillOpacity', value: 0 }])
    }
    shownQueries(spec).forEach((query, index) => panel.withTarget(target(query, index, 'graph')))
    return panel
  }

export const heatmap =
  (spec: PanelSpec): PanelMaker =>
  () => {
    const panel = new HeatmapBuilder()
      .calculate(false)
      .cellGap(1)
      .color(
        new HeatmapColorOptionsBuilder()
          .mode(HeatmapColorMode.Scheme)
          .scheme('Turbo')
          .scale(HeatmapColorScale.Exponential)
          .exponent(0.5)
          .steps(64),
      )
      .yAxis(new YAxisConfigBuilder().unit(spec.unit))
      .scaleDistribution(new ScaleDistributionConfigBuilder().type(ScaleDistribution.Linear))
    describe(panel, spec)
    spec.queries.forEach((query, index) => panel.withTarget(target(query, index, 'heatmap')))
    return panel
  }
