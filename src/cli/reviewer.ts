// Who decides, on a server without keys: the requester may not be the one who approves, so that a name is asked for.
import { createInterface } from 'node:readline/promises'
import { readClient } from '../config.ts'
import { ACTOR_PATTERN, ACTOR_RULE } from '../events/names.ts'
import { clientFor, type Client } from './client.ts'
import type { Remote } from './command.ts'
import { usage } from './failure.ts'

/** Where nobody can be asked, a decision is made as this one. */
const REVIEWER = 'reviewer'

/** The name that a person gives at the terminal; empty: REVIEWER. Errors: USAGE. */
async function askName(): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  const ended = new Promise<string>((resolve) => terminal.once('close', () => resolve('')))
  const question = `Who decides? No key is set; --as NAME says it. [${REVIEWER}] `
  const given = (await Promise.race([terminal.question(question), ended])).trim()
  terminal.close()
  if (given !== '' && !ACTOR_PATTERN.test(given)) throw usage(`the name ${ACTOR_RULE}`)
  return given === '' ? REVIEWER : given
}

/**
 * As `clientFor`, for a decision. Where neither a key nor --as says who decides, a person at a terminal is asked, and
 * `remark` gets a sentence with the name otherwise. Errors: USAGE, SETTINGS_INVALID.
 */
export async function reviewerFor(options: Remote, remark: (text: string) => void): Promise<Client> {
  if (options.as !== undefined || readClient().key !== null) return clientFor(options)
  if (process.stdin.isTTY && process.stderr.isTTY && options.json !== true)
    return clientFor({ ...options, as: await askName() })
  remark(`deciding as ${REVIEWER}: no key is set; --as NAME says who decides`)
  return clientFor({ ...options, as: REVIEWER })
}
