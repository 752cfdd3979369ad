// `npm run chaos` lists the incidents; `npm run chaos -- NAME...` plays them at once (`all`: every one) on scratch servers, and
// shows the pages that it sends.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { timesOf, type Incident } from './incident.ts'
import { INCIDENTS } from './incidents/all.ts'
import { openTheatre, type Sent, type Theatre } from './play.ts'
import { afterwardsMs, RECORDED, recordCases } from './recording/record.ts'

const namesOf = ({ alerts }: Incident): string => alerts.map(({ alert }) => alert).join(', ')

function list(): void {
  console.log('Incidents: npm run chaos -- NAME...')
  for (const incident of INCIDENTS)
    console.log(`  ${incident.name.padEnd(20)} ${incident.story}\n${' '.repeat(23)}${namesOf(incident)}`)
  console.log(`  ${'all'.padEnd(20)} every one of them, at once
  ${'--record'.padEnd(20)} with names or all: writes what Prometheus saw as promtool cases
Needs prometheus, promtool, prometheus-alertmanager and Node on Linux; nothing of yours is touched.`)
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`

function showPage({ notice, afterMs }: Sent): void {
  const { labels, annotations, receiver, status } = notice
  const { alertname, severity, ...rest } = labels
  const words = Object.entries(rest).map(([name, value]) => `${name}=${value}`)
  console.log(`  ${status.padEnd(8)} ${alertname} (${severity}, to ${receiver}) after ${seconds(afterMs)}
           ${words.join(' ')}`)
  if (status === 'resolved') return
  console.log(`           ${annotations['summary']}
           ${annotations['description']}
           ${annotations['runbook_url']}`)
}

async function play(theatre: Theatre, incident: Incident): Promise<boolean> {
  try {
    const pages = await theatre.begin(incident)
    console.log(`\n${incident.name}: ${incident.story}`)
    for (const page of pages) showPage(page)
    for (const page of await theatre.heal(incident)) {
      console.log(`${incident.name}, healed:`)
      showPage(page)
    }
    return true
  } catch (error) {
    console.log(`\n${incident.name}: ${error instanceof Error ? error.message : String(error)}`)
    return false
  }
}

/** Writes what Prometheus saw of them as the promtool cases that are shipped. */
async function record({ monitoring, since, times }: Theatre, incidents: readonly Incident[]): Promise<void> {
  await sleep(afterwardsMs(times))
  const { prometheus } = monitoring
  const files = await recordCases({ prometheus, times, since, incidents }, RECORDED)
  console.log(`\n${files.length} files of recorded cases in ${RECORDED}`)
}

/** Plays incidents of one pace at once. Gives whether every alert came and ended. */
async function playAll(dir: string, incidents: readonly Incident[], isRecording: boolean): Promise<boolean> {
  const theatre = await openTheatre(dir, incidents)
  try {
    const outcomes = await Promise.all(incidents.map((incident) => play(theatre, incident)))
    if (isRecording) await record(theatre, incidents)
    return outcomes.every(Boolean)
  } finally {
    await theatre.stop()
  }
}

/** The exit code: 1 when an alert did not come or did not end, 2 for an incident that is not there. */
export async function main(given: readonly string[]): Promise<number> {
  const options = given.filter((word) => word === '--record')
  const args = given.filter((word) => word !== '--record')
  if (args.length === 0) {
    list()
    return 0
  }
  const missing = args.filter(
    (name) => name !== 'all' && INCIDENTS.every((incident) => incident.name !== name),
  )
  if (missing.length > 0) {
    console.error(`There is no incident ${missing.join(', ')}; npm run chaos lists them.`)
    return 2
  }
  const isRecording = options.length > 0
  const incidents = INCIDENTS.filter(({ name }) => args.includes('all') || args.includes(name))
  const paces = [...Map.groupBy(incidents, timesOf)]
  console.log('The shipped rules and routes with every duration divided. Nothing else differs.')
  for (const [times, act] of paces)
    console.log(`  by ${times}, an hour is ${3600 / times} s: ${act.map(({ name }) => name).join(', ')}`)
  const dir = await mkdtemp(join(tmpdir(), 'cugar-chaos-'))
  try {
    const outcomes = await Promise.all(
      paces.map(([times, act]) => playAll(join(dir, `${times}`), act, isRecording)),
    )
    return outcomes.every(Boolean) ? 0 : 1
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

if (import.meta.main) process.exit(await main(process.argv.slice(2)))
