// What a figure was measured on, and how busy that machine was with other things.
import { execFileSync } from 'node:child_process'
import { cpus, loadavg, totalmem } from 'node:os'

export type Machine = {
  readonly commit: string
  readonly node: string
  readonly cpu: string
  readonly cores: number
  readonly memoryGb: number
  /** One-minute load average before the measurement. */
  readonly load: number
}

function commitOf(): string {
  try {
    const head = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim()
    const dirty = execFileSync('git', ['status', '--porcelain', '-uno'], { encoding: 'utf8' }).trim() !== ''
    return dirty ? `${head}+` : head
  } catch {
    return 'unknown'
  }
}

export const thisMachine = (): Machine => ({
  commit: commitOf(),
  node: process.version,
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  memoryGb: Math.round(totalmem() / 2 ** 30),
  load: loadavg()[0] ?? 0,
})

const BUSY = 0.7

/** Is so much going on beside the measurement that its figures say little? */
export const isBusy = ({ load }: Pick<Machine, 'load'>): boolean => load > BUSY
