// What a person may choose from when something is asked for.
import { flag, html, type Html } from '../html.ts'
import type { PageContext } from '../page.ts'
import type { Playbook, Playbooks, Profiles } from '../shapes.ts'
import { plain } from '../words.ts'

/** Names; the one that is chosen alone, where the person may not see them. */
export async function profilesOf({ api }: PageContext, chosen: string): Promise<string[]> {
  const reply = await api({ method: 'get', path: '/v1/profiles' })
  return reply.ok ? (reply.body as Profiles).items.map(({ name }) => name) : [chosen]
}

export async function playbooksOf({ api }: PageContext): Promise<readonly Playbook[]> {
  const reply = await api({ method: 'get', path: '/v1/playbooks' })
  return reply.ok ? (reply.body as Playbooks).items : []
}

type Chosen = {
  readonly asked: { readonly playbook: string; readonly profile: string; readonly tenant: string }
  readonly profiles: readonly string[]
  readonly playbooks: readonly Playbook[]
}

/** The row of a form that says with which playbook, under which profile and for whom. */
export const choiceRow = ({ asked, profiles, playbooks }: Chosen): Html =>
  html`<div class="row">
    <label
      >or a playbook
      <select name="playbook">
        <option value="">none: the goal says it</option>
        ${playbooks.map(({ name }) => html`<option value="${name}" ${flag('selected', name === asked.playbook)}>${plain(name)}</option>`)}
      </select></label
    >
    <label
      >Profile
      <select name="profile">
        ${profiles.map((name) => html`<option ${flag('selected', name === asked.profile)}>${name}</option>`)}
      </select></label
    >
    <label>Tenant <input name="tenant" value="${asked.tenant}" maxlength="64" size="12" /></label>
  </div>`
