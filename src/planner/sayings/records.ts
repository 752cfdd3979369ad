// What is to be written into the CRM, in other words than that it is to be logged.
import { PLACES_OF_RECORD, saying, type Saying } from './saying.ts'

const ACTIVITY = '(?:call|meeting|note|email|visit|conversation|activity|demo|touchpoint|discussion)'

export const RECORDS: readonly Saying[] = [
  { on: 'crm', says: /\bcrm (?:note|entry|log) ?:/gi, means: ' ; note in the crm : ' },
  {
    on: 'crm salesforce hubspot pipedrive dynamics + record enter register document jot file save store capture note write',
    says: new RegExp(
      String.raw`\b(?:record|enter|register|document|jot down|file|save|store|capture|note(?: down)?|write(?: down)?) ` +
        String.raw`(?=(?:(?:an?|the|my|our|this|that|today's) )?(?:\w+ )?(?:${ACTIVITY}|it|this|that)\b[^.;!?]{0,40}\b(?:in|into|to|on) (?:the |our |my )?${PLACES_OF_RECORD}\b)`,
      'gi',
    ),
    means: 'log ',
  },
  {
    on: 'crm salesforce hubspot pipedrive dynamics + note record write put log enter jot',
    says: new RegExp(
      String.raw`\b(?:(?:add|make|leave|write|put) (?:an? )?)?(?:note|record|write|put|log|enter|jot)(?: down)? (?:in|into|on|to) (?:the |our |my )?(${PLACES_OF_RECORD})(?: that\b| ?:)[^.;!?]*`,
      'gi',
    ),
    means: ' ; log a note in the $1 ',
  },
  saying(
    'real permanently good immediately live crm salesforce hubspot pipedrive dynamics + move reassign transfer rebalance shift',
    [
      String.raw`\b(?:move|reassign|transfer|rebalance|shift) (?=[^.;!?]{1,80}\b(?:for real|permanently|for good|effective immediately|`,
      String.raw`in (?:the |our )?${PLACES_OF_RECORD})\b)`,
    ],
    'change ',
  ),
  { on: 'log + that', says: /\blog that\b[^.;!?]*/gi, means: 'log a note' },
  {
    on: 'demo visit conversation touchpoint discussion workshop',
    says: /\blog (the|an?|my|our|this|that) (?:demo|visit|conversation|touchpoint|discussion|workshop)\b/gi,
    means: 'log $1 meeting',
  },
  {
    on: 'note notes + put log add enter write leave',
    says: /\b(put|log|add|enter|write|leave) (an?|the|my) (?:call|meeting|email|visit|demo) notes?\b/gi,
    means: '$1 $2 note',
  },
  saying(
    'crm salesforce hubspot pipedrive dynamics + entry note log record',
    [
      String.raw`\b(?:add|create|make|write) (?:an? )?${PLACES_OF_RECORD} (?:entry|note|log|record) (?=(?:about|on|of|for|with|that)\b)[^.,;!?]*`,
    ],
    'log a note in the crm ',
  ),
  saying(
    'crm salesforce hubspot pipedrive dynamics + update',
    [
      String.raw`\bupdate (?:the |our )?${PLACES_OF_RECORD} with (?:an? |the |my |our |today's )?(?:call |meeting )?notes?\b(?: (?:about|on|of|from) [^.,;!?]*)?`,
    ],
    'log a note in the crm ',
  ),
  {
    on: 'log + i we',
    says: /\blog (the|an?|my|this) (email|call|meeting|note|conversation|message) (?:that )?(?:i|we) (?:just |have )?(?:sent|had|made|wrote|received|got|took)\b/gi,
    means: 'log $1 $2',
  },
]
