// What is allowed to whom: every profile with its tools, approvers and limits; and a reload that is looked at first.
import { html, type Html } from '../html.ts'
import { empty, facts, note, pill, refused } from '../parts/bits.ts'
import { hasRole, type Page, type PageContext, type Refusal, type View } from '../page.ts'
import type { Profile, Profiles, RegistryDiff, Tool, Tools } from '../shapes.ts'
import { amount, duration, percent, plain, unitName } from '../words.ts'

const amounts = (of: Readonly<Record<string, number | undefined>>): string =>
  Object.entries(of)
    .map(([unit, value]) => (value === undefined ? '' : `${amount(unit, value)} ${unitName(unit)}`))
    .filter((text) => text !== '')
    .join(', ')

const limits = ({ limits: of }: Profile): Html =>
  facts([
    ['A run', amounts(of.run)],
    ...Object.entries(of.domain).map(([name, value]) => [`Domain ${name}`, amounts(value ?? {})] as const),
    ...Object.entries(of.tool).map(([name, value]) => [plain(name), amounts(value)] as const),
    ...of.tenant_windows.map(
      (one) => [`A tenant in a ${one.window}`, `${amounts(one.limits)} (${one.time_zone})`] as const,
    ),
    ['Warns at', percent(of.warning_threshold)],
    ['Beyond it', of.on_exceeded === 'skip' ? 'the step is left out' : 'the run ends'],
    ['Working time', `at most ${duration(of.timeout_seconds * 1000)}`],
  ])

function asksAPerson(tool: Tool | undefined, { approval_required }: Profile): boolean {
  if (tool === undefined) return false
  return tool.approval.required || approval_required.includes(tool.side_effects)
}

const card = (profile: Profile, tools: ReadonlyMap<string, Tool>, base: string): Html => {
  const { role, quorum, exclude_requester, timeout_seconds } = profile.approvers
  return html`<section class="card" id="profile-${profile.name}">
    <div class="head">
      <h2 class="name">${profile.name}</h2>
      ${profile.frozen ? pill('disabled', 'takes no new runs') : null}
    </div>
    <div class="cols">
      <div>
        <h3 class="minor">May use</h3>
        <ul class="plainlist">
          ${profile.allowed_tools.map(
            (name) =>
              html`<li>
                <a href="${base}/tools#tool-${name}">${plain(name)}</a>
                ${asksAPerson(tools.get(name), profile) ? pill('pending', 'a person decides') : null}
              </li>`,
          )}
        </ul>
        ${profile.allowed_tools.length === 0 ? html`<p class="dim">No tool.</p>` : null}
      </div>
      <div>
        <h3 class="minor">Who decides</h3>
        ${facts([
          ['Role', role],
          ['People', String(quorum)],
          ['Whoever asked', exclude_requester ? 'may not decide' : 'may decide as well'],
          ['Within', duration(timeout_seconds * 1000)],
          ['Adapters', profile.allowed_adapters.join(', ')],
        ])}
        <h3 class="minor">Limits</h3>
        ${limits(profile)}
      </div>
    </div>
  </section>`
}

const names = (title: string, tone: string, of: readonly string[]): Html | null =>
  of.length === 0
    ? null
    : html`<h3 class="minor">${title}</h3>
        <ul class="plainlist">
          ${of.map((name) => html`<li>${pill(tone, title.toLowerCase())} <code>${name}</code></li>`)}
        </ul>`

export const differenceOf = ({ added, removed, changed }: RegistryDiff): Html =>
  html`${names('Added', 'ok', added)}${names('Removed', 'failed', removed)}${names('Changed', 'medium', changed)}`

const isSame = ({ added, removed, changed }: RegistryDiff): boolean =>
  added.length + removed.length + changed.length === 0

const button = ({ base, csrf }: PageContext, to: string, text: string): Html =>
  html`<form class="inline" method="post" action="${base}/registry/${to}">
    <input type="hidden" name="_csrf" value="${csrf}" />
    <button class="act ${to === 'reload' ? 'go' : ''}">${text}</button>
  </form>`

export type Tried = { readonly diff: RegistryDiff; readonly isDone: boolean }

/** Only an admin reloads, and sees first what it changes. */
function reloading(context: PageContext, tried: Tried | null): Html | null {
  if (!hasRole(context.person, 'admin')) return null
  if (tried === null)
    return html`<section class="card">
      <p>The file may be newer than what is in force. Runs that have started go on under theirs.</p>
      ${button(context, 'compare', 'Show what a reload would change')}
    </section>`
  if (isSame(tried.diff))
    return note(
      'ok',
      tried.isDone ? 'Reloaded; nothing was different.' : 'The file says what is in force already.',
    )
  return html`<section class="card">
    <h2>${tried.isDone ? 'In force since now' : 'A reload would change this'}</h2>
    ${differenceOf(tried.diff)} ${tried.isDone ? null : button(context, 'reload', 'Put it into force')}
  </section>`
}

async function shown(context: PageContext, tried: Tried | null, refusal: Refusal | null): Promise<View> {
  const [profiles, tools] = await Promise.all([
    context.need({ method: 'get', path: '/v1/profiles' }),
    context.need({ method: 'get', path: '/v1/tools' }),
  ])
  const byName = new Map((tools as Tools).items.map((tool) => [tool.name, tool]))
  const { items } = profiles as Profiles
  return {
    title: 'Registry',
    status: refusal?.status ?? 200,
    main: html`<div class="sheet wide">
      <h1>Registry</h1>
      <p class="dim">What is allowed to whom. A run names a profile, and may do what that profile may.</p>
      ${refusal ? refused(refusal) : null} ${reloading(context, tried)}
      ${
        items.length === 0
          ? empty(
              'No profile is within reach of your key.',
              'Whoever runs this server can widen it in the keys file.',
            )
          : items.map((profile) => card(profile, byName, context.base))
      }
    </div>`,
  }
}

export const registryPage: Page = {
  method: 'get',
  path: '/registry',
  section: 'registry',
  view: (context) => shown(context, null, null),
}

const change = (verb: 'compare' | 'reload', query: Readonly<Record<string, string>>): Page => ({
  method: 'post',
  path: `/registry/${verb}`,
  section: 'registry',
  view: async (context) => {
    const reply = await context.api({ method: 'post', path: '/v1/registry/reload', query })
    if (!reply.ok) return shown(context, null, reply.refusal)
    return shown(context, { diff: reply.body as RegistryDiff, isDone: verb === 'reload' }, null)
  },
})

export const comparePage = change('compare', { dry_run: 'true' })
export const reloadPage = change('reload', {})
