// Whether the rules that Prometheus evaluates are those of this version.
import type { Asked } from './ask.ts'
import { bad, good, type Check } from '../check.ts'
import { shippedRules, type ShippedRule } from './shipped.ts'

type LoadedRule = {
  readonly name: string
  readonly query: string
  readonly health: string
  /** Seconds that an alert waits. */
  readonly duration?: number
  readonly group: string
}
type Groups = {
  readonly data: {
    readonly groups: readonly {
      readonly name: string
      readonly rules: readonly Omit<LoadedRule, 'group'>[]
    }[]
  }
}

const SHOWN = 10
const ADVICE = 'copy rules.yml and alerts.yml of dashboards/generated beside your configuration and reload it'

async function loadedRules(prometheus: Asked): Promise<readonly LoadedRule[]> {
  const { data } = (await prometheus.json('/api/v1/rules')) as Groups
  return data.groups.flatMap(({ name: group, rules }) => rules.map((rule) => ({ ...rule, group })))
}

/** As Prometheus writes it: blanks, and parentheses that change nothing, differ between versions. */
async function formatted(prometheus: Asked, query: string): Promise<string> {
  const { data } = (await prometheus.json('/api/v1/format_query', { query })) as { readonly data: string }
  return data
}

const UNIT_SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 }

const secondsOf = (wait: string): number => Number.parseInt(wait, 10) * (UNIT_SECONDS[wait.slice(-1)] ?? 0)

async function isSame(prometheus: Asked, shipped: ShippedRule, loaded: LoadedRule): Promise<boolean> {
  if (shipped.wait !== null && secondsOf(shipped.wait) !== loaded.duration) return false
  if (shipped.expr === loaded.query) return true
  return (await formatted(prometheus, shipped.expr)) === (await formatted(prometheus, loaded.query))
}

const keyOf = ({ name, group }: { readonly name: string; readonly group: string }): string =>
  `${group} ${name}`

/** Rules of one name in a group stand in the order of the file. */
function byKey<T extends { readonly name: string; readonly group: string }>(
  rules: readonly T[],
): Map<string, T[]> {
  const found = new Map<string, T[]>()
  for (const rule of rules) found.set(keyOf(rule), [...(found.get(keyOf(rule)) ?? []), rule])
  return found
}

export async function examineRules(prometheus: Asked): Promise<Check> {
  const shipped = await shippedRules()
  const loaded = byKey(await loadedRules(prometheus))
  const problems: string[] = []
  for (const [key, rules] of byKey(shipped)) {
    const own = loaded.get(key) ?? []
    for (const [index, rule] of rules.entries()) {
      const other = own[index]
      if (other === undefined) problems.push(`${rule.name} is not loaded`)
      else if (other.health === 'err') problems.push(`${rule.name} fails`)
      else if (!(await isSame(prometheus, rule, other))) problems.push(`${rule.name} is another rule`)
    }
  }
  const unique = [...new Set(problems)]
  if (unique.length === 0) return good('rules', `${shipped.length} loaded, as shipped`)
  const rest = unique.length > SHOWN ? `, and ${unique.length - SHOWN} more` : ''
  return bad('rules', `${unique.slice(0, SHOWN).join(', ')}${rest}`, ADVICE)
}
