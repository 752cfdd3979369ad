// A saying means something else than its words, or says in a roundabout way what can be said plainly.

/** Things that are written to be read by somebody: an alternative of a regular expression. */
export const TEXTS =
  '(?:emails?|messages?|drafts?|notes?|texts?|sms|outreach|intro|follow-?up|pitch|wording|copy|reply|opener)'
export const OWN = '(?:my|our|the|this|that|his|her|their)'
export const PLACES_OF_RECORD = '(?:crm|salesforce|hubspot|pipedrive|dynamics)'

export type Saying = {
  /**
   * It is looked for only where one of these words is: in lower case, without apostrophes ("isn" of "isn't"). Behind each "+"
   * are words of which one must be left when the sayings before it have been said plainly.
   */
  readonly on: string
  readonly says: RegExp
  readonly means: string
}

/** Parts of a pattern, so that long ones can be read. */
export const saying = (on: string, parts: readonly string[], means: string): Saying => ({
  on,
  says: new RegExp(parts.join(''), 'gi'),
  means,
})

/** Names begin with a capital: unlike other sayings these tell letters apart. */
export const withNames = (on: string, parts: readonly string[], means: string): Saying => ({
  on,
  says: new RegExp(parts.join(''), 'g'),
  means,
})
