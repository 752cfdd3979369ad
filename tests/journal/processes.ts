import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const script = fileURLToPath(new URL('./child.ts', import.meta.url))

export type Child = {
  readonly process: ChildProcess
  /** Whole lines that it has said so far. */
  readonly lines: string[]
  /** Resolves when it has said `count` lines, or has ended. */
  readonly said: (count: number) => Promise<void>
  readonly kill: () => Promise<void>
  readonly ended: Promise<unknown>
}

/** A real process on a data folder or a database. `shell` runs before it, for its limits. */
export function startChild(mode: string, place: string, shell = ''): Child {
  const command = `${shell} exec "$0" "$1" "$2" "$3"`
  const child = spawn('/bin/sh', ['-c', command, process.execPath, script, mode, place], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const lines: string[] = []
  const waiting = new Set<() => void>()
  const reader = createInterface({ input: child.stdout })
  const ended = once(reader, 'close')
  reader.on('line', (line) => {
    lines.push(line)
    for (const check of waiting) check()
  })
  const said = (count: number): Promise<void> =>
    new Promise((resolve) => {
      const check = (): void => {
        if (lines.length < count) return
        waiting.delete(check)
        resolve()
      }
      waiting.add(check)
      check()
      void ended.then(() => resolve())
    })
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL')
    await ended
  }
  return { process: child, lines, said, kill, ended }
}
