// What a server needs of its machine: each check says how it is, and what to do when it is wrong.
import { readEnvironment, type Settings } from '../../config.ts'
import { counted } from '../amounts.ts'
import { bad, good, sentenceOf, type Check } from './check.ts'
import { examineData } from './data.ts'
import { examineDatabaseOf } from './database.ts'
import { examinePort, serverAt } from './port.ts'
import { readText } from '../file.ts'
import { checkRegistryFile } from '../registry-file.ts'

const NEEDED_MAJOR = 24

function examineNode(): Check {
  const { node } = process.versions
  const [major] = node.split('.')
  if (Number(major) >= NEEDED_MAJOR) return good('node', `version ${node}`)
  return bad('node', `version ${node}`, `install Node.js ${NEEDED_MAJOR} or later`)
}

function readSettings(): { readonly settings: Settings | null; readonly check: Check } {
  try {
    return { settings: readEnvironment(), check: good('settings', 'valid') }
  } catch (error) {
    return {
      settings: null,
      check: bad('settings', sentenceOf(error), 'correct these environment variables'),
    }
  }
}

async function examineRegistry({ registryFile }: Settings): Promise<Check> {
  const see = `run \`cugar registry check ${registryFile}\` and correct what it lists`
  return checkRegistryFile(registryFile).then(
    ({ problems }) =>
      problems.length === 0
        ? good('registry', `${registryFile} is valid`)
        : bad('registry', `${registryFile} has ${counted(problems.length, 'problem')}`, see),
    (error: unknown) => bad('registry', sentenceOf(error), 'set REGISTRY to the registry file'),
  )
}

async function examineKeys({ keysFile }: Settings): Promise<Check> {
  if (keysFile === null) return good('keys', 'none: the server answers this machine only')
  const { parseKeys } = await import('../../http/keys.ts')
  return readText(keysFile)
    .then(parseKeys)
    .then(
      (keys) => good('keys', `${counted(keys.length, 'key')} in ${keysFile}`),
      (error: unknown) =>
        bad(
          'keys',
          sentenceOf(error),
          'correct the file that CUGAR_KEYS_FILE names; `cugar keys new` makes entries',
        ),
    )
}

/** Every check, also after one that failed; those that need settings only where these are valid. */
export async function examineAll(): Promise<Check[]> {
  const { settings, check } = readSettings()
  if (settings === null) return [examineNode(), check]
  const running = await serverAt(settings)
  return [
    examineNode(),
    check,
    await examineRegistry(settings),
    await examineKeys(settings),
    ...(settings.databaseUrl === null
      ? await examineData(settings, running)
      : await examineDatabaseOf(settings, running)),
    await examinePort(settings, running),
  ]
}
