// What a benchmark is: one question, its settings with their defaults, and figures that answer it.

export type Figure = {
  readonly name: string
  readonly value: number
  /** `/s`, `ms`, `MB`, `ratio`, or '' for a count. */
  readonly unit: string
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
  ) => Promise<Figure[]>
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
