// `npm run bench` as a process of its own, and results to put before it.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'
import type { Curve, Figure } from '../../bench/bench.ts'
import type { Result } from '../../bench/result.ts'

export const ROOT = join(import.meta.dirname, '../..')
/** The smallest measurement. */
export const TINY = ['fold', '--events', '500', '--rounds', '1']

export type Ended = { readonly code: number | null; readonly out: string; readonly err: string }

export function begin(args: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess {
  const program = ['--disable-warning=ExperimentalWarning', 'src/cli/cugar.ts', 'bench', ...args]
  return spawn(process.execPath, program, {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

export async function ended(child: ChildProcess): Promise<Ended> {
  const streams = [child.stdout, child.stderr].map(async (stream) => (stream ? text(stream) : ''))
  const [out = '', err = ''] = await Promise.all(streams)
  if (child.exitCode === null && child.signalCode === null) await once(child, 'close')
  return { code: child.exitCode, out, err }
}

export const bench = (args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> =>
  ended(begin(args, env))

/** Gone when the test ends. */
export function folder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'cugar-bench-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}

type Made = { readonly figures?: readonly Figure[]; readonly curves?: readonly Curve[] } & Partial<
  Omit<Result, 'figures' | 'curves'>
>

export const resultOf = ({ figures = [], curves = [], ...rest }: Made = {}): Result => ({
  bench: 'fold',
  commit: 'abc1234',
  at: '2026-01-15T12:00:00.000Z',
  node: 'v24.0.0',
  cpu: 'a processor',
  cores: 2,
  memoryGb: 4,
  load: 0.1,
  durability: 'none',
  settings: { events: 500 },
  figures: [...figures],
  curves: curves.map((curve) => ({ ...curve, points: curve.points.map(([x, y]) => [x, y]) })),
  ...rest,
})
