// Roundabout ways to say what is not wanted.
import { saying, type Saying } from './saying.ts'

const WANTED = '(?:needed|wanted|required|necessary|called for|requested|desired)'

export const DENIED: readonly Saying[] = [
  {
    on: 'forget hesitate fail just only',
    says: /\b(?:not only|(?:don't|do not|not) (?:just|only)|(?:don't|do not|never) (?:forget|hesitate|fail)(?: to)?)\b/gi,
    means: ' ; ',
  },
  { on: 'but', says: /\b(?:anything|everything|all) but\b/gi, means: ' ; except ' },
  { on: 'nothing', says: /\bnothing (?:but|except|other than)\b/gi, means: ' ; just ' },
  { on: 'nothing that', says: /\b(?:nothing (?:else|more)|that(?:'s| is) (?:all|it))\b/gi, means: ' ; ' },
  saying(
    'nothing',
    [
      String.raw`\bnothing (?:should|must|shall|may|is to|needs to|has to|will|can) be (\w+ed|written|sent)\b`,
    ],
    ' ; without $1 ; ',
  ),
  {
    on: 'nothing none',
    says: /\b(?!(?:is|are|says?|but|and|or|with)\b)([a-z]+) (?:nothing|none)\b(?! (?:else|more|of))/gi,
    means: ' ; without $1 ',
  },
  saying(
    'needed wanted required necessary unnecessary called requested desired',
    [
      String.raw`\b(?:an? |the |any |another |more |my )?(\w+) (?:(?:is|are|was)(?: not|n't)|isnt|arent) (?:really |yet )?${WANTED}\b|`,
      String.raw`\b(?:an? |the |any )?(\w+) (?:is|are) (?:unnecessary|superfluous|not ${WANTED})\b`,
    ],
    ' ; skip $1$2 ; ',
  ),
  saying(
    'skipped omitted dropped wait left ignored',
    [
      String.raw`\b(?:an? |the |any )?(\w+)(?: part| step)? (?:can|may|should|could|must|is to|has to) (?:be (?:skipped|omitted|dropped|left out|ignored)|wait)\b`,
    ],
    ' ; skip $1 ; ',
  ),
  saying(
    'not never + be',
    [String.raw`\b(?:the|an?|any|no) (\w+) (?:should|must|shall|may|is to|needs) (?:not|never) be (\w+)\b`],
    ' ; without $2 $1 ; ',
  ),
  {
    on: 'hold',
    says: /\bhold(?: back)? (?=(?:the|my|our|that|any|all) (?:\w+ )?\w+\s*(?:$|[.,;!]|and\b))/gi,
    means: ' ; skip ',
  },
  { on: 'leave', says: /\b(?:but )?leave (?=(?:the|any) \w+\s*(?:$|[.,;!]))/gi, means: ' ; skip ' },
  { on: 'leave', says: /\bleave ([^.,;!?]{1,40}?) to (?:me|us|him|her|them)\b/gi, means: ' ; ' },
  {
    on: 'leave',
    says: /\bleave ([^.,;!?]{1,40}?) (?:alone|out|as is|aside|for later|for now)\b/gi,
    means: ' ; skip $1',
  },
  { on: 'keep', says: /,? (?:but |and )?keep (?=(?:the|my) \w+\s*(?:$|[.,;!]))/gi, means: ' ; just ' },
  {
    on: 'forget spare minus sans ditch drop mind',
    says: /\b(?:forget(?: about)?|spare me|never mind|minus|sans|ditch|drop (?=(?:the|any|all) (?:drafts?|emails?|scor|checks?|reviews?|qualif|battlecards?|personas?|log\b|note)))\b ?/gi,
    means: ' ; skip ',
  },
  {
    on: 'all',
    says: /\b(?:an? |the )?(\w+) is all (?:i|we) (?:want|need|ask)(?: for)?\b/gi,
    means: ' ; just the $1 ',
  },
  // "Instead of a message write an SMS": the order begins without a sign.
  saying(
    'instead rather',
    [
      String.raw`^(\s*(?:instead of|rather than) [^.,;!?]{1,40}?(?<!\b(?:an?|the|my|our|any|another))) (?=(?:write|draft|compose|score|qualify|assess|check|review|propose|log|`,
      String.raw`list|show|generate|build|explain|replay|simulate|normali[sz]e|analy[sz]e|just|only|please)\b)`,
    ],
    '$1 , ',
  ),
]
