// What a person may choose from when something is asked for.
import type { PageContext } from '../page.ts'
import type { Playbook, Playbooks, Profiles } from '../shapes.ts'

/** Names; the one that is chosen alone, where the person may not see them. */
export async function profilesOf({ api }: PageContext, chosen: string): Promise<string[]> {
  const reply = await api({ method: 'get', path: '/v1/profiles' })
  return reply.ok ? (reply.body as Profiles).items.map(({ name }) => name) : [chosen]
}

export async function playbooksOf({ api }: PageContext): Promise<readonly Playbook[]> {
  const reply = await api({ method: 'get', path: '/v1/playbooks' })
  return reply.ok ? (reply.body as Playbooks).items : []
}
