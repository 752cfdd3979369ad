// Cases as a file of promtool, of the rules that are shipped.
import { join, relative } from 'node:path'
import { stringify } from 'yaml'
import { ALERTS, RECORDINGS } from '../../../dashboards/rules/rules.ts'
import type { PromtoolCase } from './case.ts'

const GENERATED = join(import.meta.dirname, '../../../dashboards/generated')

export type CasesFile = {
  readonly cases: readonly PromtoolCase[]
  /** Minutes between two evaluations of the rules. */
  readonly every: number
  /** Where the file will be. */
  readonly dir: string
}

export const casesText = ({ cases, every, dir }: CasesFile): string =>
  stringify(
    {
      rule_files: ['rules', 'alerts'].map((name) => relative(dir, join(GENERATED, `${name}.yml`))),
      evaluation_interval: `${every}m`,
      group_eval_order: [...RECORDINGS, ...ALERTS].map(({ name }) => name),
      tests: cases,
    },
    { lineWidth: 0 },
  )
