import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const script = fileURLToPath(new URL('./child.ts', import.meta.url))

export type Said = { readonly word: string; readonly about: unknown }
export type End = { readonly code: number | null; readonly signal: string | null; readonly said: Said[] }
export type Life = {
  /** Resolves when it has said the word, or has ended. */
  readonly until: (word: string) => Promise<unknown>
  readonly kill: () => void
  readonly ended: Promise<End>
}

/** A real process of the product. Its arguments are those of child.ts. */
export function startLife(...args: string[]): Life {
  const options = ['--disable-warning=ExperimentalWarning', script, ...args]
  const child = spawn(process.execPath, options, { stdio: ['ignore', 'pipe', 'inherit'] })
  const said: Said[] = []
  const waiting = new Map<string, () => void>()
  const reader = createInterface({ input: child.stdout })
  reader.on('line', (line) => {
    const sentence = JSON.parse(line) as Said
    said.push(sentence)
    waiting.get(sentence.word)?.()
  })
  const exit = once(child, 'exit') as Promise<[number | null, string | null]>
  const ended = Promise.all([exit, once(reader, 'close')]).then(([[code, signal]]) => ({
    code,
    signal,
    said,
  }))
  return {
    until: (word) =>
      Promise.race([
        ended,
        new Promise<void>((resolve) => {
          if (said.some((sentence) => sentence.word === word)) resolve()
          else waiting.set(word, resolve)
        }),
      ]),
    kill: () => {
      child.kill('SIGKILL')
    },
    ended,
  }
}
