// The frame of every page: head, menu, who is here, and whether it is live.
import type { Assets } from './assets.ts'
import { flag, html, type Html } from './html.ts'
import { hasRole, mayApprove, type PageContext, type Person, type View } from './page.ts'

type Item = {
  readonly section: string
  readonly href: string
  readonly name: string
  readonly roles: readonly string[]
}

const MENU: readonly Item[] = [
  { section: 'ask', href: '/', name: 'Ask', roles: ['operator'] },
  { section: 'inbox', href: '/inbox', name: 'Inbox', roles: ['viewer', 'approver'] },
  { section: 'runs', href: '/runs', name: 'Runs', roles: ['viewer'] },
  { section: 'lists', href: '/lists', name: 'Lists', roles: ['viewer'] },
  { section: 'signals', href: '/signals', name: 'Signals', roles: ['viewer'] },
  { section: 'budgets', href: '/budgets', name: 'Budgets', roles: ['viewer'] },
  { section: 'tools', href: '/tools', name: 'Tools', roles: ['viewer'] },
  { section: 'registry', href: '/registry', name: 'Registry', roles: ['viewer', 'admin'] },
  { section: 'audit', href: '/audit', name: 'Audit', roles: ['viewer', 'admin'] },
]

export const PERSONAS = ['requester', 'reviewer'] as const

/** A profile may ask its approvers for a role of its own. */
const isFor = ({ section, roles }: Item, person: Person): boolean =>
  hasRole(person, ...roles) || (section === 'inbox' && mayApprove(person))

/** The first page that this person may see. */
export const homeOf = (person: Person): string => MENU.find((item) => isFor(item, person))?.href ?? '/inbox'

const menu = ({ person, base }: PageContext, section: string): Html =>
  html`<nav aria-label="Pages">
    ${MENU.filter((item) => isFor(item, person)).map(
      (item) =>
        html`<a href="${base}${item.href}" ${item.section === section ? html`aria-current="page"` : null}
          >${item.name}${item.section === 'inbox' ? html`<b data-count="pending" hidden></b>` : null}</a
        >`,
    )}
  </nav>`

const csrfField = (csrf: string): Html => html`<input type="hidden" name="_csrf" value="${csrf}" />`

const personas = ({ person, base, csrf, here }: PageContext): Html => {
  const names: readonly string[] = PERSONAS
  return html`<form method="post" action="${base}/persona" class="who">
    ${csrfField(csrf)}<input type="hidden" name="next" value="${here}" />
    <label
      ><span>Acting as</span>
      <select name="persona" data-submits>
        ${[...new Set([...names, person.id])].map((name) => html`<option${flag('selected', name === person.id)}>${name}</option>`)}
      </select>
    </label>
    <noscript><button class="act">Change</button></noscript>
  </form>`
}

const signedIn = ({ person, base, csrf }: PageContext): Html =>
  html`<form method="post" action="${base}/sign-out" class="who">
    ${csrfField(csrf)}<span class="dim">${person.id}</span>
    <button class="act small">Sign out</button>
    <button class="act small" name="everywhere" value="1">Everywhere</button>
  </form>`

const head = (title: string, { base, assets }: { base: string; assets: Assets }): Html => {
  const css = assets.link('console.css', base)
  const js = assets.link('console.js', base)
  const actions = assets.link('actions.js', base)
  const morph = assets.link('idiomorph.js', base)
  return html`<meta charset="utf-8" />
    <title>${title} · CUGAr Sales</title>
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <link rel="icon" href="${assets.link('icon.svg', base).href}" type="image/svg+xml" />
    <link rel="stylesheet" href="${css.href}" integrity="${css.integrity}" />
    <script defer src="${morph.href}" integrity="${morph.integrity}"></script>
    <script defer src="${js.href}" integrity="${js.integrity}" data-base="${base}"></script>
    <script defer src="${actions.href}" integrity="${actions.integrity}"></script>`
}

export type Frame = {
  readonly section: string
  readonly assets: Assets
  /** Of the journal before the page was made. */
  readonly position: number
  /** true: a form led to it, so what is at its address is another page: no change elsewhere draws it anew. */
  readonly isAnswer: boolean
}

/** A whole document. */
export function document(view: View, context: PageContext, frame: Frame): string {
  const { base } = context
  return html`<!doctype html>
    <html lang="en">
      <head>
        ${head(view.title, { base, assets: frame.assets })}
      </head>
      <body data-position="${frame.position}">
        <a class="skip" href="#main">To the page</a>
        <div
          class="app ${view.list ? 'with-list' : ''} ${view.isChoosing ? 'choosing' : ''} ${view.isBare ? 'plain-app' : ''}"
        >
          <header class="top">
            <a class="logo" href="${base}/">CUGA<i>r</i> <span>Sales</span></a>
            <span class="live" data-live role="status">connecting</span>
            ${context.isPersona ? personas(context) : signedIn(context)}
          </header>
          ${view.isBare ? null : menu(context, frame.section)}
          ${view.list ? html`<aside class="list" aria-label="List">${view.list}</aside>` : null}
          <main id="main" tabindex="-1" ${frame.isAnswer ? html`data-still` : null}>${view.main}</main>
        </div>
      </body>
    </html>`.toString()
}

/** A page for who has no session yet. */
export function bareDocument(view: View, { base, assets }: { base: string; assets: Assets }): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        ${head(view.title, { base, assets })}
        ${view.onward === undefined ? null : html`<meta http-equiv="refresh" content="0;url=${view.onward}" />`}
      </head>
      <body class="bare">
        <main id="main">${view.main}</main>
      </body>
    </html>`.toString()
}
