// The environment as text: what every reading of a setting begins with.
import { isIPv4 } from 'node:net'

export type Environment = Readonly<Record<string, string | undefined>>

/** Notes what is wrong with a setting. */
export type Refuse = (path: string, message: string) => void

/** An empty variable is an absent one. */
export const given = (env: Environment, name: string): string | null => env[name]?.trim() || null

/** Whether a host is this machine. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'))

export function urlOf(env: Environment, name: string, refuse: Refuse): string | null {
  const text = given(env, name)
  if (text === null) return null
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol))
    refuse(name, 'must be a URL that starts with http:// or https://')
  return text
}
