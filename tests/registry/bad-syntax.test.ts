import { describe, expect, test } from 'vitest'
import { problemsIn, toldIn, type Row } from './refused.ts'
import { GOOD, plus, replaced } from './texts.ts'

const SYNTAX: readonly Row[] = [
  ['an empty file', '', 1, '', 'empty'],
  ['a file of comments', '# nothing\n\n', 1, '', 'empty'],
  ['a list at the top', '- a\n- b\n', 1, '', 'must be a map'],
  ['a text at the top', 'hello', 1, '', 'must be a map'],
  ['a tab as indentation', plus('models:\n\tgpt: 1'), 8, '', 'tab'],
  ['a quote that is not closed', plus('models: "abc'), 7, '', 'missing'],
  ['a brace that is not closed', plus('models: { a: 1'), 7, '', 'brace is missing'],
  ['two colons on a line', plus('models: a: b'), 7, '', 'second "key:"'],
  ['two documents', plus('---\nversion: v1'), 7, '', 'several documents'],
  ['a directive', `%YAML 1.1\n---\n${GOOD}`, 1, '', '%'],
  ['an unknown directive', `%FOO bar\n---\n${GOOD}`, 1, '', '%'],
  ['a key twice', plus('version: v1'), 7, 'version', 'there twice; first on line 1'],
  ['an anchor', plus('models: &all {}'), 7, 'models', 'anchors'],
  ['an alias', replaced(6, '  solo: &p { timeout_seconds: 1 }\n  duo: *p'), 7, 'profiles.duo', 'aliases'],
  ['an alias without anchor', plus('models: *nothing'), 7, 'models', 'aliases'],
  ['a tag', plus('models: !!map {}'), 7, 'models', 'tags'],
  ['a tag of its own', plus('labels: !mine { max_series: 1 }'), 7, 'labels', 'tags'],
  ['a number as key', plus('1: 2'), 7, '', 'a key must be text'],
  ['a list as key', plus('? [a, b]\n: 2'), 7, '', 'a key must be text'],
  ['a merge key', plus('labels: { <<: { max_series: 5 } }'), 7, 'labels', '<< is not allowed'],
  ['a prototype key', plus('__proto__: { a: 1 }'), 7, '', '__proto__ is not allowed'],
  ['infinity', plus('labels: { max_series: .inf }'), 7, 'labels.max_series', 'finite'],
  ['depth without end', plus(`models: ${'['.repeat(60)}${']'.repeat(60)}`), 7, '', 'nested too deeply'],
]

describe('a text that is not plain YAML is refused with its line', () => {
  test.each(SYNTAX)('%s', (...row) => {
    expect(problemsIn(row)).toContainEqual(toldIn(row))
  })
})
