// A goal as its asks, in the order in which they are written: what is wanted, what is forbidden, and whether any of it
// hangs on a condition. Only English grammar; what the asks mean is the registry's to say.

export type Ask = {
  /** As they are written, without punctuation. */
  readonly words: readonly string[]
  /** "Don't draft anything", "without drafting", "no email". */
  readonly forbidden: boolean
}

export type Reading = {
  readonly asks: readonly Ask[]
  /** Something is to be done only if, unless, or when something is so. */
  readonly conditional: boolean
}

const flat = (pattern: string): string => pattern.replaceAll(/\s*\n\s*/g, '')

/** Sayings whose words mean something else than they say, and what they are read as. */
const REWORDINGS: readonly (readonly [RegExp, string])[] = [
  [/\be-mail/gi, 'email'],
  [/\bopp(s?)\b/gi, 'opportunity'],
  [/\bprep\b/gi, 'prepare'],
  [/\bchk\b/gi, 'check'],
  [/\bmake (?:me|us) (?=an?\b|some\b)/gi, 'create '],
  [/\boppty\b/gi, 'opportunity'],
  [/\bbattle[ -]card/gi, 'battlecard'],
  [/\bleave ([^.,;!?]{1,40}?) (?:alone|out|as is)\b/gi, ' ; skip $1'],
  [/\b(?:and )?(?:tell (?:me|us)|say|explain) why\b/gi, ' '],
  [/\b(?:tell|show) (?:me|us) (?=how|what|which|who|where)/gi, ' ; '],
  [
    /,? ?\bwhen (?:you (?:have (?:time|a minute|a moment)|can|get (?:a chance|to it|time)|are (?:done|ready|free))|possible|done|ready|finished)\b,?/gi,
    ' ',
  ],
  [/\baccts?\b/gi, 'account'],
  [/\b((?:which|what|who|whose)\b[^.,;!?]{1,60}?\b(?:has|have))(?: got)? no\b/gi, '$1 lack'],
  [/\bmsgs?\b/gi, 'message'],
  [/\bcall to action\b/gi, 'CTA'],
  [/\bup to date\b|\bgood to go\b|\bback and forth\b/gi, ' '],
  [/\bput together\b|\bcome up with\b|\bwhip up\b/gi, 'compose'],
  [/\bmake\b([^.,;!?]{1,60})\b(?:better|stronger|clearer)\b/gi, 'improve $1'],
  [
    /\b(?:not only|(?:don't|do not|not) (?:just|only)|(?:don't|do not|never) (?:forget|hesitate|fail)(?: to)?)\b/gi,
    ' ; ',
  ],
  [
    /\bno (?:later than|more than|less than|problem|worries|rush|hurry|matter|doubt|longer)\b|\bwhether or not\b/gi,
    ' ',
  ],
  [
    /\bif (?:possible|at all possible|you (?:can|could|may|like|please|want|will|wish|have time|don't mind|do not mind)|that'?s (?:ok|okay|fine|possible))\b/gi,
    ' ',
  ],
  [/\bwhat (?:happens |would happen |will happen )?if\b/gi, ' ; whatif '],
  [
    /\b(?:tell me|let me know|let us know|tell us|check|see|find out|figure out|verify|decide|determine|assess|evaluate|know|say|ask|judge|confirm|understand|wonder|wondering|test) (?:if|whether)\b/gi,
    ' ; whether ',
  ],
]

const COMPARED =
  /(?:[<>≤≥]=?|\b(?:above|over|below|under|exceeds?|exceeding|greater than|less than|higher than|lower than|at least|at most|scores?)\b)\s*\d+(?:[.,]\d+)?(?!\d|\s*(?:words?|characters?|chars|sentences?|lines?|minutes?|paragraphs?|employees|people)\b)/i
const CONDITION = new RegExp(
  flat(String.raw`\b(?:
    if|unless|provided|providing|as long as|so long as|in case|in the event|assuming|supposing|depending on|whenever|
    on condition|contingent|otherwise|only when|only once|only after|subject to|
    when (?:the|it|its|he|she|they|this|that|his|her|their|our|my|score|fit|budget)|
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
    (?:i|we)(?:'d| would) like|(?:i|we)(?: also| just| only| really)* (?:need|want)(?: you to| you)?|
    (?:i|we) (?:must|should)|we (?:can|could)|
    let's|let us|help (?:me|us)(?: to)?|go ahead|(?:make|be) sure (?:to|that you|you|that)|remember to|try to|
    (?:start|begin) (?:by|with)|feel free to|your (?:task|job) is to|you (?:should|must|need to|have to|can|could|may)|
    (?:i am|i'm|we are|we're) (?:looking|trying|hoping|planning|going) (?:to|for)|(?:would like|need|want|have) to
  )\b[\s,]*`),
  'i',
)
const EMPHASIS = /^(?:just|only|instead|rather)\b\s*/i
/** Who says something of themselves asks for nothing by it. */
const STATEMENT =
  /^(?:i|we|they|he|she|it|you|hope|hoping|everything|everyone|my name|this is|there is|there are|as you know)\b/i
const WORD = /[\p{L}\p{N}]+(?:'\p{L}+)?/gu
const QUESTION =
  /^(?:is|are|am|was|were|do|does|did|has|have|had|should|which|what|who|whom|whose|when|where|why|how|whether|whatif|can|could|will|would)\b/i

/** One form for what looks alike: compatibility letters, kinds of apostrophes, invisible characters. */
export const plainText = (text: string): string =>
  text
    .normalize('NFKC')
    .replaceAll(/\p{Cf}/gu, '')
    .replaceAll(/[’‘`´]/g, "'")
    .replaceAll(/[^\S\n]+/g, ' ')

type Opened = {
  readonly words: readonly string[]
  /** "Just", "only": whatever was forbidden before, this is wanted. */
  readonly isEmphasised: boolean
  /** "Please", "I need". */
  readonly isAsked: boolean
}

function opened(part: string): Opened {
  let rest = part.trim()
  let isEmphasised = false
  let isAsked = false
  for (;;) {
    const emphatic = EMPHASIS.exec(rest)
    const [before] = emphatic ?? COURTESY.exec(rest) ?? []
    if (before === undefined) break
    if (emphatic) isEmphasised = true
    else isAsked = true
    rest = rest.slice(before.length).trimStart()
  }
  if (STATEMENT.test(rest)) return { words: [], isEmphasised, isAsked }
  const words = (rest.match(WORD) ?? []).map((word) => word.replace(/'s$/i, ''))
  return { words, isEmphasised, isAsked }
}

export const isQuestion = (words: readonly string[]): boolean => QUESTION.test(words[0] ?? '')

type Draft = { readonly words: string[]; readonly forbidden: boolean }
type Opens = (words: readonly string[]) => boolean

/** "Don't draft or qualify" forbids both; "don't draft an email and score the account" only the first. */
const staysForbidden = (mark: string, last: Draft): boolean =>
  last.forbidden && (/^n?or$/i.test(mark) || (/^and$/i.test(mark) && last.words.length === 1))

type Part = { readonly mark: string; readonly text: string }

/** Adds a part to the asks; its `mark` is what stands before it. */
function readPart(asks: Draft[], { mark, text }: Part, opens: Opens): void {
  const { words, isEmphasised, isAsked } = opened(text)
  const last = asks.at(-1)
  const forbids = FORBIDS.test(mark) && !(/^not$/i.test(mark) && last !== undefined && isQuestion(last.words))
  const add = (forbidden: boolean) => asks.push({ words: [...words], forbidden })
  if (forbids || isEmphasised || last === undefined || SENTENCE.test(mark)) add(forbids)
  else if (words.length === 0) return
  else if (last.words.length === 0) add(last.forbidden)
  else if (last.forbidden && isAsked && !/^n?or$/i.test(mark)) add(false)
  else if (/^but$/i.test(mark) || opens(words) || isQuestion(words)) add(staysForbidden(mark, last))
  else if (last.forbidden || opens(last.words)) last.words.push(...words)
  else add(false)
}

/** `opens`: whether a part of a sentence begins with something to be done. */
export function readGoal(goal: string, opens: Opens): Reading {
  let text = goal
  for (const [saying, meaning] of REWORDINGS) text = text.replaceAll(saying, meaning)
  const conditional = CONDITION.test(text) || COMPARED.test(text)
  const asks: Draft[] = []
  const [beginning = '', ...pieces] = text.split(BREAK)
  readPart(asks, { mark: '', text: beginning }, opens)
  for (let at = 0; at < pieces.length; at += 2) {
    const mark = (pieces[at] ?? '').trim() || ';'
    readPart(asks, { mark, text: pieces[at + 1] ?? '' }, opens)
  }
  return { asks: asks.filter(({ words }) => words.length > 0), conditional }
}
