// Which tool does what an ask wants: verb and object decide, never a noun that everything in sales is about. What
// nothing does is said in closed words, so that it may be kept in the journal.
import type { Clause } from './clause.ts'
import { JUDGING_VERBS, NO_NOUNS, OTHER_CHANNELS, PARTIES, RETRIEVING_VERBS, SAME_VERBS } from './lexicon.ts'
import type { ToolIndex } from './tool-index.ts'
import { actions, commonNouns, lightVerbs, things, type Word } from './vocabulary.ts'
import { isStopWord, stemOf } from './words.ts'

export type Match =
  | { readonly kind: 'tool'; readonly tool: string }
  /** Something is asked for that no tool does; `ask` in closed words. */
  | { readonly kind: 'unserved'; readonly ask: string }
  /** Nothing that could be understood is asked for. */
  | { readonly kind: 'nothing' }

const NOTHING: Match = { kind: 'nothing' }
const judging = new Set([...JUDGING_VERBS].map(stemOf))
const retrieving = new Set([...RETRIEVING_VERBS].map(stemOf))
const parties = [...PARTIES].map(stemOf)

const stemsOf = (words: readonly Word[]): string[] => [
  ...new Set(words.filter(({ text }) => text.length > 1 && !isStopWord(text)).map(({ stem }) => stem)),
]

const wordOf = (word: Word): string | undefined => things.get(word.stem) ?? commonNouns.get(word.stem)

function unserved({ words, object, question }: Clause): Match {
  const verb = question === 'none' ? actions.get(words[0]?.stem ?? '') : undefined
  const noun = [...object.nouns, ...words].map(wordOf).find((word) => word !== undefined && word !== verb)
  if (question !== 'none')
    return {
      kind: 'unserved',
      ask: noun === undefined ? 'answer a question' : `answer a question about: ${noun}`,
    }
  if (verb === undefined)
    return {
      kind: 'unserved',
      ask: noun === undefined ? 'something that no tool is described to do' : `something with: ${noun}`,
    }
  return { kind: 'unserved', ask: noun === undefined ? verb : `${verb}: ${noun}` }
}

/** The best of `tools` for the words, by the search. */
function bestOf(tools: readonly string[], clause: Clause, index: ToolIndex): string | undefined {
  if (tools.length < 2) return tools[0]
  const allowed = new Set(tools)
  return index.search(stemsOf(clause.words)).find(({ tool }) => allowed.has(tool))?.tool ?? tools[0]
}

const methodOf = ({ words }: Clause, index: ToolIndex): string | null => {
  for (const { stem } of words) {
    const tool = index.method(stem)
    if (tool !== null) return tool
  }
  return null
}

const isThing = ({ stem, isKnown }: Word): boolean => isKnown && (things.has(stem) || commonNouns.has(stem))

const hasParty = (tool: string, index: ToolIndex): boolean =>
  parties.some((party) => index.takes(tool, party))

/** "The win rate" is nothing that a tool takes because it says that it rates. */
const isOwnVerb = (tool: string, [head, ...others]: readonly Word[], index: ToolIndex): boolean =>
  head !== undefined &&
  index.doing(head.stem).includes(tool) &&
  others.some(({ stem }) => !index.says(tool, stem))

/** "Retrieve the account" is nothing for a tool that retrieves something of an account: its name ends with another thing. */
const isOnlyOwner = (tool: string, { words: [verb], object }: Clause, index: ToolIndex): boolean => {
  const owned = index.objects(tool).at(-1)
  if (owned === undefined || !retrieving.has(verb?.stem ?? '')) return false
  const [head] = object.nouns
  if (object.kind === 'name') return true
  return head !== undefined && parties.includes(head.stem) && owned !== head.stem
}

/** Whether a tool is about what the verb is to be done to. */
function fits(tool: string, clause: Clause, index: ToolIndex): boolean {
  const { object } = clause
  const [head] = object.nouns
  if (object.kind === 'strange' || isOnlyOwner(tool, clause, index)) return false
  if (object.kind === 'thing')
    return head !== undefined && index.takes(tool, head.stem) && !isOwnVerb(tool, object.nouns, index)
  if (object.kind === 'name')
    return (
      hasParty(tool, index) && object.leadsTo.every(({ stem }) => !things.has(stem) || index.says(tool, stem))
    )
  const next = object.follows.find(isThing)
  if (object.followsStrange) return false
  return object.kind === 'pronoun' || next === undefined || index.says(tool, next.stem)
}

/** A name alone says not what it is: of several tools only one that is called by the verb, and takes parties. */
const calledBy = (tool: string, verb: string, index: ToolIndex): boolean =>
  hasParty(tool, index) && index.stem(tool.split('_')[0] ?? '') === verb

const alike = SAME_VERBS.map((verbs) => new Set([...verbs].map(stemOf)))

/** Tools that do the like of a verb to what is in their very name: to build a battlecard is to generate one. */
function doingAlike(verb: string, { object }: Clause, index: ToolIndex): string[] {
  const [head] = object.nouns
  if (head === undefined) return []
  const verbs = alike.filter((group) => group.has(verb)).flatMap((group) => [...group])
  return verbs
    .flatMap((other) => index.doing(other))
    .filter((tool) => index.objects(tool).includes(head.stem))
}

function byVerb(clause: Clause, doing: readonly string[], index: ToolIndex): Match {
  const verb = clause.words[0]?.stem ?? ''
  const ownOnes = doing.filter((tool) => fits(tool, clause, index))
  const alikes = ownOnes.length > 0 ? [] : doingAlike(verb, clause, index)
  const fitting = ownOnes.length > 0 ? ownOnes : alikes.filter((tool) => fits(tool, clause, index))
  const several = clause.object.kind === 'name' && fitting.length > 1
  const called = several ? fitting.filter((tool) => calledBy(tool, verb, index)) : fitting
  const tool = bestOf(called, clause, index)
  if (tool !== undefined) return { kind: 'tool', tool }
  return byMethod(clause, index) ?? unserved(clause)
}

function byMethod(clause: Clause, index: ToolIndex): Match | undefined {
  const verb = clause.words[0]?.stem ?? ''
  const tool = judging.has(verb) || lightVerbs.has(verb) ? methodOf(clause, index) : null
  return tool === null ? undefined : { kind: 'tool', tool }
}

type Evidence = {
  readonly own: number
  readonly verb: boolean
  readonly named: boolean
  readonly head: boolean
  /** Whether something that the tool takes is good. */
  readonly judged: boolean
}

/** What in the words speaks for a tool. */
function evidenceFor(tool: string, { words, object }: Clause, index: ToolIndex): Evidence {
  const stems = stemsOf(words)
  const own = stems.filter((stem) => index.says(tool, stem) && !commonNouns.has(stem))
  const objects = index.objects(tool)
  const [head] = object.nouns
  return {
    own: own.length,
    verb: stems.some((stem) => index.doing(stem).includes(tool)),
    named:
      objects.length > 0 &&
      objects.every((stem) => stems.includes(stem)) &&
      objects.some((stem) => own.includes(stem)),
    judged:
      words.some(({ text }) => text === 'good' || text === 'better') &&
      index.says(tool, 'good') &&
      words.some((word) => isThing(word) && index.takes(tool, word.stem) && !NO_NOUNS.has(word.text)),
    head: head !== undefined && own.includes(head.stem),
  }
}

/** Things that the words are about, of which the tool says nothing. */
const isVetoed = (tool: string, words: readonly Word[], index: ToolIndex): boolean =>
  words.some((word) => isThing(word) && !NO_NOUNS.has(word.text) && !index.says(tool, word.stem))

const upTo = (words: readonly Word[], ends: ReadonlySet<string>): readonly Word[] => {
  const end = words.findIndex(({ text }) => ends.has(text))
  return end < 0 ? words : words.slice(0, end)
}
const PLACES = new Set([
  'about',
  'for',
  'of',
  'to',
  'with',
  'on',
  'in',
  'at',
  'from',
  'by',
  'against',
  'between',
  'before',
  'after',
])
const SHOWING = new Set(['see', 'show', 'give', 'get'])
const CIRCUMSTANCES = new Set(['about', 'for', 'before', 'after'])

function enough({ own, verb, named, head, judged }: Evidence, clause: Clause, isLight: boolean): boolean {
  if (clause.question === 'open') return named || own > 1
  if (clause.question === 'choice') return named || own > 1 || verb
  if (isLight) return verb || head
  return own > 0 || verb || judged
}

/** Words without a verb of a tool: a question, a bare "ICP fit for Acme", or "give me an outreach draft". */
function byPhrase(clause: Clause, index: ToolIndex, isLight: boolean): Match {
  const method = methodOf(clause, index)
  if (method !== null) return { kind: 'tool', tool: method }
  const about = upTo(clause.words, clause.question === 'none' ? PLACES : CIRCUMSTANCES)
  const subject = isLight ? about.slice(1) : about
  // "Show the log" is no order to log anything.
  const isAsked = clause.question !== 'none' || SHOWING.has(clause.words[0]?.text ?? '')
  const found = index
    .search(stemsOf(clause.words))
    .filter(({ tool }) => !isVetoed(tool, subject, index) && !(isAsked && index.acts(tool)))
    .find(({ tool }) => enough(evidenceFor(tool, clause, index), clause, isLight))
  if (found !== undefined) return { kind: 'tool', tool: found.tool }
  const isMeant = clause.question !== 'none' || isLight || subject.some(({ stem }) => things.has(stem))
  return isMeant && clause.words.some(({ isKnown, text }) => isKnown && !isStopWord(text))
    ? unserved(clause)
    : NOTHING
}

/** A word of action may be a noun: "email quality" is no order to send. */
const isNounHere = ({ words: [first, second], hasVerb }: Clause): boolean =>
  first !== undefined &&
  (commonNouns.has(first.stem) || things.has(first.stem)) &&
  !hasVerb &&
  second !== undefined &&
  second.isKnown &&
  !isStopWord(second.text)

/** "A WhatsApp message": a way to reach people that the tool does not know. */
function inOtherChannel(match: Match, { words }: Clause, index: ToolIndex): Match {
  const other = words.find(({ text }) => OTHER_CHANNELS.has(text))?.text
  if (match.kind !== 'tool' || other === undefined || index.says(match.tool, index.stem(other))) return match
  return { kind: 'unserved', ask: `a message by ${other}` }
}

export const matchOf = (clause: Clause, index: ToolIndex): Match =>
  inOtherChannel(understoodAs(clause, index), clause, index)

function understoodAs(clause: Clause, index: ToolIndex): Match {
  const [first, second] = clause.words
  if (first === undefined) return NOTHING
  if (clause.question !== 'none') return byPhrase(clause, index, false)
  const doing = index.doing(first.stem)
  const isOther = clause.isPhrasal && !index.hasPhrasal(first.stem, second?.text ?? '')
  if (isOther && (doing.length > 0 || actions.has(first.stem))) return unserved(clause)
  if (doing.length > 0 || doingAlike(first.stem, clause, index).length > 0) {
    const served = byVerb(clause, doing, index)
    // "Show me" says nothing of what, also where a tool is described with it.
    const isLight = served.kind === 'unserved' && lightVerbs.has(first.stem)
    return isLight ? byPhrase(clause, index, second !== undefined) : served
  }
  const [only] = clause.words.length === 1 && !commonNouns.has(first.stem) ? index.named(first.stem) : []
  if (only !== undefined) return { kind: 'tool', tool: only }
  if (lightVerbs.has(first.stem)) return byPhrase(clause, index, second !== undefined)
  if (actions.has(first.stem) && !isNounHere(clause)) return byMethod(clause, index) ?? unserved(clause)
  if (!first.isKnown && clause.hasVerb) return unserved(clause)
  return byPhrase(clause, index, false)
}
