// Without keys only this machine is answered. Who is on it is told by the connection's own address; a header that a
// proxy adds says that the caller is somewhere else, whatever the address.
import { isIPv4 } from 'node:net'
import type { RequestHandler } from 'express'
import { AppError } from '../../errors.ts'

const LOOPBACK_NAME = /^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/i
const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])

/** For whom a proxy, a load balancer or a network says it speaks: the words of its headers, whoever puts what before them. */
const SPEAKS_FOR = [
  String.raw`(.+-)?forwarded(-.+)?`,
  String.raw`via|cdn-loop|x-varnish|x-host`,
  String.raw`(.+-)?(client|connecting|connection|origin(al|ating)?|peer|proxyuser|pseudo|real|remote|socket|user|viewer)-?(ip(v[46])?|addr(ess)?|external-address|for|host|port|proto|scheme|ur[il])`,
  // Names of theirs, but for those by which traces are passed on: a program on this machine sends these as well.
  String.raw`(akamai|cf|cloudfront|fastly|fly|incap|tailscale)-.+`,
  String.raw`x-(amz-cf|appengine|arr|azure|envoy|nginx|original|sucuri|vercel)-.+`,
]
const FORWARDED = new RegExp(`^(?:${SPEAKS_FOR.join('|')})$`)

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
  const forwarded = Object.keys(req.headers).find((name) => FORWARDED.test(name))
  if (forwarded !== undefined)
    throw new AppError('NOT_THIS_MACHINE', { why: `A proxy has added the header ${forwarded}.` })
  const host = req.get('host') ?? ''
  const changes = !SAFE_METHODS.has(req.method)
  const isForeign = changes && fromElsewhere(req.get('sec-fetch-site'), req.get('origin'), host)
  if (!LOOPBACK_NAME.test(host) || isForeign) throw new AppError('FORBIDDEN_HOST')
  next()
}
