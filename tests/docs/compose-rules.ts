// What every container of docker-compose.yml must be, as a list of faults: empty is fine.
type Service = {
  readonly image?: string
  readonly user?: string
  readonly read_only?: boolean
  readonly privileged?: boolean
  readonly network_mode?: string
  readonly cap_drop?: readonly string[]
  readonly cap_add?: readonly string[]
  readonly security_opt?: readonly string[]
  readonly ports?: readonly string[]
  readonly volumes?: readonly string[]
  readonly networks?: readonly string[]
  readonly secrets?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  readonly healthcheck?: { readonly test?: readonly string[] }
  readonly restart?: string
}
export type Compose = {
  readonly services: Readonly<Record<string, Service>>
  readonly networks: Readonly<Record<string, { readonly internal?: boolean } | null>>
  readonly volumes: Readonly<Record<string, unknown>>
  readonly secrets: Readonly<Record<string, unknown>>
}

/** Images of one program, without anything in them that could ask it how it is. */
const WITHOUT_CLIENT: ReadonlySet<string> = new Set(['collector', 'tempo'])

const isOurMount = (volume: string, compose: Compose): boolean => {
  const [source = '', , mode] = volume.split(':')
  return source.startsWith('./') ? mode === 'ro' : source in compose.volumes
}

type Rule = readonly [string, (service: Service, name: string, compose: Compose) => boolean]

/** What must hold, and whether it does. */
const RULES: readonly Rule[] = [
  [
    'image has an exact version',
    // The versions of PostgreSQL have two parts.
    ({ image = '' }) => /(:v?\d+\.\d+\.\d+|^postgres:\d+\.\d+)(-[a-z0-9.-]+)?$/.test(image),
  ],
  ['does not run as root', ({ user = '' }) => /^[1-9]\d*:\d+$/.test(user)],
  ['file system is read-only', ({ read_only }) => read_only === true],
  ['drops every capability', ({ cap_drop }) => JSON.stringify(cap_drop) === '["ALL"]'],
  ['adds no privilege', ({ cap_add, privileged }) => cap_add === undefined && privileged !== true],
  ['gains no privilege', ({ security_opt = [] }) => security_opt.includes('no-new-privileges:true')],
  ['shares no network of the machine', ({ network_mode }) => network_mode === undefined],
  [
    'has a network that exists',
    ({ networks = [] }, _name, { networks: known }) =>
      networks.length > 0 && networks.every((one) => one in known),
  ],
  ['ports are on loopback', ({ ports = [] }) => ports.every((port) => /^127\.0\.0\.1:\d+:\d+$/.test(port))],
  [
    'files are mounted read-only, data in volumes',
    ({ volumes = [] }, _name, compose) => volumes.every((volume) => isOurMount(volume, compose)),
  ],
  [
    'secrets are files that are named',
    ({ secrets = [] }, _name, compose) => secrets.every((secret) => secret in compose.secrets),
  ],
  [
    'no secret has a value or a default here',
    ({ environment = {} }) =>
      Object.entries(environment).every(
        ([name, value]) =>
          name.endsWith('_FILE') ||
          !/PASSWORD|SECRET|TOKEN|_KEY$/.test(name) ||
          /^\$\{\w+:\?[^}]+\}$/.test(value),
      ),
  ],
  [
    'a file of a secret is one of its secrets',
    ({ environment = {}, secrets = [] }) =>
      Object.entries(environment).every(
        ([name, value]) =>
          !/(PASSWORD|SECRET|TOKEN|KEYS?)_FILE$/.test(name) ||
          secrets.some((secret) => value === `/run/secrets/${secret}`),
      ),
  ],
  [
    'no database is named here with its password',
    ({ environment = {} }) =>
      Object.entries(environment).every(
        ([name, value]) => name !== 'DATABASE_URL' || value === '${DATABASE_URL:-}',
      ),
  ],
  [
    'says how healthy it is',
    ({ healthcheck }, name) => WITHOUT_CLIENT.has(name) !== (healthcheck?.test?.length ?? 0) > 1,
  ],
  ['starts again', ({ restart }) => restart === 'unless-stopped'],
]

export function faultsOf(compose: Compose): string[] {
  return Object.entries(compose.services).flatMap(([name, service]) =>
    RULES.filter(([, holds]) => !holds(service, name, compose)).map(([rule]) => `${name}: ${rule}`),
  )
}
