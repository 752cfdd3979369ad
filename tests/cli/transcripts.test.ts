// The transcripts of docs/language-models.md are what the commands print: each is run against the scripted server, and
// compared line by line, whatever the times, ports and ids.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { simpleAnswer } from '../models/double.ts'
import { modelServer, says } from '../models/server.ts'
import { ACME, cugar, folder, lines, server } from './hand.ts'

const DOCUMENT = readFileSync(new URL('../../docs/language-models.md', import.meta.url), 'utf8')
const blocks = [...DOCUMENT.matchAll(/^```console\n(?<text>[^]*?)^```$/gm)].map(
  ({ groups }) => groups?.['text'] ?? '',
)

/** What differs from one machine and minute to the next. */
const plain = (line: string): string =>
  line
    .replaceAll(/\b\d+(?:\.\d+)? m?s\b/g, 'so long')
    .replaceAll(/run_[0-9a-f]+/g, 'run_id')
    .replaceAll(/127\.0\.0\.1:\d+/g, 'address')
    .replaceAll(/ +/g, ' ')
    .trim()

/** Without the command itself; of what runs side by side, whichever came first. */
const told = (block: string): string[] =>
  lines(block)
    .filter((line) => !line.startsWith('$ '))
    .map(plain)

/** But where it listens, which is another address each time. */
const printed = (out: string): string[] =>
  lines(out)
    .filter((line) => !line.startsWith('cugar listens on '))
    .map(plain)

const sorted = (all: readonly string[]): string[] => all.toSorted()

test('what the commands print with a language model and without one is what the document shows', async () => {
  const [doctor = '', compared = '', demo = '', course = '', summary = '', offline = ''] = blocks
  expect(blocks).toHaveLength(6)
  const scripted = await modelServer((response, received, nth) =>
    says(simpleAnswer(received))(response, received, nth),
  )
  const env = { PORT: '0', OPENAI_BASE_URL: scripted.url }
  const fresh = () => ({ ...env, DATA_DIR: folder() })

  const checked = lines((await cugar(['doctor', '--llm'], fresh())).out)
  expect(checked.map(plain).at(-1)).toBe(told(doctor).at(-1))

  const { url } = await server(fresh())
  const goal = /plan "(?<goal>[^"]+)"/.exec(compared)?.groups?.['goal'] ?? ''
  const args = ['plan', goal, '--profile', 'demo', '--context', ACME, '--compare']
  const side = await cugar(args, { CUGAR_URL: url })
  expect(lines(side.out).map(plain)).toEqual(told(compared))

  const ran = printed((await cugar(['demo', '--llm', '--exit'], fresh())).out)
  expect(ran.slice(0, told(demo).length)).toEqual(told(demo))
  const begin = ran.findIndex((line) => line.includes(' accepted: profile demo'))
  const end = ran.indexOf('Results')
  expect(sorted(ran.slice(begin, end))).toEqual(sorted(told(course)))
  const last = ran.indexOf('Summary')
  expect(ran.slice(last, last + told(summary).length)).toEqual(told(summary))
  await scripted.stop()

  const without = printed((await cugar(['demo', '--llm', '--exit'], { PORT: '0', DATA_DIR: folder() })).out)
  expect(without.slice(0, told(offline).length)).toEqual(told(offline))
}, 300_000)
