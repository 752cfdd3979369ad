// Markdown as passages that can be cited: each paragraph and list item with its file, headings and line. What is about
// prices or law is marked, so that nobody quotes it: whoever searches withholds it and says so.
import { fromMarkdown } from 'mdast-util-from-markdown'
import { toString as plainTextOf } from 'mdast-util-to-string'
import type { TextFile } from '../text-file.ts'
import { cleanText, tokens, words } from '../text.ts'

export type Withheld = 'pricing' | 'legal'

export type Passage = {
  readonly source: string
  /** From the first heading to the nearest one, with ` > ` between them; empty above the first. */
  readonly heading: string
  /** Its headings one by one. */
  readonly titles: readonly string[]
  /** Where it begins, from 1. */
  readonly line: number
  readonly text: string
  /** null: it may be quoted. */
  readonly withheld: Withheld | null
}

type Node = ReturnType<typeof fromMarkdown>['children'][number]
type Block = { readonly line: number; readonly text: string }

/** `<!-- pricing -->` or `<!-- legal -->` withholds the rest of its section. */
const MARK = /^<!--\s*(pricing|legal)\s*-->$/i
const HEADED: readonly (readonly [Withheld, ReadonlySet<string>])[] = [
  ['pricing', new Set(['price', 'prices', 'pricing', 'discount', 'discounts', 'quote', 'quotes'])],
  ['legal', new Set(['legal', 'liability', 'warranty', 'indemnity', 'contract', 'contracts', 'terms'])],
]
/** An amount of money is a claim about a price wherever it stands, whichever side its currency is on. */
const CODE = '(?:EUR|USD|GBP|CHF|JPY|CNY|INR|BRL|SEK|NOK|DKK|PLN|CZK|HUF)'
const SCALE = String.raw`\s?(?:k|[Mm]io\.?|[Mm]rd\.?|[Mm]|bn|thousand|million|billion)?\s?`
const MONEY = new RegExp(
  String.raw`\p{Sc}\s?\d|\b${CODE}\s?\d|\d${SCALE}(?:\p{Sc}|(?:${CODE}|[Dd]ollars?|[Ee]uros?|[Pp]ounds?|[Ff]rancs?)\b)`,
  'u',
)
/** So is what is taken off it. */
const REBATE = /\b(?:discount(?:s|ed)?|rebates?)\b/iu
const isPriced = (text: string): boolean => MONEY.test(text) || REBATE.test(text)

const lineOf = (node: Node): number => node.position?.start.line ?? 1
const textOf = (node: Node): string => words(cleanText(plainTextOf(node))).join(' ')

/** Each item of a list says something of its own. */
function blocksOf(node: Node): Block[] {
  if (node.type === 'list')
    return node.children.map((item) => ({
      line: lineOf(item),
      text: item.children.map(textOf).join(' '),
    }))
  return [{ line: lineOf(node), text: textOf(node) }]
}

function headedAs(title: string): Withheld | null {
  const said = tokens(title)
  return HEADED.find(([, names]) => said.some((token) => names.has(token)))?.[0] ?? null
}

type Section = { readonly depth: number; readonly title: string; withheld: Withheld | null }

function passagesOf({ source, text }: TextFile): Passage[] {
  const passages: Passage[] = []
  let sections: Section[] = [{ depth: 0, title: '', withheld: null }]
  for (const node of fromMarkdown(text).children) {
    if (node.type === 'heading') {
      const title = textOf(node)
      sections = [
        ...sections.filter(({ depth }) => depth < node.depth),
        { depth: node.depth, title, withheld: headedAs(title) },
      ]
      continue
    }
    const marked = node.type === 'html' ? MARK.exec(node.value.trim())?.[1]?.toLowerCase() : undefined
    const nearest = sections.at(-1)
    if (nearest && (marked === 'pricing' || marked === 'legal')) nearest.withheld = marked
    if (node.type === 'html') continue
    const withheld = sections.find((section) => section.withheld !== null)?.withheld ?? null
    const titles = sections.flatMap(({ title }) => (title === '' ? [] : [title]))
    const heading = titles.join(' > ')
    for (const block of blocksOf(node).filter((one) => one.text !== ''))
      passages.push({
        source,
        heading,
        titles,
        ...block,
        withheld: withheld ?? (isPriced(block.text) ? 'pricing' : null),
      })
  }
  return passages
}

/** In the order of the documents and their lines. */
export const readPassages = (documents: readonly TextFile[]): Passage[] => documents.flatMap(passagesOf)
