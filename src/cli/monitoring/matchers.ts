// Matchers of labels as PromQL writes them, of any value that a label may have.

/** One matcher, and what follows it. */
const MATCHER =
  /^\s*([a-zA-Z_]\w*)\s*(=~|!~|!=|=)\s*("(?:[^"\\\n]|\\(?:[abfnrtv\\'"]|x[\da-fA-F]{2}|[0-7]{3}|u[\da-fA-F]{4}|U[\da-fA-F]{8}))*")\s*(,|$)/

/** The name is each series' own, and a bucket without the others is no histogram. */
const TAKEN: ReadonlySet<string> = new Set(['__name__', 'le'])

/** What JavaScript knows and Prometheus' RE2 does not. */
const NOT_IN_RE2 = /\(\?<?[=!]|\\[1-9]|\\k</
/** What RE2 alone writes so. */
const FLAGS = /^\(\?[imsU]+\)/
const NAMED = /\(\?P</g

/** The text between the quotes; null: written in a way that only Go knows. */
function valueOf(quoted: string): string | null {
  try {
    return String(JSON.parse(quoted))
  } catch {
    return null
  }
}

function isPattern(quoted: string): boolean {
  const text = valueOf(quoted)
  if (text === null) return true
  if (NOT_IN_RE2.test(text)) return false
  try {
    return new RegExp(text.replace(FLAGS, '').replace(NAMED, '(?<')) instanceof RegExp
  } catch {
    return false
  }
}

/** `cluster="eu",job=~"sales .*"` as one line of PromQL; null: it is none, or would hide what rules are made of. */
export function matchersOf(text: string): string | null {
  const found: string[] = []
  for (let left = text; left !== '';) {
    const [whole, label = '', operator = '', quoted = '', next = ''] = MATCHER.exec(left) ?? []
    if (whole === undefined || TAKEN.has(label)) return null
    if (operator.endsWith('~') && !isPattern(quoted)) return null
    found.push(`${label}${operator}${quoted}`)
    left = left.slice(whole.length)
    if (next === ',' && left.trim() === '') return null
  }
  return found.length === 0 ? null : found.join(',')
}
