// The people of a deal as CRMs export them: title, department, seniority and the role they had in it.
import { isRecord } from '../../events/json.ts'
import {
  fieldFinder,
  isPlaceholder,
  kindOf,
  readText,
  takeFirst,
  type Candidate,
  type Interpretation,
  type ReadingProblem,
} from '../reading.ts'
import { foldText } from '../text.ts'
import { MAX_LIST } from '../field.ts'

const findFields = fieldFinder({
  title: ['job title', 'position', 'contact title', 'jobtitle'],
  department: ['dept', 'function', 'team'],
  seniority: ['level', 'management level', 'seniority level'],
  role: ['buying role', 'contact role', 'hs_buying_role', 'role in deal'],
})

/** null: nobody said. */
export type Contact = {
  readonly title: string | null
  readonly department: string | null
  readonly seniority: string | null
  /** As our own words write it, "Decision Maker" is decision_maker. */
  readonly role: string | null
}

type ContactsReading = {
  readonly value: readonly Contact[]
  readonly problems: ReadingProblem[]
  readonly interpreted: Interpretation[]
}

const TAKEN = `must be a list of at most ${MAX_LIST} people, each an object with title, department, seniority and role`

const roleOf = (text: string): string => foldText(text).replaceAll(/[^\p{L}\p{N}]+/gu, '_')

function readContact(record: Readonly<Record<string, unknown>>, path: readonly (string | number)[]) {
  const { found } = findFields(record)
  const take = (field: 'title' | 'department' | 'seniority' | 'role') =>
    takeFirst<string>(found.get(field), { field, at: path, read: (value) => readText(value, 200) })
  const [title, department, seniority, role] = [
    take('title'),
    take('department'),
    take('seniority'),
    take('role'),
  ]
  const all = [title, department, seniority, role]
  return {
    contact: {
      title: title.value,
      department: department.value,
      seniority: seniority.value,
      role: role.value === null ? null : roleOf(role.value),
    },
    problems: all.flatMap(({ problems }) => problems),
    interpreted: all.flatMap(({ interpreted }) => interpreted),
  }
}

/** `at` is the path to the deal. A deal without people has none. */
export function readContacts(came: Candidate | undefined, at: readonly (string | number)[]): ContactsReading {
  if (came === undefined || isPlaceholder(came.value)) return { value: [], problems: [], interpreted: [] }
  const path = [...at, came.key]
  const { value } = came
  if (!Array.isArray(value) || value.length > MAX_LIST)
    return { value: [], problems: [{ path, message: `${TAKEN}; it is ${kindOf(value)}` }], interpreted: [] }
  const read = value.map((one: unknown, index) =>
    isRecord(one)
      ? readContact(one, [...path, index])
      : {
          contact: null,
          problems: [{ path: [...path, index], message: `must be an object; it is ${kindOf(one)}` }],
          interpreted: [],
        },
  )
  return {
    value: read.flatMap(({ contact }) => (contact ? [contact] : [])),
    problems: read.flatMap(({ problems }) => problems),
    interpreted: read.flatMap(({ interpreted }) => interpreted),
  }
}
