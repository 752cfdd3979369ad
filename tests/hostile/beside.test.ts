import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { alone, inProcess, type Beside } from './beside.ts'

const child = fileURLToPath(new URL('./beside-child.ts', import.meta.url))

type Told = {
  readonly told: Record<string, string>
  readonly left: readonly string[]
  readonly failures: number
}

const BY_FIELDS = 'value: made'
const isLate = (says: string): boolean => /timer|tick|rejection/.test(says)

const wordsOf = (says: string): unknown => {
  if (says === 'says_it_later' || says === 'throws_in_a_timer') return 'fine'
  // Within the process they are there before anything goes wrong; a thread ends with what it leaves.
  return isLate(says) ? expect.stringMatching(/^(?:fine|value: made)$/) : BY_FIELDS
}

/** Before a run is accepted, or by the thread when it is called. */
const ruledOf = (says: string): unknown => {
  if (says === 'says_nothing') return expect.stringMatching(/^(?:INPUT_INVALID|user_invalid_input)$/)
  if (says === 'goes_round_for_ever') return 'system_timeout'
  if (isLate(says)) return expect.stringMatching(/^(?:succeeded|agent_bug)$/)
  return /^says_(?!it_)/.test(says) ? 'succeeded' : 'agent_bug'
}

const expectedOf = ({ kind, says }: Beside): unknown => {
  if (kind === 'words') return wordsOf(says)
  if (kind === 'rules') return ruledOf(says)
  return says === 'says_nothing' ? 'taken' : 'CHANGES_INVALID'
}

test(
  'whatever a tool does beside its calls, in words, edits, rules and files, is its own, and the process lives',
  { timeout: 400_000 },
  async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [child], { maxBuffer: 64 * 1024 * 1024 })
    const { told, left, failures } = JSON.parse(stdout) as Told
    const all = [...inProcess, ...alone]
    expect(all.length).toBeGreaterThan(80)
    const expected = all.map((one) => [one.tool.name, expectedOf(one)])
    expect(told).toEqual({ ...Object.fromEntries(expected), a_file: 'REGISTRY_INVALID' })
    expect(left).toContain('exits-when-loaded.ts')
    expect(failures).toBe(0)
    // Said by name to whoever looks after the process.
    for (const says of ['throws_in_a_timer', 'leaves_a_rejection', 'exits', 'says_a_proxy'])
      expect(left).toEqual(expect.arrayContaining([`words_${says}`, `revised_${says}`]))
  },
)
