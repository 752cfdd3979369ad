// A tool's output as lines for people: in the tool's own words, or else field by field. Pure; used by whoever shows a
// result, so that command line, demo and HTTP say the same.
import { inTool, tellOf } from '../containment.ts'
import { isRecord } from '../events/json.ts'
import { inTime } from './in-time.ts'
import type { Tool } from './tool.ts'

const INDENT = '    '

/** A text of several lines, whole, below its name. */
export const wholeText = (name: string, text: string): string[] => [
  `${name}:`,
  ...text.split('\n').map((line) => `${INDENT}${line}`.trimEnd()),
]

/** One line for each, below one another. */
export const listed = (name: string, items: readonly string[]): string[] =>
  items.map((item) => `  ${name}: ${item}`)

const isPlain = (value: unknown): boolean => typeof value !== 'object' || value === null

const wordOf = (value: unknown): string => {
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function fieldLines([key, value]: readonly [string, unknown]): string[] {
  const name = key.replaceAll('_', ' ')
  if (value === undefined || value === null) return []
  if (typeof value === 'string' && value.includes('\n')) return wholeText(name, value)
  if (!Array.isArray(value)) return [`${name}: ${wordOf(value)}`]
  if (value.length === 0) return []
  if (value.every(isPlain)) return [`${name}: ${value.map(wordOf).join(', ')}`]
  return [`${name}:`, ...value.map((item) => `  - ${wordOf(item)}`)]
}

/** Every field that has a value, under its name. */
export const fieldsOf = (output: unknown): string[] =>
  isRecord(output) ? Object.entries(output).flatMap(fieldLines) : fieldLines(['result', output])

/** Of what a tool says: more is no summary, and is not shown. */
const MOST_LINES = 5000
const MOST_CHARACTERS = 1024 * 1024

/** A copy of lines, which nobody can change or make longer any more; null: it is something else, or too much. */
function linesOf(said: unknown): readonly string[] | null {
  if (!Array.isArray(said)) return null
  const most = said.length
  if (most > MOST_LINES) return null
  const lines: string[] = []
  let characters = 0
  for (let index = 0; index < most; index += 1) {
    const line: unknown = said[index]
    if (typeof line !== 'string') return null
    characters += line.length
    if (characters > MOST_CHARACTERS) return null
    lines.push(line)
  }
  return lines
}

/** null: the tool says nothing about it, or its words do not fit what an older version of it made. */
async function ownWords(
  { output: schema, summary }: Tool,
  output: unknown,
): Promise<readonly string[] | null> {
  if (summary === undefined) return null
  try {
    const parsed = schema.safeParse(output)
    if (!parsed.success) return null
    return linesOf(await inTime(summary(parsed.data)))
  } catch (error) {
    // Words are no reason to hide a result: it is shown field by field.
    tellOf(error)
    return null
  }
}

/** What an output says; `tool` is undefined where it is not installed any more. Never rejects, whatever the tool does. */
export async function summaryOf(tool: Tool | undefined, output: unknown): Promise<readonly string[]> {
  const own = tool?.summary && (await inTool(tool.name, () => ownWords(tool, output)))
  return own ?? fieldsOf(output)
}
