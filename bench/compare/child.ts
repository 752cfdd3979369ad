// One measurement of one build, in a process of its own with everything that it starts.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { BenchError, reasonOf } from '../failure.ts'
import { readLine, type Result } from '../result.ts'
import type { Build } from './builds.ts'

const KILL_AFTER_MS = 5000
/** The end of a failure's words is what says why. */
const SHOWN = 4000

type Ended = { readonly code: number | null; readonly out: string; readonly err: string }

async function runBench(build: Build, words: readonly string[], signal: AbortSignal): Promise<Ended> {
  signal.throwIfAborted()
  const program = join(build.root, 'src/cli/cugar.ts')
  const args = ['--disable-warning=ExperimentalWarning', program, 'bench', ...words]
  const child = spawn(process.execPath, args, {
    cwd: build.scratch,
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own: a stop reaches the servers that the benchmark has started, too.
    detached: true,
  })
  const group = -(child.pid ?? 0)
  const send = (name: NodeJS.Signals): void => {
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null)
      process.kill(group, name)
  }
  let timer: NodeJS.Timeout | undefined
  const stop = (): void => {
    send('SIGTERM')
    timer = setTimeout(() => send('SIGKILL'), KILL_AFTER_MS)
  }
  signal.addEventListener('abort', stop)
  const closed = once(child, 'close')
  try {
    const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), closed])
    return { code: child.exitCode, out, err }
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', stop)
  }
}

/** Names of the benchmarks that this build has. */
export async function benchesOf(build: Build, signal: AbortSignal): Promise<string[]> {
  const { code, out, err } = await runBench(build, [], signal)
  signal.throwIfAborted()
  if (code !== 0) throw new BenchError(1, `${build.name} has no list of benchmarks: ${err.slice(-SHOWN)}`)
  return [...out.matchAll(/^ {2}([\w-]+) /gm)].map(([, name = '']) => name)
}

/** Errors: BenchError with what the benchmark wrote when it failed; exit code 2 when the settings are not its own. */
export async function measure(
  build: Build,
  words: readonly string[],
  signal: AbortSignal,
): Promise<Result[]> {
  const { code, out, err } = await runBench(build, [...words, '--json'], signal)
  signal.throwIfAborted()
  if (code !== 0) {
    const what = `bench ${words.join(' ')} failed in ${build.name} (${build.commit})`
    throw new BenchError(code === 2 ? 2 : 1, `${what}:\n${err.slice(-SHOWN).trimEnd()}`)
  }
  return out
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => resultOf(line, build))
}

function resultOf(line: string, build: Build): Result {
  try {
    const kept = readLine(line)
    if ('result' in kept) return { ...kept.result, commit: build.commit }
  } catch (cause) {
    throw new BenchError(1, `${build.name} answers with something else: ${reasonOf(cause)}`, { cause })
  }
  throw new BenchError(1, `${build.name} answers with something else: ${line.slice(0, 200)}`)
}
