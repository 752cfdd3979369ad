// What a tool threw and did not declare, as its developer sees it in the log: stack and causes, without the values that
// the tool was called with. Events, metrics and clients get the failure's mode alone.
import type { Logger } from 'pino'
import { boundedMap } from './cache.ts'
import type { OnLeft } from './containment.ts'
import type { ToolError } from './engine/parts.ts'

/** Causes of causes are looked at this deep: an error may be its own cause. */
const DEEPEST_CAUSE = 5
/** Shorter values are parts of ordinary words. */
const SHORTEST_VALUE = 3
const MASK = '[value]'

function textsOf(error: unknown, depth = 0): string[] {
  if (!(error instanceof Error)) return [typeof error === 'string' ? error : `a thrown ${typeof error}`]
  const { stack }: { readonly stack?: unknown } = error
  const own = typeof stack === 'string' ? stack : `${error.name}: ${error.message}`
  if (error.cause === undefined || depth === DEEPEST_CAUSE) return [own]
  return [own, ...textsOf(error.cause, depth + 1)]
}

/** Every text and number in a value, the longest first, so that none is cut by a shorter one. */
function leavesOf(value: unknown): string[] {
  const found = new Set<string>()
  JSON.stringify(value, (_key, leaf: unknown) => {
    if (typeof leaf === 'string' || typeof leaf === 'number') found.add(String(leaf))
    return leaf
  })
  return [...found]
    .filter((text) => text.length >= SHORTEST_VALUE)
    .toSorted((one, other) => other.length - one.length)
}

/** Engines quote the beginning of a text that they could not read. */
const QUOTED = /(["'])((?:(?!\1).){3,}?)(?:\.{3})?\1/g

/** The stacks of an error and its causes without the values of `input`. Never throws, whatever a tool threw. */
export function errorText(error: unknown, input: unknown): string {
  try {
    return readableText(error, input)
  } catch {
    return 'an error that throws when it is read'
  }
}

function readableText(error: unknown, input: unknown): string {
  const leaves = leavesOf(input)
  const text = textsOf(error).join('\ncaused by: ')
  const whole = leaves.reduce((rest, leaf) => rest.replaceAll(leaf, MASK), text)
  return whole.replaceAll(QUOTED, (quoted, mark: string, inner: string) =>
    leaves.some((leaf) => leaf.includes(inner)) ? `${mark}${MASK}${mark}` : quoted,
  )
}

export const logToolError =
  (logger: Logger) =>
  ({ tool, runId, stepId, error, input }: ToolError): void =>
    logger.error(
      { tool, run_id: runId, step_id: stepId, stack: errorText(error, input) },
      'a tool threw an error that it does not declare',
    )

/** Where it came about; no message, which may quote what the code was given. Never throws. */
function placesOf(error: unknown): string[] {
  try {
    const { stack }: { readonly stack?: unknown } = error instanceof Error ? error : {}
    const lines = typeof stack === 'string' ? stack.split('\n') : []
    return lines.map((line) => line.trim()).filter((line) => /^at \S/.test(line))
  } catch {
    return []
  }
}

/** A timer that throws, or a page that is looked at again and again, would fill the log. */
const TOLD_AGAIN_MS = 60_000
const MOST_OWNERS = 1000

/** Errors of tools, adapters and files outside of any call: whose, and where; of each once a minute. */
export function logLeftError(logger: Logger): OnLeft {
  const told = boundedMap<number>(MOST_OWNERS)
  return (owner, error) => {
    const name = owner.tool ?? owner.adapter ?? owner.module ?? ''
    const now = performance.now()
    if (now < (told.get(name) ?? 0)) return
    told.set(name, now + TOLD_AGAIN_MS)
    const places = placesOf(error)
    logger.error({ ...owner, places }, 'code that is not ours left an error outside of any call')
  }
}
