// What is asked about deals: whether they are worth it, and whether they are in danger.
import { saying, type Saying } from './saying.ts'

const DEAL = String.raw`(?:(?:the|this|my|our|that) )?(?:[a-z][\w-]* ){0,2}(?:deal|opportunity)\b(?: [\w-]*\d[\w-]*)?`
/** "Opportunity 12", "the Acme deal", or its number alone. */
const ONE = String.raw`(?:${DEAL}|[\w-]*\d[\w-]*)`
const CLOSED = '(?:closed|won|lost|finished|past)'
const END = String.raw`(?=\s*(?:$|[.,;!?]|and\b))`

export const DEALS: readonly Saying[] = [
  saying(
    'qualification',
    [
      String.raw`\b(?:(?:check|run|do|give me|show(?: me)?|what is|what's|review|assess) )?(?:the |a )?qualification`,
      String.raw`(?: (?:status|check|level|state|review|score|gaps?))? (?:of|for|on) (?=${ONE})`,
    ],
    'qualify ',
  ),
  saying(
    'real serious winnable',
    [String.raw`\bis ${ONE} (?:a )?(?:real|serious|winnable)(?: one)?\b`],
    ' ; qualify the opportunity ',
  ),
  {
    on: 'qualified',
    says: new RegExp(`\\bhow (?:well )?qualified is ${ONE}`, 'gi'),
    means: ' ; qualify the opportunity ',
  },
  saying(
    'qualify + what',
    [
      String.raw`\bwhat(?:'s| is| are| do (?:we|i))? (?:we |still )*(?:missing|lacking|needed|need|lack)(?: to (?:know|find out|learn|ask|have))?(?: in order)? to qualify (?=${ONE})`,
    ],
    ' ; qualify ',
  ),
  {
    on: 'go',
    says: new RegExp(
      String.raw`\bgo ?[/-]? ?(?:or )?no[- ]?go(?: decision| call| check)? (?:on|for) (?=${ONE})`,
      'gi',
    ),
    means: 'qualify ',
  },
  saying(
    'keep continue pursue chase working bother',
    [
      String.raw`\b(?:should|shall|do) (?:we|i) (?:keep|continue|still|pursue|chase|bother)(?: (?:on|with|to))?(?: (?:working|work|pursuing|pursue|chasing|chase|going))?(?: (?:on|with|after))? `,
      String.raw`(?=${DEAL}\s*(?:$|[.,;!?]))`,
    ],
    ' ; qualify ',
  ),
  saying(
    'trouble danger jeopardy slipping stalling stalled stuck dying healthy shaky safe',
    [
      String.raw`\bis ${ONE} (?:still |really |now )?(?:in (?:trouble|danger|jeopardy)|slipping(?: away)?|stalling|stalled|stuck|dying|healthy|shaky|safe)\b`,
    ],
    ' ; assess the deal risk ',
  ),
  saying(
    'lose losing',
    [
      String.raw`\b(?:how (?:likely|probable) (?:are (?:we|i) to lose|is it (?:that (?:we|i)|to) lose)|`,
      String.raw`(?:will|could|might|are|do) (?:we|i)(?: likely| going| about)?(?: to)? (?:lose|losing)) ${ONE}`,
    ],
    ' ; assess the deal risk ',
  ),
  saying(
    'learn',
    [
      String.raw`\b(?:and )?(?:tell (?:me|us)|see|say|show(?: me| us)?|find out) what (?:we|i|you) (?:can |could |should |might )?`,
      String.raw`(?:learn|see|find|notice|conclude)(?: from (?:it|them|that|this))?${END}`,
    ],
    ' ',
  ),
  saying(
    'learn',
    [
      String.raw`\bwhat (?:can|could|should|did|do) (?:we|i) learn from (?=(?:our |the |all )*${CLOSED} deals\b)`,
    ],
    ' ; analyse ',
  ),
  saying(
    'look',
    [
      String.raw`\blook (?:at|into|through|over|back at) (?=(?:our |my |all |the |recent )*${CLOSED} deals\b)`,
    ],
    'analyse ',
  ),
  saying(
    'bant meddic meddicc meddpicc',
    [String.raw`\b(?:check|do|run) (bant|meddicc?|meddpicc) (?=(?:for|on|of|with)\b)`],
    '$1 check ',
  ),
  saying(
    'qualification',
    [String.raw`\b(?:the |a )?qualification (?:check|review|score|assessment)${END}`],
    'qualify the opportunity',
  ),
  saying(
    'risk + factor factors report analysis profile level summary overview rating',
    [
      String.raw`\b(?:(?:the|a|all|any) )?(?:deal )?risk (?:factors?|report|analysis|profile|level|summary|overview|rating) (?:for|of|on|in) ${ONE}`,
    ],
    'the deal risk',
  ),
  saying(
    'risk risks + find',
    [String.raw`\bfind (?:the |any |all )?risks? (?:in|of|for|with) (?=${ONE})`],
    'assess the risk of ',
  ),
  saying(
    'endangers threatens jeopardises jeopardizes hurts kills',
    [String.raw`\bwhat (?:endangers|threatens|jeopardi[sz]es|hurts|kills) ${DEAL}`],
    ' ; assess the deal risk ',
  ),
  {
    on: 'wins losses',
    says: /\bwhat do (?:our|the|most) (?:wins|losses) have in common\b/gi,
    means: ' ; analyse the won deals ',
  },
  { on: 'makes', says: /\bwhat makes us (win|lose)\b/gi, means: ' ; why do we $1 ' },
  {
    on: 'how + come',
    says: /\bhow come (?:that )?we (?:always |often )?(?:(?:keep|are) )?(?:losing|lose|lost)\b/gi,
    means: ' ; why do we lose ',
  },
  saying(
    'qualified',
    [
      String.raw`\b(?:can|could|may|should|would) (?:we|i|you) (?:call|consider|regard|treat) (?:${ONE}) (?:as )?qualified\b`,
    ],
    ' ; qualify the opportunity ',
  ),
  saying(
    'why',
    [
      String.raw`\bwhy (?:did |do |have |are )?we (?:always |often |keep )?(?:lose|lost|losing) (?:so many |too many |all these |more |these |those |the )?(?:deals|business|customers)?`,
      END,
    ],
    ' ; why do we lose ',
  ),
  {
    on: 'wrong',
    says: /\bwhat (?:are|do|did|have) we (?:do|doing|done) wrong\b[^.;!?]{0,40}\b(?:lose|lost)\b/gi,
    means: ' ; why do we lose ',
  },
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
      String.raw`\b(?:is|are) (?:the|this|that|our|my|these) (?:\w+ )?(?:deal|opportunity|opp|lead)s? worth `,
      String.raw`(?:pursuing|chasing|the effort|it|our time|my time|going after|working on|winning|the time)\b`,
    ],
    ' ; qualify the opportunity ',
  ),
]
