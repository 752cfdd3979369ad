// An identity provider that says what a test wants it to say, also what no honest one would: real HTTP, real
// signatures.
import { createHash, createSign, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'

const CLIENT = 'cugar-console'
/** A code that nobody may find anywhere afterwards. */
export const CODE = 'canary-code-4711'

const keyPair = (): { publicKey: KeyObject; privateKey: KeyObject } =>
  generateKeyPairSync('rsa', { modulusLength: 2048 })
const [OWN, FOREIGN] = [keyPair(), keyPair()]

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

function tokenOf(claims: object, { alg = 'RS256', key = OWN.privateKey } = {}): string {
  const signed = `${part({ alg, kid: 'one', typ: 'JWT' })}.${part(claims)}`
  if (alg === 'none') return `${signed}.`
  return `${signed}.${createSign('RSA-SHA256').update(signed).sign(key).toString('base64url')}`
}

/** What it does at the next exchange of a code. */
export type Fault =
  | 'none'
  | 'other nonce'
  | 'other issuer'
  | 'other audience'
  | 'expired'
  | 'not yet'
  | 'unsigned'
  | 'signed by another'
  | 'no identity'
  | 'nobody'
  | 'refuses the code'
  | 'broken'
  | 'is no provider'

export type HandMade = {
  readonly issuer: string
  /** `groups`: of the one person it knows; `fault`: what is wrong with its answers from now on. */
  readonly say: (next: { readonly fault?: Fault; readonly groups?: unknown; readonly sub?: unknown }) => void
  /** The nonce and challenge with which a browser was sent, which the provider ties to the code. */
  readonly sent: (to: URL) => void
}

export async function handMadeProvider(): Promise<HandMade> {
  const said: { fault: Fault; groups: unknown; sub: unknown } = { fault: 'none', groups: [], sub: 'carla' }
  let asked: { nonce: string; challenge: string; redirect: string } | null = null
  const server = createServer((req, res) => void answer(req, res))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })

  const json = (res: ServerResponse, status: number, body: unknown): void => {
    res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  }
  function identity(): string {
    const now = Math.floor(Date.now() / 1000)
    const { fault, groups, sub } = said
    const claims = {
      iss: fault === 'other issuer' ? 'https://elsewhere.example' : issuer,
      aud: fault === 'other audience' ? 'another-client' : CLIENT,
      nonce: fault === 'other nonce' ? 'another' : asked?.nonce,
      iat: fault === 'not yet' ? now + 7200 : now,
      ...(fault === 'not yet' ? { nbf: now + 7200 } : {}),
      exp: fault === 'expired' ? now - 7200 : now + 300,
      ...(fault === 'nobody' ? {} : { sub }),
      groups,
    }
    if (fault === 'unsigned') return tokenOf(claims, { alg: 'none' })
    return tokenOf(claims, fault === 'signed by another' ? { key: FOREIGN.privateKey } : {})
  }
  async function token(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const form = new URLSearchParams(await text(req))
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url')
    const isAsked = challenge === asked?.challenge && form.get('redirect_uri') === asked.redirect
    if (said.fault === 'broken') return void res.writeHead(500).end('<h1>out of order</h1>')
    if (said.fault === 'refuses the code' || form.get('code') !== CODE || !isAsked)
      return json(res, 400, { error: 'invalid_grant' })
    json(res, 200, {
      access_token: 'canary-access-token',
      token_type: 'Bearer',
      ...(said.fault === 'no identity' ? {} : { id_token: identity() }),
    })
  }
  async function answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    if (said.fault === 'is no provider') return void res.writeHead(200).end('hello')
    if (req.url === '/.well-known/openid-configuration')
      return json(res, 200, {
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/jwks`,
        response_types_supported: ['code'],
        id_token_signing_alg_values_supported: ['RS256'],
        token_endpoint_auth_methods_supported: ['client_secret_post'],
      })
    if (req.url === '/jwks')
      return json(res, 200, {
        keys: [{ ...OWN.publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'RS256', use: 'sig' }],
      })
    if (req.url === '/token') return token(req, res)
    res.writeHead(404).end()
  }
  return {
    issuer,
    say: ({ fault = 'none', groups = said.groups, sub = said.sub }) =>
      Object.assign(said, { fault, groups, sub }),
    sent: ({ searchParams }) => {
      const of = (name: string): string => searchParams.get(name) ?? ''
      asked = { nonce: of('nonce'), challenge: of('code_challenge'), redirect: of('redirect_uri') }
    },
  }
}

/** The settings with which the product is its client. */
export const clientOf = (issuer: string): Record<string, string> => ({
  OIDC_ISSUER: issuer,
  OIDC_CLIENT_ID: CLIENT,
  OIDC_CLIENT_SECRET: 'canary-client-secret',
  OIDC_SCOPE: 'openid groups',
})
