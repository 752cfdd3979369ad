// The documents as text, and what the tests of this folder look for in them.
import { readdirSync, readFileSync } from 'node:fs'

const ROOT = new URL('../../', import.meta.url)

export const read = (file: string): string => readFileSync(new URL(file, ROOT), 'utf8')

export const DOCUMENTS = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(new URL('docs', ROOT))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
]

export const namesIn = (folder: string): string[] => readdirSync(new URL(folder, ROOT))

/** The first group of every match, each once. */
export const found = (text: string, pattern: RegExp): string[] => [
  ...new Set([...text.matchAll(pattern)].map((match) => match[1] ?? '')),
]

/** A heading's anchor, as GitHub makes it. */
export const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s-]/gu, '')
    .replaceAll(/\s/g, '-')

export const anchorsOf = (text: string): string[] => found(text, /^#{1,6} (.+)$/gm).map(anchorOf)

/** Rows of the table below `<!-- marker: ... -->`, a list of cells each. */
export function tableAfter(text: string, marker: string): string[][] {
  const [, ...lines] = text.slice(text.indexOf(`<!-- ${marker}:`)).split('\n')
  const end = lines.findIndex((line) => !line.startsWith('|'))
  return lines.slice(2, end).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
}
