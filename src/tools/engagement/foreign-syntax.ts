// Placeholders of other programs' templates: what a draft must not be sent with. One row a syntax; rows that come first
// win, so that `{{x.y}}` is not also found as `{x.y}`.
import { blankVariables } from '../template.ts'
import { isBareField, isIdentifier, isInstruction, isTag, namesField, namesName } from './field-words.ts'

export type ForeignPlaceholder = {
  /** As it is written, at most 100 characters. */
  readonly text: string
  /** The syntax by an example of it. */
  readonly syntax: string
}

type SyntaxRow = {
  readonly syntax: string
  readonly pattern: RegExp
  /** For signs that people also write for other reasons; sees what stands between them. */
  readonly accepts?: (inside: string) => boolean
}

const isField = (inside: string): boolean => namesField(inside) || isIdentifier(inside)

/** In square brackets and in capitals, but a remark and not a placeholder. */
const REMARKS = new Set(
  `ACTION ALERT ATTENTION BREAKING CONFIDENTIAL DEADLINE DRAFT EXT EXTERNAL FREE FYI IMPORTANT INFO INTERNAL INVITATION
  INVITE LIVE NEW NEWS NOTE OFFER OK PDF PODCAST PRIVATE PUBLIC REMINDER REPLY REPORT REQUIRED RESPONSE RSVP SIC SPAM
  SURVEY TEST TODAY UPDATE URGENT US EU UK VIDEO WEBINAR WHITEPAPER EBOOK Q`.split(/\s+/),
)

/** `[firstname,fallback=there]`. */
const FALLBACK = /^[\p{L}_.]+\s*[,|;]\s*(?:fallback|default)\s*[=:]/iu

function isBracketed(inside: string): boolean {
  if (/^(?:x|\d+)$/i.test(inside)) return false
  const capitals = inside.match(/\p{L}+/gu) ?? []
  const isCapital = capitals.length > 0 && inside === inside.toUpperCase() && inside !== inside.toLowerCase()
  if (isField(inside) || isInstruction(inside) || FALLBACK.test(inside)) return true
  return isCapital && inside.length > 1 && !capitals.every((word) => REMARKS.has(word))
}

/** No line break and no nesting inside, so that a stray sign does not swallow the text behind it. */
const ROWS: readonly SyntaxRow[] = [
  { syntax: '{{{name}}}', pattern: /\{\{\{([^{}\n]{0,100})\}\}\}/gu },
  { syntax: '{{contact.name}}', pattern: /\{\{([^{}]{0,200})\}\}/gu },
  { syntax: '{% if name %}', pattern: /\{%([^{}\n]{0,200})%\}/gu },
  { syntax: '{!Contact.Name}', pattern: /\{!([^{}\n]{1,100})\}/gu },
  { syntax: '${name}', pattern: /\$\{([^{}\n]{1,100})\}/gu },
  { syntax: '#{name}', pattern: /[#@%~^]\{([^{}\n]{1,100})\}/gu },
  { syntax: '$[NAME]$', pattern: /\$\[([^[\]\n]{1,100})\]\$/gu },
  { syntax: '%%[name]%%', pattern: /%%\[([^\n]{1,200}?)\]%%/gu },
  { syntax: '%%name%%', pattern: /%%=?([\p{L}_][^%\n]{0,99})%%/gu },
  { syntax: '*|NAME|*', pattern: /\*\|([^|\n]{1,100})\|\*/gu },
  { syntax: '<%= name %>', pattern: /<%([^<>\n]{1,200})%>/gu },
  { syntax: '<?= name ?>', pattern: /<\?([^<>\n]{1,200})\?>/gu },
  { syntax: '[% name %]', pattern: /\[%([^[\]\n]{1,100})%\]/gu },
  { syntax: '[[name]]', pattern: /\[\[([^[\]\n]{1,100})\]\]/gu },
  { syntax: '<<name>>', pattern: /<<([^<>\n]{1,100})>>/gu },
  { syntax: '%(name)s', pattern: /%\(([\p{L}_][\p{L}\p{N}_]*)\)[sd]/gu },
  { syntax: '((name))', pattern: /\(\(([^()\n]{1,60})\)\)/gu, accepts: isField },
  { syntax: '{name}', pattern: /[{｛]([^{}｛｝\n]{1,100})[}｝]/gu },
  { syntax: '{{name', pattern: /(\{\{[^\S\n]?[^\s{}]{0,40}|[^\s{}]{0,40}\}\})/gu },
  {
    syntax: '[NAME]',
    pattern: /(?<!\])\[[@$*=-]?([^[\]\n]{1,60}?)[*-]?\](?!\()/gu,
    accepts: isBracketed,
  },
  { syntax: '【name】', pattern: /【([^【】\n]{1,60})】/gu, accepts: isField },
  {
    syntax: '<name>',
    pattern: /<([\p{L}_][^<>/@:="\n]{0,60})>/gu,
    accepts: (inside) => (isField(inside) || isInstruction(inside)) && !isTag(inside),
  },
  { syntax: '«name»', pattern: /[«‹]([\p{L}_][^«»‹›\n]{0,60})[»›]/gu, accepts: isField },
  { syntax: '(insert name)', pattern: /\(((?:insert|your)\s[^()\n]{1,60})\)/giu, accepts: namesField },
  {
    syntax: '%name%',
    pattern: /(?<![\p{L}\p{N}_%])%(?!\p{AHex}{2}%)([\p{L}_](?:[^%\n]{0,60}[^%\s])?)%(?![\p{L}\p{N}%])/gu,
    accepts: (inside) => !/\s/u.test(inside) || namesField(inside),
  },
  {
    syntax: '%name',
    pattern: /(?<![\p{L}\p{N}_%]|\p{N}\s)%([\p{L}_][\p{L}\p{N}_]*)(?![\p{L}\p{N}%])/gu,
    accepts: (inside) => isBareField(inside) || /^(?:name|company)$/iu.test(inside),
  },
  {
    syntax: 'INSERT NAME',
    pattern: /(?<![\p{L}\p{N}])((?:INSERT|ENTER|ADD)(?: \p{Lu}{2,}){1,5})(?!\p{L})/gu,
  },
  {
    syntax: 'insert name here',
    pattern: /(?<!\p{L})((?:insert|enter|fill in|put) (?:\p{L}+ ){1,4}here)(?!\p{L})/giu,
    accepts: (inside) => inside.split(' ').some(namesField),
  },
  {
    syntax: '(NAME)',
    pattern: /\((\p{Lu}[^()\n]{2,40})\)/gu,
    accepts: (inside) => namesName(inside) && (inside === inside.toUpperCase() || / name$/iu.test(inside)),
  },
  { syntax: '##name##', pattern: /##([\p{L}_][\p{L}\p{N}_. ]{0,60})##/gu },
  { syntax: '#name#', pattern: /(?<![\p{L}\p{N}#])#([\p{L}_][\p{L}\p{N}_.]{0,60})#(?![\p{L}\p{N}])/gu },
  { syntax: '@@name@@', pattern: /@@?([\p{L}_][\p{L}\p{N}_.]{0,60})@@?(?![\p{L}\p{N}.])/gu },
  {
    syntax: '$name$',
    pattern: /(?<![\p{L}\p{N}])\${1,2}([\p{L}_][\p{L}\p{N}_.]{0,60})\${1,2}(?![\p{L}\p{N}])/gu,
  },
  {
    syntax: '$name',
    pattern: /(?<![\p{L}\p{N}$])\$!?([\p{L}_][\p{L}\p{N}_]*(?:\.[\p{L}\p{N}_]+)*)/gu,
    accepts: isField,
  },
  {
    syntax: '|name|',
    pattern:
      /(?<![\p{L}\p{N}])(?:\|{1,2}|~{1,2}|__|\^)([\p{L}_][\p{L}\p{N}_. ]{0,60}?)(?:\|{1,2}|~{1,2}|__|\^)(?![\p{L}\p{N}])/gu,
    accepts: isField,
  },
  { syntax: ':name', pattern: /(?<![\p{L}\p{N}:/]):([\p{L}]+_[\p{L}_]+):?/gu, accepts: namesField },
  {
    syntax: '-name-',
    pattern: /(?<![\p{L}\p{N}-])-([\p{L}]+(?:_[\p{L}]+)*)-(?![\p{L}\p{N}-])/gu,
    accepts: isIdentifier,
  },
  { syntax: '%s', pattern: /(?<![\p{N}%]\s?)%(?:\d\$)?([sd])(?![\p{L}\p{N}%])/gu },
  { syntax: '&name;', pattern: /&([\p{L}_][\p{L}\p{N}_]{0,40});/gu, accepts: isField },
  {
    syntax: '&lt;name&gt;',
    pattern: /&lt;([\p{L}_][^&\n]{0,60})&gt;/gu,
    accepts: (inside) => isField(inside) || isInstruction(inside),
  },
  {
    syntax: 'Dear (name)',
    pattern: /(?<=(?:^|[^\p{L}])(?:[Dd]ear|[Hh]i|[Hh]ello|[Hh]ey)[^\S\n])\(([\p{L}_ ]{2,40})\)/gu,
    accepts: namesName,
  },
  // What programs write where there is no value.
  { syntax: 'undefined', pattern: /(?<![\p{L}\p{N}])(\[object Object\]|undefined(?=[,!.]))/gu },
  {
    syntax: 'Dear null',
    pattern:
      /(?<=(?:^|[^\p{L}])(?:[Dd]ear|[Hh]i|[Hh]ello|[Hh]ey|[Hh]allo|Mr\.?|Mrs\.?|Ms\.?)[^\S\n])(undefined|null|NaN|None|nil|N\/A|n\/a)(?![\p{L}\p{N}])/gu,
  },
  { syntax: '____', pattern: /(?<=[\p{L},:][^\S\n])(_{3,})/gu },
  {
    syntax: 'FIRSTNAME',
    pattern: /(?<![\p{L}\p{N}_/.-]|[^\s(]@)(\p{L}[\p{L}_]*(?:\.[\p{L}_]+)*)(?![\p{L}\p{N}_@/-])/gu,
    accepts: isBareField,
  },
  {
    syntax: 'Dear NAME',
    pattern:
      /(?<=(?:^|[^\p{L}])(?:[Dd]ear|[Hh]i|[Hh]ello|[Hh]ey|DEAR|HI|HELLO|Mr\.?|Mrs\.?|Ms\.?|Dr\.?)[^\S\n]+[^\p{L}\s]{0,2})(\p{Lu}{3,}(?: \p{Lu}{3,}){0,3}|(?:First|Last|Full|Company) Name)(?!\p{L})/gu,
    accepts: namesName,
  },
  {
    syntax: 'YOUR NAME',
    pattern: /(?<![\p{L}\p{N}])((?:YOUR|THEIR|COMPANY|FIRST|LAST|FULL) NAME)(?!\p{L})/gu,
  },
  { syntax: 'XXX', pattern: /(?<![\p{L}\p{N}])(X{3,}|TODO|TBD|[Ll]orem ipsum)(?![\p{L}\p{N}])/gu },
]

/** Every row needs one of what follows; most messages have none, and need not be searched row by row. */
const SIGNS = /[{}｛[<%|«‹【#@$~^_&]/

/** By what each of them has in it. One pattern after the other is faster than all in one. */
const SIGNS_OF: readonly (readonly [part: string, pattern: RegExp])[] = [
  ['(', /\(\(|\((?:insert|your)\s/iu],
  ['-', /-\p{L}+-/u],
  [' Name', /(?:First|Last|Full|Company) Name/],
  ['name', /(?:first|last|full|company|contact|[fl])_?name/],
  ['jobtitle', /jobtitle/],
  ['here', /\bhere\b/],
]
const SIGN_WORDS: readonly RegExp[] = [
  /undefined|NaN/i,
  /(?:hi|hello|hey|dear|hallo|mrs?\.?|ms\.?)\s(?:\(|null|none|nil|n\/a)/iu,
  /XXX|TODO|TBD|lorem ipsum/iu,
]

/** Capitals next to a letter, as the rest of the rows needs them; `CAPITALS` alone is quick, and says yes too often. */
const CAPITALS =
  /[a-z\u0080-\u1fff\u2070-\uffff][A-Z\u0080-\u1fff\u2070-\uffff]|[A-Z\u0080-\u1fff\u2070-\uffff]{3}/
const CAPITAL_LETTERS = /\p{Lu}{3}|\p{Ll}\p{Lu}/u

const mayHavePlaceholders = (text: string): boolean =>
  SIGNS.test(text) ||
  SIGNS_OF.some(([part, pattern]) => text.includes(part) && pattern.test(text)) ||
  SIGN_WORDS.some((pattern) => pattern.test(text)) ||
  (CAPITALS.test(text) && CAPITAL_LETTERS.test(text))

/** As many as anybody reads. */
const MOST = 100

/** The distinct placeholders that are not in our own syntax, at most 100, in the order in which they are written. */
export function foreignPlaceholders(text: string): ForeignPlaceholder[] {
  const found = new Map<number, ForeignPlaceholder>()
  let rest = blankVariables(text, '\0')
  if (!mayHavePlaceholders(rest)) return []
  for (const { syntax, pattern, accepts } of ROWS)
    rest = rest.replaceAll(pattern, (whole: string, inside: string, start: number) => {
      if (accepts !== undefined && !accepts(inside.trim())) return whole
      found.set(start, { text: text.slice(start, start + Math.min(whole.length, 100)), syntax })
      return '\0'.repeat(whole.length)
    })
  const ordered = [...found].sort(([a], [b]) => a - b).map(([, placeholder]) => placeholder)
  return [...new Map(ordered.map((placeholder) => [placeholder.text, placeholder])).values()].slice(0, MOST)
}
