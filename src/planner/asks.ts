// A goal as its asks, in the order in which they are written: what is wanted, what is forbidden, and whether any of it
// hangs on a condition. Only English grammar; what the asks mean is the registry's to say.
import { reworded } from './sayings/sayings.ts'
import { hasOnlyAscii, type GoalText } from './words.ts'

export type Ask = {
  /** As they are written, without punctuation. */
  readonly words: readonly string[]
  /** "Don't draft anything", "without drafting", "no email". */
  readonly forbidden: boolean
  /** What stands before it: "and", ":". */
  readonly mark: string
}

export type Reading = {
  readonly asks: readonly Ask[]
  /** Something is to be done only if, unless, or when something is so. */
  readonly conditional: boolean
}

const flat = (pattern: string): string => pattern.replaceAll(/\s*\n\s*/g, '')

const COMPARED =
  /\d ?(?:%|percent)? (?:or|and) (?:more|above|over|higher|better|less|below|lower|under)\b|(?:[<>≤≥]=?|\b(?:above|over|below|under|exceeds?|exceeding|greater than|less than|higher than|lower than|at least|at most|scores?)\b)\s*\d+(?:[.,]\d+)?(?![.)]\s+[a-z]|\d|\s*(?:words?|characters?|chars|sentences?|lines?|minutes?|paragraphs?|employees|people)\b)/i
const CONDITION = new RegExp(
  flat(String.raw`\b(?:
    if|unless|provided|providing|as long as|so long as|in case|in the event|assuming|supposing|depending on|whenever|
    on condition|contingent|otherwise|only when|only once|only after|(?<!\b(?:the|a|my|your|this|email) )subject to|the moment|failing that|in which case|
    (?:until|till) (?!(?:now|then|today|tonight|tomorrow|monday|tuesday|wednesday|thursday|friday|saturday|sunday|next|end|the end|further|late|\d+)\b)|as soon as (?!possible\b|you can\b)|
    only (?:to|for|with) [^.,;!?]{1,40}? (?:who|that|which|whose)|wait (?:for|until|till)|
    (?<=^\s*|[.;:!?,]\s*(?:(?:and|but|or) )?)(?:should|were) (?!we\b|i\b|you\b|be\b)[^.;:!?,]{1,80},[^?]*$|
    (?<=^\s*|[.;:!?,]\s*)had (?:the |my |our )?\w+ (?:not )?(?:\w+ed|been|said|given|gone|seen|come)\b[^.;:!?,]{0,60},[^?]*$|
    when (?:the|it|its|he|she|they|this|that|there|nobody|someone|his|her|their|our|my|score|fit|budget)|
    after (?:she|he|they|it|the \w+|[a-z]+) (?:has|have|agrees?|approves?|confirms?|signs?|repl(?:y|ies)|responds?|accepts?)|
    (?<=[;,.:]\s*(?:and )?)where (?:it|they|this|that|he|she|the \w+) (?:is|are|was|has|have)|
    (?:to|for|with|only) (?:those|the ones|anyone|anybody|whoever|everyone|everybody|all) (?:who|that|which|whose|with)|
    (?:to|for|with|only) (?:each|every|any|all)(?: of)?(?: the| our| my)? \w+ (?:who|that|which|whose|with)|
    either (?=[^.;!?]{1,80}\bor\b)|(?<=[,;]\s*|\bor )else|barring|whichever|whoever|
    only (?:the )?(?:accounts?|deals?|leads?|companies|prospects?|customers?|opportunities|opps|ones?|those) (?:with|that|who|which|whose|above|over|in|from|where)|
    (?:for|to|with) (?:the )?(?:bad|good|poor|strong|weak|high|low|top|best|qualified|unqualified|fitting)[- ](?:(?:priority|fit|risk|scoring) )?(?:fits|ones?|accounts|leads|deals|matches|prospects|companies)|
    once (?:the|it|its|he|she|they|this|that|his|her|their)\b[^.;]{0,80}\b(?:above|over|below|under|least|approve[sd]?|qualif\w+|high|low|good|repl\w+|respond\w*|confirm\w*|exceeds?)
  )\b`),
  'i',
)

const BREAK = new RegExp(
  flat(String.raw`(
    [.!?;\n]+(?=\s|$)|;|,|[:+&|→•()"“”]|\s[-–—]+\s|(?<=\s|^)\d{1,2}[.)](?=\s)|
    \b(?:and|then|also|plus|but|or|nor|afterwards|followed by|after that|so)\b|
    \b(?:do not|don't|dont|does not|doesn't|never|without|no need (?:to|for)|not|no|skip(?:ping)?|except(?: for)?|exclud(?:e|ing)|
    omit(?:ting)?|leav(?:e|ing) out|avoid(?:ing)?|instead of|rather than|other than|apart from|stop|hold off(?: on)?|
    refrain from|must not|mustn't|should not|shouldn't|cannot|can't|won't|neither)\b|
    \b(?:before|after|while)(?=\s+\w+ing\b)
  )`),
  'gi',
)
const SENTENCE = /^[.!?;\n:•\d]|^\s[-–—]/
const FORBIDS =
  /^(?:do|don't|dont|doesn't|does|never|without|no|not|skip|except|exclud|omit|leav|avoid|instead|rather|other|apart|stop|hold|refrain|must|mustn't|should|shouldn't|cannot|can't|won't|neither)/i

/** What people say before they say what they want. */
const COURTESY = new RegExp(
  flat(String.raw`^(?:
    please|pls|plz|kindly|first(?:ly)?|second(?:ly)?|third(?:ly)?|finally|lastly|next|then|also|again|quickly|simply|maybe|perhaps|
    afterwards|ok|okay|hey|hi there|hi|hello|dear|so|well|to|always|thanks|thank you|
    (?:can|could|would|will) (?:you|u|we|i)|
    (?:i|we)(?:'d| would| really| also| just)* (?:like|love|want|need|wish|have)(?: you| us| me)? to|
    (?:i|we)(?:'d| would| should)(?: really| also| just| be)* (?:like|love|appreciate|prefer|welcome|(?:most |very |so )?(?:glad|grateful|happy|thankful) (?:for|to (?:get|have|see|know)))|
    it(?:'d| would| will|'ll) be (?:great|nice|good|helpful|lovely|useful|possible|perfect|fantastic)(?: if you (?:could|would|can))?(?: to)?(?: (?:get|have|know|see))?|
    is there (?:a|any) (?:chance|way) (?:that )?(?:you|we) (?:could|can|might)|
    (?:might|may) (?:you|i|we)(?: be so (?:good|kind) as to| ask (?:you )?(?:to|for)| be able to)?|
    (?:i|we)(?: also| just| only| really)* (?:need|want)(?: you to| you)?|
    (?:i|we) (?:must|should)|we (?:can|could)|
    let's|let us|help (?:me|us)(?: to)?|go ahead|(?:make|be) sure (?:to|that you|you|that)|remember to|try to|
    (?:start|begin) (?:by|with)|feel free to|your (?:task|job) is to|you (?:should|must|need to|have to|can|could|may)|
    (?:i am|i'm|we are|we're) (?:looking|trying|hoping|planning|going) (?:to|for)|(?:would like|need|want|have) to
  )\b[\s,]*`),
  'i',
)
/** "I need an email": a thing is wanted, and is to be made. */
const WANTING = /\b(?:need|want|like|love|appreciate|(?:grateful|glad|happy|thankful|welcome) for)\b[\s,]*$/i
const THING = /^(?:an?|another|some)\b/i
const EMPHASIS = /^(?:just|only|instead|rather)\b\s*/i
/** Who says something of themselves asks for nothing by it. */
const STATEMENT =
  /^(?:i|we|they|he|she|it|you|that (?:i|we|they|he|she|it|you|the|our|my|their)|hope|hoping|everything|everyone|my name|this is|there is|there are|as you know)\b/i
/** `close_times` names one thing. */
const WORD = /[\p{L}\p{N}]+(?:_[\p{L}\p{N}]+)*(?:'\p{L}+)?/gu
const QUESTION =
  /^(?:is|are|am|was|were|do|does|did|has|have|had|should|which|what|who|whom|whose|when|where|why|how|whether|whatif|can|could|will|would)\b/i

/** Most goals have none of it, and are plain as they are. */
const NOT_PLAIN = /[\u0080-\uffff`]|[^\S\n ]|  /

/** One form for what looks alike: compatibility letters, kinds of apostrophes, invisible characters. */
export function plainText(text: string): string {
  if (!NOT_PLAIN.test(text)) return text
  return (hasOnlyAscii(text) ? text : text.normalize('NFKC').replaceAll(/\p{Cf}/gu, ''))
    .replaceAll(/[’‘`´]/g, "'")
    .replaceAll(/[^\S\n]+/g, ' ')
}

type Opened = {
  readonly words: string[]
  /** "Just", "only": whatever was forbidden before, this is wanted. */
  readonly isEmphasised: boolean
  /** "Please", "I need". */
  readonly isAsked: boolean
}

function opened(part: string, isTool: Openings['isTool']): Opened {
  let rest = part.trim()
  let isEmphasised = false
  let isAsked = false
  for (;;) {
    const emphatic = EMPHASIS.exec(rest)
    const courteous = emphatic ?? COURTESY.exec(rest)
    if (courteous === null) break
    const [before] = courteous
    if (emphatic) isEmphasised = true
    else isAsked = true
    rest = rest.slice(before.length).trimStart()
    if (WANTING.test(before) && THING.test(rest)) rest = `get ${rest}`
  }
  return { words: STATEMENT.test(rest) ? [] : wordsIn(rest, isTool), isEmphasised, isAsked }
}

function wordsIn(text: string, isTool: Openings['isTool']): string[] {
  const words = text.match(WORD) ?? []
  const own = text.includes("'") ? words.map((word) => word.replace(/'s$/i, '')) : words
  return text.includes('_') ? own.flatMap((word) => (isTool(word) ? word.split('_') : [word])) : own
}

export const isQuestion = (words: readonly string[]): boolean => QUESTION.test(words[0] ?? '')

/** "Refrain from drafting and check it": what is forbidden goes on in the same form. */
const isGerund = (word = ''): boolean => /ing$/i.test(word)

type Draft = { readonly words: string[]; readonly forbidden: boolean; readonly mark: string }

/** What the registry and everyday English say of the beginning of a part. */
export type Openings = {
  /** It begins with something to be done. */
  readonly opens: (words: readonly string[]) => boolean
  /** It begins with "give", "get": what is wanted follows. */
  readonly isLight: (words: readonly string[]) => boolean
  /** Tools that are named by one of the words. */
  readonly names: (words: readonly string[]) => readonly string[]
  /** `score_account_fit` is meant by its words; any other name is one word. */
  readonly isTool: (word: string) => boolean
}

/** "Don't draft or qualify" forbids both; "don't draft an email and score the account" only the first. */
const staysForbidden = (mark: string, last: Draft, [next = '']: readonly string[]): boolean =>
  last.forbidden &&
  (/^n?or$/i.test(mark) ||
    (/^and$/i.test(mark) && last.words.length === 1 && isGerund(last.words[0]) === isGerund(next)))

/** "Give me a draft and a score" asks for two things, "the strengths and weaknesses" for one. */
const isAnother = ([first = '']: readonly string[]): boolean => /^(?:an?|another|some)$/i.test(first)

const PREPOSITION =
  /^(?:about|on|for|with|regarding|concerning|to|from|of|in|against|vs|versus|by|at|that|who|which|because)$/i

/** "Buying signals and fit": two things of two tools. What a text is about is one, whatever it names. */
function isOfAnotherTool(words: readonly string[], last: Draft, names: Openings['names']): boolean {
  if (last.forbidden || last.words.some((word) => PREPOSITION.test(word))) return false
  const end = words.findIndex((word) => PREPOSITION.test(word))
  const named = names(end < 0 ? words : words.slice(0, end))
  return named.length > 0 && !names(last.words).some((tool) => named.includes(tool))
}

type Part = { readonly mark: string; readonly text: string }

/** Adds a part to the asks; its `mark` is what stands before it. */
function readPart(asks: Draft[], { mark, text }: Part, { opens, isLight, names, isTool }: Openings): void {
  const { words, isEmphasised, isAsked } = opened(text, isTool)
  const last = asks.at(-1)
  const forbids = FORBIDS.test(mark) && !(/^not$/i.test(mark) && last !== undefined && isQuestion(last.words))
  const add = (forbidden: boolean) => asks.push({ words, forbidden, mark })
  if (forbids || isEmphasised || last === undefined || SENTENCE.test(mark)) add(forbids)
  else if (words.length === 0) return
  else if (last.words.length === 0) add(last.forbidden)
  else if (last.forbidden && isAsked && !/^n?or$/i.test(mark)) add(false)
  else if (/^but$/i.test(mark) || opens(words) || isQuestion(words)) add(staysForbidden(mark, last, words))
  else if (isAnother(words) && isLight(last.words))
    asks.push({ words: [last.words[0] ?? '', ...words], forbidden: last.forbidden, mark })
  else if (isOfAnotherTool(words, last, names)) add(false)
  else if (last.forbidden || opens(last.words) || (isQuestion(last.words) && /^(?:and|or)$/i.test(mark)))
    last.words.push(...words)
  else add(false)
}

/** `text` is plain. */
export function readGoal(goal: GoalText, openings: Openings): Reading {
  const text = reworded(goal)
  const conditional = CONDITION.test(text) || COMPARED.test(text)
  const asks: Draft[] = []
  const pieces = text.split(BREAK)
  readPart(asks, { mark: '', text: pieces[0] ?? '' }, openings)
  for (let at = 1; at < pieces.length; at += 2) {
    const mark = (pieces[at] ?? '').trim() || ';'
    readPart(asks, { mark, text: pieces[at + 1] ?? '' }, openings)
  }
  return { asks: asks.filter(({ words }) => words.length > 0), conditional }
}
