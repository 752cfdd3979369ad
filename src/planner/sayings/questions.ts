// Questions that a tool answers, as its verb and object.
import { saying, type Saying } from './saying.ts'

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
  {
    on: 'why',
    says: /\b(?:tell (?:me|us)|show (?:me|us)|understand|know|see|learn|say|summari[sz]e|analy[sz]e|study|review|explain(?: to me)?) why (?=we\b)/gi,
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
    'signals + what which',
    [
      String.raw`\b(?:what|which) ((?:buying |intent )?signals) (?:do|have|are|does|did) (?:we|i|there)(?: have| know| see| got)?\b`,
    ],
    ' ; find $1 ',
  ),
  saying(
    'budget authority need champion buyer timing + does do has did',
    [
      String.raw`\b(?:does|do|has|did) (?:the|this|my|our) (?:\w+ )?(deal|opportunity) (?:have|got|has|show)\b[^.;!?]{0,40}?\b(?:budget|authority|champion|buyer|need|timing)\b[^.;!?]*`,
    ],
    ' ; qualify the $1 ',
  ),
  {
    on: 'qualify disqualify + should shall must',
    says: /\b(?:should|shall|must) (?:we|i) (?:dis)?qualify\b/gi,
    means: ' ; qualify ',
  },
  saying(
    'accounts account leads lead companies prospects customers + which what',
    [
      String.raw`\b(?:which|what) (?:of (?:my|our|the|these) )?(?:\w+ )?(accounts?|leads?|companies|prospects|customers) (?:should|do|shall|must|can) (?:i|we) `,
      String.raw`(?:focus on|concentrate on|go after|pursue|work on|work|call|contact|target|approach|chase|tackle|prioriti[sz]e|spend (?:my |our )?time on)\b[^.,;!?]*`,
    ],
    ' ; prioritise the $1 ',
  ),
  {
    on: 'match matches matching',
    says: /\bmatch(?:es|ing)?(?= (?:our |the |my )?(?:ideal|icp)\b)/gi,
    means: 'fit',
  },
  saying(
    'why',
    [
      String.raw`\bwhy did (?:it|you|(?:the|this|that|my) (?:last |previous )?run) (?:say|recommend|suggest|advise|conclude|decide|rate|give|choose)\b[^.;!?]*`,
    ],
    ' ; explain the recommendation ',
  ),
  saying(
    'objections',
    [
      String.raw`\b(?:what|which) objections (?:to expect|(?:should|can|might|will|do|could) (?:i|we|they)\b[^.,;!?]{0,30}?(?:expect|face|hear|raise|meet)|(?:will |might |may )?come up)`,
    ],
    'what objections they raise ',
  ),
  saying(
    'fits fit scores + which what',
    [
      String.raw`\b(?:which|what) (?:one )?of (?:these|those|the|my|our) (?:\w+ )?(accounts|leads|companies|prospects|customers) (?:fits?|scores?|is (?:a |the )?(?:better|best) fit)\b[^.,;!?]*`,
    ],
    ' ; prioritise the $1 ',
  ),
  {
    on: 'danger risk + how',
    says: /\bhow much (?:danger|risk) (?:is|are) (?:the|this|my|our) (?:\w+ )?(?:deal|opportunity)(?: in)?/gi,
    means: ' ; assess the deal risk ',
  },
  saying(
    'overloaded understaffed underused overworked stretched',
    [
      String.raw`\bwho (?:(?:on|in) (?:the|my|our) (?:\w+ )?team )?(?:is|are) (?:most |too |badly )?(?:overloaded|understaffed|underused|overworked|stretched)\b`,
    ],
    'which territories are overloaded ',
  ),
  saying(
    'moving reassigning transferring shifting',
    [
      String.raw`\b(?:what|how) (?:would|will|does|do) (moving|reassigning|transferring|shifting) ([^.,;!?]{1,80}?) (?:do|change|mean|cost|affect|look)\b[^.;!?]*`,
    ],
    ' ; simulate moving $2 ',
  ),
  { on: 'risk + that', says: /\brisk that [^.,;!?]*/gi, means: 'risk of the deal' },
  {
    on: 'lost',
    says: /\bwhy (?:are |were )?(?:the |our |so many )?deals (?:are |get |were )?lost\b/gi,
    means: 'why we lose deals',
  },
  saying(
    'product platform software solution system app',
    [
      String.raw`\b(?:does|do|can) (?:the|our) (?:product|platform|software|solution|system|app) (?:support|have|offer|include|work with|integrate|handle|come with|allow)\b[^.;!?]*`,
    ],
    ' ; search product documentation ',
  ),
  { on: 'where', says: /\bwhere (?:do|did|are) we (win|winning|lose|losing)\b/gi, means: ' ; why do we $1' },
  saying(
    'company companies industry industries customers',
    [
      String.raw`\b(?:which|what) (?:kinds? of |sorts? of |types? of )?(?:company|companies|industry|industries|customers?) (?:usually |typically |normally )?(?:buys?|signs?)(?: from us| most)?\b`,
    ],
    ' ; analyse the won deals ',
  ),
  {
    on: 'who',
    says: /\bwho (?:usually |typically |normally |really )?(?:signs|decides|buys)(?=\s*(?:$|[.,;!?]))/gi,
    means: ' ; who buys',
  },
  saying(
    'coverage',
    [String.raw`\bwhere (?:is |our |the )*coverage (?:is )?(?:too )?(?:thin|weak|poor|lacking|low|bad)\b`],
    'the coverage gaps',
  ),
  saying(
    'risk + review',
    [
      String.raw`\b(deal|opportunity|account) review with (?:\w+ )?risks?\b(?: (?:flags?|assessment|score|check|factors))?`,
    ],
    '$1 review ; assess the deal risk ',
  ),
  saying(
    'real',
    [String.raw`\b(?:is|are) (?:this|the|my|our) (?:\w+ )?(deal|opportunity) (?:real|serious|winnable)\b`],
    ' ; qualify the $1 ',
  ),
  {
    on: 'quarter month week',
    says: /\b(?:this|next|last|current|past|coming) (?:week|month|quarter)(?=\s*(?:$|[?.!,;]))/gi,
    means: '',
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
      String.raw`\b(?:(?:is|are) there|do we have|have we|do we know) (?:an? |any |enough |the )?(?:economic buyer|champion|budget|authority|decision process)\b[^.;!?]{0,40}?\b(?:on|for|in|at|with) (?:(?:the|this|my|our) (?:\w+ )?(?:deal|opportunity)|[\w-]*\d[\w-]*)`,
    ],
    ' ; qualify the opportunity ',
  ),
  saying(
    'match fit + how',
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
    [
      String.raw`\bwhen (?:can|could|should|shall|do|would|might) (?:\w+ and )?(?:i|we|you|me) ${MEETING}\b[^.;!?]*`,
    ],
    ' ; propose meeting slots ',
  ),
  saying(
    'how what which who where why + tell show let see find work figure know understand learn hear',
    [
      String.raw`\b(?:(?:tell|show) (?:me|us)|let (?:me|us) know|see|find out|work out|figure out|know|understand|learn|hear) (?=how|what|which|who|where|why)`,
    ],
    ' ; ',
  ),
  { on: 'work figure', says: /\b(?:work|figure) out\b/gi, means: 'show' },
  {
    on: 'no + which what who whose',
    says: /\b((?:which|what|who|whose)\b[^.,;!?]{1,60}?\b(?:has|have))(?: got)? no\b/gi,
    means: '$1 lack',
  },
]
