// Words that name a field of a person or company, in the languages people fill templates in. They tell a placeholder
// such as [Company name] from words that happen to stand in brackets.

const FIELDS = new Set(
  `name firstname fname lname lastname fullname nickname first last full surname company companyname organisation
  organization organizations account business firm employer title job jobtitle role position department industry
  sector vertical city town country state region location address street zip postcode phone mobile telephone email
  mail website site url domain date day month quarter year time weekday slot product service solution offering
  competitor pain painpoint point trigger event metric number amount price percent percentage value benefit result
  outcome goal topic link calendar calendly signature sender recipient customer client contact lead prospect user
  owner rep manager team salutation greeting mutual connection referral school university project technology tool
  reason challenge problem use case study compliment icebreaker opener sentence paragraph text content
  news post article achievement personalization personalisation variable placeholder field x xx xxx xyz
  vorname nachname firma firmenname unternehmen anrede ansprechpartner branche ort stadt datum uhrzeit thema
  nombre apellido apellidos empresa cargo puesto ciudad fecha sector industria
  prénom prenom nom société societe entreprise poste fonction ville secteur
  nome cognome azienda ruolo città citta settore sobrenome cidade setor
  naam voornaam achternaam bedrijf bedrijfsnaam functie plaats
  navn fornavn etternavn efternavn virksomhed bedrift namn förnamn efternamn företag
  imię imie nazwisko firmy nazwa miasto`
    .split(/\s+/)
    .map((word) => word.normalize('NFC')),
)

const AROUND = new Set(
  `your my our their his her the a an of for in at s and or to this that recent specific relevant similar insert
  here enter add fill their prospects companys ihr ihre dein su tu votre vostra uw din twoje des der de del da di`.split(
    /\s+/,
  ),
)

/** Run together as no language writes them. */
const COMPOUNDS = new Set(
  `firstname fname lastname lname fullname companyname accountname contactname customername clientname
  prospectname leadname recipientname sendername jobtitle firmenname companyname`.split(/\s+/),
)

/** Of a person or a company: what stands behind a greeting. */
const NAMES = new Set(
  'name firstname first lastname last surname company companyname recipient vorname nachname nombre prénom nom'.split(
    ' ',
  ),
)

/** Tags of HTML that are also names of fields. */
const TAGS = new Set(['title', 'address', 'time', 'link', 'date', 'text', 'a', 's', 'data', 'mark', 'var'])

const INSTRUCTION =
  /^(?:insert|enter|add|fill\s+in|specify|please\s+(?:insert|enter|add)|your|einfügen|insérer|insertar|inserire)[\s:]+\S/iu

/** Words of `firstName`, `first_name`, `Contact.FirstName` and `First Name`, in small letters. */
const wordsIn = (text: string): string[] =>
  text
    .normalize('NFC')
    .replaceAll(/(\p{Ll})(?=\p{Lu})/gu, '$1 ')
    .toLowerCase()
    .split(/[^\p{L}\p{M}]+/u)
    .filter(Boolean)

/** Whether a text, all of it, names a field: "first_name", "Your company", "LNAME". */
export function namesField(text: string): boolean {
  const words = wordsIn(text)
  return words.some((word) => FIELDS.has(word)) && words.every((word) => FIELDS.has(word) || AROUND.has(word))
}

/** Written by no one but a program: `first_name`, `contact.name`, `firstName`. */
export const isIdentifier = (text: string): boolean =>
  /^[\p{L}_][\p{L}\p{M}\p{N}_.]*$/u.test(text) && /\p{L}_\p{L}|\p{L}\.\p{L}|\p{Ll}\p{Lu}/u.test(text)

/** "insert name", "your title": what the writer was told to put there. */
export const isInstruction = (text: string): boolean => INSTRUCTION.test(text)

export const isTag = (text: string): boolean => TAGS.has(text)

/** Without any sign around it, and still nobody's word: `FIRSTNAME`, `first_name`, `contact.firstName`. */
export function isBareField(text: string): boolean {
  if (text.split(/[._]/).some((part) => COMPOUNDS.has(part.toLowerCase()))) return true
  if (text.includes('_')) return namesField(text)
  return /\p{Ll}\p{Lu}/u.test(text) && namesName(text)
}

/** "NAME", "First Name", "COMPANY NAME": a field that a name stands in, and nothing else. */
export function namesName(text: string): boolean {
  const words = wordsIn(text)
  return namesField(text) && words.some((word) => NAMES.has(word) || COMPOUNDS.has(word))
}
