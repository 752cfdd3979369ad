// The one syntax of template variables: `{{name}}`, with a fallback `{{name|there}}` or `{{ name | default: "there" }}`.
// A name is letters, digits and underscores. Everything else in braces belongs to somebody else's templates.

/** Most texts have no variables, and need not be searched for them. */
const OPENING = '{{'
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
  readonly written: string
}

const NONE = { text: null }

/** Of the text behind the bar, where there is one; null where it is a filter of another language. */
function fallbackOf(bar: string | undefined): { readonly text: string | null } | null {
  if (bar === undefined) return NONE
  const trimmed = bar.trim()
  const isCall = DEFAULT_CALL.test(trimmed)
  const given = trimmed.replace(DEFAULT_CALL, '')
  const value = isCall && trimmed.endsWith(')') ? given.slice(0, -1).trim() : given
  const isFilter = FILTERS.has(trimmed.toLowerCase()) || trimmed.toLowerCase() === 'default'
  if (isFilter || value.includes('|') || (!isCall && FILTER_CALL.test(trimmed))) return null
  const plain = value.replace(QUOTED, '$2').trim()
  return { text: plain === '' ? null : plain }
}

/** Every variable as often as it is written, in order. */
export function variablesIn(template: string): Variable[] {
  const found: Variable[] = []
  if (!template.includes(OPENING)) return found
  // One by one: `matchAll` makes another pattern of it each time.
  VARIABLE.lastIndex = 0
  for (let match = VARIABLE.exec(template); match !== null; match = VARIABLE.exec(template)) {
    const [written, name = '', bar] = match
    const fallback = fallbackOf(bar)
    if (fallback !== null) found.push({ name: name.normalize('NFC'), fallback: fallback.text, written })
  }
  return found
}

/** Distinct names in the order of their first appearance. */
export const namesOf = (variables: readonly Variable[]): string[] => [
  ...new Set(variables.map(({ name }) => name)),
]

/** The names of a template's variables. */
export const variablesOf = (template: string): string[] => namesOf(variablesIn(template))

/** The template with every variable of ours replaced by as many of `fill`: what is left is another syntax or text. */
export function blankVariables(template: string, fill: string): string {
  if (!template.includes(OPENING)) return template
  return template.replaceAll(VARIABLE, (whole, _name: string, bar: string | undefined) =>
    fallbackOf(bar) === null ? whole : fill.repeat(whole.length),
  )
}

/**
 * The template with every known variable replaced, in one pass: what a value brings in is never expanded. A variable
 * without a value is its fallback; without either it stays as it is written.
 */
export function fillTemplate(template: string, values: ReadonlyMap<string, string>): string {
  if (!template.includes(OPENING)) return template
  return template.replaceAll(VARIABLE, (written, name: string, bar: string | undefined) => {
    const fallback = fallbackOf(bar)
    if (fallback === null) return written
    return values.get(name.normalize('NFC')) ?? fallback.text ?? written
  })
}

/**
 * Length of what `fillTemplate` would give, without building it: many long values make a huge text. `variables` are those
 * in the template.
 */
export const filledLength = (
  template: string,
  values: ReadonlyMap<string, string>,
  variables: readonly Variable[] = variablesIn(template),
): number =>
  variables.reduce(
    (length, { name, fallback, written }) =>
      length + (values.get(name) ?? fallback ?? written).length - written.length,
    template.length,
  )
