// The one syntax of template variables: `{{name}}`, with a fallback `{{name|there}}` or `{{ name | default: "there" }}`.
// A name is letters, digits and underscores. Everything else in braces belongs to somebody else's templates.

/** Three braces are another syntax. */
const VARIABLE = /(?<!\{)\{\{\s*([\p{L}\p{M}\p{N}_]+)\s*(?:\|([^{}]*))?\}\}(?!\})/gu

/** What a bar may also bring in other template languages: a filter changes the value, it is no text for its absence. */
const FILTERS = new Set(
  (
    'abs append capfirst capitalize capitalise ceil date downcase escape escape_once e first floor format join last ' +
    'lower lowercase number plus prepend proper raw remove replace reverse round safe size slice split strip striptags ' +
    'title titlecase trim truncate upcase upper uppercase url_encode urlencode'
  ).split(' '),
)
const FILTER_CALL = /^[\p{L}_]+\s*[:=(]/u
const DEFAULT_CALL = /^default\s*(?::|=|\(|\s)\s*/i
const QUOTED = /^(["'“”‘’«„])(.*)["'“”‘’»]$/su

export type Variable = {
  readonly name: string
  /** Text where there is no value; null where the template gives none. */
  readonly fallback: string | null
}

/** Null where the text behind the bar is a filter of another language. */
function fallbackOf(text: string): { readonly text: string | null } | null {
  const trimmed = text.trim()
  const isCall = DEFAULT_CALL.test(trimmed)
  const given = trimmed.replace(DEFAULT_CALL, '')
  const value = isCall && trimmed.endsWith(')') ? given.slice(0, -1).trim() : given
  const isFilter = FILTERS.has(trimmed.toLowerCase()) || trimmed.toLowerCase() === 'default'
  if (isFilter || value.includes('|') || (!isCall && FILTER_CALL.test(trimmed))) return null
  const plain = value.replace(QUOTED, '$2').trim()
  return { text: plain === '' ? null : plain }
}

/** `read` gives what stands for a variable; null leaves it as it is written. */
const replaced = (template: string, read: (variable: Variable) => string | null): string =>
  template.replaceAll(VARIABLE, (whole, name: string, bar: string | undefined) => {
    const fallback = bar === undefined ? { text: null } : fallbackOf(bar)
    if (fallback === null) return whole
    return read({ name: name.normalize('NFC'), fallback: fallback.text }) ?? whole
  })

/** Every variable as often as it is written, in order. */
export function variablesIn(template: string): Variable[] {
  const found: Variable[] = []
  replaced(template, (variable) => {
    found.push(variable)
    return null
  })
  return found
}

/** Distinct names in the order of their first appearance. */
export const variablesOf = (template: string): string[] => [
  ...new Set(variablesIn(template).map(({ name }) => name)),
]

/** The template with every variable of ours replaced by as many of `fill`: what is left is another syntax or text. */
export const blankVariables = (template: string, fill: string): string =>
  template.replaceAll(VARIABLE, (whole, _name: string, bar: string | undefined) =>
    bar !== undefined && fallbackOf(bar) === null ? whole : fill.repeat(whole.length),
  )

/**
 * The template with every known variable replaced, in one pass: what a value brings in is never expanded. A variable
 * without a value is its fallback; without either it stays as it is written.
 */
export const fillTemplate = (template: string, values: ReadonlyMap<string, string>): string =>
  replaced(template, ({ name, fallback }) => values.get(name) ?? fallback)

/** Length of what `fillTemplate` would give, without building it: many long values make a huge text. */
export function filledLength(template: string, values: ReadonlyMap<string, string>): number {
  let length = template.length
  template.replaceAll(VARIABLE, (whole, name: string, bar: string | undefined) => {
    const fallback = bar === undefined ? { text: null } : fallbackOf(bar)
    if (fallback !== null)
      length += (values.get(name.normalize('NFC')) ?? fallback.text ?? whole).length - whole.length
    return whole
  })
  return length
}
