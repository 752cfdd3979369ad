// Everyday English that a goal is read with, whatever the registry says. Closed lists: what a goal says is told in
// these words and the registry's, never in the caller's.

const setOf = (words: string): ReadonlySet<string> => new Set(words.split(/\s+/).filter(Boolean))

/** What people ask to have done; where no tool says it does it, nothing here does. */
export const ACTIONS = setOf(`
  thank lose hand back price deliver congratulate celebrate ping nudge dm poke bug reach engage approach nurture leave loop chase
  write compose craft draft score assess qualify prioritise prioritize rank rate normalise normalize standardise
  standardize clean proofread grade critique improve simulate model rebalance personalise personalize vet tidy evaluate
  research check
  accept accelerate acquire activate add adjust admin advance advise alert align allocate alter amend analyse
  analyze announce answer apologise apologize append apply approve arrange ask assign attach attend audit automate
  ban benchmark bill block book brainstorm brief bring broadcast browse build buy calculate calendar call cancel cc
  change charge chase chat classify clear click clone close coach collect combine commit compare compile complete
  complain compute condense confirm connect contact contrast convert convince copy correct count cover crawl create
  cut dedupe deduplicate decide define delegate delete deliver demo deploy design destroy detect determine develop
  dial disable disclose discount discover discuss display distribute divide download drive drop duplicate edit
  email empty enable encrypt end enrich enrol enroll enter erase escalate estimate examine exclude execute expand
  expedite explain explore export expose extend extract fax fetch file fill filter finalise finalize finance find
  finish fire fix flag forecast forget format forward fund generate gather google grant greet group grow guess hack
  handle help hide hire identify ignore implement import increase inform insert inspect install integrate interview
  introduce invest investigate invite invoice issue join judge jump keep kill launch lead learn lease link list
  listen load locate lock log look lower mail maintain manage map mark match measure meet merge migrate monitor
  motivate move name negotiate nominate note notify object offer onboard open optimise optimize order organise organize
  outline override paraphrase park pause pay persuade phone pick pitch place plan play poll post postpone predict
  prepare present print process procure produce project promise promote propose prospect protect prove provide
  publish pull purchase purge push query quote raise read reassign rebook recall recap receive recommend reconcile
  record recover reduce refer reformat refresh refund register reject relay release remember remind remove rename
  renegotiate renew reopen reorder repeat rephrase replace reply report request reschedule research reserve reset
  resolve respond restore resume retrieve retry return reveal reverse revert revise reword rewrite ring roll route
  run save scan schedule scrape search select sell send separate set share shift ship shorten show sign simplify
  skype sms solve sort source speak specify split start stop store stream submit subscribe suggest sum summarise
  summarize supply survey suspend swap switch sync synchronise synchronize tag talk teach terminate text think
  ticket track train transcribe transfer translate trash travel treat trigger turn unlock unsubscribe update
  upgrade upload upsell validate verify visit wait warn watch win wipe withdraw work zip union`)

/** They say that something is wanted, and nothing of what. */
export const LIGHT_VERBS = setOf(`
  be carry come do get give go have let make need perform provide put run see show start take tell try use want
  execute apply conduct produce know complete describe`)

/** Whoever names a framework with one of these wants the framework applied. */
export const JUDGING_VERBS = setOf(
  'analyse analyze assess check evaluate examine grade judge measure qualify rate review score test validate verify',
)

/** They ask for the thing itself: who finds an account has it, and nothing about it. */
export const RETRIEVING_VERBS = setOf('display fetch find get look open pull research retrieve search show')

/** Verbs that ask for the same, where the thing itself is in a tool's name. */
export const SAME_VERBS: readonly ReadonlySet<string>[] = [
  setOf('build compile create develop generate make prepare produce'),
  RETRIEVING_VERBS,
  setOf('analyse analyze examine explore study'),
]

/** Verb and particle that together are another action than the verb alone, unless they are listed. */
export const PARTICLES = setOf('away back down in off out over up')
export const PLAIN_PHRASALS = setOf(
  'clean_up tidy_up draft_up draw_up type_up write_up size_up follow_up move_over',
)

/** Things of an office that are not a tool's object unless its text names them. */
export const THINGS = setOf(`
  euro euros eur dollar dollars usd pound pounds percent cash card credit won lost closed address agenda agreement analysis answer appointment article attachment battlecard bio bill birthday blog board
  brief briefing brochure budgets cadence calendar campaign case chart code commission competitor conference
  contact contract dashboard date deck demo discount document event excel faq feedback file flight forecast gift
  growth history hotel house idea invitation invite invoice job joke lawsuit letterhead licence license list
  meeting memo minutes money news newsletter note notes number numbers nda objection order organisation
  organization page paper password payment pdf phone photo picture pipeline pitch pizza plan playbook po poem
  policy poll post powerpoint presentation press price prices pricing prompt proposal quarter question quota quote
  quotation reminder renewal report reply response restaurant revenue review rfp risk roadmap salary schedule sms
  sequence sheet signal slide slides song spreadsheet stage status story strategy summary survey task tasks test ticket
  tool transcript travel trip tweet video voicemail weather webinar website workflow`)

/** Everything in sales is about these, so that alone they choose no tool. */
export const COMMON_NOUNS = setOf(`
  account action authority better enough budget business buyer call case champion change client company contact criteria
  crm customer data day deal decision detail economic email file first form good goal help info information item
  lead length list load mail message money move need nobody number opening opp opportunity order people person plan
  price process product project prospect question record rep report result revenue run sale sales seller share
  source step stock subject system team template text thing time timing tone user value way week work year`)

/** Headed by one of these, a phrase is about what follows its "of". */
export const MEASURE_NOUNS = setOf(
  'all any both bunch consequences effect impact outcome result copy couple each half kind list lot number one pair piece quality rest set some sort three two type version',
)

/** They say how things stand, of something that a tool takes. */
export const JUDGEMENTS = setOf('good better enough')

/** Common words that name no thing. */
export const NO_NOUNS = setOf(
  'action better enough first form good goal help item load need new next right thing time way top best main key',
)

export const TIMES = setOf('day days week weeks month months quarter quarters year years period')
export const REGIONS = setOf(
  'north south east west northern southern eastern western emea apac dach europe asia us uk',
)
/** To whom something is written or done: no thing that it is about. */
export const PEOPLE = setOf(
  'ceo cfo cto coo cmo cro cio cso vp svp evp director manager head founder owner boss president chairman md gm exec executive partner champion buyer prospect',
)

export const PARTIES = setOf('account company customer lead opportunity prospect')
/** What people call by a name, beside parties. */
export const NAMED_KINDS = setOf('competitor rival territory region')
export const DETERMINERS = setOf(
  'a an the this that these those my our your his her its their some any every each another all both',
)
export const PRONOUNS = setOf(
  'it them they this that these those him her one everything anything something nothing me us mine ours yours',
)
export const PREPOSITIONS = setOf(`
  about above across versus vs if unless provided assuming supposing whether after against along among around as at before behind below beside between beyond by concerning
  despite during for from in inside into like near of off on onto outside per regarding since so than that through
  till to toward towards under until via when where which while who whose with within how what why because`)
/** They say how or when, never what. */
export const ADVERBS = setOf(`
  again only asap away carefully closely nicely badly clearly correctly directly fast finally first high highly immediately instead last
  later latest maybe next now please pls properly quick quickly ready really right shortly soon thanks thoroughly today
  together tomorrow tonight too twice urgent urgently very well yesterday monday tuesday wednesday thursday friday
  saturday sunday short better bit previous prior former recent current entire whole upcoming alone same still`)

/** They add nothing to the thing that they follow: "subject line". */
export const TAILS = setOf(
  'line lines body wording content version part piece section id name sheet handling view overview list',
)

/** Things with a name of two words that are of another kind than the second alone. */
export const OTHER_KINDS = setOf(`
  bank_account user_account email_account twitter_account netflix_account savings_account expense_account
  admin_account login_account service_account gmail_account linkedin_account github_account checking_account
  car_deal phone_deal holiday_deal record_deal arms_deal peace_deal book_deal
  job_opportunity photo_opportunity career_opportunity business_plan
  medical_record criminal_record vinyl_record world_record health_record
  conference_call roll_call wake-up_call text_editor note_book sick_note bank_note release_note case_note`)

/** They say how a text shall be, after it has been asked for: "keep it short, mention the demo". */
export const DETAIL_VERBS = setOf(
  'keep mention include add use make say stress emphasise emphasize refer sign end start address thank remind ask',
)

/** Ways to reach people that no tool has unless it says so. */
export const OTHER_CHANNELS = setOf(
  'whatsapp slack telegram twitter facebook instagram tiktok wechat messenger discord fax skype viber',
)
/** Other words for the values of an input that chooses one of several. */
export const CHOICE_WORDS: Readonly<Record<string, readonly string[]>> = {
  email: ['email', 'emails', 'mail'],
  linkedin: ['linkedin', 'inmail'],
  phone: [
    'phone script',
    'call script',
    'phone message',
    'voicemail',
    'by phone',
    'over the phone',
    'phone call',
  ],
  sms: ['sms', 'text message', 'by text'],
  direct_mail: ['direct mail', 'postcard'],
  create: ['create', 'add'],
}
