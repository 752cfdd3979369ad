// Tasks that are set in other words than by a verb and its object.
import { OWN, saying, TEXTS, type Saying } from './saying.ts'

export const TASKS: readonly Saying[] = [
  saying(
    'thinking maybe perhaps',
    [
      String.raw`(?:(?:i|we) (?:was|were|am|are) thinking(?: that| of| about)?,? ?)?\b(?:maybe|perhaps|thinking) (?:we|you) (?:could |should |can |might )?(?=[a-z])`,
    ],
    ' ; please ',
  ),
  { on: 'why', says: /\bwhy (?:don't|do not|not) (?:we |you )(?=[a-z])/gi, means: ' ; please ' },
  {
    on: 'necessary important time good best useful urgent essential',
    says: /\b(?:it is|it's|it would be) (?:necessary|important|time|good|best|useful|urgent|essential) to\b/gi,
    means: ' ; please ',
  },
  {
    on: 'attached enclosed below',
    says: /\b(?:attached|enclosed|below) (?:is|are|you find|please find) (?:my|the|our|a|an)\b[^.,;:!?]*/gi,
    means: ' ; ',
  },
  // Whatever is said before it, here the asking begins.
  { on: 'like love', says: /(?<=\w) (?=(?:i|we)(?: would|'d) (?:like|love) (?:to|you)\b)/gi, means: ' ; ' },
  {
    on: 'possible',
    says: /\b(?:(?:would|might|could) it be|is it) possible (?:for you )?to\b/gi,
    means: 'please',
  },
  { on: 'that', says: /\b(?:i|we) (?:would like|'d like|want|wish|need) that you\b/gi, means: ' ; please ' },
  { on: 'for + me us', says: /(?<=\w )for (?:me|us) (?=(?:the|an?|my|our|some)\b)/gi, means: '' },
  saying(
    'is are has have was + done ready finished written attached complete over there place below above enclosed',
    [
      String.raw`\b(?:the|my|our|an?|this) [\w-]{1,30} (?:is|are|has been|have been|was) (?:already |now )?`,
      String.raw`(?:done|ready|finished|written|attached|complete|over|there|in place|below|above|enclosed)\b(?=\s*(?:$|[.,;:!]|so\b|and\b))`,
    ],
    ' ; ',
  ),
  {
    on: 'check look scan hunt dig + for',
    says: /\b(?:check|look|scan|hunt|dig) for (?:any )?(?!(?:me|us|my|our|the|a|an|this|that)\b)/gi,
    means: 'find ',
  },
  saying(
    'check search scan + for',
    [
      String.raw`\b(?:check|search|scan) (?!(?:my|our|the|this|that|these|a|an|it|email|message|draft|outreach|in|with|documentation)\b)(\w+)`,
      String.raw` for (?!(?:me|us)\b)([^.,;!?]+)`,
    ],
    'find $2 at $1',
  ),
  {
    on: 'check consult + documentation',
    says: /\b(?:check|consult) (?=(?:the|our) documentation\b)/gi,
    means: 'search ',
  },
  saying(
    'look',
    [String.raw`\blook up ([^.,;!?]{1,40}?) in (?:our |the )?(?:product )?documentation\b`],
    'search documentation for $1',
  ),
  { on: 'look', says: /\blook (?:it|this|that|them) up\b/gi, means: 'look up documentation' },
  saying(
    'documentation',
    [
      String.raw`\b(?:give|get|find|need|want|provide)(?: me| us)? (?:some |more |any |the )?(?:infos?|information|facts|details) `,
      String.raw`(?=(?:about|on|regarding)\b[^.;!?]{1,60}\b(?:from|in) (?:the |our )?(?:product )?documentation\b)`,
    ],
    'search documentation ',
  ),
  saying(
    'feedback comments opinion thoughts critique view views verdict impression',
    [
      String.raw`\b(?:(?:give|get|want|need|provide|offer)(?: me| us)?(?: some| your| honest| quick| an?)* |your |any )`,
      String.raw`(?:feedback|comments|opinion|thoughts|critique|views?|verdict|impression) (?:on|about|for|of) (?=(?:it|this|that|them)\b|${OWN} (?:\w+ )?${TEXTS}\b)`,
    ],
    'review ',
  ),
  saying(
    'look glance',
    [
      String.raw`\b(?:have |take |give )?(?:an? )?(?:quick |close |good |second )?(?:look|glance)(?: at| over| through| into)? (?=${OWN} (?:\w+ )?${TEXTS}\b)`,
    ],
    'review ',
  ),
  saying(
    'reply wording copy pitch intro follow opener text + review check assess proofread grade critique improve rate evaluate polish',
    [
      String.raw`\b(review|check|assess|proofread|grade|critique|improve|rate|evaluate|polish) ((?:${OWN} (?:\w+ )?)?)(?:reply|wording|copy|pitch|intro|follow-?up|opener|text)\b(?! (?:email|message|note|sms|text))`,
    ],
    '$1 $2message ',
  ),
  saying(
    'reminder apology thank invite response reply congratulation congratulations nudge chaser',
    [
      String.raw`\b(write|draft|compose|prepare|craft) ((?:an?|the|my|our) (?:[\w-]+ ){0,2}?)(?<!\b(?:calendar|meeting) )(reminder|apology|thank[- ]you|invite|response|reply|congratulations?|nudge|chaser)\b(?! (?:email|message|note|sms|text))`,
    ],
    '$1 $2$3 email ',
  ),
  saying(
    'look dig dive go search patterns + at into through over',
    [
      String.raw`\b(?:look|dig|dive|go) (?:at|into|through|over) (?=(?:the )*(?:win|lost|won|loss(?:es)?|closed)\b)`,
    ],
    'analyse ',
  ),
  {
    on: 'patterns',
    says: /\b(?:look|search|find)(?: for)? (?:any |some )?patterns\b/gi,
    means: 'analyse the win loss patterns',
  },
  saying(
    'shift shifting shifted reallocate reallocating redistribute relocate hand',
    [
      String.raw`\b(?:shift(?:ing|ed)?|reallocat(?:e|ing)|redistribut(?:e|ing)|relocat(?:e|ing)|hand over) (?=[^.;!?]{0,40}\b(?:accounts?|territor(?:y|ies)|reps?)\b)`,
    ],
    'move ',
  ),
  {
    on: 'called named entitled',
    says: /\b((?:an?|the|my|our) (?:\w+ )?\w+) (?:called|named|entitled) (?=\w)/gi,
    means: '$1 ',
  },
  {
    on: 'well together along addition top',
    says: /\b(?:as well as|along with|together with|in addition(?: to)?|on top of(?: that)?)\b/gi,
    means: ' and ',
  },
  saying(
    'have get + and',
    [
      String.raw`\b(?:have|get) (it|this|that|them|(?:the|my|our|this) \w+) (\w+ed),? and ((?:the|my|our|this) \w+) (\w+ed)\b`,
    ],
    ' ; $2 $1 ; $4 $3',
  ),
  {
    on: 'have get',
    says: /\b(?:have|get) (it|this|that|them|(?:the|my|our|this) \w+) (\w+ed)\b/gi,
    means: ' ; $2 $1',
  },
  saying(
    'be',
    [
      String.raw`\b((?:the|my|our|this|that)(?: \w+)? \w+) (?:should|must|needs to|need to|has to|have to|is to|ought to) (?:now |please |also )?be (\w+ed)\b`,
    ],
    ' ; $2 $1 ',
  ),
  {
    on: 'something anything',
    says: /\b(something|anything) (?!to\b|for\b|about\b)\w+ (?=to|for)\b/gi,
    means: '$1 ',
  },
  saying(
    'email emails message messages draft drafts sms outreach + score rank grade rate',
    [
      String.raw`\b(?:score|rank|grade|rate) (?=(?:my|our|this|the) (?:\w+ )?(?:emails?|messages?|drafts?|sms|outreach)\b)`,
    ],
    'review ',
  ),
  saying(
    'consistent uniform',
    [String.raw`\bmake ([^.,;!?]{1,60}?) (?:more )?(?:consistent|uniform)\b`],
    'normalise $1',
  ),
  saying('compare', [String.raw`\bcompare (?:us|ourselves) (?:with|to|against) `], 'battlecard against '),
  saying(
    'invite invitation',
    [
      String.raw`\b(?:prepare|create|generate|make|write|draft) (an?|the) (?:calendar |meeting )?(?:invite|invitation) (?=(?:for|to) (?:an?|the|our) (?:\w+ )?(?:meeting|demo|call)\b)`,
    ],
    'propose $1 invitation ',
  ),
  saying(
    'times dates slots + for',
    [
      String.raw`\b(?:give|get|send|show|tell)(?: me| us| him| her| them)? (?:a few|some|two|three|four|five|several|\d) (?:possible |free )?(?:times|dates|slots) (?=for (?:an?|the|our) (?:\w+ )?(?:meeting|demo|call|chat)\b)`,
    ],
    'propose slots ',
  ),
  { on: 'make', says: /\bmake (?:me|us) (?=an?\b|some\b)/gi, means: 'create ' },
  { on: 'make', says: /\bmake\b([^.,;!?]{1,60})\b(?:better|stronger|clearer)\b/gi, means: 'improve $1' },
  {
    on: 'together up + put come whip knock',
    says: /\bput together\b|\bcome up with\b|\bwhip up\b|\bknock up\b/gi,
    means: 'compose',
  },
  { on: 'point', says: /\bpoint out\b/gi, means: 'show me' },
  { on: 'date good back', says: /\bup to date\b|\bgood to go\b|\bback and forth\b/gi, means: ' ' },
  saying(
    'arguments points ammunition competitive',
    [
      String.raw`\b(?:(?:sales )?arguments|talking points|ammunition|competitive (?:intel|intelligence|analysis|card|sheet)) (?:against|on|for|vs\.?|versus|about) `,
    ],
    'battlecard against ',
  ),
  saying(
    'explain justify',
    [
      String.raw`\b(explain|justify) (?:me |us |to me )?(?:the |that |this |its |your )?(?:decision|outcome|result|verdict|reasoning|conclusion|advice|choice)s? `,
      String.raw`(?=(?:of|in|from|by) (?:the |this |that |my |our )?(?:last |previous |earlier |past )?run\b)`,
    ],
    '$1 the recommendation ',
  ),
  saying(
    'reach',
    [String.raw`\breach out to ([^.,;!?]{1,60}?) (?:with|via|by) (?=(?:an?|my|the|our) (?:\w+ )*${TEXTS})`],
    'write $1 ',
  ),
  saying(
    'connection connect',
    [String.raw`\b(?:linkedin )?(?:connection|connect) (?:request|invite|invitation|note|message)s?\b`],
    'linkedin message',
  ),
  saying(
    'template + review check assess proofread grade critique improve rate evaluate polish',
    [
      String.raw`\b(review|check|assess|proofread|grade|critique|improve|rate|evaluate|polish) (${OWN} (?:\w+ )?${TEXTS}) template\b`,
    ],
    '$1 $2',
  ),
  saying(
    'improvements edits changes fixes improvement',
    [
      String.raw`\b(?:suggest|recommend|propose|offer|give|list|show)(?: me| us)? (?:some |any |possible |concrete |a few )?(?:improvements?|edits|fixes)\b`,
    ],
    ' ; improve it ',
  ),
  saying(
    'template + add save store keep put',
    [
      String.raw`\b(?:add|save|store|keep|put) (?:this|it|that|my \w+|the \w+) (?:as|into) (?:an? )?(?:new )?(?:\w+ )?template\b(?: (?:to|in|into) (?:the|our|my) library)?`,
    ],
    'add template',
  ),
  saying(
    'lines sentences words paragraphs',
    [
      String.raw`\b(draft|write|compose|prepare)(?: me)? (?:a few|a couple of|two|three|four|some|\d)(?: short| quick| nice)? (?:lines|sentences|words|paragraphs)\b`,
    ],
    '$1 a message',
  ),
  saying(
    'weaknesses mistakes errors problems issues flaws typos',
    [
      String.raw`\b(?:spot|find|show|list|name|identify|tell me|point out|fix)(?: me)?(?: any| all)?(?: the)? (?:weaknesses|mistakes|errors|problems|issues|flaws) (?:in|of|with) (?=${OWN} (?:\w+ )?${TEXTS}\b)`,
    ],
    'review ',
  ),
  {
    on: 'simulate model',
    says: /\b(simulate|model) (?:handing|giving|passing|assigning)(?: over)?\b/gi,
    means: '$1 moving',
  },
  saying(
    'send',
    [
      String.raw`\b(?:i|we)(?:'d| would)? (?:want|need|like|have|plan) to send [^,;.]{1,60}?[,;] ?(?:so |and )?(?:please )?(draft|write|compose|prepare) it\b`,
    ],
    ' ; $1 an email ',
  ),
  {
    on: 'wrote drafted prepared made got received',
    says: /(?<=\w) (?:i|we|he|she|they) (?:wrote|drafted|prepared|made|got|received)(?: (?:yesterday|today|for \w+|to \w+))?(?=\s*(?:$|[.,;!?]))/gi,
    means: '',
  },
  saying(
    'export dump extract',
    [String.raw`\b(?:salesforce|hubspot|pipedrive|dynamics|crm) (?:export|dump|extract) of `],
    'record of ',
  ),
  saying(
    'need want like + before after for following since',
    [
      String.raw`^\s*(?:before|after|for|following|since) [^,;.!?]{3,80}?(?= (?:i|we)(?: would|'d)? (?:need|want|like)\b)`,
    ],
    '$& ; ',
  ),
  { on: 'out', says: /\bout of (?=(?:our|the|my|all|these|those|their)\b)/gi, means: 'from ' },
  { on: 'run', says: /\brun[_-][0-9a-z]{3,40}\b/gi, means: 'the run' },
]
