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

/** A word written with a capital that is no beginning of a sentence: taken for a name. */
function namesIn(text: string): string[] {
  const found = text.matchAll(/(?<=[\p{L}\p{N},;:)-]\s{1,3})\p{Lu}[\p{L}\p{M}'’-]*/gu)
  return [...found].map(([name]) => pieceOf(name)).filter((name) => !ORDINARY_WORDS.has(name))
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
}

/** `inputs`: everything that may be repeated; `kept`: the text whose facts must stay. */
export function checkWords(
  text: string,
  { inputs, kept }: { readonly inputs: string; readonly kept: string },
): WordCheck {
  const known = knownIn(inputs)
  const pieces = [...new Set(piecesOf(text).map(pieceOf))]
  const signs = [...new Set(text.match(SIGNS))].filter((sign) => !inputs.includes(sign))
  const said = new Set(pieces)
  return {
    added: [...pieces.filter((piece) => !isKnown(piece, known)), ...signs],
    lost: [...factsOf(kept)].filter((fact) => !said.has(fact)),
  }
}
