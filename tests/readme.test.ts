import { describe, expect, test } from 'vitest'
import { ERRORS } from '../src/errors.ts'
import { CANONICAL_TYPES, EVENT_TYPES } from '../src/events/event.ts'
import { APPROVAL_STATUSES, RUN_STATUSES, STEP_STATUSES } from '../src/run/state.ts'
import manifest from '../package.json' with { type: 'json' }
import { read, tableAfter } from './docs/read.ts'
import { parsed } from './registry/parsed.ts'

describe('the documents', () => {
  test('name every error with its status and title', () => {
    const rows = tableAfter(read('README.md'), 'errors')
    expect(rows).toEqual(
      Object.entries(ERRORS).map(([code, { status, title }]) => [code, String(status), title]),
    )
  })

  test('name every tool of the registry with its effects, in the order of the domains', () => {
    const { domains, tools } = parsed(read('registry.yaml'))
    const listed = domains.flatMap((domain) => Object.values(tools).filter((tool) => tool.domain === domain))
    expect(tableAfter(read('README.md'), 'tools')).toEqual(
      listed.map(({ domain, name, side_effects, description }) => [domain, name, side_effects, description]),
    )
  })

  test('name every event, and which of them are canonical', () => {
    const rows = tableAfter(read('src/README.md'), 'events')
    expect(new Set(rows.map(([name]) => name))).toEqual(new Set<string>(EVENT_TYPES))
    expect(rows).toHaveLength(EVENT_TYPES.length)
    const canonical = rows.filter(([, mark]) => mark === 'yes').map(([name]) => name)
    expect(new Set(canonical)).toEqual(new Set<string>(CANONICAL_TYPES))
  })

  test('draw every state of runs, steps and approvals', () => {
    const text = read('src/README.md')
    const drawing = text.slice(text.indexOf('<!-- states:'), text.indexOf('## Events'))
    for (const state of [...RUN_STATUSES, ...STEP_STATUSES, ...APPROVAL_STATUSES])
      expect(drawing).toContain(state)
  })

  test('give commands that package.json has', () => {
    const scripts = [...read('README.md').matchAll(/npm run ([a-z]+)/g)].map(([, name]) => name ?? '')
    expect(scripts.length).toBeGreaterThan(3)
    for (const name of scripts) expect(Object.keys(manifest.scripts)).toContain(name)
  })

  // An old Node cannot read a .ts file, not even to be told so: only the launcher can say in one line what is needed.
  test('start the command line by its launcher', () => {
    const files = ['README.md', 'src/README.md', 'CONTRIBUTING.md', 'docs/operations.md', 'docs/runbook.md']
    for (const file of files) expect(read(file)).not.toContain('node src/cli/cugar.ts')
  })

  test('speak of the version that is being built', () => {
    expect(read('CHANGELOG.md')).toContain(`## ${manifest.version}`)
  })
})
