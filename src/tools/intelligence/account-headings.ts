// The headings under which CRMs and spreadsheets keep an account: Salesforce, HubSpot, Dynamics, Pipedrive and people.
// Case, blanks, underscores and punctuation do not matter; of several columns for one field the first name here wins.
import { foldText } from '../text.ts'
import { fieldFinder, keyOf, type FieldNames } from '../reading.ts'
import { unitsOf, type Units } from '../reading-units.ts'

const HEADINGS = {
  account_id: [
    'id',
    'accountId',
    'Account ID',
    'Company ID',
    'Organization ID',
    'Organisation ID',
    'org_id',
    'Record ID',
    'hs_object_id',
    'Account Number',
    'Account No',
    'Customer ID',
    'Customer Number',
    'CRM ID',
    'Salesforce ID',
    'External ID',
    'accountnumber',
    'Account.Id',
    'Organization - ID',
    'Kundennummer',
  ],
  name: [
    'company',
    'Company Name',
    'Account Name',
    'Account',
    'Organization',
    'Organization Name',
    'Organisation',
    'Organisation Name',
    'org_name',
    'Organization - Name',
    'Business Name',
    'Legal Name',
    'Customer',
    'Customer Name',
    'Client',
    'Client Name',
    'Account.Name',
    'Firma',
    'Firmenname',
    'Unternehmen',
    'Empresa',
    'Entreprise',
    'Société',
    'Azienda',
    'Raison sociale',
    'Ragione sociale',
  ],
  status: [
    'Account Status',
    'Customer Status',
    'Lead Status',
    'hs_lead_status',
    'Lifecycle Stage',
    'lifecyclestage',
    'Stage',
    'Type',
    'Account Type',
    'Customer Type',
    'Relationship Type',
    'customertypecode',
    'statecode',
    'Organization - Label',
  ],
  industry: [
    'sector',
    'Industry Sector',
    'Industry Name',
    'industrycode',
    'Industry Code',
    'Vertical',
    'Branche',
    'Organization - Industry',
    'Primary Industry',
    'Business Sector',
    'Industria',
    'Secteur',
    'Settore',
    'Industry Group',
  ],
  employee_count: [
    'employees',
    '# Employees',
    'No. of Employees',
    'No of Employees',
    'Number of Employees',
    'Num Employees',
    'numberofemployees',
    'numemployees',
    'Employee Number',
    'Headcount',
    'Head Count',
    'Staff',
    'FTE',
    'FTEs',
    'Company Size',
    'employee_count_range',
    'Employee Range',
    'Employee Size',
    'Number of Staff',
    'Organization - Employees',
    'Size',
    'Mitarbeiter',
    'Mitarbeiterzahl',
    'Anzahl Mitarbeiter',
    'Empleados',
    'Effectif',
    'Dipendenti',
    'Organization - Number of employees',
    'Number of People',
  ],
  revenue: [
    'annual_revenue',
    'Annual Revenue',
    'Total Revenue',
    'Yearly Revenue',
    'Revenue per Year',
    'Turnover',
    'Annual Turnover',
    'Sales',
    'Annual Sales',
    'Company Revenue',
    'revenue_range',
    'Estimated Revenue',
    'Organization - Annual Revenue',
    'Ingresos anuales',
    'Umsatz',
    'Jahresumsatz',
    'Ingresos',
    "Chiffre d'affaires",
    'Fatturato',
  ],
  currency: [
    'Currency Code',
    'CurrencyIsoCode',
    'Account Currency',
    'transactioncurrencyid',
    'Transaction Currency',
    'Currency ISO Code',
    'Revenue Currency',
    'Währung',
  ],
  region: [
    'territory',
    'Sales Region',
    'Sales Territory',
    'territoryid',
    'Geo',
    'Market',
    'state',
    'State/Region',
    'State/Province',
    'Province',
    'Billing State',
    'Billing State/Province',
    'address1_stateorprovince',
    'Address 1: State/Province',
    'country',
    'Country/Region',
    'Billing Country',
    'Billing Country Code',
    'Country Code',
    'address1_country',
    'Address 1: Country/Region',
    'Mailing Country',
    'Shipping State',
    'Shipping Country',
    'HQ Country',
    'HQ State',
    'Organization - Country',
    'Organization - Country of Address',
    'Paese',
    'Land',
    'País',
    'Pays',
  ],
  website: [
    'Website URL',
    'websiteurl',
    'Web Site',
    'Homepage',
    'URL',
    'Web',
    'Domain',
    'Company Domain',
    'Company Domain Name',
    'Company Website',
    'Organization - Website',
    'Webseite',
  ],
  phone: [
    'Phone Number',
    'Telephone',
    'telephone1',
    'Main Phone',
    'Company Phone',
    'Organization - Phone',
    'Telefon',
    'Tel',
  ],
  email: ['E-mail', 'Email Address', 'emailaddress1', 'Company Email', 'Organization - Email'],
  linkedin: ['LinkedIn URL', 'LinkedIn Company Page', 'LinkedIn Profile', 'Company LinkedIn URL'],
  registration_id: [
    'VAT',
    'VAT ID',
    'VAT Number',
    'Tax ID',
    'Tax Number',
    'EIN',
    'DUNS',
    'D-U-N-S Number',
    'DUNS Number',
    'Company Registration Number',
    'Registration Number',
    'USt-IdNr',
    'SIREN',
    'SIRET',
    'LEI',
  ],
  street: ['Street Address', 'Billing Street', 'Address', 'Address 1: Street 1', 'address1_line1'],
  city: [
    'Town',
    'Billing City',
    'Address 1: City',
    'address1_city',
    'Mailing City',
    'HQ City',
    'Ort',
    'Stadt',
  ],
  postal_code: [
    'Postcode',
    'Post Code',
    'Zip',
    'Zip Code',
    'Zip/Postal Code',
    'Billing Zip/Postal Code',
    'PLZ',
    'Billing Postal Code',
    'Billing Zip',
    'address1_postalcode',
    'Address 1: ZIP/Postal Code',
  ],
  locale: ['Number Format'],
  /** Of a record that has been normalised before. */
  metadata: [],
} satisfies FieldNames<string>
export type AccountField = keyof typeof HEADINGS

const KNOWN = new Set(Object.entries(HEADINGS).flatMap(([field, names]) => [field, ...names].map(keyOf)))

export type Heading = { readonly name: string; readonly units: Units | null }

/** "$000s" is dollars and thousands, "in Mio. EUR" is what it says. */
const unitsNamed = (text: string): Units | null =>
  unitsOf(
    foldText(text)
      .replaceAll(/['’]?000s?/g, ' k ')
      .replaceAll(/[/,;_]/g, ' ')
      .replace(/^in\s+/, ''),
  )

/** The headings as they are listed, which most records have. */
const LISTED: ReadonlyMap<string, Heading> = new Map(
  Object.entries(HEADINGS).flatMap(([field, names]) =>
    [field, ...names].map((key): [string, Heading] => [key, { name: keyOf(key), units: null }]),
  ),
)

/** Every number below "Revenue (EUR m)" is in millions of euros. What stands in brackets and is no unit says nothing. */
export function headingOf(key: string): Heading {
  const listed = LISTED.get(key)
  if (listed !== undefined) return listed
  const name = keyOf(key)
  const bracketed = /^(?<base>[^([]+)[([](?<inside>[^)\]]*)[)\]]\s*$/u.exec(key)?.groups
  if (!bracketed && KNOWN.has(name)) return { name, units: null }
  if (bracketed) return { name: keyOf(bracketed['base'] ?? ''), units: unitsNamed(bracketed['inside'] ?? '') }
  const parts = key.split(/[\s_,]+/u)
  for (const size of [parts.length - 1, parts.length - 2, parts.length - 3].filter((size) => size > 0)) {
    const base = keyOf(parts.slice(0, size).join(' '))
    // Units are many, and take longer to look for.
    const units = KNOWN.has(base) ? unitsNamed(parts.slice(size).join(' ')) : null
    if (units) return { name: base, units }
  }
  return { name, units: null }
}

/** The fields of an account under whatever headings they came. */
export const findAccountFields = fieldFinder<AccountField>(HEADINGS, (key) => headingOf(key).name)
