// Rows for people: aligned under a heading on a terminal, one line each with tabs between the cells when piped.
import { clean, type Output } from './output.ts'

export type Cell = string | number | boolean | null

const textOf = (cell: Cell): string => clean(cell === null ? '-' : String(cell)).replaceAll(/\s+/g, ' ')

const GAP = '  '

function aligned(cells: readonly string[], widths: readonly number[]): string {
  const padded = cells.map((cell, index) =>
    index === cells.length - 1 ? cell : cell.padEnd(widths[index] ?? 0),
  )
  return padded.join(GAP)
}

/** Only the last cell of a row is ever longer than the terminal: ids stay whole. */
const cut = (line: string, width: number): string =>
  line.length > width ? `${line.slice(0, width - 1)}…` : line

/** Says how the next page is reached, where there is one. */
export function noteNext(out: Output, { next_cursor }: { readonly next_cursor: string | null }): void {
  if (next_cursor !== null) out.note(`there are more: --cursor ${next_cursor}`)
}

/** Aligned under its heading, also when piped: a table inside a text for people. */
export function sheet(out: Output, columns: readonly string[], rows: readonly (readonly Cell[])[]): void {
  const texts = rows.map((row) => row.map(textOf))
  const widths = columns.map((column, index) =>
    Math.max(column.length, ...texts.map((row) => row[index]?.length ?? 0)),
  )
  out.heading(aligned(columns, widths))
  for (const row of texts) {
    const line = aligned(row, widths).trimEnd()
    out.line(out.terminal ? cut(line, out.width) : line)
  }
}

export function table(out: Output, columns: readonly string[], rows: readonly (readonly Cell[])[]): void {
  if (!out.terminal) for (const row of rows) out.line(row.map(textOf).join('\t'))
  else if (rows.length === 0) out.line('none')
  else sheet(out, columns, rows)
}
