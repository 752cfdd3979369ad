// Who somebody is that an identity provider vouches for: what the registry in force says of their groups.
import type { Principal } from '../../engine/engine.ts'
import type { GroupSpec } from '../../registry/groups.ts'
import type { Registry } from '../../registry/registry.ts'

/** Whether `wide` is for all that `narrow` is for; patterns are compared as they are written. */
const covers = (wide: readonly string[] | null, narrow: readonly string[] | null): boolean =>
  wide === null || (narrow !== null && narrow.every((one) => wide.includes(one)))

const reachesAsFar = (other: GroupSpec, first: GroupSpec): boolean =>
  covers(other.tenants, first.tenants) && covers(other.profiles, first.profiles)

/**
 * The first group of the registry that is theirs says whose runs they see. Another one adds its roles only where it
 * reaches as far: a viewer of everything who administers one tenant must not administer everything. null: the registry
 * names none of their groups.
 */
export function principalOfGroups(
  id: string,
  groups: readonly string[],
  registry: Registry,
): Principal | null {
  const theirs = Object.entries(registry.groups ?? {}).flatMap(([name, spec]) =>
    groups.includes(name) ? [spec] : [],
  )
  const [first] = theirs
  if (first === undefined) return null
  const roles = theirs.filter((other) => reachesAsFar(other, first)).flatMap((group) => group.roles)
  const { tenants, profiles } = first
  const isLimited = tenants !== null || profiles !== null
  return { id, roles: [...new Set(roles)], ...(isLimited && { limitedTo: { tenants, profiles } }) }
}
