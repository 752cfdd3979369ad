// The calls in a text: one JSON object, or one `{ input, context? }` a line. A line that is wrong is a call that
// failed; the others go on.
import { isRecord } from '../events/json.ts'
import type { SingleContext, SingleResult } from '../tools/single.ts'
import { cliError } from './failure.ts'

export type SingleCall = { readonly input: unknown; readonly context: SingleContext | undefined }

/** A call, or why there is none. */
export type ToolLine = { readonly call: SingleCall } | { readonly refused: SingleResult | RefusedLine }

/** In the shape of a tool's own failure, with a code that only text can have. */
export type RefusedLine = {
  readonly error: {
    readonly code: 'INVALID_JSON'
    readonly detail: string
    readonly errors: readonly { readonly path: string; readonly message: string }[]
  }
}

type Parsed = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly why: string }

function parse(text: string): Parsed {
  try {
    return { ok: true, value: JSON.parse(text) }
  } catch (error) {
    return { ok: false, why: error instanceof Error ? error.message : 'not JSON' }
  }
}

const isEnvelope = (value: unknown): value is SingleCall =>
  isRecord(value) &&
  Object.hasOwn(value, 'input') &&
  Object.keys(value).every((name) => name === 'input' || name === 'context')

const callOf = ({ input, context }: SingleCall): ToolLine => ({ call: { input, context } })

const notAnEnvelope = (path: string): ToolLine => ({
  refused: {
    error: {
      code: 'INVALID_INPUT',
      detail: 'A line must be { "input": {...}, "context": {...} }; context may be left out.',
      errors: [{ path, message: 'must have input, may have context, and nothing else' }],
    },
  },
})

function lineOf(text: string, path: string): ToolLine {
  const parsed = parse(text)
  if (parsed.ok) return isEnvelope(parsed.value) ? callOf(parsed.value) : notAnEnvelope(path)
  // The parser's message repeats the text, which may be personal data: its line is enough.
  return {
    refused: {
      error: {
        code: 'INVALID_JSON',
        detail: `${path} is not JSON.`,
        errors: [{ path, message: 'is not JSON' }],
      },
    },
  }
}

/** Errors: FILE_INVALID when the text holds nothing. */
export function toolLines(text: string): ToolLine[] {
  const whole = parse(text)
  if (whole.ok && isEnvelope(whole.value)) return [callOf(whole.value)]
  if (whole.ok) return [{ call: { input: whole.value, context: undefined } }]
  const lines = text.split('\n').map((line, index) => ({ text: line.trim(), path: `line ${index + 1}` }))
  const filled = lines.filter((line) => line.text !== '')
  if (filled.length === 0) throw cliError('FILE_INVALID', 'there is no input: the file is empty')
  return filled.map((line) => lineOf(line.text, line.path))
}
