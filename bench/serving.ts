// Starts the server of a benchmark in a process of its own, so that it does not share its thread with its load.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'yaml'
import { BenchError } from './failure.ts'

/** Microseconds of CPU since the start: of the thread that answers, and of all threads. */
export type Usage = { readonly main: number; readonly all: number }

export type Served = {
  readonly url: string
  readonly usage: () => Promise<Usage>
  /** Bytes in use after a collection. One question at a time, this or `usage`. */
  readonly liveHeap: () => Promise<number>
  /** Returns when everything is stored and the process is gone. */
  readonly stop: () => Promise<void>
  /** In the middle of whatever it does. */
  readonly kill: () => Promise<void>
}

const PROGRAM = new URL('server-program.ts', import.meta.url)

/** Everything lives in `dir`. Errors: the server ended before it was asked to. */
export async function serving(dir: string, registry: string): Promise<Served> {
  const registryFile = join(dir, 'registry.yaml')
  await writeFile(registryFile, registry)
  const child = fork(PROGRAM, [join(dir, 'data'), registryFile], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    execArgv: [...process.execArgv, '--expose-gc'],
  })
  let isWanted = true
  const exited = once(child, 'exit')
  child.once('exit', (code, signal) => {
    // Also where a call that broke is all that its caller would tell.
    if (isWanted) console.error(`the server ended by itself (${String(code ?? signal)})`)
  })
  const told = async <T>(): Promise<T> => {
    const [message] = (await Promise.race([
      once(child, 'message'),
      exited.then(() => {
        throw new BenchError(1, 'the server ended too early')
      }),
    ])) as [T]
    return message
  }
  const ask = <T>(question: string): Promise<T> => {
    const answer = told<T>()
    child.send(question)
    return answer
  }
  const { url } = await told<{ url: string }>()
  return {
    url,
    usage: () => ask<Usage>('usage'),
    liveHeap: () => ask<number>('heap'),
    stop: async () => {
      isWanted = false
      if (child.connected) child.disconnect()
      await exited
    },
    kill: async () => {
      isWanted = false
      child.kill('SIGKILL')
      await exited
    },
  }
}

type RegistryText = {
  readonly profiles: Readonly<Record<string, unknown>>
  readonly labels: Readonly<Record<string, unknown>>
}

const MAX_SERIES = 1_000_000

/** A registry's text with so many copies of one profile besides its own: every profile has series of its own. */
export function grownText(text: string, profiles: number): string {
  const registry = parse(text) as RegistryText
  const [first] = Object.values(registry.profiles)
  const copies = Array.from({ length: profiles }, (_, index) => [`profile_${index}`, first] as const)
  // Every JSON text is YAML.
  return JSON.stringify({
    ...registry,
    profiles: { ...registry.profiles, ...Object.fromEntries(copies) },
    labels: { ...registry.labels, max_series: MAX_SERIES },
  })
}
