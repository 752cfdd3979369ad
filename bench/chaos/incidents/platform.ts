// The process, its machine, and what watches it.
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { about, jobOf, SPARE_JOB, type Incident } from '../incident.ts'
import { chaosRegistry } from '../registry-text.ts'
import { ask, askMany, finish } from '../runs.ts'

const TRIO = jobOf('first')

const instanceDown: Incident = {
  name: 'instance-down',
  story: 'One of three instances is gone.',
  servers: ['first', 'second', 'third'],
  alerts: [{ alert: 'CugarTargetDown', job: TRIO }],
  begin: ({ server }) => server('second').kill(),
  heal: ({ server }) => server('second').start(),
}

const noMetrics: Incident = {
  name: 'no-metrics',
  story: 'A proxy answers the scrapes of one instance in its stead: up, without one cugar metric.',
  servers: ['first', 'second', 'third'],
  alerts: [{ alert: 'CugarNoMetrics', job: TRIO }],
  begin: async ({ gateway }) => gateway('third').set('strange'),
  heal: async ({ gateway }) => gateway('third').set('open'),
}

const crashLoop: Incident = {
  name: 'crash-loop',
  story: 'An instance crashes and is started again and again.',
  servers: ['first', 'second', 'third'],
  alerts: [{ alert: 'CugarRestarting', job: TRIO }],
  begin: async ({ server, repeat }) => {
    repeat(1500, async () => {
      await server('first').kill()
      await server('first').start()
    })
  },
  heal: async () => {},
}

const jobDown: Incident = {
  name: 'job-down',
  story: 'The only instance of a job is gone, and with it who was to receive its alerts.',
  servers: ['lone'],
  alerts: about('lone', 'CugarJobDown'),
  begin: ({ server }) => server('lone').kill(),
  heal: ({ server }) => server('lone').start(),
}

const jobLost: Incident = {
  name: 'job-lost',
  story: 'A change of the configuration loses a job: nobody scrapes it any more.',
  servers: ['disk'],
  alerts: [{ alert: 'CugarAbsent', job: SPARE_JOB }],
  begin: async ({ setTargets }) => setTargets(SPARE_JOB, []),
  heal: async ({ setTargets }) => setTargets(SPARE_JOB, ['disk']),
}

const STOPPED_MS = 500
const RUNNING_MS = 150

const stutter: Incident = {
  name: 'machine-stutters',
  story: 'The machine stops the process for half a second, again and again.',
  servers: ['stutter'],
  alerts: about('stutter', 'CugarJournalSlow', 'CugarEventLoopLagHigh'),
  begin: async ({ server, repeat }) => {
    repeat(RUNNING_MS, async () => {
      void ask(server('stutter'), 'demo', 'amber').catch(() => null)
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
  story: 'The collector takes spans and never answers: they are lost, and their projection falls behind.',
  servers: ['traced'],
  alerts: about('traced', 'CugarTraceExportFailing', 'CugarProjectionLagging'),
  begin: async ({ server, repeat, collector }) => {
    collector.hang()
    repeat(100, () => askMany(server('traced'), 20, ['demo', 'amber and beryl and coral']))
  },
  heal: async ({ collector }) => collector.answer(),
}

const registryRefused: Incident = {
  name: 'registry-refused',
  story: 'A registry with a mistake is loaded: it is refused, and the one before stays in force.',
  servers: ['busy'],
  alerts: about('busy', 'CugarRegistryReloadFailed'),
  begin: async ({ server }) => {
    server('busy').setRegistry('version: v9')
    await server('busy').ask('/v1/registry/reload', {})
  },
  heal: async ({ server }) => {
    server('busy').setRegistry(chaosRegistry())
    await server('busy').call('/v1/registry/reload', {})
  },
}

const tooManySeries: Incident = {
  name: 'too-many-series',
  story: 'A registry with many more profiles is loaded, and their series are allowed.',
  servers: ['traced'],
  alerts: about('traced', 'CugarSeriesBudgetExceeded'),
  begin: async ({ server }) => {
    server('traced').setRegistry(chaosRegistry({ moreProfiles: 60 }))
    await server('traced').call('/v1/registry/reload', {})
  },
  heal: async ({ server }) => {
    server('traced').setRegistry(chaosRegistry())
    await server('traced').call('/v1/registry/reload', {})
  },
}

type Document = { readonly paths: Readonly<Record<string, object>> }

const everyRouteWrongly: Incident = {
  name: 'routes-scanned',
  story: 'Somebody tries every route in every wrong way: more answers than the metrics tell apart.',
  servers: ['partial'],
  alerts: about('partial', 'CugarLabelOverflow'),
  begin: async ({ server }) => {
    const { paths } = await server('partial').call<Document>('/v1/openapi.json')
    const scan = async (path: string): Promise<void> => {
      const asked = path.replaceAll(/\{\w+\}/g, 'nothing')
      await server('partial').ask(asked)
      await server('partial').ask(`${asked}?unknown=1`)
      await server('partial').ask(asked, { unknown: 1 })
      for (const type of ['text/plain', 'application/json'])
        await fetch(`http://${server('partial').address}${asked}`, {
          method: 'POST',
          headers: { 'content-type': type },
          body: '{',
        })
    }
    for (const path of Object.keys(paths).filter((name) => name.startsWith('/v1/'))) await scan(path)
  },
  heal: async () => {},
}

const FILLER = 'filler'
const MEGABYTE = 1_048_576

const diskFills: Incident = {
  name: 'disk-fills',
  story: 'Something else fills the disk of the journal.',
  servers: ['disk'],
  alerts: about('disk', 'CugarDiskFilling'),
  begin: async ({ server }) => {
    const { pid, dataDir } = server('disk')
    writeFileSync(join(`/proc/${pid()}/root`, dataDir, FILLER), Buffer.alloc(58 * MEGABYTE))
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
  registryRefused,
  tooManySeries,
  everyRouteWrongly,
  diskFills,
]
