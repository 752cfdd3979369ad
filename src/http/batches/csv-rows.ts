// Rows of a CSV text with the lines that they begin on. A row that cannot be read is told and costs no other one: what
// an open quote would swallow is read again from the next line.
import { setImmediate as breathe } from 'node:timers/promises'
import { parse, CsvError } from 'csv-parse/sync'

/** `cells` as wide as the headings, or why the row is none. */
export type CsvRow =
  | { readonly line: number; readonly cells: readonly string[] }
  | { readonly line: number; readonly error: string }

/** Rows that are read before the process does something else. */
const SLICE = 250
/** Of one row, characters: no cell of a list is a book, and what an open quote swallows ends here. */
const MOST_ROW = 65_536
const LINE_FEED = 0x0a

const DELIMITERS = [',', ';', '\t', '|'] as const

/** The one that stands most often in the first line, outside of quotes. */
export function delimiterOf(text: string): string {
  const [first = ''] = text.split(/\r?\n/, 1)
  const bare = first.replaceAll(/"(?:[^"]|"")*"/g, '')
  const counts = DELIMITERS.map((delimiter) => bare.split(delimiter).length)
  return DELIMITERS[counts.indexOf(Math.max(...counts))] ?? ','
}

type Read = {
  readonly cells: readonly string[]
  readonly line: number
  readonly from: number
  /** Of a row over several lines: what is wrong with its quotes. */
  readonly fault: string | null
  readonly isLong: boolean
}

type Place = {
  /** Byte at which the next row begins, and its line. */
  at: number
  line: number
}

/** Why reading ended: after a slice, at the end of the text, or at a row without an end. */
type Slice = { readonly rows: readonly Read[]; readonly broken: string | null; readonly next: Place }

const OPEN_QUOTE = 'has a quote that is not closed'

const REASONS: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: OPEN_QUOTE,
  CSV_MAX_RECORD_SIZE: `has a quote that is not closed, or more than ${MOST_ROW} characters`,
}

/** The library counts both characters of a line's end where they are inside quotes. */
function lineFeedsIn(bytes: Buffer): number {
  let count = 0
  for (let at = bytes.indexOf(LINE_FEED); at >= 0; at = bytes.indexOf(LINE_FEED, at + 1)) count += 1
  return count
}

/** Quotes that are out of place are let through, as spreadsheets do, but not where they would swallow lines. */
function isWellQuoted(row: Buffer, delimiter: string): boolean {
  try {
    parse(row, { delimiter, relax_column_count: true })
    return true
  } catch (error) {
    if (error instanceof CsvError) return false
    throw error
  }
}

function readSlice(bytes: Buffer, delimiter: string, { at, line }: Place): Slice {
  const rows: Read[] = []
  const next = { at, line }
  const options = {
    delimiter,
    relax_quotes: true,
    relax_column_count: true,
    max_record_size: MOST_ROW,
    to: SLICE,
    onRecord: (cells: string[], { bytes: length }: { bytes: number }): null => {
      const from = next.at
      next.at = at + length
      const breaks = lineFeedsIn(bytes.subarray(from, next.at))
      const isLong = breaks > 1
      const fault = isLong && !isWellQuoted(bytes.subarray(from, next.at), delimiter) ? OPEN_QUOTE : null
      rows.push({ cells, line: next.line, from, fault, isLong })
      next.line += breaks
      return null
    },
  }
  try {
    parse(bytes.subarray(at), options)
    return { rows, broken: null, next }
  } catch (error) {
    const reason = error instanceof CsvError ? REASONS[error.code] : undefined
    if (reason === undefined) throw error
    return { rows, broken: reason, next }
  }
}

/** The line after the one that begins at `from`. */
function lineAfter(bytes: Buffer, { at, line }: Place): Place {
  const end = bytes.indexOf(LINE_FEED, at)
  return { at: end < 0 ? bytes.length : end + 1, line: line + 1 }
}

const isBlank = (cells: readonly string[]): boolean => cells.every((cell) => cell.trim() === '')

/** The first row are the headings. Empty rows are left out. */
export async function* csvRows(text: string): AsyncGenerator<CsvRow> {
  const bytes = Buffer.from(text)
  const delimiter = delimiterOf(text)
  let width: number | null = null
  let place: Place = { at: 0, line: 1 }
  while (place.at < bytes.length) {
    const { rows, broken, next } = readSlice(bytes, delimiter, place)
    let again: Place | null = null
    for (const { cells, line, from, fault, isLong } of rows) {
      if (isBlank(cells)) continue
      width ??= cells.length
      if (cells.length === width && fault === null) {
        yield { line, cells }
        continue
      }
      yield { line, error: fault ?? `has ${cells.length} cells where the headings are ${width}` }
      // A quote that is out of place may have swallowed the rows below it.
      if (isLong) again = lineAfter(bytes, { at: from, line })
      if (again !== null) break
    }
    if (again === null && broken !== null) {
      yield { line: next.line, error: broken }
      again = lineAfter(bytes, next)
    }
    if (again === null && rows.length < SLICE) return
    place = again ?? next
    await breathe()
  }
}
