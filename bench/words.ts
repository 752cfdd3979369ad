// The words of the command line: names, `--flag`s, `--option value`s and settings, which are numbers.
import { wrongWords } from './failure.ts'

export type Words = {
  readonly names: readonly string[]
  readonly flags: ReadonlySet<string>
  readonly options: ReadonlyMap<string, string>
  /** Every other `--name value`. */
  readonly settings: Readonly<Record<string, number>>
}

type Known = {
  readonly flags: readonly string[]
  readonly options: readonly string[]
  /** Are there settings? */
  readonly settings: boolean
}

function numberOf(name: string, text: string | undefined): number {
  const value = text === undefined || text.trim() === '' ? Number.NaN : Number(text)
  if (!Number.isFinite(value) || value < 0) throw wrongWords(`--${name} needs a number`)
  return value
}

/** A whole number from 1. */
export function countOf(words: Words, name: string, otherwise: number): number {
  const text = words.options.get(name)
  const value = text === undefined ? otherwise : Number(text)
  if (!Number.isInteger(value) || value < 1) throw wrongWords(`--${name} needs a whole number from 1`)
  return value
}

/** `--bench.rounds`: a setting of the benchmark that has the name of an option. */
const PREFIX = /^bench\./
const SETTING = /^(?:bench\.)?[a-z]\w*$/i

/** Errors: BenchError with exit code 2 for a word that nothing takes. */
export function readWords(args: readonly string[], known: Known): Words {
  const names: string[] = []
  const flags = new Set<string>()
  const options = new Map<string, string>()
  const settings: Record<string, number> = {}
  for (let at = 0; at < args.length; at += 1) {
    const word = args[at] ?? ''
    const name = word.slice(2)
    if (!word.startsWith('--')) names.push(word)
    else if (known.flags.includes(name)) flags.add(name)
    else if (known.options.includes(name)) {
      const value = args[(at += 1)] ?? ''
      if (value === '' || value.startsWith('--')) throw wrongWords(`--${name} needs a value`)
      options.set(name, value)
    } else if (known.settings && SETTING.test(name))
      settings[name.replace(PREFIX, '')] = numberOf(name, args[(at += 1)])
    else throw wrongWords(`nothing takes ${word}`)
  }
  return { names, flags, options, settings }
}
