// Sayings whose words mean something else than they say: a goal is read as if it had been said plainly.

/** In this order: a later one may need what an earlier one has said plainly. */
const REWORDINGS: readonly (readonly [RegExp, string])[] = [
  // Whatever is said before it, here the asking begins.
  [/(?<=\w) (?=(?:i|we)(?: would|'d) (?:like|love) (?:to|you)\b)/gi, ' ; '],
  // Markup and data are nobody's words.
  [/<\/?[a-z][^<>]*>|\{\s*"[^{}]*\}/gi, ' '],
  [/\be-mail/gi, 'email'],
  [/(?<!\bdirect )\bmail(s?)\b/gi, 'email$1'],
  [/\bdocs\b/gi, 'documentation'],
  [/\brow(s?)\b/gi, 'record$1'],
  [/\b(?:as soon as (?:possible|you can)|even if)\b/gi, ' '],
  [/\bchk\b/gi, 'check'],
  [/\b(?:check|look|scan|hunt|dig) for (?:any )?(?!(?:me|us|my|our|the|a|an|this|that)\b)/gi, 'find '],
  [
    /\b(?:check|search|scan) (?!(?:my|our|the|this|that|these|a|an|it|email|message|draft|outreach|in|with)\b)(\w+) for (?!(?:me|us)\b)([^.,;!?]+)/gi,
    'find $2 at $1',
  ],
  [/\b(?:check|consult) (?=(?:the|our) documentation\b)/gi, 'search '],
  [/\bhave (we|they|you|i) got\b/gi, 'do $1 have'],
  [/\b((?:an?|the|my|our) (?:\w+ )?\w+) (?:called|named|entitled) (?=\w)/gi, '$1 '],
  [/\b(do|does) (we|they|it) need (?:any )?(?:more|additional|extra) /gi, '$1 $2 have enough '],
  [/\b(?:too few|not enough|insufficient|short (?:of|on)) (?=\w)/gi, 'enough '],
  [/\b(?:anything|everything|all) but\b/gi, ' ; except '],
  [/\bnothing (?:but|except|other than)\b/gi, ' ; just '],
  [
    /\b(?!(?:is|are|says?|but|and|or|with)\b)([a-z]+) (?:nothing|none)\b(?! (?:else|more|of))/gi,
    ' ; without $1 ',
  ],
  [/\b(?:as well as|along with|together with|in addition(?: to)?|on top of(?: that)?)\b/gi, ' and '],
  [/\bhold(?: back)? (?=(?:the|my|our|that|any|all) (?:\w+)\s*(?:$|[.,;!]|and\b))/gi, ' ; skip '],
  [
    /\b((?:emails?|messages?|drafts?|outreach|scores?|scoring)) (?:is|are) (?:not (?:needed|wanted|required|necessary)|unnecessary)\b/gi,
    ' ; skip $1',
  ],
  [
    /\b(?:have|get) (it|this|that|them|(?:the|my|our|this) \w+) (\w+ed),? and ((?:the|my|our|this) \w+) (\w+ed)\b/gi,
    ' ; $2 $1 ; $4 $3',
  ],
  [/\b(?:have|get) (it|this|that|them|(?:the|my|our|this) \w+) (\w+ed)\b/gi, ' ; $2 $1'],
  [/\bopp(s?)\b/gi, 'opportunity'],
  [/\bprep\b/gi, 'prepare'],
  [/\bmake (?:me|us) (?=an?\b|some\b)/gi, 'create '],
  [/\boppty\b/gi, 'opportunity'],
  [/\bbattle[ -]card/gi, 'battlecard'],
  [/\bleave ([^.,;!?]{1,40}?) (?:alone|out|as is)\b/gi, ' ; skip $1'],
  [/\b(?:and )?(?:tell (?:me|us)|say|explain) why\b/gi, ' '],
  [
    /\b(?:(?:tell|show) (?:me|us)|let (?:me|us) know|see|find out|work out|figure out|know|understand|learn|hear) (?=how|what|which|who|where|why)/gi,
    ' ; ',
  ],
  [/\b(?:work|figure) out\b/gi, 'show'],
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

/** Most goals say none of them: one look for all takes a fifth of the time of looking for each. */
const ANY_SAYING = new RegExp(REWORDINGS.map(([{ source }]) => source).join('|'), 'i')

/** What is no saying stays as it is. */
export function reworded(goal: string): string {
  if (!ANY_SAYING.test(goal)) return goal
  let text = goal
  for (const [saying, meaning] of REWORDINGS) text = text.replaceAll(saying, meaning)
  return text
}
