// Signing in, and what is shown where the API said no.
import { html, type Html } from '../html.ts'
import { homeOf } from '../layout.ts'
import { note } from '../parts/bits.ts'
import type { PageContext, Refusal, View } from '../page.ts'

const providerLink = (to: string, provider: string): Html =>
  html`<p><a class="act go" href="${to}">Sign in with ${provider}</a></p>
    <p class="dim">Or with an API key:</p>`

/** A sign-in by way of the identity provider that did not come about: in words, and the way back. */
export const notVouchedPage = (why: string, { base }: { base: string }): View => ({
  title: 'Not signed in',
  main: html`<div class="sign-in">
    <h1>CUGA<i>r</i> Sales</h1>
    ${note('bad', why)}
    <p><a class="act go" href="${base}/sign-in">Back to signing in</a></p>
  </div>`,
})

/** The page between the identity provider and the console: the browser goes on by itself. */
export const onwardPage = (next: string): View => ({
  title: 'Signed in',
  main: html`<div class="sign-in">
    <h1>CUGA<i>r</i> Sales</h1>
    <p>You are signed in. <a href="${next}">Go on</a></p>
  </div>`,
  onward: next,
})

/** `next`: where to go on, an address within the console; `provider`: null where people have keys alone. */
export const signInPage = ({
  base,
  next,
  failed,
  isUndone,
  provider,
}: {
  base: string
  next: string
  failed: boolean
  /** A form led here, of a session that was over. */
  isUndone: boolean
  provider: string | null
}): View => ({
  title: 'Sign in',
  main: html`<form class="sign-in" method="post" action="${base}/sign-in">
    <h1>CUGA<i>r</i> Sales</h1>
    ${isUndone && !failed ? note('warn', 'Your session was over, so nothing was done. What you typed is still on the page before this one. Sign in, then do it once more.') : null}
    ${failed ? note('bad', 'This key is not known. Keys begin with cugar_ and are shown once, when they are made.') : null}
    ${provider === null ? null : providerLink(`${base}/sign-in/start?next=${encodeURIComponent(next)}`, provider)}
    <label for="key">API key</label>
    <input
      id="key"
      name="key"
      type="password"
      autocomplete="current-password"
      required
      ${provider === null ? html`autofocus` : null}
    />
    <input type="hidden" name="next" value="${next}" />
    <button class="act go">Sign in</button>
    <p class="dim">Whoever runs this server makes keys with <code>cugar keys new</code>.</p>
  </form>`,
})

const TITLES: Readonly<Record<number, string>> = {
  403: 'Not for this role',
  404: 'Not there',
  409: 'Changed meanwhile',
  422: 'Not possible so',
  503: 'Not now',
}

/** A page of what went wrong, and what to do. */
export const refusedPage = (refusal: Refusal, { base, person }: PageContext): View => ({
  title: TITLES[refusal.status] ?? 'That did not work',
  status: refusal.status,
  main: html`<div class="sheet">
    <h1>${TITLES[refusal.status] ?? 'That did not work'}</h1>
    ${note('bad', refusal.detail)}
    ${
      refusal.errors.length > 0
        ? html`<ul class="plainlist">
            ${refusal.errors.map(({ path, message }) => html`<li><code>${path}</code> ${message}</li>`)}
          </ul>`
        : null
    }
    <p><a class="act" href="${base}${homeOf(person)}">To your first page</a></p>
    <p class="dim mono">${refusal.code}</p>
  </div>`,
})
