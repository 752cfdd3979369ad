// What an operation on the library of templates would store: decided by the library as it is, and found again where the same
// step has stored it before.
import { createHash } from 'node:crypto'
import { canonicalJson } from '../../../events/digest.ts'
import type { LibraryAction } from '../../../events/library.ts'
import { CallError } from '../../../run/failure.ts'
import type { LibraryEntry } from '../../library-records.ts'
import { cleanText } from '../../text.ts'
import type { OwnTexts } from '../../text-file.ts'
import type { Template } from './template-file.ts'
import { libraryOf, storedTemplate, type TemplateLibrary } from './template-library.ts'

/** What is asked for; each operation was given what it needs. */
export type TemplateChange = {
  readonly operation: 'create' | 'update' | 'delete'
  readonly template_id?: string | null | undefined
  readonly template_data?: TemplateData | null | undefined
}

type TemplateData = { readonly [K in 'name' | 'template' | 'category']?: string | null | undefined } & {
  readonly channel?: Template['channel'] | null | undefined
}

/** As the library has always named them. */
const newId = (name: string): string =>
  `${name.toLowerCase().replaceAll(' ', '_')}_${createHash('md5').update(name).digest('hex').slice(0, 4)}`

/** Errors: CallError `user_invalid_input`, always. */
export function refuse(path: string, message: string): never {
  throw new CallError('user_invalid_input', 'The library has no such template.', {
    problems: [{ path, message }],
    happened: 'no',
  })
}

/** Versions of a template, the newest first. Errors: CallError where there are none. */
export function versionsOf({ templates }: TemplateLibrary, id: string): [Template, ...Template[]] {
  const [newest, ...older] = templates.filter(({ template_id }) => template_id === cleanText(id))
  return newest === undefined
    ? refuse('template_id', 'is the id of no template of the library')
    : [newest, ...older]
}

/** The same, of a template that is offered. */
export function offeredVersions(library: TemplateLibrary, id: string): [Template, ...Template[]] {
  const versions = versionsOf(library, id)
  return library.retired.has(versions[0].template_id)
    ? refuse('template_id', 'is the id of a template that was deleted')
    : versions
}

/** What was given of it; the rest as it was. */
const withData = (
  template: Template,
  { name, template: text, channel, category }: TemplateData,
  at: number,
): Template => ({
  ...template,
  name: cleanText(name ?? template.name),
  template: text ?? template.template,
  channel: channel ?? template.channel,
  category: cleanText(category ?? template.category),
  created_at: new Date(at).toISOString(),
})

const BLANK = {
  channel: 'email',
  category: 'general',
  version: 1,
  effectiveness: null,
  created_at: null,
} as const

/** What changes the library, as the calling step stores it. */
export type PlannedChange = { readonly action: LibraryAction; readonly template: Template }

function planCreate(
  { templates, retired, highest }: TemplateLibrary,
  { template_data: data }: TemplateChange,
  at: number,
): PlannedChange {
  const name = cleanText(data?.name ?? '')
  const template_id = newId(name)
  const [newest] = templates.filter((one) => one.template_id === template_id)
  if (newest !== undefined && !retired.has(template_id))
    refuse('template_data.name', 'is the name of a template that is there: update it')
  const version = (highest.get(template_id) ?? 0) + 1
  return {
    action: 'created',
    template: withData({ ...BLANK, version, template_id, name, template: '' }, data ?? {}, at),
  }
}

function planUpdate(
  library: TemplateLibrary,
  { template_id: id, template_data: data }: TemplateChange,
  at: number,
): PlannedChange {
  const [newest] = offeredVersions(library, id ?? '')
  // How well the text before it did says nothing of the new one.
  const next = {
    ...newest,
    version: (library.highest.get(newest.template_id) ?? newest.version) + 1,
    effectiveness: null,
  }
  return { action: 'updated', template: withData(next, data ?? {}, at) }
}

const planDelete = (library: TemplateLibrary, { template_id: id }: TemplateChange): PlannedChange => ({
  action: 'retired',
  template: offeredVersions(library, id ?? '')[0],
})

const PLAN: Readonly<
  Record<
    TemplateChange['operation'],
    (library: TemplateLibrary, change: TemplateChange, at: number) => PlannedChange
  >
> = { create: planCreate, update: planUpdate, delete: planDelete }

/** What tells whether a step has stored this already: the same but for the moment and the number of the version. */
const contentOf = ({ version: _version, created_at: _at, ...content }: Template): string =>
  canonicalJson(content)

const isSame = (one: Template | null, other: Template): one is Template =>
  one !== null && contentOf(one) === contentOf(other)

/** What an earlier attempt of this very step has stored. */
const storedBefore = (
  entries: readonly LibraryEntry[],
  { action, template }: PlannedChange,
): Template | null =>
  entries
    .filter((entry) => entry.isOwn && entry.action === action)
    .map(storedTemplate)
    .findLast((one) => isSame(one, template)) ?? null

export type ChangeDecision = PlannedChange & {
  /** An attempt of this step whose answer was lost has stored it: it is not stored twice. */
  readonly isStored: boolean
  /** That the library had before, the newest first. */
  readonly versions: readonly number[]
}

/** What is to be stored now. Errors: CallError `user_invalid_input`. */
export function decideChange(
  change: TemplateChange,
  { texts, entries, at }: { texts: OwnTexts; entries: readonly LibraryEntry[]; at: number },
): ChangeDecision {
  const decide = (known: readonly LibraryEntry[]): Omit<ChangeDecision, 'isStored'> => {
    const library = libraryOf(texts, known)
    const planned = PLAN[change.operation](library, change, at)
    const { template_id: id } = planned.template
    const versions = library.templates.filter(({ template_id }) => template_id === id)
    return { ...planned, versions: versions.map(({ version }) => version) }
  }
  if (!entries.some(({ isOwn }) => isOwn)) return { ...decide(entries), isStored: false }
  const asFound = decide(entries.filter(({ isOwn }) => !isOwn))
  const before = storedBefore(entries, asFound)
  return before === null
    ? { ...decide(entries), isStored: false }
    : { ...asFound, template: before, isStored: true }
}
