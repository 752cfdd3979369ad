// The process, its machine, and what watches it.
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { about, jobOf, SERVERS, type Incident } from '../incident.ts'
import { reach } from '../reach.ts'
import { askMany, finish } from '../runs.ts'
import { MANY_STEPS } from '../tools.ts'

const TRIO = jobOf('first')

const instanceDown: Incident = {
  name: 'instance-down',
  story: 'One of three instances is gone.',
  targets: ['first', 'second', 'third'],
  alerts: [{ alert: 'CugarTargetDown', job: TRIO }],
  begin: ({ server }) => server('first').kill(),
  heal: ({ server }) => server('first').start(),
}

const noMetrics: Incident = {
  name: 'no-metrics',
  story: 'A proxy answers the scrapes of one instance in its stead: up, without one cugar metric.',
  targets: ['first', 'second', 'third'],
  alerts: [{ alert: 'CugarNoMetrics', job: TRIO }],
  begin: async ({ gateway }) => gateway('third').set('strange'),
  heal: async ({ gateway }) => gateway('third').set('open'),
}

/** A start that another would cut short is never scraped: on a busy machine one takes longer than most acts may. */
const START_LIMIT_MS = 120_000

const crashLoop: Incident = {
  name: 'crash-loop',
  story: 'An instance crashes and is started again and again.',
  targets: ['first'],
  alerts: [{ alert: 'CugarRestarting', job: TRIO }],
  // Three restarts within fifteen minutes of the rules, which are 150 s: a start may take half a minute.
  times: 6,
  begin: async ({ server, gateway, repeat }) => {
    const restart = async (): Promise<void> => {
      await server('first').kill()
      await server('first').start()
      await gateway('first').scraped()
    }
    repeat(0, restart, START_LIMIT_MS)
  },
  heal: async () => {},
}

const jobDown: Incident = {
  name: 'job-down',
  story: 'The only instance of a job is gone, and with it who was to receive its alerts.',
  targets: ['lone'],
  alerts: about('lone', 'CugarJobDown'),
  begin: ({ server }) => server('lone').kill(),
  heal: ({ server }) => server('lone').start(),
}

const jobLost: Incident = {
  name: 'job-lost',
  story: 'A change of the configuration loses a job: nobody scrapes it any more.',
  targets: ['spare'],
  alerts: about('spare', 'CugarAbsent'),
  begin: async ({ setTargets }) => setTargets(jobOf('spare'), []),
  heal: async ({ setTargets }) => setTargets(jobOf('spare'), ['spare']),
}

const STOPPED_MS = 500
const RUNNING_MS = 150
/** Enough for runs to be in the middle of their appends. */
const BUSY_MS = 20

const stutter: Incident = {
  name: 'machine-stutters',
  story: 'The machine stops the process for half a second, again and again.',
  targets: ['stutter'],
  alerts: about('stutter', 'CugarJournalSlow', 'CugarEventLoopLagHigh'),
  begin: async ({ server, repeat }) => {
    repeat(RUNNING_MS, async () => {
      void askMany(server('stutter'), 10, ['demo', 'amber']).catch(() => null)
      await sleep(BUSY_MS)
      server('stutter').signal('SIGSTOP')
      await sleep(STOPPED_MS)
      server('stutter').signal('SIGCONT')
    })
  },
  heal: async ({ server, repeat }) => {
    server('stutter').signal('SIGCONT')
    repeat(200, () => finish(server('stutter'), 'demo', 'amber'))
  },
}

const collectorHangs: Incident = {
  name: 'collector-hangs',
  story: 'The collector takes spans and never answers: they are lost, and nothing waits for it.',
  targets: ['traced'],
  alerts: about('traced', 'CugarTraceExportFailing'),
  begin: async ({ server, repeat, collector }) => {
    collector('traced').hang()
    repeat(500, () => finish(server('traced'), 'demo', 'amber'))
  },
  heal: async ({ server, repeat, collector }) => {
    collector('traced').answer()
    repeat(500, () => finish(server('traced'), 'demo', 'amber'))
  },
}

const collectorSlow: Incident = {
  name: 'collector-slow',
  story:
    'The collector takes spans, but ten seconds for twenty: it is waited for, and the spans fall behind.',
  targets: ['behind'],
  alerts: about('behind', 'CugarProjectionLagging'),
  begin: async ({ server, repeat, collector }) => {
    collector('behind').dawdle(10_000)
    repeat(200, () => askMany(server('behind'), 4, ['demo', MANY_STEPS]))
  },
  heal: async ({ collector }) => collector('behind').answer(),
}

const registryRefused: Incident = {
  name: 'registry-refused',
  story: 'A registry with a mistake is loaded: it is refused, and the one before stays in force.',
  targets: ['steps'],
  alerts: about('steps', 'CugarRegistryReloadFailed'),
  begin: async ({ server }) => {
    server('steps').setRegistry('version: v9')
    await server('steps').ask('/v1/registry/reload', {})
  },
  heal: async ({ server }) => {
    await server('steps').changeRegistry({})
  },
}

const tooManySeries: Incident = {
  name: 'too-many-series',
  story: 'A registry with many more profiles is loaded, and their series are allowed.',
  targets: ['traced'],
  alerts: about('traced', 'CugarSeriesBudgetExceeded'),
  begin: async ({ server }) => {
    await server('traced').changeRegistry({ moreProfiles: 40 })
  },
  heal: async ({ server }) => {
    await server('traced').changeRegistry({ moreProfiles: 0 })
  },
}

type Document = { readonly paths: Readonly<Record<string, object>> }

const WRONG_BODIES = [
  ['application/json', '{"unknown":1}'],
  ['application/json', '{'],
  ['text/plain', '{'],
] as const
const OTHER_METHODS = ['PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const

const everyRouteWrongly: Incident = {
  name: 'routes-scanned',
  story: 'Somebody tries every route in every wrong way: more answers than the metrics tell apart.',
  targets: ['partial'],
  alerts: about('partial', 'CugarLabelOverflow'),
  begin: async ({ server }) => {
    const { paths } = await server('partial').call<Document>('/v1/openapi.json')
    // An answer is counted when its head is there; the event stream among them never ends.
    const send = async (url: string, init?: RequestInit): Promise<void> => {
      const { body } = await reach(url, init)
      await body?.cancel()
    }
    const scan = async (path: string): Promise<void> => {
      const url = `http://${server('partial').address()}${path.replaceAll(/\{\w+\}/g, 'nothing')}`
      await send(url)
      await send(`${url}?unknown=1`)
      for (const [type, body] of WRONG_BODIES)
        await send(url, { method: 'POST', headers: { 'content-type': type }, body })
      for (const method of OTHER_METHODS) await send(url, { method })
    }
    for (const path of Object.keys(paths).filter((name) => name.startsWith('/v1/'))) await scan(path)
  },
  heal: async () => {},
}

const FILLER = 'filler'
const MEGABYTE = 1_048_576
/** What is left: less than a tenth of the disk, and still room for the journal and its log of 8 MB. */
const ROOM_MEGABYTES = 18
const FILLER_BYTES = (SERVERS.disk.diskMegabytes - ROOM_MEGABYTES) * MEGABYTE

const diskFills: Incident = {
  name: 'disk-fills',
  story: 'Something else fills the disk of the journal.',
  targets: ['disk'],
  alerts: about('disk', 'CugarDiskFilling'),
  begin: async ({ server }) => {
    const { pid, dataDir } = server('disk')
    writeFileSync(join(`/proc/${pid()}/root`, dataDir, FILLER), Buffer.alloc(FILLER_BYTES))
  },
  heal: async ({ server }) => {
    const { pid, dataDir } = server('disk')
    rmSync(join(`/proc/${pid()}/root`, dataDir, FILLER))
  },
}

export const PLATFORM_INCIDENTS: readonly Incident[] = [
  instanceDown,
  noMetrics,
  crashLoop,
  jobDown,
  jobLost,
  stutter,
  collectorHangs,
  collectorSlow,
  registryRefused,
  tooManySeries,
  everyRouteWrongly,
  diskFills,
]
