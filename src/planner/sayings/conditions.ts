// What looks like a condition, and is politeness, time or a question.
import { OWN, saying, TEXTS, type Saying } from './saying.ts'

export const CONDITIONS: readonly Saying[] = [
  { on: 'soon if', says: /\b(?:as soon as (?:possible|you can)|even if)\b/gi, means: ' ' },
  saying(
    'when',
    [
      String.raw`,? ?\bwhen (?:you (?:have (?:time|a minute|a moment|a second)|can|get (?:a chance|to it|time)|are (?:done|ready|free))|`,
      String.raw`possible|done|ready|finished|convenient|free)\b,?`,
    ],
    ' ',
  ),
  {
    on: 'no whether',
    says: /\bno (?:later than|more than|less than|problem|worries|rush|hurry|matter|doubt|longer)\b|\bwhether or not\b/gi,
    means: ' ',
  },
  saying(
    'if',
    [
      String.raw`\bif (?:possible|at all possible|i may|i'm not mistaken|i am not mistaken|you (?:can|could|may|like|please|want|will|wish|have time|don't mind|do not mind|`,
      String.raw`would be so kind|would be so good|(?:have|get|find) (?:a )?(?:minute|moment|second|chance|time)|would)|that'?s (?:ok|okay|fine|possible)|`,
      String.raw`that is (?:ok|okay|fine|possible)|it'?s not too much (?:trouble|to ask)|it is not too much (?:trouble|to ask)|that makes sense)\b`,
    ],
    ' ',
  ),
  saying(
    'if whether + look check review assess proofread read',
    [
      String.raw`\b(?:look(?: at| over| through)?|check|review|assess|proofread|read) (${OWN} (?:\w+ )?${TEXTS}) (?:and see |to see )?(?:if|whether) (?:it|they)(?:'s| is| are| sounds?| reads?| has| have) [^.,;!?]*`,
    ],
    ' ; review $1 ',
  ),
  saying(
    'if + what how would does do is',
    [
      String.raw`\bif (?:we|i) (?:were to )?(mov|reassign|transferr?|shift|split|hand)(?:ed?|e)? ([^,?]{1,80}), ?(?:what|how|would|does|do|is)\b[^.;!?]*`,
    ],
    ' ; simulate moving $2 ; ',
  ),
  saying(
    'what + if',
    [
      String.raw`\bwhat if ([^,;.!?]{1,40}?) (?:goes|went|moves|moved|belonged|belongs|joins|joined|is given|was given|were given) (?:in)?to `,
    ],
    ' ; simulate moving $1 to ',
  ),
  saying(
    'what + if',
    [
      String.raw`\bwhat (?:happens |would happen |will happen |would change |changes )?if [^,;.!?]{1,40}? `,
      String.raw`(?:lost|loses|got|gets|gained|gains|received|receives|took over|takes over|gave up|gives up) (?=[^.,;!?]{0,40}\baccounts?\b)`,
    ],
    ' ; simulate moving ',
  ),
  {
    on: 'what + if ifs',
    says: /\b(?:(?:run|do|make|play) )?(?:an? )?what[ -]ifs?(?: analysis| scenario)? (?:on|for|about|of|with) (?=moving|giving|reassigning|shifting|transferring)/gi,
    means: 'simulate ',
  },
  { on: 'what + if ifs', says: /\bwhat[ -]if(?:s)?(?: analysis| scenario)? ?[:=]/gi, means: ' ; simulate ' },
  {
    on: 'what + if',
    says: /\bwhat (?:happens |would happen |will happen |would change |changes |will change )?if\b/gi,
    means: ' ; whatif ',
  },
  saying(
    'if whether',
    [
      String.raw`\b(?:tell me|let me know|let us know|tell us|check|see|find out|figure out|verify|decide|determine|assess|evaluate|know|`,
      String.raw`say|ask|judge|confirm|understand|wonder|wondering|test|look up|look) (?:if|whether)\b`,
    ],
    ' ; whether ',
  ),
]
