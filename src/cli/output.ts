// Where a command writes: results on standard output, remarks on standard error. With --json the results are one
// document or one document a line, otherwise lines for people.
import { styleText } from 'node:util'

export type Output = {
  readonly json: boolean
  /** Standard output is a terminal. */
  readonly terminal: boolean
  /** Columns of the terminal. */
  readonly width: number
  /** One line or several, for people. */
  readonly line: (text: string) => void
  readonly heading: (text: string) => void
  /** One JSON document on one line. */
  readonly document: (value: unknown) => void
  /** A remark that is no result. */
  readonly note: (text: string) => void
}

/** Control characters (but tab and line feed) and marks that turn the direction of writing. */
const CONTROLS = /[[\p{Cc}\p{Bidi_Control}]--[\t\n]]/gv

/** Text of others as it may reach a terminal: it cannot move the cursor or change what is already shown. */
export const clean = (text: string): string => text.replaceAll(CONTROLS, '')

const DEFAULT_WIDTH = 80

export function outputFor({ json }: { readonly json?: boolean | undefined }): Output {
  const terminal = process.stdout.isTTY
  return {
    json: json === true,
    terminal,
    width: terminal ? process.stdout.columns : DEFAULT_WIDTH,
    line: (text) => console.log(clean(text)),
    // Plain text where NO_COLOR is set or standard output is no terminal.
    heading: (text) => console.log(styleText('bold', clean(text), { stream: process.stdout })),
    document: (value) => console.log(JSON.stringify(value)),
    note: (text) => console.error(clean(text)),
  }
}

/** The document with --json, the lines without. */
export function show(out: Output, value: unknown, lines: () => void): void {
  if (out.json) out.document(value)
  else lines()
}
