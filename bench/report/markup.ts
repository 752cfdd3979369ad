// HTML and SVG as text. Whatever is put into a template is escaped, unless it is a piece of markup itself: a name in a
// file can say what it likes.

export class Markup {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

const escaped = (text: string): string =>
  text
    .replaceAll(/[&<>"']/g, (found) => ENTITIES[found] ?? '')
    // Neither HTML nor SVG may hold these.
    .replaceAll(/[^\P{Cc}\n\t]/gu, '\uFFFD')

type Piece = string | number | Markup | readonly Markup[]

function textOf(piece: Piece): string {
  if (piece instanceof Markup) return piece.text
  return typeof piece === 'object' ? piece.map(({ text }) => text).join('') : escaped(String(piece))
}

export const markup = (strings: TemplateStringsArray, ...pieces: readonly Piece[]): Markup =>
  new Markup(
    strings.reduce((text, next, index) => {
      const piece = pieces[index - 1]
      return text + (piece === undefined ? '' : textOf(piece)) + next
    }),
  )

export const NOTHING = new Markup('')
