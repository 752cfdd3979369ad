// Pages are made of pieces of HTML. Whatever is put into one is escaped, unless it is such a piece itself.
import { html as template, raw } from 'hono/html'

/** A piece of HTML that is safe as it stands; made by `html` alone. */
export type Html = ReturnType<typeof raw>

/** What may stand in a piece: null, undefined and false are nothing. */
export type Child = Html | string | number | null | undefined | false | readonly Child[]

/** A piece of HTML. Errors: a TypeError where something in it has yet to come. */
export function html(strings: TemplateStringsArray, ...children: readonly Child[]): Html {
  const made = template(strings, ...children.map((child) => child ?? ''))
  if (made instanceof Promise) throw new TypeError('a piece of HTML cannot wait')
  return made
}

/** Joined without anything between them. */
export const pieces = (items: readonly Child[]): Html => html`${items}`

/** An attribute without a value, or none. */
export const flag = (
  name: 'disabled' | 'checked' | 'selected' | 'required' | 'hidden' | 'autofocus',
  on: boolean,
): Html => raw(on ? ` ${name}` : '')
