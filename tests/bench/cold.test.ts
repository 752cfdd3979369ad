import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { ColdStart } from '../../bench/cold.ts'

const PROGRAM = join(import.meta.dirname, '../../bench/cold-process.ts')

/** A tool is a file or two more; what HTTP, the log, traces, scrapes, models and Markdown need is as much again. */
const MOST_FILES = 620

test('a program that only calls the engine loads neither Express nor pino, OpenTelemetry or prom-client', () => {
  const dir = mkdtempSync(join(tmpdir(), 'cugar-cold-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  const out = execFileSync(process.execPath, [PROGRAM, dir, '', 'count'], { encoding: 'utf8' })
  const { modules, loadedMs, finishedMs } = JSON.parse(out) as ColdStart
  expect(modules).toBeGreaterThan(100)
  expect(modules).toBeLessThan(MOST_FILES)
  expect(loadedMs).toBeLessThan(finishedMs)
})
