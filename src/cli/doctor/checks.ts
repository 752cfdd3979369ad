// What a server needs of its machine: each check says how it is, and what to do when it is wrong.
import { inspectEnvironment, type Settings } from '../../config.ts'
import { withRegistry } from '../shipped-registry.ts'
import { AppError } from '../../errors.ts'
import type { ProblemItem } from '../../events/problem.ts'
import { NODE_MAJOR } from '../../version.ts'
import { counted } from '../../run/figures.ts'
import { bad, good, listed, sentenceOf, type Check } from './check.ts'
import { examineData, lockFile, type JournalState } from './data.ts'
import { examineDatabaseOf } from './database.ts'
import { hasOpen } from './holder.ts'
import { examineMachine } from './machine.ts'
import { examinePort, lookAtPort, type PortState } from './port.ts'
import { readText } from '../file.ts'
import { checkRegistryFile } from '../registry-file.ts'

function examineNode(): Check {
  const { node } = process.versions
  const [major] = node.split('.')
  if (Number(major) >= NODE_MAJOR) return good('node', `version ${node}`)
  return bad('node', `version ${node}`, `install Node.js ${NODE_MAJOR} or later`)
}

const examineSettings = (problems: readonly ProblemItem[]): Check =>
  problems.length === 0
    ? good('settings', 'valid')
    : listed('settings', problems, 'correct these environment variables')

/** What an error lists, or else its sentence as one problem of the variable. */
const problemsOf = (error: unknown, variable: string): readonly ProblemItem[] =>
  error instanceof AppError && error.problems.length > 0
    ? error.problems
    : [{ path: variable, message: sentenceOf(error) }]

/** Settings that name folders of somebody's own beside the registry. */
const OWN_PARTS: ReadonlySet<string> = new Set(['TOOLS_DIR', 'KNOWLEDGE_DIR', 'TEMPLATES_DIR'])

async function examineRegistry({
  registryFile,
  toolsDir,
  knowledgeDir,
  templatesDir,
}: Settings): Promise<Check> {
  const adviceFor = (problems: readonly ProblemItem[]): string =>
    problems.every(({ path }) => OWN_PARTS.has(path))
      ? 'set it to a folder that is there'
      : `correct ${registryFile}, or set REGISTRY to the registry file`
  return checkRegistryFile(registryFile, {
    ...(toolsDir !== undefined && { toolsDir }),
    ...(knowledgeDir !== undefined && { knowledgeDir }),
    ...(templatesDir !== undefined && { templatesDir }),
  }).then(
    ({ problems }) =>
      problems.length === 0
        ? good('registry', `${registryFile} is valid`)
        : listed('registry', problems, adviceFor(problems)),
    (error: unknown) => {
      const problems = problemsOf(error, 'REGISTRY')
      return listed('registry', problems, adviceFor(problems))
    },
  )
}

async function examineKeys({ keysFile }: Settings): Promise<Check> {
  if (keysFile === null) return good('keys', 'none: the server answers this machine only')
  const { parseKeys } = await import('../../http/callers/keys.ts')
  const advice = 'correct the file that CUGAR_KEYS_FILE names; `cugar keys new` makes entries'
  return readText(keysFile)
    .then(parseKeys)
    .then(
      (keys) => good('keys', `${counted(keys.length, 'key')} in ${keysFile}`),
      (error: unknown) => listed('keys', problemsOf(error, 'CUGAR_KEYS_FILE'), advice),
    )
}

async function examineProvider({ oidc }: Settings): Promise<Check[]> {
  if (oidc === null) return []
  const { oidcProvider } = await import('../../console/oidc/provider.ts')
  const { hostname } = new URL(oidc.issuer)
  const advice =
    'look at OIDC_ISSUER: its /.well-known/openid-configuration must be there, and name it as its issuer'
  return oidcProvider(oidc)
    .depart(oidc.redirectUrl ?? 'http://localhost/sign-in/callback')
    .then(
      () => [good('sign-in', `${hostname} answers as an identity provider`)],
      () => [bad('sign-in', `${hostname} does not answer as an identity provider`, advice)],
    )
}

/** Whether the cugar server that listens is the one that has this data. Where nobody can tell, one that has it is enough. */
async function isOurs({ listening }: PortState, journal: JournalState, settings: Settings): Promise<boolean> {
  if (listening === null || listening.version === null || !journal.inUse) return false
  if (settings.databaseUrl !== null || listening.holder === null) return true
  return hasOpen(listening.holder, lockFile(settings.dataDir))
}

const journalChecks = ({ checks }: JournalState, ours: boolean): readonly Check[] =>
  checks.map((check) =>
    ours && check.check === 'journal' ? good('journal', 'in use by the running server') : check,
  )

type Places = { readonly state: PortState | null; readonly journal: JournalState }

/** Only where a setting that is right says where to look. */
async function lookAtPlaces(settings: Settings, wrong: ReadonlySet<string>): Promise<Places> {
  const knowsPort = !wrong.has('HOST') && !wrong.has('PORT')
  const state = knowsPort ? await lookAtPort(settings) : null
  const examine = settings.databaseUrl === null ? examineData : examineDatabaseOf
  const journal: JournalState = wrong.has('DATABASE_URL')
    ? { checks: [], inUse: false }
    : await examine(settings)
  return { state, journal }
}

const SETTING_OF: Readonly<Record<string, string>> = { port: 'PORT', database: 'DATABASE_URL' }

/** Whoever listens is in the way of a start, also the server of these settings. */
function portInUse(settings: Settings, state: PortState): Check {
  if (state.listening === null) return examinePort(settings, state, false)
  const { holder } = state.listening
  const by = holder === null ? '' : ` by ${holder.program}, process ${holder.pid}`
  return bad('port', `${settings.host}:${settings.port} is in use${by}`, '')
}

/** What a start would find in its way beside what is wrong with the settings: a busy port, data that another process has. */
export async function placeProblems(
  settings: Settings,
  wrong: ReadonlySet<string>,
): Promise<readonly ProblemItem[]> {
  const { state, journal } = await lookAtPlaces(settings, wrong)
  const place = settings.databaseUrl === null ? 'DATA_DIR' : 'DATABASE_URL'
  // Whoever stands by waits for the data.
  const inData = settings.standby && journal.inUse ? [] : journal.checks
  return [...inData, ...(state === null ? [] : [portInUse(settings, state)])]
    .filter(({ ok }) => !ok)
    .map(({ check, detail }) => ({ path: SETTING_OF[check] ?? place, message: detail }))
}

/** Data and port together: a server that has the one and serves the other is the one of these settings. */
async function examinePlaces(settings: Settings, wrong: ReadonlySet<string>): Promise<readonly Check[]> {
  const { state, journal } = await lookAtPlaces(settings, wrong)
  const ours = state !== null && (await isOurs(state, journal, settings))
  return [...journalChecks(journal, ours), ...(state === null ? [] : [examinePort(settings, state, ours)])]
}

/** Every check, also after one that failed; only what depends on a setting that is wrong is left out. */
export async function examineAll(): Promise<Check[]> {
  const { settings: asked, problems } = inspectEnvironment()
  const settings = withRegistry(asked)
  const wrong = new Set(problems.map(({ path }) => path))
  return [
    examineNode(),
    ...(await examineMachine()),
    examineSettings(problems),
    await examineRegistry(settings),
    await examineKeys(settings),
    ...(wrong.has('OIDC_ISSUER') ? [] : await examineProvider(settings)),
    ...(await examinePlaces(settings, wrong)),
  ]
}
