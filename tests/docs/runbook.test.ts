import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { namesIn, read } from './read.ts'

type Alert = {
  readonly alert: string
  readonly labels: { readonly severity: string }
  readonly annotations: { readonly runbook_url: string }
}
type Board = { readonly title: string; readonly panels: readonly { readonly title: string }[] }

const GENERATED = 'dashboards/generated'
const file = parse(read(`${GENERATED}/alerts.yml`)) as { groups: { rules: Alert[] }[] }
const alerts = file.groups.flatMap(({ rules }) => rules)
const runbook = read('docs/runbook.md')

/** Text by heading. */
const sections = new Map(
  runbook
    .split(/^## /m)
    .slice(1)
    .map((text): [string, string] => [text.slice(0, text.indexOf('\n')), text]),
)

const panels = namesIn(GENERATED)
  .filter((name) => name.endsWith('.json'))
  .map((name) => JSON.parse(read(`${GENERATED}/${name}`)) as Board)
  .flatMap(({ title, panels: shown }) =>
    shown.map((panel) => `${title.replace('Cugar / ', '')} / ${panel.title}`),
  )

describe('the runbook', () => {
  test('has the section that each alert leads to, and no other', () => {
    const anchors = alerts.map(({ annotations }) => new URL(annotations.runbook_url).hash.slice(1))
    expect(anchors.length).toBeGreaterThan(30)
    expect([...sections.keys()].sort()).toEqual([...new Set(anchors)].sort())
  })

  test('is the document that the alerts lead to', () => {
    for (const { annotations } of alerts)
      expect(new URL(annotations.runbook_url).pathname).toMatch(/\/docs\/runbook\.md$/)
  })

  test('says name and severity of each alert as the rules have them', () => {
    for (const { alert, labels, annotations } of alerts) {
      const text = sections.get(new URL(annotations.runbook_url).hash.slice(1))
      expect(text).toContain(`**${alert}** (${labels.severity}): `)
    }
  })

  test('tells of each alert its impact, what to look at first, causes, mitigation and escalation', () => {
    for (const text of sections.values()) {
      const parts = [...text.matchAll(/^\* \*\*([A-Z][a-z ]+)\*\*/gm)].map(([, part]) => part)
      expect(parts).toEqual(['Impact', 'Look first', 'Usual causes', 'Mitigation', 'Escalate'])
      expect(text).toMatch(/\*\*Look first\*\*: 1\. .+ 2\. .+ 3\. /)
    }
  })

  test('points at panels that the dashboards have', () => {
    const named = [...runbook.matchAll(/"([A-Z][^"/]+ \/ [^"]+)"/g)].map(([, name]) => name)
    expect(named.length).toBeGreaterThan(40)
    for (const name of named) expect(panels).toContain(name)
  })
})
