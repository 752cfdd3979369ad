// Which tool does what an ask wants: verb and object decide, never a noun that everything in sales is about.
import { byQuestion, isListed, orderIn, subjectOf } from './asked.ts'
import { objectOf, type Clause } from './clause.ts'
import {
  fits,
  hasParty,
  isCircumstance,
  isElsewhere,
  isKeeperOf,
  isOfOthers,
  isStatement,
  isTold,
  isWhere,
  methodOf,
  NOTHING,
  stemsOf,
  unserved,
  type Match,
} from './fit.ts'
import { isEverydayVerb } from './everyday/everyday.ts'
import { enough, evidenceFor, isOfOtherHead, isOfStrange, isVetoed } from './evidence.ts'
import { ACTIONS, JUDGING_VERBS, NAMED_KINDS, OTHER_CHANNELS, PARTIES, SAME_VERBS } from './lexicon.ts'
import type { ToolIndex } from './tool-index.ts'
import { actions, commonNouns, isNounItself, lightVerbs, things, type Word } from './vocabulary.ts'
import { isStopWord, stemOf } from './words.ts'

const judging = new Set([...JUDGING_VERBS].map(stemOf))

/** The best of `tools` for the words, by the search. */
function bestOf(tools: readonly string[], clause: Clause, index: ToolIndex): string | undefined {
  if (tools.length < 2) return tools[0]
  const allowed = new Set(tools)
  return index.search(stemsOf(clause.words)).find(({ tool }) => allowed.has(tool))?.tool ?? tools[0]
}

/** A name alone says not what it is: of several tools only one that is called by the verb, and takes parties. */
const calledBy = (tool: string, verb: string, index: ToolIndex): boolean =>
  hasParty(tool, index) && index.verb(tool) === verb

/** "Evaluate Acme against our ideal customer profile": by what it is judged says which tool judges it. */
const isMeasuredBy = (tool: string, { object: { follows } }: Clause, index: ToolIndex): boolean => {
  const nouns = follows.filter(({ text }) => !isStopWord(text))
  return (
    nouns.some(({ stem, text }) => PARTIES.has(text) || (index.says(tool, stem) && !commonNouns.has(stem))) &&
    nouns.every(({ stem }) => index.takes(tool, stem) || (index.says(tool, stem) && !commonNouns.has(stem)))
  )
}

/** "Change territory": who has a name is done something to. */
const CALLED: ReadonlySet<string> = new Set([...PARTIES, ...NAMED_KINDS])
const OWNERS: ReadonlySet<string> = new Set([...PARTIES, 'deal'])
const ASSESS = stemOf('assess')
const FIND = stemOf('find')
const alike = SAME_VERBS.map((verbs) => new Set([...verbs].map(stemOf)))

/** Tools that do the like of a verb to what is in their very name: to build a battlecard is to generate one. */
function doingAlike(verb: string, { object }: Clause, index: ToolIndex): string[] {
  const [head] = object.nouns
  if (head === undefined) return []
  const verbs = alike.filter((group) => group.has(verb)).flatMap((group) => [...group])
  const alikes = verbs
    .flatMap((other) => index.doing(other))
    .filter((tool) => index.objects(tool).includes(head.stem))
  if (alikes.length > 0 || !judging.has(verb) || OWNERS.has(head.text)) return alikes
  // To check the capacity is to assess it, and to check the signals to find them; to check the deal says not by what.
  const about = (tool: string): boolean => index.objects(tool).includes(head.stem)
  const assessing = index.doing(ASSESS).filter(about)
  return assessing.length > 0 ? assessing : index.doing(FIND).filter(about)
}

function byVerb(clause: Clause, doing: readonly string[], index: ToolIndex): Match {
  const verb = clause.words[0]?.stem ?? ''
  const ownOnes = doing.filter((tool) => fits(tool, clause, index))
  const alikes = ownOnes.length > 0 ? [] : doingAlike(verb, clause, index)
  const fitting = ownOnes.length > 0 ? ownOnes : alikes.filter((tool) => fits(tool, clause, index))
  const several = clause.object.kind === 'name' && fitting.length > 1
  const called = several
    ? fitting.filter((tool) => calledBy(tool, verb, index) || isMeasuredBy(tool, clause, index))
    : fitting
  const tool = bestOf(called, clause, index)
  if (tool !== undefined) return { kind: 'tool', tool }
  return byMethod(clause, index) ?? unserved(clause)
}

function byMethod(clause: Clause, index: ToolIndex): Match | undefined {
  const verb = clause.words[0]?.stem ?? ''
  const tool = judging.has(verb) || lightVerbs.has(verb) ? methodOf(clause, index) : null
  return tool === null ? undefined : { kind: 'tool', tool }
}

const SHOWING = new Set(['see', 'show', 'give', 'get'])
const ACTING = new Set(['make', 'put', 'enter', 'do', 'perform'])

const OBJECTS = new Set(['it', 'them', 'him', 'her', 'me', 'us'])
const ANY = new Set(['a', 'an', 'any', 'some'])
const OWNED = new Set(['my', 'our', 'his', 'her', 'their'])
/** What only looks and judges answers how; how something is written is another question. */
function asOrdered(order: Clause, index: ToolIndex): Match | undefined {
  const doing = index
    .doing(order.words[0]?.stem ?? '')
    .filter((tool) => !index.acts(tool) && !index.addresses(tool))
  // "How do I qualify a deal?" is about any, and asks to be taught.
  const isOfAny = order.words[1] !== undefined && ANY.has(order.words[1].text)
  const match = doing.length > 0 && !isOfAny ? byVerb(order, doing, index) : undefined
  return match?.kind === 'tool' ? match : undefined
}

/** "My territories": whose they are, and nothing to be done. */
const isOnlyNamed = ({ words: [first, ...others], question }: Clause): boolean =>
  question === 'none' &&
  first !== undefined &&
  OWNED.has(first.text) &&
  others.filter(({ text }) => !isStopWord(text)).length < 2

/** Words without a verb of a tool: a question, a bare "ICP fit for Acme", or "give me an outreach draft". */
function byPhrase(clause: Clause, index: ToolIndex, isLight: boolean): Match {
  const method = methodOf(clause, index)
  if (method !== null) return { kind: 'tool', tool: method }
  if (!isLight && isOnlyNamed(clause)) return NOTHING
  if (isOfStrange(clause.words)) return unserved(clause)
  const asked = byQuestion(clause, index)
  if (asked !== undefined) return { kind: 'tool', tool: asked }
  const order = orderIn(clause)
  const ordered = order === undefined ? undefined : asOrdered(order, index)
  if (ordered !== undefined) return ordered
  const subject = subjectOf(clause, isLight)
  const { within } = objectOf(clause.words.slice(isLight ? 1 : 0))
  // That something shall be shown speaks for nobody.
  const spoken = isLight ? { ...clause, words: clause.words.slice(1) } : clause
  // "Show the log", "tell me the note" are no orders to log anything.
  const verb = clause.words[0]?.text ?? ''
  const isAsked = clause.question !== 'none' || SHOWING.has(clause.words[0]?.text ?? '')
  const found = index
    .search(stemsOf(clause.words))
    .filter(
      ({ tool }) =>
        !isVetoed(tool, { words: subject, isQuestion: clause.question !== 'none' }, index) &&
        (order === undefined || index.says(tool, order.words[0]?.stem ?? '')) &&
        !(clause.question === 'none' && isOfOtherHead(tool, subject, index)) &&
        !((isAsked || !isLight || !ACTING.has(verb)) && index.acts(tool)) &&
        // Who asks how a text is has it, and wants no other.
        !(clause.question !== 'none' && index.addresses(tool)) &&
        !isElsewhere(tool, within, index) &&
        !isOfOthers(tool, clause, index),
    )
    .map(({ tool }) => ({ tool, evidence: evidenceFor(tool, spoken, index) }))
    .filter(({ tool, evidence }) => enough(evidence, clause, isLight) || isListed(tool, clause, index))
  const best = found.find(({ evidence }) => evidence.judged) ?? found.find(({ evidence }) => evidence.head)
  const tool = (best ?? found[0])?.tool
  if (tool !== undefined) return { kind: 'tool', tool }
  const isMeant = clause.question !== 'none' || isLight || subject.some(({ stem }) => things.has(stem))
  return isMeant && clause.words.some(({ isKnown, text }) => isKnown && !isStopWord(text))
    ? unserved(clause)
    : NOTHING
}

/** A word of action may be a noun: "email quality" is no order to send. */
const isNounHere = ({ words: [first, second], hasVerb }: Clause): boolean =>
  first !== undefined &&
  (isNounItself(first.text) || first.text.endsWith('ing')) &&
  !hasVerb &&
  second !== undefined &&
  !CALLED.has(second.text) &&
  second.isKnown &&
  !isStopWord(second.text)

/** "A WhatsApp message": a way to reach people that the tool does not know. */
function inOtherChannel(match: Match, { words }: Clause, index: ToolIndex): Match {
  const other = words.find(({ text }) => OTHER_CHANNELS.has(text))?.text
  if (match.kind !== 'tool' || other === undefined || index.says(match.tool, index.stem(other))) return match
  return { kind: 'unserved', ask: `a message by ${other}` }
}

/**
 * "Draft an email and review it": of the tools that review, the one that is about what the tool before makes. null: the
 * words need no such help.
 */
export function matchAfter(before: string, clause: Clause, index: ToolIndex): Match | null {
  const verb = clause.words[0]?.stem ?? ''
  // "Put it into the CRM" says where, and with it what.
  const there = lightVerbs.has(verb) ? index.search(stemsOf(clause.object.leadsTo)) : []
  const doing = [...index.doing(verb), ...there.map((hit) => hit.tool)]
  if (clause.object.kind !== 'pronoun' || doing.length === 0) return null
  const made = index.objects(before)
  const tool = bestOf(
    doing.filter(
      (name) =>
        (index.doing(verb).includes(name) && made.some((stem) => index.says(name, stem))) ||
        isWhere(name, clause.object.leadsTo, index),
    ),
    clause,
    index,
  )
  return tool === undefined ? unserved(clause) : { kind: 'tool', tool }
}

export function matchOf(clause: Clause, index: ToolIndex): Match {
  const match = inOtherChannel(understoodAs(clause, index), clause, index)
  return match.kind === 'unserved' && isTold(clause) ? NOTHING : match
}

/** "Battlecard"; and of what everything is about only what somebody keeps: "templates". */
const calledAlone = (word: Word, index: ToolIndex): string | undefined =>
  commonNouns.has(word.stem)
    ? index.named(word.stem).find((tool) => word.text.endsWith('s') && isKeeperOf(tool, word, index))
    : index.named(word.stem)[0]

function understoodAs(clause: Clause, index: ToolIndex): Match {
  const [first, second] = clause.words
  if (first === undefined) return NOTHING
  if (clause.question !== 'none') return byPhrase(clause, index, false)
  if (isStatement(clause) || isCircumstance(clause, index)) return NOTHING
  const doing = index.doing(first.stem)
  const isOther = clause.isPhrasal && !index.hasPhrasal(first.stem, second?.text ?? '')
  if (isOther && (doing.length > 0 || actions.has(first.stem))) return unserved(clause)
  if (doing.length > 0 || doingAlike(first.stem, clause, index).length > 0) {
    if (clause.object.kind === 'pronoun' && lightVerbs.has(first.stem)) return unserved(clause)
    const served = byVerb(clause, doing, index)
    // "Show me" says nothing of what, also where a tool is described with it.
    const isLight = served.kind === 'unserved' && lightVerbs.has(first.stem)
    return isLight ? byPhrase(clause, index, second !== undefined) : served
  }
  const only = clause.words.length === 1 ? calledAlone(first, index) : undefined
  if (only !== undefined) return { kind: 'tool', tool: only }
  if (lightVerbs.has(first.stem)) return byPhrase(clause, index, second !== undefined)
  const isNoun =
    isNounHere(clause) || (second === undefined && isNounItself(first.text) && !ACTIONS.has(first.text))
  if (actions.has(first.stem) && !isNoun) return byMethod(clause, index) ?? unserved(clause)
  // "Risk it" is no question after the risk.
  if (clause.object.kind === 'pronoun' && OBJECTS.has(second?.text ?? '')) return unserved(clause)
  if (!first.isKnown && (clause.hasVerb || isEverydayVerb(first.text))) return unserved(clause)
  return byPhrase(clause, index, false)
}
