// Without keys only this machine is answered. Who is on it is told by the connection's own address; a header that a
// proxy adds says that the caller is somewhere else, whatever the address.
import { isIPv4 } from 'node:net'
import type { Request, RequestHandler } from 'express'
import { AppError } from '../../errors.ts'

const LOOPBACK_NAME = /^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/i
const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])

/** What only a proxy, a load balancer or a gateway adds: words of its own, wherever they stand in a header's name. */
const ITS_WORDS = [
  'backend|edge|forward|forwarded|forwards|gateway|ingress|proxied|proxy|proxyuser|surrogate|upstream|via',
  // Who was signed in at it.
  'authenticated|authentik|consumer|iap|oidc|principal|webauth',
  'caddy|codespaces|haproxy|heroku|istio|kong|nf|netlify|ngrok|railway|render|rndr|squid|traefik|varnish',
].join('|')

/** For whom it says that it speaks, whoever puts what before the words. */
const SPEAKS_FOR = [
  String.raw`(.+-)?(${ITS_WORDS})(-.+)?`,
  String.raw`cdn-loop|x-host|x-scheme|x-client|x-https|front-end-https|x-coming-from|x-request-start`,
  String.raw`(.+-)?(client|connecting|connection|origin(al|ating)?|peer|pseudo|real|remote|rewrite|replaced|socket|url|user|viewer)-?(ip(v[46])?|addr(ess)?|external-address|for|host|path|port|proto|scheme|ur[il])`,
  String.raw`(.+-)?(remote|request)-(user|email|groups?|name)`,
  String.raw`(.+-)?ssl(-.+)?|(.+-)?client-(cert|verify)(-.+)?`,
  // Names of theirs, but for those by which traces are passed on: a program on this machine sends these as well.
  String.raw`(akamai|cf|cloudfront|fastly|fly|incap|tailscale)-.+`,
  String.raw`x-(amz-cf|appengine|arr|azure|envoy|nginx|original|sucuri|tor|vercel)-.+`,
]
const FORWARDED = new RegExp(`^(?:${SPEAKS_FOR.join('|')})$`)

/** Servers that hand a header on to a program write `-` and `_` for one another. */
const speaksForAnother = (header: string): boolean => FORWARDED.test(header.replaceAll('_', '-'))

/**
 * The names by which a caller calls us: in its headers, more than one of which a proxy may read otherwise, and in a
 * request line that has a whole address, as a proxy is asked.
 */
function namesOf({ headersDistinct, originalUrl }: Request): string[] {
  const [, line] = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(originalUrl) ?? []
  return [...(headersDistinct['host'] ?? ['']), ...(line === undefined ? [] : [line])]
}

const fromElsewhere = (site: string | undefined, origin: string | undefined, host: string): boolean => {
  if (site !== undefined) return site !== 'same-origin' && site !== 'none'
  return origin !== undefined && origin.toLowerCase() !== `http://${host}`.toLowerCase()
}

/** IPv4 inside IPv6 is how a socket for both shows it. */
const isLoopback = (address: string | undefined): boolean => {
  const plain = address?.replace(/^::ffff:/i, '') ?? ''
  return plain === '::1' || (isIPv4(plain) && plain.startsWith('127.'))
}

/**
 * Refuses what another machine asks, by itself or through a proxy; and what a browser on this machine is made to ask
 * for a foreign page: by a name that is rebound to 127.0.0.1, or by a post across origins.
 * Errors: NOT_THIS_MACHINE, FORBIDDEN_HOST.
 */
export const thisMachineOnly: RequestHandler = (req, _res, next) => {
  if (!isLoopback(req.socket.remoteAddress))
    throw new AppError('NOT_THIS_MACHINE', { why: 'The connection does not come from a loopback address.' })
  const forwarded = Object.keys(req.headers).find(speaksForAnother)
  if (forwarded !== undefined)
    throw new AppError('NOT_THIS_MACHINE', { why: `A proxy has added the header ${forwarded}.` })
  const names = namesOf(req)
  const [host = ''] = names
  const isOurs = names.every((name) => LOOPBACK_NAME.test(name)) && new Set(names).size === 1
  const changes = !SAFE_METHODS.has(req.method)
  const isForeign = changes && fromElsewhere(req.get('sec-fetch-site'), req.get('origin'), host)
  if (!isOurs || isForeign) throw new AppError('FORBIDDEN_HOST')
  next()
}
