// Rows and columns. On a phone each row becomes a card, where every value says what it is.
import { html, type Child, type Html } from '../html.ts'

export type Column = {
  readonly name: string
  readonly isNumber?: boolean
  /** Of what is longest in a row: it takes the whole width of its card. */
  readonly isMain?: boolean
}

/** A cell that is null, false or empty is left out of its card. */
export type Row = { readonly id?: string; readonly cells: readonly Child[] }

export type Table = {
  /** For who cannot see it. */
  readonly label: string
  readonly columns: readonly Column[]
  readonly rows: readonly Row[]
  /** What the stream tells of, where the rows are such. */
  readonly list?: 'runs' | 'approvals'
}

const classOf = ({ isNumber, isMain }: Column): string => (isNumber ? 'num' : isMain ? 'main' : '')

const cellOf = (cell: Child, column: Column): Html =>
  html`<td role="cell" class="${classOf(column)}" data-name="${column.name}">${cell}</td>`

const rowOf = ({ id, cells }: Row, columns: readonly Column[]): Html =>
  html`<tr role="row" ${id === undefined ? null : html`id="${id}"`}>
    ${columns.map((column, index) => cellOf(cells[index], column))}
  </tr>`

/** Cells stand in the order of the columns. The roles are said, as a card is no table to a browser. */
export const table = ({ label, columns, rows, list }: Table): Html =>
  html`<div class="scroll" tabindex="0" role="region" aria-label="${label}">
    <table role="table">
      <thead role="rowgroup">
        <tr role="row">
          ${columns.map((column) => html`<th role="columnheader" class="${classOf(column)}">${column.name}</th>`)}
        </tr>
      </thead>
      <tbody role="rowgroup" ${list === undefined ? null : html`data-list="${list}"`}>
        ${rows.map((row) => rowOf(row, columns))}
      </tbody>
    </table>
  </div>`
