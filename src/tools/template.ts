// The one syntax of template variables: `{{name}}` or `{{ name }}`, a name being letters, digits and underscores.

const VARIABLE = /\{\{\s*([\p{L}\p{M}\p{N}_]+)\s*\}\}/gu

/** Distinct names in the order of their first appearance. */
export const variablesOf = (template: string): string[] => [
  ...new Set([...template.matchAll(VARIABLE)].map((match) => match[1] ?? '')),
]

/**
 * The template with every known variable replaced, in one pass: what a value brings in is never expanded. A variable
 * without a value stays as it is written.
 */
export const fillTemplate = (template: string, values: ReadonlyMap<string, string>): string =>
  template.replaceAll(VARIABLE, (whole, name: string) => values.get(name) ?? whole)

/** Length of what `fillTemplate` would give, without building it: many long values make a huge text. */
export const filledLength = (template: string, values: ReadonlyMap<string, string>): number =>
  [...template.matchAll(VARIABLE)].reduce(
    (length, [whole, name = '']) => length + (values.get(name) ?? whole).length - whole.length,
    template.length,
  )
