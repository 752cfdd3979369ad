// Cases over days, with no more of the shipped rules than they ask about: each minute of a day evaluates every rule, and
// three such files took as long as all the others together.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { parse, stringify } from 'yaml'

type Rule = { readonly alert?: string; readonly record?: string; readonly expr: string }
type Group = { readonly name: string; readonly rules: readonly Rule[] }
type Cases = {
  readonly rule_files: readonly string[]
  readonly tests: readonly {
    readonly promql_expr_test?: readonly { readonly expr: string; readonly eval_time: string }[]
  }[]
}

/** Minutes; eval times of recorded cases are whole minutes. */
const LONG = 1000

const minutesOf = (time: string): number => (/^\d+m$/.test(time) ? Number.parseInt(time, 10) : 0)

/** The rules that these expressions name, and those that they are made of. */
function neededOf(rules: readonly Rule[], asked: readonly string[]): ReadonlySet<Rule> {
  const needed = new Set<Rule>()
  const texts = [...asked]
  for (let text = texts.pop(); text !== undefined; text = texts.pop()) {
    for (const rule of rules) {
      const name = rule.alert === undefined ? rule.record : `alertname="${rule.alert}"`
      if (name === undefined || !text.includes(name) || needed.has(rule)) continue
      needed.add(rule)
      texts.push(rule.expr)
    }
  }
  return needed
}

/** Gives the path itself, or for as long as it is used that of a copy of a long file, which says and is asked the same. */
export async function withQuickCases<T>(path: string, use: (path: string) => Promise<T>): Promise<T> {
  const cases = parse(readFileSync(path, 'utf8')) as Cases
  const asked = cases.tests.flatMap(({ promql_expr_test = [] }) => promql_expr_test)
  if (asked.every(({ eval_time }) => minutesOf(eval_time) <= LONG)) return use(path)
  const groups = cases.rule_files.flatMap(
    (file) => (parse(readFileSync(join(dirname(path), file), 'utf8')) as { groups: Group[] }).groups,
  )
  const needed = neededOf(
    groups.flatMap(({ rules }) => rules),
    asked.map(({ expr }) => expr),
  )
  const left = groups
    .map((group) => ({ ...group, rules: group.rules.filter((rule) => needed.has(rule)) }))
    .filter(({ rules }) => rules.length > 0)
  const dir = mkdtempSync(join(tmpdir(), 'cugar-cases-'))
  try {
    writeFileSync(join(dir, 'rules.yml'), stringify({ groups: left }))
    const copy = join(dir, 'cases.yml')
    const order = left.map(({ name }) => name)
    writeFileSync(copy, stringify({ ...cases, rule_files: ['rules.yml'], group_eval_order: order }))
    return await use(copy)
  } finally {
    rmSync(dir, { recursive: true })
  }
}
