// Whether a message in English asks its reader for time, a reply or a meeting: by a question, an imperative, or the
// polite form of one ("I would love to hear your thoughts"). Graded by the table in tests.

/** Few words of the same sentence: bounded, so that long texts take no time. */
const SOME = '[^?.!]{0,120}?'

const TALK =
  '(?:call|chat|talk|speak|meet|meeting|conversation|discuss|discussion|demo|demonstration|connect|catch[ -]?up|sync|touch base|compare notes|coffee|lunch|breakfast|zoom|video call|walk[ -]?through|walk you through|intro|introduction|go through|run through|consultation|appointment|hop on|jump on|get together|exchange|follow up|session)'
const SPAN =
  '(?:(?:\\d+|five|ten|fifteen|twenty|thirty|a few|few|a couple of|couple of|some|an?|any)[ -]?(?:minutes?|mins?|moments?|hours?)|half an hour|half-hour|quarter of an hour|(?:a|any|some|the|enough|good|best|better|convenient|suitable|which|what) time|times|time (?:for|to|on|in|next|this|tomorrow|today)|slots?|opening|availability|calendar|diary|schedule)'
const DAY =
  "(?:mondays?|tuesdays?|wednesdays?|thursdays?|fridays?|saturdays?|sundays?|tomorrow|today|(?:this|next) (?:week|month|quarter|morning|afternoon|evening)|morning|afternoon|early|later|\\d{1,2}(?::\\d\\d)? ?(?:am|pm|h|o'clock)?)"
const SUITS =
  '(?:work|works|suit|suits|look|looks|fit|fits|sounds?(?! familiar)|good|better|ok|okay|fine|possible|convenient)'
const ANSWER =
  '(?:reply|respond|answer|let (?:me|us) know|tell (?:me|us)|get back|point (?:me|us)|direct (?:me|us)|refer (?:me|us)|introduce|put (?:me|us) in (?:touch|contact)|connect (?:me|us)|forward|confirm|send (?:me|us)|give (?:me|us)|share your|spare|take a look|have a look|look at this|look at it|pencil|set (?:something|this|it) up|count on|mind|help(?=\\?|$)|help (?:me|us)\\b|(?:do|make) (?:it )?(?:on )?(?:next )?\\w+day)'
const USEFUL =
  '(?:make sense|help|be (?:ok|okay|alright|out of the question|worth|useful|helpful|valuable|possible|of interest|interesting|relevant|open|a bad idea|crazy|up for))'

/** Only with a question mark. */
const QUESTIONS = [
  `\\b(?:are|would|will) (?:you|anyone|your team)\\b(?: \\w+){0,2} (?:free|available|around|open|interested|up|keen|game|willing|in town|in the office)\\b`,
  `\\b(?:are|will) you (?:the right|the best|the one|who i|able to|attending|joining|going to be at|join|attend|be (?:at|joining|attending))\\b`,
  `\\bthe (?:right|best|correct) (?:person|contact|one|team|place)\\b`,
  `\\b(?:do|would|did) you (?:prefer|fancy)\\b${SOME}(?:${TALK}|${DAY}|grab)`,
  `\\b(?:do you want|would you like|want|would you care) to (?:see|learn|hear|know more|talk|chat|meet|discuss|explore|join|try|schedule|book|set|find out|receive|get a|have a)\\b`,
  `\\bnext steps?\\b`,
  `, are you$`,
  `(?:^|[,;:] ?)(?:what(?:'s| is| are) )?(?:your|any) (?:quick |first |honest )?(?:thoughts|take|opinion|views?|feedback|reaction)\\b(?: \\w+){0,4}$`,
  `^(?:hop on|jump on|chat|talk|coffee|lunch)\\b(?: \\w+){0,4}$`,
  `\\b(?:do you|would you|you) (?:\\w+ )?have ${SOME}(?:${SPAN}|time|bandwidth|capacity|appetite|interest)\\b`,
  `\\b(?:have you|you) got ${SOME}(?:${SPAN}|time)\\b`,
  `\\b(?:does|do|is|are|will|would|could|can|how does|how do|how is|how's|how about|what about) ${SOME}\\b(?:${DAY}|that|this|it|your (?:calendar|schedule|diary)|(?:any|an?|which|what|this|that|either|later) (?:time|slot|date|day))(?: \\w+){0,3} ${SUITS}\\b`,
  `\\b(?:how|what) about ${SOME}(?:${DAY}|${TALK}|${SPAN})`,
  `\\bhow(?:'s| is| does) (?:(?:your|the) )?(?:\\w+ )?(?:calendar|schedule|diary|week|month|${DAY})`,
  `\\b(?:when|where|what time|which (?:day|time|slot|date)|what (?:day|days|times|date)|what(?:'s| is| would be) (?:a|the|your)) ${SOME}(?:free|available|suits?|works?|good|best|better|convenient|${TALK}|ready)\\b`,
  `\\bwho(?:'s| is|m)?\\b ${SOME}(?:(?:right|best|correct) (?:person|contact|one|place)|handles|owns|looks after|takes care of|responsible|in charge|runs|leads|manages)\\b`,
  `\\bwhom? (?:should|can|could|would|do) (?:i|we)\\b`,
  `\\b(?:mind|ok|okay|alright|all right|cool|possible|objections?) (?:if|to|that) (?:i|we)\\b`,
  `\\bshall i\\b`,
  `\\b(?:may|should|can|could) i (?:reserve|keep|add|arrange|have|interest|call|ring|phone|send|share|show|give|put|book|follow|stop|drop|come|visit|walk|set|schedule|tell|introduce|suggest|reach|ask|pencil|hold|invite|expect)\\b`,
  `\\b(?:want|like|prefer) (?:me|us) to\\b`,
  `\\bis (?:this|that|it|there|now) ${SOME}(?:of interest|interesting|relevant|worth|something (?:you|your|that)|a good (?:time|fit)|any (?:chance|interest|way)|a (?:chance|time|day|way|better))`,
  `\\b(?:a|any|your|top|current) (?:\\w+ )?(?:priority|interest)\\b(?: \\w+){0,6}$`,
  `\\bon your (?:radar|agenda|list|roadmap)\\b`,
  `\\bdo(?:es)? (?:this|that|it|any of (?:this|it)) (?:\\w+ )?(?:resonate|make sense|sound (?!familiar)|interest|seem|fit|help|work)`,
  `\\bwhat (?:do you think|are your thoughts|would you (?:say|think)|'s your (?:take|view)|is your (?:take|view))`,
  `\\bany (?:thoughts|chance|interest|feedback|questions|objections|appetite)\\b`,
  `(?:^|[,;:–—-] ?|\\b(?:so|and|or|but|if so,?) )(?:is it |would it be |perhaps |maybe |still |would you be )?(?:worth|open (?:to|for)|up for|interested|keen|fancy|free|available|game|thoughts|sounds? (?!familiar)|makes? sense|okay|ok|(?:got|have) (?:\\d+|a|an|any|a few|some|ten|five|fifteen|twenty|thirty|time|half)|happy to|care (?:to|for)|ready (?:to|for) ${SOME}${TALK}|(?:want|looking|keen) to ${SOME}${TALK}|time for|(?:a )?(?:quick|short|brief) (?:\\w+[- ])?${TALK}|${TALK} ${SOME}${DAY}|\\d+[ -]?min\\w*|yes or no)\\b`,
  `^(?:on )?(?:\\w+day|tomorrow|next week)\\b${SOME}\\b(?:or|at|work|ok)\\b`,
]

/** Questions by the order of their words, with a question mark or without. */
const INVERSIONS = [
  `(?<!\\b(?:how|what|why|as|so|that|which|who|where) )\\b(?:can|could|shall|should|may|might|would|will) (?:we|you|i|you and i)\\b(?! (?:save|afford|believe|imagine|handle|increase|reduce|cut|close|win|grow|track|use|live|rather|really|still|ever|like more)\\b)${SOME}\\b(?:${TALK}|${ANSWER}|find ${SOME}${SPAN}|${SPAN})\\b`,
  `\\b(?:could|might|can) (?:it|this|that) ${USEFUL}\\b`,
  `\\bwould (?:it|that|this|there|an?|next|either|${DAY})\\b${SOME}(?:${USEFUL}|${SUITS})\\b`,
  `\\bshall we\\b`,
]

/** Where an imperative may stand: at the beginning of a clause, behind the words that make it polite. */
const CLAUSE = `(?:^|[,;:–—(-] ?|\\b(?:and|or|so|then|but|please|just) |^(?:if|when|whenever|should|in case|once|as soon as)\\b[^?.!]{0,120}? )(?:(?:please|just|simply|kindly|do|also|feel free to|you can(?: also)?|you may|you are welcome to|be sure to|go ahead and|always|maybe|perhaps) ){0,4}`
const TO_FIX = '(?:an?|some|your|any|the|one|half|my|our|whichever|whatever|\\d+)\\b'

const IMPERATIVES = [
  `(?:let|tell) (?:me|us)(?: know)?\\b(?! (?:show|tell|explain|introduce|share|be|start|give|say|begin|walk))`,
  `(?:reach|give|drop|shoot|send|ping|text|ring|phone|message|email|e-mail|dm|contact|meet|call) (?:me|us)\\b`,
  `call (?:back|my|our|\\+?[\\d(])`,
  `(?:reply|respond|write back|answer)(?: (?:to (?:this|me|us|my)\\b|with|here|by|at|and|if|when|directly|back|yes|no|on|in|today|whenever|["'“])|$|[.!,:])`,
  `hit reply\\b`,
  `(?:save|book|reserve) (?:your|the|a|my|one) (?:spot|seat|date|place)\\b`,
  `check (?:my|our) (?:calendar|availability)\\b`,
  `click (?:here|below|on it|(?:on )?(?:the|this) link)${SOME}to (?:book|schedule|pick|choose|confirm|register|reserve|reply)\\b`,
  `(?:get|come) back (?:to (?:me|us)|with)\\b`,
  `(?:get in touch|reach out|write (?:to )?(?:me|us)|put (?:me|us) in (?:touch|contact)|point (?:me|us)|connect (?:me|us)|rsvp|say yes|say when|say the word|text yes|accept (?:my|our|the|this) invit\\w+)\\b`,
  `(?:forward|pass) (?:this|it|my)\\b`,
  `confirm (?:if|that|whether|by|the|your|a|which|when)\\b`,
  `(?:book|schedule|reserve|grab|pick|choose|select|find|propose|suggest|block|set up|arrange|hold|name|share) ${TO_FIX}${SOME}\\b(?:${SPAN}|${TALK}|time|spot|seat|date|day|place|availability|link)\\b`,
  `(?:join|attend|register|sign up|come (?:by|and see|to see|see)|(?:stop|swing|drop) by|hit) (?:me|us|our|the|for|at|to|here|now|by)\\b`,
  `(?:visit (?:me|us)|advise (?:me|us|on|if|whether|when|of))\\b`,
  `let us (?:talk|chat|meet|connect|speak|discuss|find|set|schedule|book|grab|get|have|hop|jump|catch|put|arrange|compare|touch|plan|explore|sync|call|do|go over|go through|look at|see if|see whether|make|fix|agree|take)\\b`,
]

const POLITE = [
  `\\bplease (?:call|reply|respond|write|phone|ring)\\b`,
  `\\bwe should (?:talk|chat|meet|connect|speak|catch up)\\b`,
  `\\bif you (?:have|can spare) ${SOME}${SPAN}`,
  `\\b(?:i|we)(?: would|'d)(?: \\w+)? (?:love|like|welcome|appreciate|value|be (?:\\w+ )?(?:grateful|glad|keen|delighted|interested|curious|thankful|happy))\\b${SOME}(?:${TALK}|${SPAN}|hear|learn|show you|reply|response|answer|your (?:\\w+ )?(?:thoughts|feedback|views?|take|opinion|perspective|reply|response|answer|time|input))\\b`,
  `^(?:would )?love (?:to|your|\\d+)\\b${SOME}(?:${TALK}|${SPAN}|hear|learn|show you|thoughts|take|views?|feedback|opinion|minutes)\\b`,
  `\\b(?:it would|it'd|would|'d) be (?:great|good|lovely|nice|wonderful|fantastic|helpful|useful|brilliant) (?:to|if (?:we|you|i) could)\\b${SOME}(?:${TALK}|${SPAN}|hear|${ANSWER})`,
  `\\bwondering (?:if|whether|when|who)\\b`,
  `^(?:i(?:'m| am)|we(?:'re| are)|i'd be|we'd be)? ?(?:more than )?(?:happy|glad|free) to (?:${TALK}|have|set up|arrange)\\b`,
  `\\b(?:all i (?:ask|need)|i (?:only )?(?:ask|need)|i(?:'m| am) asking|asking) ${SOME}${SPAN}\\b`,
]

const any = (patterns: readonly string[]): RegExp => new RegExp(patterns.join('|'))
const QUESTION = any(QUESTIONS)
const INVERSION = any(INVERSIONS)
const REQUEST = any([`${CLAUSE}(?:${IMPERATIVES.join('|')})`, ...POLITE])
const REFUSAL =
  /\b(?:do not|does not|did not|never|no need|no reply|need not|not need|not have to|will not|cannot|without)\b/u

/** Another apostrophe, or another gap than one blank. */
const IRREGULAR = /[’‘`]|[^\S ]| {2}/

/** Small letters and one form of each contraction and idiom that the rules would else have to know twice. */
function plain(sentence: string): string {
  const lower = sentence.toLowerCase()
  const text = IRREGULAR.test(lower) ? lower.replaceAll(/[’‘`]/g, "'").replaceAll(/\s+/g, ' ') : lower
  const whole = text.includes("'") ? withoutContractions(text) : text
  if (!whole.includes('not')) return whole.trim()
  return whole
    .replaceAll(/\b(?:why (?:do not we)|why not we)\b/g, 'let us')
    .replaceAll(
      /\b(?:why not|why do not you|do not hesitate to|do not be shy and|hesitate not to)\b/g,
      'please',
    )
    .trim()
}

const withoutContractions = (text: string): string =>
  text
    .replaceAll(/\blet's\b/g, 'let us')
    .replaceAll(/\b(do|does|did|wo|ca)n't\b/g, (_, verb: string) =>
      verb === 'wo' ? 'will not' : verb === 'ca' ? 'cannot' : `${verb} not`,
    )

/** No sentence is longer: rules look at few words, and a text without full stops must take no time. */
const LONGEST = 300
const PIECE = new RegExp(`.{1,${LONGEST}}`, 'gsu')

/** Sentences with what ends them; a line of its own is one too. */
const sentencesOf = (text: string): string[] =>
  text
    .split(/(?<=[.!?…]["'”’)]?)\s+|\n\s*[\n*•-]\s*/u)
    .filter((piece) => piece.trim() !== '')
    .flatMap((piece) => (piece.length <= LONGEST ? piece : (piece.match(PIECE) ?? [])))

function asks(sentence: string): boolean {
  const text = plain(sentence)
  // Most asks are among these few; the questions are many, and take ten times as long.
  if (INVERSION.test(text)) return true
  if (text.includes('?') && /\?["'”)]*$/u.test(text) && QUESTION.test(text.replace(/\?.*$/u, ''))) return true
  const request = REQUEST.exec(text)
  // "There is no need to reply": what is said before it turns it round.
  return request !== null && !REFUSAL.test(text.slice(0, request.index + request[0].length))
}

/** True where a sentence of an English text asks its reader for time, a reply or a meeting. */
export const asksForNextStep = (text: string): boolean => sentencesOf(text).some(asks)
