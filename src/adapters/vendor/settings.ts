// What a vendor's adapter is set up with: read once, with every problem of it at once, and never with a value.
import { AppError } from '../../errors.ts'
import { isLoopback } from '../../environment.ts'
import type { ProblemItem } from '../../events/problem.ts'
import type { AdapterSettings } from '../adapter.ts'

/** What a header, a form or an address can carry. */
const VISIBLE = /^[!-~]{1,8000}$/
/** Names of fields, columns and properties at every vendor. */
const FIELD = /^[A-Za-z][A-Za-z0-9_]{0,99}$/

/** Why this is no address that a token may be sent to, or null. */
function addressProblem(text: string): string | null {
  const url = URL.canParse(text) ? new URL(text) : null
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname))
  if (url === null || !isSafe) return 'must be an address that starts with https://'
  const isPlain = url.username === '' && url.password === '' && url.search === '' && url.hash === ''
  return isPlain ? null : 'must have no user, password, query or fragment'
}

/** The settings of one vendor; `done` is to be called when all are read. */
export type VendorSettings = {
  /** Visible ASCII; null: not set. */
  readonly text: (name: string) => string | null
  /** Without a slash at its end: https, or http on this machine. */
  readonly address: (name: string, otherwise: string) => string
  /** The name of a field of the vendor's records. */
  readonly field: (name: string, otherwise: string) => string
  readonly refuse: (path: string, message: string) => void
  /** Errors: AppError SETTINGS_INVALID with every problem; `path` is the variable. */
  readonly done: () => void
}

export function vendorSettings(settings: AdapterSettings): VendorSettings {
  const problems: ProblemItem[] = []
  const refuse = (path: string, message: string): void => {
    problems.push({ path, message })
  }
  const text = (name: string): string | null => {
    const value = settings(name)
    if (value !== null && !VISIBLE.test(value)) refuse(name, 'must be visible ASCII characters')
    return value
  }
  return {
    text,
    refuse,
    address: (name, otherwise) => {
      const value = settings(name) ?? otherwise
      const problem = addressProblem(value)
      if (problem !== null) refuse(name, problem)
      return value.replace(/\/+$/, '')
    },
    field: (name, otherwise) => {
      const value = settings(name) ?? otherwise
      if (!FIELD.test(value)) refuse(name, 'must be the name of a field: letters, digits and _')
      return value
    },
    done: () => {
      if (problems.length > 0) throw new AppError('SETTINGS_INVALID', {}, { problems })
    },
  }
}
