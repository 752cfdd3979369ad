import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseTemplates, templateFile } from '../../../src/tools/engagement/templates/template-file.ts'
import { tool } from '../../../src/tools/engagement/manage-template-library.ts'
import { runSingle } from '../../../src/tools/single.ts'
import { summaryOf } from '../../../src/tools/summary.ts'
import { sampleTexts } from '../../../src/tools/text-file.ts'
import { describeProperties, outputOf, problemPaths } from '../properties.ts'
import { describeVectors } from '../vector-cases.ts'

describeVectors({
  tool,
  prose: ['output.message'],
  added: {
    'output.template': 'C11',
    'output.text': 'C11',
    'output.stored': 'C11',
    'output.proposal': 'C11',
    'output.warnings': 'C18',
    'output.ignored': 'C13',
    'output.assumptions': 'C11',
  },
  differs: {
    // The filters filter.
    list_filters_ignored: { by: 'C11', output: { count: 1, templates: [{ template_id: 'after_demo' }] } },
    create_invalid_channel_accepted: { by: 'C1', refusedAt: ['template_data.channel'] },
    // There is no such template.
    delete_any_id_success: { by: 'C11', refusedAt: ['template_id'] },
    // The earlier tool answered with a status that counts as success.
    create_missing_name: { by: 'C1', refusedAt: ['template_data.name'] },
    delete_missing_id: { by: 'C1', refusedAt: ['template_id'] },
    unknown_operation: { by: 'C1', refusedAt: ['operation'] },
    operation_case_sensitive: { by: 'C1', refusedAt: ['operation'] },
  },
})

const file = (source: string, front: string, text = 'Hello {{name}}') => ({
  source,
  text: `---\n${front}\n---\n${text}\n`,
})
const own = {
  knowledge: null,
  templates: [
    file('a.md', 'template_id: hello\nname: Hello\ncategory: Nurture'),
    file('b.md', 'template_id: hello\nname: Hello\nversion: 3', 'Hi {{name|there}} and {{company}}'),
    file('c.md', 'template_id: note\nname: Note\nchannel: linkedin', 'Note [First Name]'),
  ],
}
const answer = (input: Record<string, unknown>) => outputOf(tool, input, { texts: own, at: 0 })

describe('manage_template_library', () => {
  test('C11 lists the newest version of each, by channel and category', async () => {
    const ids = async (input: Record<string, unknown>) =>
      tool.output
        .parse(await answer(input))
        .templates?.map(({ template_id, version }) => [template_id, version])
    expect(await ids({})).toEqual([
      ['hello', 3],
      ['note', 1],
    ])
    expect(await ids({ channel: 'linkedin' })).toEqual([['note', 1]])
    expect(await ids({ category: 'GENERAL' })).toEqual([
      ['hello', 3],
      ['note', 1],
    ])
    expect(await ids({ category: 'none of them' })).toEqual([])
  })

  test('C11 reads a version with its variables, in the order of their first appearance', async () => {
    expect(await answer({ operation: 'read', template_id: ' hello ' })).toMatchObject({
      template_id: 'hello',
      template: { version: 3, variables: ['name', 'company'] },
      text: 'Hi {{name|there}} and {{company}}',
      versions: [3, 1],
      warnings: [],
      assumptions: [],
    })
    expect(await answer({ operation: 'read', template_id: 'hello', version: 1 })).toMatchObject({
      text: 'Hello {{name}}',
    })
    expect(await answer({ operation: 'read', template_id: 'note' })).toMatchObject({
      warnings: [expect.stringContaining('[First Name]')],
    })
  })

  test('C11 what changes the library is a proposal, with the file that would keep it', async () => {
    const updated = tool.output.parse(
      await answer({
        operation: 'update',
        template_id: 'hello',
        template_data: { template: 'Hey {{name}}', owner: 'me' },
      }),
    )
    expect(updated).toMatchObject({
      stored: false,
      message: expect.stringContaining('nothing is stored'),
      template: { name: 'Hello', version: 4, effectiveness: null, created_at: '1970-01-01T00:00:00.000Z' },
      proposal: { action: 'add', files: ['hello-v4.md'] },
      ignored: ['owner'],
    })
    const kept = { source: 'd.md', text: updated.proposal?.text ?? '' }
    expect(parseTemplates([...own.templates, kept])).toMatchObject({
      problems: [],
      templates: [{ version: 4, template: 'Hey {{name}}' }, { version: 3 }, { version: 1 }, {}],
    })
    expect(await answer({ operation: 'delete', template_id: 'hello' })).toMatchObject({
      stored: false,
      versions: [3, 1],
      proposal: { action: 'remove' },
    })
    // It is as it was.
    expect(await answer({ operation: 'list' })).toMatchObject({ count: 2 })
  })

  test('the sample is a library without problems, and is named as one', async () => {
    const { templates, problems } = parseTemplates(sampleTexts('templates'))
    expect(problems).toEqual([])
    expect(new Set(templates.map(({ template_id }) => template_id)).size).toBeGreaterThanOrEqual(4)
    expect(await outputOf(tool, {})).toMatchObject({
      assumptions: [
        'No folder of templates is set up: the library begins with the sample in examples/templates.',
      ],
    })
  })

  test.each([
    ['no front matter', { source: 'a.md', text: 'Hello' }, 'a.md must begin with ---'],
    ['no YAML', file('a.md', 'a: [', 'x'), 'a.md: template_id'],
    ['no name', file('a.md', 'template_id: a'), 'a.md: name'],
    ['another channel', file('a.md', 'template_id: a\nname: A\nchannel: pigeon'), 'a.md: channel'],
    ['no text', file('a.md', 'template_id: a\nname: A', ''), 'a.md: template'],
    ['a key that nobody knows', file('a.md', 'template_id: a\nname: A\ncolour: red'), 'a.md: '],
  ])('a file with %s is none of a template', (_what, given, problem) => {
    expect(parseTemplates([given]).problems.join('\n')).toContain(problem)
  })

  test('a version that is there twice is a problem', () => {
    const [first] = own.templates
    expect(parseTemplates(first ? [first, { ...first, source: 'z.md' }] : []).problems).toEqual([
      'hello has version 1 twice',
    ])
  })

  test('a template comes back from the file that keeps it, and no name of a file is a path', () => {
    const text = fc
      .string({ minLength: 1, maxLength: 50 })
      .map((said) => said.trim())
      .filter((said) => /[a-z]/i.test(said))
    fc.assert(
      fc.property(text, text, text, (id, name, body) => {
        const template = {
          template_id: id,
          name,
          template: body,
          channel: 'email' as const,
          category: 'general',
          version: 2,
          effectiveness: null,
          created_at: null,
        }
        const kept = templateFile(template)
        expect(kept.source).toMatch(/^[a-z0-9-]+-v2\.md$/)
        expect(parseTemplates([kept])).toEqual({ templates: [template], problems: [] })
      }),
    )
  })

  test('tells a template, and refuses what is not there or lacks something with every path', async () => {
    expect(await summaryOf(tool, await answer({ operation: 'read', template_id: 'hello' }))).toEqual([
      'Retrieved version 3 of hello',
      'Hello, version 3:',
      '    Hi {{name|there}} and {{company}}',
      '  variable: name',
      '  variable: company',
    ])
    expect(await problemPaths(tool, { operation: 'read' })).toEqual(['template_id'])
    expect(await problemPaths(tool, { operation: 'create' })).toEqual([
      'template_data.name',
      'template_data.template',
    ])
    expect(await problemPaths(tool, { operation: 'update', template_data: {} })).toEqual([
      'template_id',
      'template_data',
    ])
    expect(
      await problemPaths(tool, { operation: 'clone', template_data: { name: 5, channel: 'fax' } }),
    ).toEqual(['operation', 'template_data.name', 'template_data.channel'])
    const gone = await runSingle(tool, { operation: 'read', template_id: '../secret' }, { texts: own })
    expect(gone).toMatchObject({ error: { code: 'user_invalid_input', errors: [{ path: 'template_id' }] } })
    const there = { operation: 'create', template_data: { name: 'Tech Prospecting v1', template: 'x' } }
    const made = tool.output.parse(await outputOf(tool, there, { texts: own }))
    const kept = { source: 'k.md', text: made.proposal?.text ?? '' }
    expect(await runSingle(tool, there, { texts: { knowledge: null, templates: [kept] } })).toMatchObject({
      error: { errors: [{ path: 'template_data.name' }] },
    })
  })
})

describeProperties(
  tool,
  fc.record(
    {
      operation: fc.constantFrom('list', 'read', 'create', 'update', 'delete', 'clone'),
      template_id: fc.constantFrom('close_times', 'nobody', null),
      version: fc.integer({ min: 0, max: 3 }),
      template_data: fc.record(
        { name: fc.string(), template: fc.string(), channel: fc.constantFrom('email', 'fax') },
        { requiredKeys: [] },
      ),
    },
    { requiredKeys: [] },
  ),
)
