// Texts that an operator keeps in folders of their own (KNOWLEDGE_DIR, TEMPLATES_DIR): read at the start and at every reload, so that
// no request names a path and a run reads what its registry was taken into force with.
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, resolve, sep } from 'node:path'
import { frozen } from './events/json.ts'
import type { ProblemItem } from './events/problem.ts'
import { parseTemplates } from './tools/engagement/templates/template-file.ts'
import type { OwnTexts, TextFile } from './tools/text-file.ts'

/** The folders, as far as they are set. */
export type TextFolders = {
  /** Markdown about products and competitors. */
  readonly knowledgeDir?: string
  /** Message templates. */
  readonly templatesDir?: string
}

const MOST_FILES = 500
const MOST_CHARACTERS = 2_000_000

type Found = { readonly texts: TextFile[]; readonly problems: ProblemItem[] }

const decoder = new TextDecoder('utf-8', { fatal: true })

/** Paths of the files in a folder and below it; links are not followed, and what is hidden is not read. Errors: it cannot be read. */
const filesIn = (dir: string): string[] =>
  readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.md'))
    .map((entry) => relative(dir, join(entry.parentPath, entry.name)))
    .filter((path) => path.split(sep).every((part) => !part.startsWith('.')))
    .map((path) => path.split(sep).join('/'))
    .sort()

/** Errors: what cannot be read. */
function readFile(dir: string, source: string): TextFile | string {
  try {
    return { source, text: decoder.decode(readFileSync(join(dir, source))) }
  } catch {
    return `${source} cannot be read as UTF-8`
  }
}

function sizeProblems(texts: readonly TextFile[]): string[] {
  const characters = texts.reduce((sum, { text }) => sum + text.length, 0)
  return [
    ...(texts.length > MOST_FILES ? [`has ${texts.length} files of Markdown; ${MOST_FILES} are read`] : []),
    ...(characters > MOST_CHARACTERS
      ? [`has ${characters} characters together; ${MOST_CHARACTERS} are read`]
      : []),
  ]
}

function readMarkdown(given: string, setting: string): Found {
  const dir = resolve(given)
  let names: string[]
  try {
    names = filesIn(dir)
  } catch {
    return { texts: [], problems: [{ path: setting, message: `${given} is no folder that can be read` }] }
  }
  const read = names.map((name) => readFile(dir, name))
  const texts = read.filter((one) => typeof one !== 'string')
  const empty = names.length === 0 ? [`${given} has no file of Markdown (*.md)`] : []
  const messages = [...empty, ...read.filter((one) => typeof one === 'string'), ...sizeProblems(texts)]
  return { texts, problems: messages.map((message) => ({ path: setting, message })) }
}

const TEMPLATES = 'TEMPLATES_DIR'

type Read = { readonly texts: OwnTexts; readonly problems: ProblemItem[] }

/** What the folders have, and every problem; `path` is the setting. Never rejects. */
export function readTexts({ knowledgeDir, templatesDir }: TextFolders): Read {
  const knowledge = knowledgeDir === undefined ? null : readMarkdown(knowledgeDir, 'KNOWLEDGE_DIR')
  const templates = templatesDir === undefined ? null : readMarkdown(templatesDir, TEMPLATES)
  const unfit = parseTemplates(templates?.texts ?? []).problems
  return {
    // Tools of every run are given the same ones.
    texts: frozen({ knowledge: knowledge?.texts ?? null, templates: templates?.texts ?? null }),
    problems: [
      ...(knowledge?.problems ?? []),
      ...(templates?.problems ?? []),
      ...unfit.map((message) => ({ path: TEMPLATES, message })),
    ],
  }
}
