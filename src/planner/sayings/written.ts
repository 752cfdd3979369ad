// Short and sloppy ways to write a word.
import { saying, type Saying } from './saying.ts'

export const WRITTEN: readonly Saying[] = [
  { on: 'mail', says: /\be-mail/gi, means: 'email' },
  { on: 'mail mails', says: /(?<!\bdirect )\bmail(s?)\b/gi, means: 'email$1' },
  { on: 'docs', says: /\bdocs\b/gi, means: 'documentation' },
  { on: 'row rows', says: /\brow(s?)\b/gi, means: 'record$1' },
  { on: 'chk', says: /\bchk\b/gi, means: 'check' },
  { on: 'opp opps', says: /\bopp(s?)\b/gi, means: 'opportunity' },
  { on: 'oppty', says: /\boppty\b/gi, means: 'opportunity' },
  { on: 'acct accts', says: /\baccts?\b/gi, means: 'account' },
  { on: 'msg msgs', says: /\bmsgs?\b/gi, means: 'message' },
  { on: 'prep', says: /\bprep\b/gi, means: 'prepare' },
  { on: 'gimme', says: /\bgimme\b/gi, means: 'give me' },
  { on: 'proof', says: /\bproof (?=(?:my|our|the|this|it)\b)/gi, means: 'proofread ' },
  { on: 'lemme', says: /\blemme\b/gi, means: 'let me' },
  { on: 'wanna', says: /\bwanna\b/gi, means: 'want to' },
  { on: 'gonna', says: /\bgonna\b/gi, means: 'going to' },
  { on: 'informations', says: /\binformations\b/gi, means: 'information' },
  { on: 'battle', says: /\bbattle[ -]card/gi, means: 'battlecard' },
  { on: 'kill', says: /\bkill[ -]sheet/gi, means: 'battlecard' },
  { on: 'opener openers icebreaker', says: /\b(?:openers?|ice-?breakers?)\b/gi, means: 'intro' },
  { on: 'call', says: /\bcall script/gi, means: 'phone script' },
  { on: 'call', says: /\bcall to action\b/gi, means: 'CTA' },
  saying(
    'win winloss wins',
    [
      String.raw`\b(?:an? |the |our )?(?:winloss|wins?(?:[ ]?[/&-][ ]?| and | or | )loss(?:es)?)\b`,
      String.raw`(?: (?:data|numbers|figures|stats|statistics|history|record|deals|report|review|analysis|patterns?))?`,
    ],
    'the win loss patterns',
  ),
  { on: 'dm dms', says: /(?<=\b(?:an?|the|my|our|linkedin|quick|short) )dms?\b/gi, means: 'message' },
  { on: 'voicemail', says: /(?<=\b(?:an?|the|my|our) (?:\w+ )?)voicemail\b/gi, means: 'phone script' },
  { on: 'weak strong', says: /\bweak (?:points?|spots?|sides?)\b/gi, means: 'weaknesses' },
  { on: 'strong', says: /\bstrong (?:points?|sides?|suits?)\b/gi, means: 'strengths' },
  { on: 'check', says: /\bcheck-in (?=note|email|message|sms|text|call)/gi, means: '' },
]
