// As people say over a desk what a tool is for.
import { saying, type Saying } from './saying.ts'

const COMPANY = '(?:accounts?|company|prospect|customer|lead)'
const OUR = '(?:the|this|that|our|my)'
const A_NAME = String.raw`(?:[A-Z][\w&'-]*)(?: (?:[A-Z&][\w&'-]*)){0,3}`
/** Nothing more is said of it: "research Acme's competitors" is about others. */
const ENDS_THERE = String.raw`(?=\s*(?:$|[.,;:!?]|(?:and|then|before|ahead|for (?:my|our|the|tomorrow|today)|so|first|please|today|tomorrow|in)\b))`
const RESEARCH =
  '(?:[Rr]esearch|[Ll]ook into|[Ii]nvestigate|[Dd]ig into|[Dd]o (?:some|your|a bit of|a little) research (?:on|about|into))'

/** Names begin with a capital: unlike other sayings these tell letters apart. */
const withNames = (on: string, parts: readonly string[], means: string): Saying => ({
  on,
  says: new RegExp(parts.join(''), 'g'),
  means,
})

export const SPOKEN: readonly Saying[] = [
  withNames(
    'research look investigate dig',
    [
      String.raw`\b${RESEARCH} (?:${OUR} )?(?:${COMPANY}(?: ${A_NAME})?|(?:${COMPANY} )?${A_NAME})`,
      ENDS_THERE,
    ],
    'find buying signals of the account',
  ),
  withNames(
    'new changed changing happening happened going',
    [
      String.raw`\b[Ww]hat(?:'s| is| has|s)? (?:new|changed|changing|happening|happened|going on) (?:at|with) `,
      String.raw`(?:${A_NAME}|(?:${OUR} )${COMPANY})(?: (?:lately|recently|today|this week|this month|this quarter|these days|now))?`,
      ENDS_THERE,
    ],
    'find buying signals of the account',
  ),
  saying(
    'personas persona',
    [
      String.raw`\b(?:which|what|who are the) (?:\w+ )?personas? (?:should|do|can|shall|must|could) (?:i|we) `,
      String.raw`(?:target|talk to|approach|reach|contact|go after|focus on|engage|speak to|address)\b[^.,;!?]*`,
    ],
    ' ; extract the buyer personas ',
  ),
  saying(
    'product products',
    [
      String.raw`\bwhat (?:does|do|can) (our|the|your) products? (?:do|offer|say|have) (?:about|for|with|on|regarding|around) `,
    ],
    'does $1 product support ',
  ),
  saying(
    'risky',
    [
      String.raw`\bhow risky (?:is|are) (?:(?:the|this|our|my) )(?:[\w'-]+ ){0,2}(?:renewal|deal|opportunity|opp|upsell|expansion)\b`,
    ],
    ' ; assess the deal risk ',
  ),
  saying(
    'summarise summarize recap',
    [
      String.raw`\b(?:summari[sz]e|recap|sum up) (?=(?:the |our |my |all )*win[ /-]*(?:and[ -])?loss(?:es)?\b)`,
    ],
    'analyse ',
  ),
  saying(
    'worth',
    [
      String.raw`\b(?:is|are) (?:${OUR}|these) (?:\w+ )?(?:deal|opportunity|opp|lead)s? worth `,
      String.raw`(?:pursuing|chasing|the effort|it|our time|my time|going after|working on|winning|the time)\b`,
    ],
    ' ; qualify the opportunity ',
  ),
  saying(
    'again',
    [
      String.raw`\b(?:do|run|try|make) (?:it|that|this) again with the (?:very )?same (?:inputs?|data|context|values)\b`,
    ],
    ' ; replay the run ',
  ),
]
