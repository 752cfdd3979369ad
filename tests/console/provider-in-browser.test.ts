// The whole way through a real identity provider, in a real browser.
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Provider } from 'oidc-provider'
import { expect, onTestFinished, test } from 'vitest'
import { newKey } from '../../src/http/callers/keys.ts'
import { file, REGISTRY, server } from '../cli/hand.ts'
import { browserOfFile, problemsOf } from './browser.ts'

const people = browserOfFile()

const GROUPS: Readonly<Record<string, string>> = { rosa: 'sales', nora: 'nobody-knows-this' }

test('somebody signs in with the identity provider, comes back to where they were going, and signs out', async () => {
  const host = createServer()
  host.listen(0, '127.0.0.1')
  await once(host, 'listening')
  onTestFinished(() => {
    host.closeAllConnections()
    host.close()
  })
  const issuer = `http://127.0.0.1:${(host.address() as AddressInfo).port}`
  const registry = `${readFileSync(REGISTRY, 'utf8')}\ngroups:\n  sales: { roles: [operator, viewer] }\n`
  const key = { id: 'ops', sha256: newKey().sha256, roles: ['admin'] }
  const { url } = await server({
    CUGAR_KEYS_FILE: file('keys.json', JSON.stringify({ keys: [key] })),
    REGISTRY: file('registry.yaml', registry),
    OIDC_ISSUER: issuer,
    OIDC_CLIENT_ID: 'console',
    OIDC_CLIENT_SECRET: 'a secret of this test',
    OIDC_SCOPE: 'openid groups',
  })
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: 'console',
        client_secret: 'a secret of this test',
        token_endpoint_auth_method: 'client_secret_post',
        redirect_uris: [`${url}/sign-in/callback`],
      },
    ],
    claims: { openid: ['sub'], groups: ['groups'] },
    findAccount: (_context, id) => ({
      accountId: id,
      claims: () => ({ sub: id, groups: [GROUPS[id] ?? ''] }),
    }),
    pkce: { required: () => true },
    cookies: { keys: ['of this test'] },
  })
  const answer = provider.callback()
  host.on('request', (req, res) => void answer(req, res))

  const page = await people.open(`${url}/runs?status=failed`)
  await page.click('text=Sign in with 127.0.0.1')
  await page.fill('input[name="login"]', 'rosa')
  await page.fill('input[name="password"]', 'anything')
  await page.click('button[type="submit"]')
  await page.click('button[type="submit"]')
  await page.waitForURL(`${url}/runs?status=failed`)
  expect(await page.textContent('header')).toContain('rosa')
  expect(page.url()).not.toContain('code=')
  // A session as any other: it holds over a reload, and ends with a click.
  await page.reload()
  expect(await page.textContent('header')).toContain('rosa')
  await page.click('text=Sign out')
  await page.waitForURL(/\/sign-in/)
  await page.goto(`${url}/runs`)
  expect(page.url()).toContain('/sign-in?next=%2Fruns')
  // The provider's own pages ask the net for a font.
  expect(problemsOf(page).filter((one) => !one.includes('ERR_NAME_NOT_RESOLVED'))).toEqual([])

  // Whom the provider knows and nobody here: told so, and not let in.
  const other = await people.open(`${url}/sign-in`)
  await other.click('text=Sign in with 127.0.0.1')
  await other.fill('input[name="login"]', 'nora')
  await other.fill('input[name="password"]', 'anything')
  await other.click('button[type="submit"]')
  await other.click('button[type="submit"]')
  await other.waitForSelector('text=no group of yours has a role here')
  await other.click('text=Back to signing in')
  expect(other.url()).toBe(`${url}/sign-in`)
})
