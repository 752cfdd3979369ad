// What is asked about territories and those who work them, and about the product.
import { saying, type Saying } from './saying.ts'

const TEAM = '(?:reps?|sellers?|teams?|territor(?:y|ies)|regions?)'
const STATE =
  '(?:balanced|overloaded|stretched|full|busy|overworked|underused|evenly loaded|well covered|covered)'
const END = String.raw`(?=\s*(?:$|[.,;!?]))`

export const TEAMS: readonly Saying[] = [
  saying(
    'balanced overloaded stretched full busy overworked underused loaded covered',
    [
      String.raw`\b(?:how (?:\w+ )?${STATE} (?:is|are) (?:my|our|the) (?:[a-z]+ )?${TEAM}|(?:is|are) (?:my|our|the) (?:[a-z]+ )?${TEAM} (?:\w+ )?${STATE})\b`,
    ],
    ' ; which territories are overloaded ',
  ),
  saying(
    'workload load utilisation utilization',
    [
      String.raw`\b(?:the )?(?:(?:rep|seller|team|territory) )?(?:workload|load|utili[sz]ation) (?:per|by|of|in|across) (?:(?:each|our|my|the|all) )?${TEAM}\b`,
    ],
    'the capacity coverage',
  ),
  saying(
    'workload load utilisation utilization',
    [String.raw`\b(?:the |our |my )?(?:rep|seller|team|territory) (?:workload|load|utili[sz]ation)\b`],
    'the capacity coverage',
  ),
  saying(
    'moving reassigning transferring shifting',
    [
      String.raw`\b(?:(?:show|tell|give)(?: me| us)? )?(?:the |what )?(?:impact|effects?|consequences?|outcome|result) of (moving|reassigning|transferring|shifting) `,
      String.raw`(?=[^.;!?]{0,60}\b(?:accounts?|territor(?:y|ies)|reps?)\b)`,
    ],
    ' ; simulate $1 ',
  ),
  saying(
    'territory',
    [
      String.raw`\b(?:test|try(?: out)?|play through|simulate|model|run through) (?:an?|the|my|our|this) (?:new )?territory (?:split|change|move|realignment|merger|plan|swap)\b`,
    ],
    'simulate the territory change',
  ),
  saying(
    'integrate comply',
    [String.raw`\bdo we (?:integrate with|comply with) [^.,;!?]{2,60}${END}`],
    ' ; search product documentation ',
  ),
  saying(
    'product',
    [
      String.raw`\b(?:(?:get|find|give|need|show)(?: me| us)? )?(?:some |the )?product (?:infos?|information|facts|details|knowledge) (?:on|about|for|regarding) `,
    ],
    'search product documentation for ',
  ),
  saying(
    'look knowledge',
    [
      String.raw`\b(?:look|search|check)(?: it up)? (?:in|into|through) (?:the|our) (?:product )?(?:knowledge base|documentation|knowledge) (?:for|about|on) `,
    ],
    'search product documentation for ',
  ),
  saying(
    'titles roles functions departments',
    [
      String.raw`\b(?:which|what) (?:kinds? of )?(?:job )?(?:titles|roles|functions|departments) (?:do|should) we (?:usually |typically |mostly |normally )?(?:sell|talk|pitch|speak) to\b`,
    ],
    ' ; who buys ',
  ),
  { on: 'persona', says: /\bpersona (?:analysis|extraction|report|study)\b/gi, means: 'buyer personas' },
  {
    on: 'personas',
    says: /\b(?:which|what) personas (?:usually |typically )?buy(?: (?:our|the) \w+| from us)?\b/gi,
    means: ' ; who buys ',
  },
  saying(
    'workload load accounts work + how',
    [
      String.raw`\bhow (?:is|are) (?:the |our )?(?:workload|load|work|accounts) (?:spread|distributed|divided|shared)(?: out)? (?:over|across|among|between) (?:(?:our|my|the|all) )?${TEAM}\b`,
    ],
    ' ; which territories are overloaded ',
  ),
  saying(
    'more',
    [
      String.raw`\b(?:can|could) (?:the|our|my) (?:[a-z]+ )?${TEAM} (?:take|handle|cover|absorb|manage|carry)(?: on)?(?: any)? more (?:accounts|leads|work|customers)\b`,
    ],
    ' ; which territories are overloaded ',
  ),
  saying(
    'documentation',
    [
      String.raw`\bwhat (?:do|does) (?:we|(?:the|our) (?:product )?documentation) (?:know|say|tell us) (?:about|on) (?=[^.,;!?]{1,60}\bin (?:the|our) (?:product )?documentation\b)`,
    ],
    ' ; search documentation for ',
  ),
  saying(
    'documentation',
    [
      String.raw`\bwhat (?:do|does) (?:the|our) (?:product )?documentation (?:say|tell us|have) (?:about|on) `,
    ],
    ' ; search documentation for ',
  ),
  {
    on: 'slots times dates + week month',
    says: /\b(slots|times|dates) (?:this|next) (?:week|month) (?=(?:for|with)\b)/gi,
    means: '$1 ',
  },
  saying(
    'times dates slots + for',
    [
      String.raw`\b(?:give|get|find)(?: me| us)? (?:free |possible )?(?:times|dates|slots) (?=for (?:an?|the|our) (?:\w+ )?(?:meeting|demo|call|chat)\b)`,
    ],
    'propose slots ',
  ),
  saying(
    'time',
    [
      String.raw`\b(?:when|what)(?:'s| is| would be) (?:an?|the) (?:good|best|possible|right) time (?:for|to) (?:an? |the )?(?:\w+ )?(?:call|meeting|demo|meet|talk|chat)\b`,
    ],
    ' ; propose meeting slots ',
  ),
  {
    on: 'personas',
    says: /\bpersonas of (?:the |all )?(?:people|those|companies|everyone|customers) (?:who|that|which) (?:usually )?(?:buy|bought|buys)\b[^.,;!?]*/gi,
    means: 'buyer personas',
  },
  {
    on: 'enough',
    says: /\b(?:do|have) (?:we|i) (?:have |got )?enough (?:people|staff|headcount|heads|hands) (?:to|for|in)\b[^.;!?]*/gi,
    means: ' ; which territories are overloaded ',
  },
  saying(
    'move moving reassign shift transfer + would',
    [
      String.raw`\bwhat would (?:it|that) (?:mean|do|change|look like) (?:to|if we) (?:move|moved|reassign(?:ed)?|shift(?:ed)?|transfer(?:red)?) `,
    ],
    ' ; simulate moving ',
  ),
  {
    on: 'new',
    says: /\b(simulate|model) (an?|the) (?:new|possible|different|other) (?=territor)/gi,
    means: '$1 $2 ',
  },
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
]
