// Queries in Salesforce's language, from values that people gave.

const escaped = (text: string, signs: RegExp): string =>
  text.replaceAll(/[\r\n]/g, ' ').replaceAll(signs, String.raw`\$&`)

/** Between single quotes. */
export const quoted = (text: string): string => `'${escaped(text, /['"\\]/g)}'`

/** For LIKE: any text with this in it. */
export const containing = (text: string): string => `'%${escaped(text, /['"\\%_]/g)}%'`

export type Query = {
  readonly fields: readonly string[]
  readonly from: string
  readonly where: readonly string[]
  readonly limit: number
}

/** In the order of ids, so that a page can begin after the last one of the page before. */
export const queryOf = ({ fields, from, where, limit }: Query): string =>
  [
    `SELECT ${fields.join(', ')} FROM ${from}`,
    ...(where.length === 0 ? [] : [`WHERE ${where.join(' AND ')}`]),
    `ORDER BY Id LIMIT ${limit}`,
  ].join(' ')
