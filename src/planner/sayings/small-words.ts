// Slips in the words that hold a goal together: too short for `../spelling`, and without them its parts run into one.
import type { Saying } from './saying.ts'

const SLIPS: readonly (readonly [slips: string, word: string])[] = [
  ['adn nad annd ansd', 'and'],
  ['thn tehn thne', 'then'],
  ['teh hte tje', 'the'],
  ['wiht wtih whit', 'with'],
  ['witout wihtout withotu', 'without'],
  ['donot dnot dontt', "don't"],
  ['plese pleae plase pelase', 'please'],
  ['fro', 'for'],
  ['taht htat', 'that'],
  ['thsi tihs', 'this'],
]

export const SMALL_WORDS: readonly Saying[] = SLIPS.map(([slips, word]) => ({
  on: slips,
  // In capitals it may be a name.
  says: new RegExp(String.raw`\b(?:${slips.replaceAll(' ', '|')})\b`, 'g'),
  means: word,
}))
