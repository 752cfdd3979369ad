// What a benchmark is: one question, its settings with their defaults, and figures that answer it.

export type Figure = {
  readonly name: string
  readonly value: number
  /** `/s`, `ms`, `MB`, `ratio`, or '' for a count. */
  readonly unit: string
}

/** Points of a plot: `distribution` has percentiles (0 to 100) on x, `line` has time, load or concurrency there. */
export type Curve = {
  readonly plot: string
  readonly name: string
  readonly kind: 'distribution' | 'line'
  readonly x: string
  readonly y: string
  readonly points: readonly (readonly [x: number, y: number])[]
}

export type Measured = {
  readonly figures: readonly Figure[]
  /** What the report draws; curves of the same `plot` share their axes. */
  readonly curves: readonly Curve[]
}

export type Bench = {
  readonly name: string
  /** What somebody would ask. */
  readonly question: string
  /** Every setting can be given as `--name value`. */
  readonly settings: Readonly<Record<string, number>>
  readonly durability: 'fsync' | 'memory' | 'none'
  readonly run: (
    settings: Readonly<Record<string, number>>,
    progress: (done: number) => void,
  ) => Promise<Measured>
}

export const figure = (name: string, value: number, unit: string): Figure => ({
  name,
  value: Math.round(value * 1000) / 1000,
  unit,
})

/** A setting by name; a bench that asks for one it does not declare is a bug. */
export function setting(settings: Readonly<Record<string, number>>, name: string): number {
  const value = settings[name]
  if (value === undefined) throw new TypeError(`no setting ${name}`)
  return value
}
