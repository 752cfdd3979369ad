// What Alertmanager has sent: notices by alert and job.
import { stringify } from 'safe-stable-stringify'
import { receive, type Received } from './programs.ts'

export type Notice = {
  /** Name of the receiver: pages, tickets, watchdog. */
  readonly receiver: string
  readonly status: 'firing' | 'resolved'
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  /** When Prometheus saw its alert begin. */
  readonly startsAt: string
  /** When it came, epoch milliseconds. */
  readonly at: number
}

type Webhook = { readonly alerts: readonly Omit<Notice, 'receiver' | 'at'>[] }

const noticesIn = ({ path, body, at }: Received): Notice[] =>
  (body as Webhook).alerts.map((alert) => ({ ...alert, receiver: path.slice(1), at }))

export type Pages = {
  readonly url: string
  /** In the order of their arrival; without labels all of the alert. */
  readonly of: (alert: string, labels?: Readonly<Record<string, string>>) => readonly Notice[]
  readonly stop: () => Promise<void>
}

export async function takePages(): Promise<Pages> {
  const { url, received, stop } = await receive()
  return {
    url,
    stop,
    of: (alert, wanted = {}) =>
      received
        .flatMap(noticesIn)
        .filter(
          ({ labels }) =>
            labels['alertname'] === alert &&
            Object.entries(wanted).every(([name, value]) => labels[name] === value),
        ),
  }
}

const nameOf = ({ labels }: Notice): string => stringify(labels)

/** Alerts whose latest notice says that they fire. */
export function stillFiring(notices: readonly Notice[]): readonly Notice[] {
  const latest = new Map(notices.map((notice) => [nameOf(notice), notice]))
  return [...latest.values()].filter(({ status }) => status === 'firing')
}
