// What is asked about accounts: how they fit, what they signal, who competes for them, and why they were judged so.
import { saying, withNames, type Saying } from './saying.ts'

const PARTY = '(?:account|lead|company|prospect|customer)'
/** "This lead", or a name; what a pronoun stands for need be none. */
const ONE = String.raw`(?:(?:the|this|my|our|that) (?:[a-z][\w-]* )?${PARTY}s?|(?!(?:it|this|that|he|she|they|there|him|her|them|the|my|our|a|an|all|any|we|i|you)\b)[a-z][\w-]*)`
const END = String.raw`(?=\s*(?:$|[.,;!?]))`
const FIT = '(?:(?:icp |account |customer )?fit(?: score)?|(?:icp|lead|account) score)'
const JUDGED =
  '(?:decision|recommendation|verdict|result|score|scoring|rating|priority|ranking|grade|advice|conclusion|outcome|answer)'

const COMPANY = '(?:accounts?|company|prospect|customer|lead)'
const OUR = '(?:the|this|that|our|my)'
const A_NAME = String.raw`(?:[A-Z][\w&'-]*)(?: (?:[A-Z&][\w&'-]*)){0,3}`
/** Nothing more is said of it: "research Acme's competitors" is about others. */
const ENDS_THERE = String.raw`(?=\s*(?:$|[.,;:!?]|(?:and|then|before|ahead|for (?:my|our|the|tomorrow|today)|so|first|please|today|tomorrow|in)\b))`
const RESEARCH =
  '(?:[Rr]esearch|[Ll]ook into|[Ii]nvestigate|[Dd]ig into|[Dd]o (?:some|your|a bit of|a little) research (?:on|about|into))'

export const ACCOUNTS: readonly Saying[] = [
  saying(
    'lead prospect target customer client account + good great strong promising worthwhile decent suitable bad weak + is would',
    [
      String.raw`\b(?:is|would) (${ONE}) (?:be )?an? (?:really |very )?(?:good|great|strong|promising|worthwhile|decent|suitable|bad|weak) `,
      String.raw`(?:(?:sales )?lead|prospect|target(?: account)?|(?:potential )?(?:customer|client)|account)(?: for us)?${END}`,
    ],
    ' ; how well fits $1 ',
  ),
  saying(
    'priority',
    [
      String.raw`\b(?:what|which) priority (?:should|does|would|has|shall|do) (?:we give )?(${ONE})(?: (?:have|get|deserve|be))?${END}`,
    ],
    ' ; prioritise $1 ',
  ),
  { on: 'ranks', says: new RegExp(String.raw`\bhow (${ONE}) ranks${END}`, 'gi'), means: ' ; prioritise $1 ' },
  {
    on: 'rank',
    says: new RegExp(String.raw`\bhow (?:does|would) (${ONE}) rank${END}`, 'gi'),
    means: ' ; prioritise $1 ',
  },
  saying(
    'after pursue target chase prioritise prioritize focus',
    [
      String.raw`(?<!\b(?:what|who|which|how|when|where|why) )\b(?:should|shall) (?:we|i) (?:go after|pursue|target|chase|prioriti[sz]e|focus on) (${ONE})(?: next| first| now)?${END}`,
    ],
    ' ; prioritise $1 ',
  ),
  saying(
    'market ready intent interest buying + is',
    [
      String.raw`\bis (${ONE}) (?:currently |actively |already )?(?:in[- ](?:the )?market|ready to buy|showing (?:any )?(?:buying )?(?:interest|intent|signals)|in buying mode)(?: right now| now| today| currently)?${END}`,
    ],
    ' ; find buying signals of $1 ',
  ),
  saying(
    'better different',
    [
      String.raw`\b(?:why|how|where|in what way) are we (?:better|different) (?:than|from) `,
      String.raw`(?=[a-z])`,
    ],
    ' ; how do we beat ',
  ),
  saying(
    'makes',
    [String.raw`\bwhat makes us (?:better|different|stronger) (?:than|from) (?=[a-z])`],
    ' ; how do we beat ',
  ),
  saying(
    'why',
    [
      String.raw`\bwhy (?:should (?:they|he|she|a customer|customers|anyone) (?:buy|choose|pick|prefer) us|(?:choose |pick |buy )?us) (?:over|instead of|and not|rather than) `,
    ],
    ' ; how do we beat ',
  ),
  saying(
    'fix repair',
    [
      String.raw`\b(?:fix|repair|sort out|straighten out) (?:the|this|that|my|our) (?:messy|dirty|raw|inconsistent|untidy) (?:[a-z]+ )?(?:import|records?|data|export|entry|account|lead)\b`,
    ],
    'normalise the account record',
  ),
  saying(
    'map',
    [
      String.raw`\bmap (?:(?:the|these|those|all) (?:columns?|fields?|headings?|headers?|keys) of )?(?:the|this|that|my|our) (?:[a-z]+ )?(?:record|export|import|account data)(?: of [a-z][\w-]*)? `,
      String.raw`(?:in)?to (?:our|the|a|one) (?:[a-z]+ )?(?:format|fields?|schema|form|standard|model)\b`,
    ],
    'normalise the account record',
  ),
  saying(
    'tidy clean normalise normalize standardise standardize + lead prospect company customer',
    [
      String.raw`\b(tidy|clean|normali[sz]e|standardi[sz]e)(?: up)? (this|the|my|that) (?:lead|prospect|company|customer)(?: up)?${END}`,
    ],
    '$1 $2 account record',
  ),
  saying(
    'why',
    [
      String.raw`\bwhy (?:was|is|did|does|has) ${ONE} (?:been )?(?:given|rated|scored|ranked|get|got|marked|judged|classified)(?: so| such)?(?: an?| as| only)? `,
      String.raw`(?:low|high|medium|poor|good|poorly|highly|badly|insufficient)\b[^.,;!?]*`,
    ],
    ' ; explain the recommendation ',
  ),
  saying(
    'how + did',
    [
      String.raw`\bhow did (?:you|it|we|the (?:last )?run) (?:come|get|arrive) (?:up with|to|at) (?:this|that|the|these|those) ${JUDGED}s?\b`,
    ],
    ' ; explain the recommendation ',
  ),
  saying(
    'explain justify',
    [
      String.raw`\b(explain|justify)(?: me| us| to me)? (?:this|that|your|the|its) (?:${JUDGED}s? (?:of|in|from|by) (?:the |this |that |my |our )?(?:last |previous |earlier |past )?run\b|`,
      String.raw`(?:recommendation|verdict|advice|rating)${END})`,
    ],
    '$1 the recommendation ',
  ),
  {
    on: 'score + how',
    says: new RegExp(String.raw`\bhow (?:does|do|would) (${ONE}) score${END}`, 'gi'),
    means: ' ; score $1 ',
  },
  saying(
    'compute calculate determine',
    [String.raw`\b(?:compute|calculate|determine) (?:the |an? |our )?${FIT} (?:of|for) (?=${ONE})`],
    'score ',
  ),
  {
    on: 'score + what',
    says: new RegExp(String.raw`\bwhat(?:'s| is) the ${FIT} (?:of|for) (?=${ONE})`, 'gi'),
    means: ' ; score ',
  },
  {
    on: 'score + what',
    says: new RegExp(
      String.raw`\bwhat(?:'s| is) the score of (?=(?:this|the|my|our) (?:\w+ )?${PARTY}\b)`,
      'gi',
    ),
    means: ' ; score ',
  },
  {
    on: 'grade',
    says: new RegExp(String.raw`\bgrade (?=(?:this|the|my|our|that|these) (?:\w+ )?${PARTY}s?\b)`, 'gi'),
    means: 'score ',
  },
  saying(
    'compare',
    [
      String.raw`\bcompare (${ONE}) (?:with|to|against) (?:our|the|my) (?:icp|ideal customer(?: profile)?|target profile|ideal profile)\b`,
    ],
    'score $1',
  ),
  saying(
    'fit + check',
    [String.raw`\bcheck (?:the )?fit and (?:the )?(?:buying )?(?:intent|signals) (?:of|for) `],
    'score the account and find the buying signals of ',
  ),
  {
    on: 'position',
    says: /\bhow (?:do|can|should|could) (?:i|we) position against\b/gi,
    means: ' ; how do we beat ',
  },
  saying(
    'mention mentions bring brings',
    [
      String.raw`\bwhat (?:should|can|could|do|shall) (?:i|we) (?:say|answer|reply) (?:when|if) (?:they|he|she|(?:the|a) (?:prospect|customer|buyer)) `,
      String.raw`(?:mentions?|brings? up) (?=[a-z][\w-]*\s*(?:$|[.,;!?]))`,
    ],
    ' ; how do we beat ',
  ),
  saying(
    'bring put get',
    [
      String.raw`\b(?:bring|put|get) (?:the|this|that|my|our) (?:[a-z]+ )?(?:records?|data|import|export) in(?:to)? (?:shape|order|good form|one form|a clean form|proper form)\b`,
    ],
    'normalise the account record',
  ),
  {
    on: 'why',
    says: new RegExp(String.raw`\bwhy (?:this|that|such an?) (?:low |high )?${JUDGED}${END}`, 'gi'),
    means: ' ; explain the recommendation ',
  },
  saying(
    'reproduced reproducible repeated repeatable deterministic',
    [
      String.raw`\b(?:check|verify|make sure|confirm|prove)(?: that| whether)? (?:the|my|that|this) (?:last |previous |earlier )?run (?:can be|is) `,
      String.raw`(?:reproduced|reproducible|repeated|repeatable|deterministic)\b`,
    ],
    'replay the run',
  ),
  saying(
    'again more',
    [
      String.raw`\b(?:do|run|execute) (?:the|my|that|this) (?:last |same |previous )?run (?:again|once more)(?:,? and (?:compare|see what differs|show (?:the )?differences))?`,
    ],
    'replay the run',
  ),
  saying(
    'crm salesforce hubspot + what',
    [
      String.raw`\bwhat (?:does|can) (?:the |our )?(?:crm|salesforce|hubspot) (?:tell|say|know|show|have)(?: us| me)? (?:about|on|of) [^.,;!?]{1,40}\b(?:intent|interest|signals)\b`,
    ],
    ' ; find the buying signals ',
  ),
  {
    on: 'card sheet',
    says: /\b(?:competitor|competition|comparison) (?:card|sheet)\b/gi,
    means: 'battlecard',
  },
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
    'again',
    [
      String.raw`\b(?:do|run|try|make) (?:it|that|this) again with the (?:very )?same (?:inputs?|data|context|values)\b`,
    ],
    ' ; replay the run ',
  ),
]
