// Which series an alert is made of: the selectors of its expression, and those of the recording rules it reads.
import { parser } from '@prometheus-io/lezer-promql'
import { ALERTS, RECORDINGS } from '../../../dashboards/rules/rules.ts'

type Labels = Readonly<Record<string, string>>

const recordings = RECORDINGS.flatMap(({ rules }) => rules)

/** Every vector selector of an expression, as it is written. */
function selectorsIn(expr: string): string[] {
  const found: string[] = []
  parser.parse(expr).iterate({
    enter: ({ name, from, to }) => {
      if (name === 'VectorSelector') found.push(expr.slice(from, to))
    },
  })
  return found
}

const nameIn = (selector: string): string => selector.split('{')[0] ?? ''

/** A rule that records what has other labels says nothing of this alert: of another service level, for instance. */
const speaksOf = (own: Labels, fired: Labels): boolean =>
  Object.entries(own).every(([name, value]) => fired[name] === undefined || fired[name] === value)

function rawSelectors(expr: string, fired: Labels, seen: ReadonlySet<string>): string[] {
  return selectorsIn(expr).flatMap((selector) => {
    const name = nameIn(selector)
    const rules = recordings.filter(({ record }) => record === name)
    if (rules.length === 0) return [selector]
    if (seen.has(name)) return []
    return rules
      .filter(({ labels = {} }) => speaksOf(labels, fired))
      .flatMap((rule) => rawSelectors(rule.expr.text, fired, new Set([...seen, name])))
  })
}

/** Of what is scraped alone; `fired` are the labels that the alert fires with. Errors: an alert that is not shipped. */
export function selectorsOf(fired: Labels): readonly string[] {
  const rule = ALERTS.flatMap(({ rules }) => rules).find(
    ({ alert, labels }) =>
      alert === fired['alertname'] && Object.entries(labels).every(([name, value]) => fired[name] === value),
  )
  if (rule === undefined) throw new TypeError(`no alert ${fired['alertname']} with these labels is shipped`)
  return [...new Set(rawSelectors(rule.expr.text, fired, new Set()))]
}

/** The same, of one job. */
export function ofJob(selector: string, job: string): string {
  const [name = '', matchers = ''] = selector.split('{')
  const own = `job="${job}"`
  return `${name}{${[own, ...(matchers === '' ? [] : [matchers.slice(0, -1)])].join(',')}}`
}
