// Who had a hand in what a run does, over the whole chain of runs that it resumes: the people who may not be the only
// ones to approve it. Pure; the one place that says who they are, and when two names are one person.
import { oneSpelling } from '../events/names.ts'
import type { ApprovalState, RunState } from './state.ts'

export type Contributors = {
  /** Who asked for it: started the first run of the chain, or resumed one. */
  readonly askedBy: readonly string[]
  /** Who wrote a part of it: changed what was reviewed. Who says what became of a call reports, and writes nothing. */
  readonly editedBy: readonly string[]
}

export const isSamePerson = (one: string, other: string): boolean => oneSpelling(one) === oneSpelling(other)

export const isAmong = (people: readonly string[], name: string): boolean =>
  people.some((person) => isSamePerson(person, name))

const once = (names: readonly string[]): string[] =>
  names.filter((name, index) => names.findIndex((earlier) => isSamePerson(earlier, name)) === index)

const editorsOf = ({ votes }: ApprovalState): string[] =>
  votes.flatMap(({ by, changes }) => (changes === null ? [] : [by]))

/** Everybody who contributed to this run or to one that it resumes, each once. */
export function contributorsOf(state: RunState): Contributors {
  const { chain, requester, resumedBy = requester } = state
  const edited = Object.values(state.approvals).flatMap(editorsOf)
  return {
    askedBy: once([...(chain?.asked_by ?? []), requester, resumedBy]),
    editedBy: once([...(chain?.edited_by ?? []), ...edited]),
  }
}

/** Had this person a hand in it, in whatever way? */
function hasContributed(state: RunState, name: string): boolean {
  const { askedBy, editedBy } = contributorsOf(state)
  return isAmong(askedBy, name) || isAmong(editedBy, name)
}

/**
 * Whether a vote for an approval would leave it without anybody who had no hand in it. Who asked may not vote at all:
 * that is said before.
 */
export function wouldBeAlone(state: RunState, { votes, required }: ApprovalState, name: string): boolean {
  const approvers = [...votes.filter(({ decision }) => decision === 'approved').map(({ by }) => by), name]
  return approvers.length >= required && approvers.every((one) => hasContributed(state, one))
}
