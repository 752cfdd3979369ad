// Who buys from us: the titles that come again and again in the deals that were won, and who decided there.
import { z } from 'zod'
import { MAX_LIST } from '../field.ts'
import { byFrequency, groupBy, mostFrequent } from '../frequency.ts'
import { interpretationSchema } from '../reading.ts'
import { foldText, words } from '../text.ts'
import { listed } from '../summary.ts'
import { defineTool } from '../tool.ts'
import type { Contact } from './contact-record.ts'
import { dealsSchema, readDeals } from './deal-record.ts'

const UNKNOWN = 'Unknown'
const NO_ROLE = 'unknown'

/** Case and blanks make no other title. */
const titleKey = ({ title }: Contact): string => words(foldText(title ?? UNKNOWN)).join(' ')

const isSaid = (text: string | null): text is string => text !== null

const VOWEL_Y = /[aeiou]y$/i

/** A rank that is followed by what it is of, without an "of": "VP Operations". */
const RANK =
  /^((?:(?:global|regional|senior|sr\.?)\s+)?(?:[SEA]?VP|vice president|director|manager))(\s+\S.*)$/i

/** The head of a title comes first or alone: "VPs of Sales", "Directors of IT", "VPs Operations"; else its last word. */
function plural(title: string): string {
  const [, head, rest] = /^(.*?)(\s+(?:of|for|to|at|in|and|&)\s.*|,.*)$/i.exec(title) ??
    RANK.exec(title) ?? [null, title, '']
  const noun = head ?? title
  if (/(?:s|x|z|ch|sh)$/i.test(noun) && !/[A-Z]S$/.test(noun)) return `${noun}es${rest ?? ''}`
  if (/y$/i.test(noun) && !VOWEL_Y.test(noun)) return `${noun.slice(0, -1)}ies${rest ?? ''}`
  return `${noun}s${rest ?? ''}`
}

function advice(title: string, roles: readonly string[]): string {
  if (title === UNKNOWN) return 'Ask for the titles of these people: without one they cannot be found again.'
  if (roles.includes('decision_maker')) return `Go to ${plural(title)} first: they decide.`
  if (roles.includes('champion'))
    return `Win ${plural(title)} as champions, and reach the decision makers through them.`
  return `Keep ${plural(title)} informed: they influence the decision.`
}

function personaOf(group: readonly Contact[]) {
  const title = mostFrequent(group.map((one) => one.title).filter(isSaid)) ?? UNKNOWN
  const roles = [...new Set(group.map(({ role }) => role ?? NO_ROLE))]
  return {
    title_pattern: title,
    department: mostFrequent(group.map(({ department }) => department).filter(isSaid)) ?? UNKNOWN,
    seniority: mostFrequent(group.map(({ seniority }) => seniority).filter(isSaid)) ?? UNKNOWN,
    occurrence_count: group.length,
    typical_roles: roles,
    recommendation: advice(title, roles),
  }
}

function deciders(contacts: readonly Contact[]) {
  const deciding = contacts.filter(({ role }) => role === 'decision_maker')
  const [group] = [...groupBy(deciding, titleKey).values()].toSorted(
    (one, other) => other.length - one.length,
  )
  const title = group ? personaOf(group).title_pattern : UNKNOWN
  const seniority = mostFrequent(deciding.map((one) => one.seniority ?? UNKNOWN)) ?? UNKNOWN
  return {
    most_common_title: title,
    most_common_seniority: seniority,
    recommendation:
      deciding.length === 0
        ? 'Nobody is marked as a decision maker: note who decided in each deal.'
        : `Reach ${title === UNKNOWN ? 'whoever decides' : plural(title)}${seniority === UNKNOWN ? '' : ` (${seniority})`} for the final approval.`,
  }
}

const wonContacts = (records: z.output<typeof dealsSchema>): Contact[] =>
  readDeals(records).deals.flatMap(({ outcome, contacts }) => (outcome === 'won' ? contacts : []))

const persona = z.strictObject({
  title_pattern: z.string(),
  department: z.string(),
  seniority: z.string(),
  occurrence_count: z.int().min(1),
  typical_roles: z.array(z.string()),
  recommendation: z.string(),
})

export const tool = defineTool({
  name: 'extract_buyer_personas',
  input: z.strictObject({
    deals: dealsSchema.refine(
      (records) => readDeals(records).deals.some(({ outcome }) => outcome === 'won'),
      {
        error: 'must have at least one deal that was won',
        when: ({ value }) => dealsSchema.safeParse(value).success,
      },
    ),
    min_occurrences: z.int().min(1).max(MAX_LIST).default(3),
  }),
  output: z.strictObject({
    personas: z.array(persona),
    decision_maker_patterns: z.strictObject({
      most_common_title: z.string(),
      most_common_seniority: z.string(),
      recommendation: z.string(),
    }),
    /** People in deals that were won. */
    contact_count: z.int().min(0),
    /** What was read differently from what came. */
    interpreted: z.array(interpretationSchema),
  }),
  run: ({ deals: records, min_occurrences }) => {
    const contacts = wonContacts(records)
    const groups = groupBy(contacts, titleKey)
    const often = byFrequency(contacts.map(titleKey)).filter(({ count }) => count >= min_occurrences)
    return {
      personas: often.map(({ value }) => personaOf(groups.get(value) ?? [])),
      decision_maker_patterns: deciders(contacts),
      contact_count: contacts.length,
      interpreted: [...readDeals(records).interpreted],
    }
  },
  summary: ({ personas, decision_maker_patterns: deciding, contact_count }) => [
    `buyer personas: ${personas.length}, from ${contact_count} people in won deals`,
    ...listed(
      'persona',
      personas.map(
        ({ title_pattern, department, seniority, occurrence_count, recommendation }) =>
          `${title_pattern} (department ${department}, seniority ${seniority}), ${occurrence_count} times. ${recommendation}`,
      ),
    ),
    ...listed('decides', [deciding.recommendation]),
  ],
})
