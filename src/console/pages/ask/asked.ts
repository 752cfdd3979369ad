// What was asked so far: the fields of the form, and what was typed into fields of their own.
import { readFacts, readValue, writeValue } from '../../facts.ts'
import { html, type Html } from '../../html.ts'
import type { PageContext, Refusal } from '../../page.ts'
import { readSample, type Sample } from '../../samples.ts'
import { plain } from '../../words.ts'

export type Asked = {
  readonly goal: string
  /** Empty: the goal says it. */
  readonly playbook: string
  readonly profile: string
  readonly tenant: string
  /** YAML or JSON, as it was typed. */
  readonly context: string
}

const EXAMPLE = readSample('acme')
/** What the page starts with: the demo's, so that the first plan needs no typing. */
export const EXAMPLE_GOAL = EXAMPLE?.goal ?? ''
export const EXAMPLE_CONTEXT = EXAMPLE?.context ?? ''

const FACT = 'fact.'

/** What was typed into fields of its own belongs to what is known; what cannot be read stays a field. */
function withFields(text: string, form: URLSearchParams): string {
  const known = readFacts(text)
  const typed = [...form].filter(([name, value]) => name.startsWith(FACT) && value.trim() !== '')
  if (known === null || typed.length === 0) return text
  const next = { ...known }
  for (const [name, value] of typed) {
    const fact = readValue(value)
    if (fact !== undefined) next[name.slice(FACT.length)] = fact
  }
  return writeValue(next)
}

export const askedOf = ({ form, query }: PageContext): Asked => {
  const said = (name: string, preset: string): string => form.get(name) ?? query.get(name) ?? preset
  return {
    goal: said('goal', ''),
    playbook: said('playbook', ''),
    profile: said('profile', 'demo'),
    tenant: said('tenant', 'default'),
    context: withFields(said('context', ''), form),
  }
}

/** As a sample has it; whom it is for stays. */
export const fromSample = ({ tenant }: Asked, { goal, playbook, profile, context }: Sample): Asked => ({
  goal,
  playbook,
  profile,
  context,
  tenant,
})

/** With a fact more; as it was where what is known cannot be read. */
export function withFact(asked: Asked, name: string, value: unknown): Asked {
  const known = readFacts(asked.context)
  return known === null ? asked : { ...asked, context: writeValue({ ...known, [name]: value }) }
}

/** Names of what is known that a refusal speaks of, with what it says of each. */
function wanted(refusal: Refusal | null): Map<string, string[]> {
  const of = new Map<string, string[]>()
  for (const { path, message } of refusal?.errors ?? []) {
    const name = /\bcontext\.(\w+)/.exec(`${path} ${message}`)?.[1]
    if (name === undefined) continue
    of.set(name, [...(of.get(name) ?? []), `${path}: ${message}`])
  }
  return of
}

const EXAMPLES = readFacts(EXAMPLE_CONTEXT) ?? {}

/** A field for each fact that is missing or wrong, with an example in its place. */
export const fieldsFor = (asked: Asked, refusal: Refusal | null): Html[] => {
  const known = readFacts(asked.context) ?? {}
  return [...wanted(refusal)].map(([name, messages]) => {
    const text = writeValue(known[name])
    return html`<label for="fact-${name}">${plain(name)}</label>
      <p class="dim" id="why-${name}">${messages.join('; ')}</p>
      <textarea
        id="fact-${name}"
        name="${FACT}${name}"
        rows="${Math.max(3, text.split('\n').length)}"
        class="mono"
        spellcheck="false"
        aria-invalid="true"
        aria-describedby="why-${name}"
        placeholder="${writeValue(EXAMPLES[name])}"
        data-example="${writeValue(EXAMPLES[name])}"
      >
${text}</textarea>`
  })
}
