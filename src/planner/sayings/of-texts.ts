// Questions about a text, and what is said of one: whoever asks how it is wants it reviewed.
import { OWN, saying, TEXTS, type Saying } from './saying.ts'

const STYLE =
  '(?:too|pushy|spammy|salesy|boring|dull|clear|polite|friendly|convincing|long|short|personal|generic|stiff|formal|' +
  'professional|readable|any good|good|ok|okay|good enough|well written|understandable|effective|catchy|compelling)'
/** By these the sayings with a style are looked for. */
const STYLE_WORDS = STYLE.replaceAll(/[^a-z]+/g, ' ').trim()

export const QUESTIONS_OF_TEXTS: readonly Saying[] = [
  saying(
    `${STYLE_WORDS} + is are was does do did will would isn`,
    [
      String.raw`\b(?:is|are|was|does|do|did|will|would|isn't) (${OWN} (?:\w+ )?${TEXTS})\b(?: \w+){0,4}? ${STYLE}\b[^.;!?]*\??`,
    ],
    ' ; review $1 ',
  ),
  saying(
    `${STYLE_WORDS} + is are sounds looks reads feels seems`,
    [
      String.raw`\b(?:because )?(${OWN} (?:\w+ )?${TEXTS}) (?:is|are|sounds|looks|reads|feels|seems) (?:\w+ )?${STYLE}\b`,
    ],
    ' ; review $1 ',
  ),
  saying(
    'check make see ensure + is isn does doesn sounds reads looks',
    [
      String.raw`\b(?:check|make sure|see|ensure|be sure) (?:that |if |whether )?(?:it|this|that) (?:is|isn't|does|doesn't|sounds|reads|looks)(?: not| no)?(?: \w+)? ${STYLE}\b[^.,;!?]*`,
    ],
    ' ; review it ',
  ),
  saying(
    'how + could can might should',
    [
      String.raw`\bhow (?:could|can|might|should) (?:(${OWN} (?:\w+ )?${TEXTS}) be (?:improved|better|made better|stronger)|`,
      String.raw`(?:i|we|one|you) (?:improve|better|strengthen|fix) (${OWN} (?:\w+ )?${TEXTS}))\b`,
    ],
    ' ; review $1$2 ',
  ),
  saying(
    'what + would could should',
    [
      String.raw`\bwhat (?:would|could|should) (?:you|i|we) (?:change|improve|do differently|do better)(?: (?:in|about|with|on|to) (it|this|that|${OWN} (?:\w+ )?${TEXTS}))?(?=\s*(?:$|[.,;!?]))`,
    ],
    ' ; improve it ',
  ),
  saying(
    'how + is are',
    [
      String.raw`\bhow (?:\w+ )?(?:good|clear|convincing|pushy|long|personal|professional|effective) (?:is|are) (?=${OWN} (?:\w+ )?${TEXTS}\b)`,
    ],
    ' ; review ',
  ),
  saying(
    `${STYLE_WORDS} + tone length opening subject cta wording style`,
    [
      String.raw`\b(?:is|are) the (?:tone|length|opening|subject|subject line|cta|wording|style) of (${OWN} (?:\w+ )?${TEXTS}) (?:\w+ )?${STYLE}\b`,
    ],
    ' ; review $1 ',
  ),
  saying('wrong', [String.raw`\bwhat(?:'s| is) wrong with (?=${OWN} (?:\w+ )?${TEXTS}\b)`], ' ; review '),
  { on: 'risk + at', says: /\bat risk of (?:being |getting |going )?\w+\b/gi, means: 'at risk' },
]
