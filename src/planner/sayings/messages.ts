// A message that is asked for by its kind alone, and other words for writing and judging one.
import { OWN, saying, TEXTS, type Saying } from './saying.ts'

/** Where something can begin to be asked for. */
const START = String.raw`(?<=^\s*|[.;:!?,+&]\s*|\b(?:and|then|plus|also|please) )`
const MESSAGE = '(?:email|message|sms|note)'
const KINDS =
  'first touch|first-touch|cold|thank[- ]you|break[- ]?up|reminder|follow[- ]?up|intro|introduction|introductory|' +
  're-?engagement|win[- ]?back|welcome|check[- ]?in|pitch|outreach|prospecting|renewal|sales|apology|congratulations?|' +
  'congratulatory|nurture|invitation|linkedin|friendly|polite|short|quick|brief|personal|personalised|personalized|' +
  'warm|formal|informal|casual|nice|new|opening'
/** By these the sayings with a kind are looked for: each in the ways that it is written. */
const KIND_WORDS =
  'first cold thank break breakup reminder follow followup intro introduction introductory re reengagement win winback ' +
  'welcome check checkin pitch outreach prospecting renewal sales apology congratulation congratulations congratulatory ' +
  'nurture invitation linkedin friendly polite short quick brief personal personalised personalized warm formal informal ' +
  'casual nice new opening'
const MESSAGE_WORDS = 'email message sms note'
const LED_ON =
  '(?=(?: draft)?(?:\\s*(?:$|[.,;!?]))|(?: draft)? (?:to|for|about|after|regarding|inviting|asking|thanking|introducing|' +
  'reminding|telling|offering|following)\\b)'

export const MESSAGES: readonly Saying[] = [
  // What a message asks, offers or tells is its content, and nothing that is asked for here.
  saying(
    'asking inviting thanking telling offering reminding introducing announcing explaining congratulating suggesting',
    [
      String.raw`\b(emails?|message|sms|outreach|note|intro|draft|follow-?up) (?:asking|inviting|thanking|telling|offering|reminding|introducing|announcing|explaining|congratulating|suggesting)`,
      String.raw`(?: (?!and\b|then\b|plus\b|or\b|if\b|unless\b|but\b)[^\s.,;!?]+)+`,
    ],
    '$1 to somebody ',
  ),
  { on: 'qa', says: new RegExp(String.raw`\bqa (?=(?:it|${OWN})\b)`, 'gi'), means: 'review ' },
  { on: 'qa', says: /\bqa(?: check)?\b/gi, means: 'quality check' },
  // "A cold email to Kim", "thank-you note after the demo".
  saying(
    `${MESSAGE_WORDS} + ${KIND_WORDS}`,
    [
      START,
      String.raw`((?:an? |another |some |one )?(?:(?:${KINDS}),? (?:and )?){1,4})(${MESSAGE})s?\b(?! (?:templates?|quality)\b)(?<!\bnote(?= about\b))`,
      LED_ON,
    ],
    'draft $1$2',
  ),
  // "An email inviting Kim to our webinar".
  saying(
    `${MESSAGE_WORDS} + a an another + to for inviting asking thanking introducing reminding offering`,
    [
      START,
      String.raw`(an?|another) (?:[a-z-]+ ){0,2}(email|sms|linkedin message) (?=(?:to|for|inviting|asking|thanking|introducing|reminding|offering)\b)`,
    ],
    'draft $1 $2 ',
  ),
  saying(
    'email outreach sms',
    [String.raw`(?<=\w\s*(?:[+&,]|\band|\bthen|\bplus)\s*)(email|outreach|sms)(?=\s*(?:$|[.,;!+&]))`],
    'draft an $1',
  ),
  saying('sms', [START, String.raw`sms (?=(?:to|for) \w)`], 'draft an sms '),
  saying(
    'drop shoot',
    [
      String.raw`\b(?:drop|shoot)(?: off)? (?!it\b|the\b)([a-z][\w-]*(?: [a-z][\w-]*)?) (?:a|an|a short|a quick) (?:line|note|message|email)\b`,
    ],
    'write $1 an email',
  ),
  {
    on: 'word phrase formulate',
    says: /\b(?:word|phrase|formulate) (?=(?:an?|my|our)\b)/gi,
    means: 'write ',
  },
  saying(
    'template + using based basis',
    [
      String.raw`\b(?:using|based on|on the basis of) (?:the|our|my|a) (?:[\w-]+ ){0,2}template(?: [a-z\d]+(?:_[a-z\d]+)+)?`,
    ],
    ' ',
  ),
  saying(
    'think make',
    [String.raw`\bwhat do you (?:think|make) (?:of|about) (${OWN} (?:\w+ )?${TEXTS})\b`],
    ' ; review $1 ',
  ),
  saying(
    'problems issues mistakes errors typos weaknesses flaws concerns',
    [
      String.raw`\b(?:(?:are|is) there |do you see |can you see |see )?any (?:\w+ )?(?:problems?|issues?|mistakes?|errors?|typos|weaknesses|flaws|concerns) (?:with|in|about) (${OWN} (?:\w+ )?${TEXTS})\b`,
    ],
    ' ; review $1 ',
  ),
  { on: 'type', says: /\btype up (?=an?\b)/gi, means: 'write ' },
  {
    on: 'personalise personalize fill use',
    says: /\b(?:personali[sz]e|fill(?: in| out)?|use) (?:the|our|my|this) (?:[\w-]+ )?template for (?!the\b|our\b|an?\b)(?=\w)/gi,
    means: 'draft an email for ',
  },
  {
    on: 'ready good ok okay',
    says: /\bis (?:this|it) (?:ready|good|ok|okay|good enough) to (?:go out|be sent|send)\b/gi,
    means: ' ; review the message ',
  },
  saying(
    'read sound look across',
    [String.raw`\bhow (?:does|do) (${OWN} (?:\w+ )?${TEXTS}) (?:read|sound|look|come across)\b`],
    ' ; review $1 ',
  ),
  saying(
    'eyes sanity opinion look',
    [
      String.raw`\b(?:a |an )?(?:(?:second|fresh) pair of eyes|sanity check|second opinion|second look) (?:on|at|for|of) (?=(?:${OWN} )(?:\w+ )?${TEXTS}\b)`,
    ],
    'review ',
  ),
  saying(
    'template templates + have',
    [
      String.raw`\bdo (?:we|i|you) have (?:an?|any|some) (?:[a-z]+ )?templates? (?:for|on|about|to)\b[^.,;!?]*`,
    ],
    ' ; list the templates ',
  ),
  {
    on: 'library',
    says: /\bwhat(?:'s| is) in (?:the|our|my) template library\b/gi,
    means: ' ; list the templates ',
  },
  saying(
    'something',
    [
      String.raw`\b(?:give|write|prepare|make|get)(?: me| us)? something (?:that )?(?:i|we) can (?:send|post|mail|email)\b(?: (?:to|out)(?: \w+)?)?`,
    ],
    'draft an email',
  ),
  saying(
    'reach',
    [
      String.raw`\breach out to [^.,;:!?–—]{1,40}?\s*(?:\s-|[–—,:;])\s*(?=(?:please )?(?:give|draft|write|prepare|compose)\b)`,
    ],
    '',
  ),
  { on: 'use', says: /\b(?:i|we) could (?:really )?use (?=an?\b|some\b)/gi, means: 'I need ' },
  saying(
    'work works convince convinces',
    [String.raw`\b(?:does|do|will|would) (${OWN} (?:\w+ )?${TEXTS}) (?:work|convince|do (?:its|the) job)\b`],
    ' ; review $1 ',
  ),
  saying(
    'just only + email outreach message sms',
    [String.raw`\b(just|only) (the|an?|my) (?=(?:[a-z]+ )?(?:email|outreach|message|sms) (?:to|for)\b)`],
    '$1 draft $2 ',
  ),
]
