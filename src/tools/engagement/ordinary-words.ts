// Words that say nothing of anybody: what joins a sentence, what is polite, what asks for a conversation. Whoever rewrites
// a text may use them freely. Words that could state a fact, a quantity, a date, a promise or a denial are not among them.

const JOINING =
  'a an the and or but so if as at by for from in into of on onto to toward with within about around over under through ' +
  'between across after before during since until while when where whether which who whom whose what why how that this ' +
  'these those than then there here also too just rather quite yet still again along together instead because though'

const PERSONS =
  'i me my mine myself we us our ours ourselves you your yours yourself it its they them their theirs someone anyone ' +
  'something anything someone people'

const HELPERS =
  'am is are was were be been being do does did doing have has had having will would shall should can could may might ' +
  "must let lets i'm i'd i'll i've we're we'd we'll we've you're you'd you'll you've it's that's let's here's"

const POLITE =
  'hi hello hey dear good morning afternoon evening please thanks thank welcome kind kindly regards warm warmly ' +
  'sincerely cheers yours glad happy pleased pleasure sorry hope hoping wish appreciate appreciated great nice looking ' +
  'forward'

const TALKING =
  'ask asking call chat conversation talk talking speak speaking discuss discussing hear hearing listen reply respond ' +
  'response write writing wrote written reach reached reaching touch connect connecting contact meet meeting share ' +
  'sharing send sending tell telling say saying mention explain describe show showing walk look see seeing read note ' +
  'noticed notice message email line word words question questions answer answers thought thoughts idea ideas view'

const THINKING =
  'know knowing think thinking wonder wondering wondered consider considering curious interest interested interesting ' +
  'believe guess feel find finding found understand learn learning explore exploring compare understanding like want ' +
  'need care matter matters helpful useful relevant worth worthwhile open sense fit idea suit suits'

const DOING =
  'get getting give giving go going come coming take taking make making bring put keep set start try trying use using ' +
  'work working works help helps helping helped support plan planning follow up down out off back quick quickly brief ' +
  'briefly short shortly soon time moment later now convenient available ahead way ways part thing things some any well able sure simply really'

/** Folded; with their apostrophes as people type them. */
export const ORDINARY_WORDS: ReadonlySet<string> = new Set(
  [JOINING, PERSONS, HELPERS, POLITE, TALKING, THINKING, DOING].join(' ').split(' '),
)
