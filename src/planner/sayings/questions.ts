// Questions that a tool answers, as its verb and object.
import { OWN, saying, TEXTS, type Saying } from './saying.ts'

const STYLE =
  '(?:too|pushy|spammy|salesy|boring|dull|clear|polite|friendly|convincing|long|short|personal|generic|stiff|formal|' +
  'professional|readable|any good|good|ok|okay|good enough|well written|understandable|effective|catchy|compelling)'
/** By these the sayings with a style are looked for. */
const STYLE_WORDS = STYLE.replaceAll(/[^a-z]+/g, ' ').trim()
const MEETING = '(?:meet|talk|speak|chat|get together|catch up|have an? (?:call|meeting|chat))'

export const QUESTIONS: readonly Saying[] = [
  { on: 'got', says: /\bhave (we|they|you|i) got\b/gi, means: 'do $1 have' },
  {
    on: 'need',
    says: /\b(do|does) (we|they|it) need (?:any )?(?:more|additional|extra) /gi,
    means: '$1 $2 have enough ',
  },
  saying(
    'short lack need lacking',
    [
      String.raw`\bwhere (?:am i|are we|do (?:i|we)|is the team) (?:short (?:of|on)|lack(?:ing)?|need(?:ing)?(?: more)?|understaffed in) (?=reps|sellers|people|capacity|sales)`,
    ],
    'which territories lack ',
  ),
  {
    on: 'few enough insufficient short',
    says: /\b(?:too few|not enough|insufficient|short (?:of|on)) (?=\w)/gi,
    means: 'enough ',
  },
  saying(
    STYLE_WORDS,
    [
      String.raw`\b(?:is|are|was|does|do|did|will|would|isn't) (${OWN} (?:\w+ )?${TEXTS})\b(?: \w+){0,4}? ${STYLE}\b[^.;!?]*\??`,
    ],
    ' ; review $1 ',
  ),
  saying(
    STYLE_WORDS,
    [
      String.raw`\b(?:because )?(${OWN} (?:\w+ )?${TEXTS}) (?:is|are|sounds|looks|reads|feels|seems) (?:\w+ )?${STYLE}\b`,
    ],
    ' ; review $1 ',
  ),
  saying(
    'check make see ensure',
    [
      String.raw`\b(?:check|make sure|see|ensure|be sure) (?:that |if |whether )?(?:it|this|that) (?:is|isn't|does|doesn't|sounds|reads|looks)(?: not| no)?(?: \w+)? ${STYLE}\b[^.,;!?]*`,
    ],
    ' ; review it ',
  ),
  saying(
    'how',
    [
      String.raw`\bhow (?:could|can|might|should) (?:(${OWN} (?:\w+ )?${TEXTS}) be (?:improved|better|made better|stronger)|`,
      String.raw`(?:i|we|one|you) (?:improve|better|strengthen|fix) (${OWN} (?:\w+ )?${TEXTS}))\b`,
    ],
    ' ; review $1$2 ',
  ),
  saying(
    'what',
    [
      String.raw`\bwhat (?:would|could|should) (?:you|i|we) (?:change|improve|do differently|do better)(?: (?:in|about|with|on|to) (it|this|that|${OWN} (?:\w+ )?${TEXTS}))?(?=\s*(?:$|[.,;!?]))`,
    ],
    ' ; improve it ',
  ),
  {
    on: 'why',
    says: /\b(?:tell (?:me|us)|show (?:me|us)|understand|know|see|learn|say|explain(?: to me)?) why (?=we\b)/gi,
    means: ' ; why do ',
  },
  saying(
    'why',
    [
      String.raw`\bwhy (?:are|were|have|do|did) we (?:been |keep |always |so often )*(?:losing|lose|lost)(?: (?:deals?|business))?(?: (?:to|against) [a-z][\w-]*)?(?=\s*(?:$|[.,;!?]))`,
    ],
    ' ; why do we lose ',
  ),
  { on: 'why', says: /\b(?:and )?(?:tell (?:me|us)|say|explain) why\b/gi, means: ' ' },
  {
    on: 'many often',
    says: /\bhow (?:many deals|often) (?:did|do|have|had) we (?:win|lose|won|lost)\b/gi,
    means: ' ; what is our win rate ',
  },
  {
    on: 'against',
    says: /\bhow (?:do|can|could|would|should|shall) (?:i|we) (?:win|compete|sell|defend|differentiate|stand|fare|stack up|hold up|position (?:ourselves|us)) against\b/gi,
    means: ' ; how do we beat ',
  },
  saying(
    'how',
    [
      String.raw`\bhow (?:\w+ )?(?:good|clear|convincing|pushy|long|personal|professional|effective) (?:is|are) (?=${OWN} (?:\w+ )?${TEXTS}\b)`,
    ],
    ' ; review ',
  ),
  saying(
    'signals',
    [
      String.raw`\b(?:what|which) ((?:buying |intent )?signals) (?:do|have|are|does|did) (?:we|i|there)(?: have| know| see| got)?\b`,
    ],
    ' ; find $1 ',
  ),
  saying(
    'budget authority need champion buyer timing',
    [
      String.raw`\b(?:does|do|has|did) (?:the|this|my|our) (?:\w+ )?(deal|opportunity) (?:have|got|has|show)\b[^.;!?]{0,40}?\b(?:budget|authority|champion|buyer|need|timing)\b[^.;!?]*`,
    ],
    ' ; qualify the $1 ',
  ),
  {
    on: 'qualify disqualify',
    says: /\b(?:should|shall|must) (?:we|i) (?:dis)?qualify\b/gi,
    means: ' ; qualify ',
  },
  saying(
    'risks',
    [
      String.raw`\b(?:name|list|give me|tell me|show|show me|what are) (?:all )?(?:the |its |our )?(?:\w+ )?risks (?=(?:of|in|for|with|on) (?:the|this|my|our|opportunity|deal|[\w-]*\d)\b)`,
    ],
    ' ; assess the risks ',
  ),
  saying(
    'integrations features capabilities functions',
    [
      String.raw`\b(?:which|what) (?:integrations|features|capabilities|functions) (?:do we|does (?:our|the) product|are there|have we)\b[^.;!?]*`,
    ],
    ' ; search product documentation ',
  ),
  saying(
    'stuck stalled slipping risky danger',
    [
      String.raw`\b(?:which|what) (?:of (?:my|our|the) )?(?:deals|opportunities) (?:are|look|seem) (?:\w+ )?(?:stuck|stalled|slipping|risky|danger)\b`,
    ],
    ' ; assess the deal risk ',
  ),
  saying(
    'common',
    [String.raw`\bwhat (?:do|did) ((?:our |the )?(?:lost|won|closed) deals) have in common\b`],
    ' ; analyse $1 ',
  ),
  saying(
    'decides buys signs',
    [
      String.raw`\bwho (?:usually |typically |normally )?(?:decides|buys|signs) (?:at|in|among|for) (?:our |the )?(?:customers|clients|accounts|buyers|companies)\b`,
    ],
    ' ; who decides ',
  ),
  saying(
    'kill sink derail threaten endanger jeopardise jeopardize hurt stop',
    [
      String.raw`\bwhat (?:could|might|can|would|will|may) (?:still )?(?:kill|sink|derail|threaten|endanger|jeopardi[sz]e|hurt|stop) (?:this|the|my|our) (?:\w+ )?(deal|opportunity)\b`,
    ],
    ' ; assess the risk of the $1 ',
  ),
  {
    on: 'holes gaps spots',
    says: /\bwhere are the (?:holes|gaps|(?:weak|blind) spots) (?:in|of|on) /gi,
    means: ' ; what are the gaps of ',
  },
  saying(
    'buyer champion budget authority',
    [
      String.raw`\b(?:(?:is|are) there|do we have|have we) (?:an? |any |enough )?(?:economic buyer|champion|budget|authority|decision process)\b[^.;!?]{0,40}?\b(?:on|for|in|at|with) (?:(?:the|this|my|our) (?:\w+ )?(?:deal|opportunity)|[\w-]*\d[\w-]*)`,
    ],
    ' ; qualify the opportunity ',
  ),
  saying(
    'match fit',
    [String.raw`\bhow (?:close|good|strong|near|perfect) (?:of )?an? (?:match|fit) (?:is|are|would) `],
    ' ; how well fits ',
  ),
  saying(
    'who',
    [
      String.raw`\bwho (?:are|is) (?:the |our )?(?:typical |usual |real |actual |main )?(?:buyers?|decision[- ]makers?)(?=\s*(?:$|[.,;!?]))`,
    ],
    ' ; who buys ',
  ),
  saying(
    'title titles role roles people functions departments function department',
    [
      String.raw`\b(?:which|what) (?:kind of |sort of )?(?:job )?(?:titles?|roles?|people|functions?|departments?)\b[^.;!?]{0,20}\b(?:buys?|signs?|decides?|purchases?)\b[^.;!?]*`,
    ],
    ' ; who buys ',
  ),
  saying(
    'same identical',
    [
      String.raw`\b(?:would|will|does|do) (?:it|(?:the|this|that|my) (?:last |previous |earlier )?run) (?:still )?(?:give|have|come|produce|yield|end|get)\b[^.;!?]{0,30}\b(?:same|identical)\b[^.;!?]*`,
    ],
    ' ; replay the run ',
  ),
  {
    on: 'templates',
    says: /\b(?:which|what) ((?:\w+ ){0,2}templates) (?:exist|are (?:there|available|stored|in)|can (?:i|we) use|have we)\b/gi,
    means: ' ; list the $1 ',
  },
  saying(
    'when',
    [String.raw`\bwhen (?:can|could|should|shall|do|would|might) (?:i|we|you) ${MEETING}\b[^.;!?]*`],
    ' ; propose meeting slots ',
  ),
  saying(
    'how what which who where why',
    [
      String.raw`\b(?:(?:tell|show) (?:me|us)|let (?:me|us) know|see|find out|work out|figure out|know|understand|learn|hear) (?=how|what|which|who|where|why)`,
    ],
    ' ; ',
  ),
  { on: 'work figure', says: /\b(?:work|figure) out\b/gi, means: 'show' },
  {
    on: 'no',
    says: /\b((?:which|what|who|whose)\b[^.,;!?]{1,60}?\b(?:has|have))(?: got)? no\b/gi,
    means: '$1 lack',
  },
]
