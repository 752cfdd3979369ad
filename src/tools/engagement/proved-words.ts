// Whether a rewritten text says nothing that its inputs do not say: every figure, name, address and word of substance of
// it stands in them, and every figure, name and address of the template still stands in it. What cannot be proved is
// held to be wrong.
import { foldText } from '../text.ts'
import { ORDINARY_WORDS } from './ordinary-words.ts'

/** Addresses, links, figures with their signs, and words with their apostrophes and hyphens. */
const PIECE =
  /https?:\/\/[^\s<>"')]+|[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+|[#@$€£¥]?\p{N}[\p{N}.,:/]*[%‰+kKmMbB]*|[\p{L}\p{M}]+(?:['’-][\p{L}\p{M}]+)*/gu
/** Signs that make another fact of a figure. */
const SIGNS = /[$€£¥₹₩₿%‰]/gu
const ENDS = new Set('.,:/;!?')

/** Without the signs of a sentence after it. */
function trimmed(raw: string): string {
  let end = raw.length
  while (end > 0 && ENDS.has(raw.charAt(end - 1))) end -= 1
  return raw.slice(0, end)
}

const pieceOf = (raw: string): string => trimmed(foldText(raw.replaceAll('’', "'")))

const piecesOf = (text: string): string[] => (text.match(PIECE) ?? []).map(trimmed)

/** The endings that make another form of the same word. */
const ENDINGS = ["'s", 'ing', 'es', 'ed', 's', 'd', 'e', 'ly']

function formsOf(word: string): string[] {
  const stems = ENDINGS.flatMap((ending) => {
    if (!word.endsWith(ending) || word.length - ending.length < 3) return []
    return [word.slice(0, -ending.length)]
  })
  return [word, ...stems]
}

const isFigure = (piece: string): boolean => /\p{N}/u.test(piece)
const isAddress = (piece: string): boolean => piece.includes('@') || piece.includes('://')

/** A word written with a capital and never without one: taken for a name, also where it begins a sentence. */
function namesIn(text: string): string[] {
  const words = text.match(/\p{L}[\p{L}\p{M}'’-]*/gu) ?? []
  const small = new Set(words.filter((word) => /^\p{Ll}/u.test(word)))
  const names = words.filter((word) => /^\p{Lu}/u.test(word) && !small.has(word.toLowerCase()))
  return names.map(pieceOf).filter((name) => !ORDINARY_WORDS.has(name))
}

/** Ordinary words that change what the figure after them says. */
const CHANGING = new Set('about around over under up down between within until after before'.split(' '))

type Words = readonly string[]
type FigurePhrase = {
  readonly figure: string
  /** What changes the figure after it; '': nothing. */
  readonly before: string
  /** Its unit; '': it has none. */
  readonly unit: string
}

const isUnit = (word: string): boolean => word !== '' && !ORDINARY_WORDS.has(word) && !isFigure(word)

/** Each figure with what stands right beside it: `over 12`, `12 days`. */
function figurePhrases(text: string): FigurePhrase[] {
  const raw = text.match(PIECE) ?? []
  const pieces = raw.map(pieceOf)
  return pieces.flatMap((figure, at) => {
    if (!isFigure(figure)) return []
    const before = pieces[at - 1] ?? ''
    const endsThere = ENDS.has(raw[at]?.at(-1) ?? '')
    const after = endsThere ? '' : (pieces[at + 1] ?? '')
    return [{ figure, before: CHANGING.has(before) ? before : '', unit: isUnit(after) ? after : '' }]
  })
}

/** What a figure is made to say that it does not say in the inputs; one that has a unit of its own keeps it. */
function figuresChanged(text: string, inputs: string): string[] {
  const known = figurePhrases(inputs)
  return figurePhrases(text).flatMap(({ figure, before, unit }) => {
    const same = known.filter((one) => one.figure === figure)
    const isOther =
      unit !== '' && same.some((one) => one.unit !== '') && !same.some((one) => one.unit === unit)
    return [
      ...(before !== '' && !same.some((one) => one.before === before) ? [`${before} ${figure}`] : []),
      ...(isOther ? [`${figure} ${unit}`] : []),
    ]
  })
}

/** An ordinary word that is written as a name in the middle of a line: May, Will. */
function namesMadeOfWords(text: string, inputs: string): string[] {
  const found = text.matchAll(/(?<=[\p{L}\p{N},;)-][^\S\n]{1,3})\p{Lu}[\p{L}\p{M}'’-]*/gu)
  return [...found]
    .map(([name]) => name)
    .filter((name) => ORDINARY_WORDS.has(pieceOf(name)) && !/^I(?:['’]|$)/.test(name))
    .filter((name) => !inputs.includes(name))
    .map(pieceOf)
}

/** Facts in the order in which they are said first: who did what to whom, and from what to what. */
function orderOf(pieces: Words, facts: ReadonlySet<string>): string {
  return [...new Set(pieces.filter((piece) => facts.has(piece)))].join(' ')
}

/** Names, figures and addresses of a text: what must not be lost. */
function factsOf(text: string): Set<string> {
  const pieces = piecesOf(text).map(pieceOf)
  return new Set([...pieces.filter((piece) => isFigure(piece) || isAddress(piece)), ...namesIn(text)])
}

type Known = { readonly pieces: ReadonlySet<string>; readonly stems: ReadonlySet<string> }

const knownIn = (inputs: string): Known => {
  const pieces = new Set(piecesOf(inputs).map(pieceOf))
  return { pieces, stems: new Set([...pieces].flatMap(formsOf)) }
}

/** Parts of a word with hyphens are words of their own. */
function isKnown(piece: string, { pieces, stems }: Known): boolean {
  if (pieces.has(piece)) return true
  if (isFigure(piece) || isAddress(piece)) return false
  return piece
    .split('-')
    .every((part) => ORDINARY_WORDS.has(part) || formsOf(part).some((form) => stems.has(form)))
}

export type WordCheck = {
  /** What no input says. */
  readonly added: readonly string[]
  /** What the template says and the text does not any more. */
  readonly lost: readonly string[]
  /** The same facts in another order, which makes other facts of them. */
  readonly isReordered: boolean
}

/** `inputs`: everything that may be repeated; `kept`: the text whose facts must stay. */
export function checkWords(
  text: string,
  { inputs, kept }: { readonly inputs: string; readonly kept: string },
): WordCheck {
  const known = knownIn(inputs)
  const all = piecesOf(text).map(pieceOf)
  const pieces = [...new Set(all)]
  const signs = [...new Set(text.match(SIGNS))].filter((sign) => !inputs.includes(sign))
  const said = new Set(pieces)
  const facts = factsOf(kept)
  const keptPieces = piecesOf(kept).map(pieceOf)
  const made = [...figuresChanged(text, inputs), ...namesMadeOfWords(text, inputs)]
  const lost = [...facts].filter((fact) => !said.has(fact))
  return {
    added: [...pieces.filter((piece) => !isKnown(piece, known)), ...signs, ...made],
    lost,
    isReordered: lost.length === 0 && orderOf(all, facts) !== orderOf(keptPieces, facts),
  }
}
