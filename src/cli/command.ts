// What the commands have in common: --json, an example in the help, an exit code, and for those that speak to a
// server its address and the name to speak under.
import { Command, InvalidArgumentError } from 'commander'
import type { ExitCode } from './failure.ts'

export type Common = { readonly json?: boolean }
/** Of commands that load tools. */
export type WithTools = Common & { readonly tools?: string }
export const TOOLS_OPTION = [
  '--tools <dir>',
  'folder of own tools and adapters (default: TOOLS_DIR)',
] as const

export type Remote = Common & { readonly url?: string; readonly as?: string }

const exampleText = (examples: readonly string[]): string =>
  `\nExample:\n${examples.map((example) => `  ${example}`).join('\n')}`

/** A name for the commands below it; it does nothing by itself. */
export const group = (name: string, summary: string, ...examples: readonly string[]): Command =>
  new Command(name).description(summary).addHelpText('after', exampleText(examples))

export const command = (name: string, summary: string, ...examples: readonly string[]): Command =>
  group(name, summary, ...examples).option('--json', 'machine-readable output')

/** A command that calls a running server. */
export const remoteCommand = (name: string, summary: string, ...examples: readonly string[]): Command =>
  command(name, summary, ...examples)
    .option('--url <url>', 'the server (default: CUGAR_URL, else this machine at PORT)')
    .option('--as <name>', 'who calls, on a server without keys; with keys CUGAR_KEY says it')

export type Paged = Remote & { readonly limit?: number; readonly cursor?: string }

/** Options of a command that shows one page of a list. */
export const withPages = (listing: Command, noun: string, most: number): Command =>
  listing
    .option('--limit <count>', `${noun} on a page, 1 to ${most}`, whole(1, most))
    .option('--cursor <cursor>', 'the page after this one')

export type Sought = {
  readonly search?: string
  readonly requester?: string
  readonly since?: string
  readonly until?: string
  readonly oldest?: boolean
}

/** Options of a list that can be searched. */
export const withSearch = (listing: Command): Command =>
  listing
    .option('--search <words>', 'only with all of these words, of the goal, ids or names')
    .option('--requester <name>', 'only what this person asked for')
    .option('--since <time>', 'not before, such as 2026-01-31T09:00:00Z')
    .option('--until <time>', 'not after')
    .option('--oldest', 'the oldest first')

/** The query of the API for them. */
export const soughtBy = ({ search, requester, since, until, oldest }: Sought) => ({
  q: search,
  requester,
  since,
  until,
  order: oldest === true ? 'oldest' : undefined,
})

/** Runs the action and sets its exit code; the process ends by itself, after everything is written. */
export const exiting =
  <A extends readonly unknown[]>(act: (...given: A) => Promise<ExitCode>) =>
  async (...given: A): Promise<void> => {
    process.exitCode = await act(...given)
  }

/** An id of a run, a step or an approval. */
export function id(text: string): string {
  if (!/^[A-Za-z0-9_-]{1,200}$/.test(text)) throw new InvalidArgumentError('It is not an id.')
  return text
}

export const filled = (text: string): string => {
  if (text.trim() === '') throw new InvalidArgumentError('It must not be blank.')
  return text
}

/** Parses a whole number from `min` to `max`. */
export const whole =
  (min: number, max: number) =>
  (text: string): number => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
    if (!(value >= min && value <= max))
      throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`)
    return value
  }
