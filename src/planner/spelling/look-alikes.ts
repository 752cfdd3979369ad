// Words of everyday English that are one slip away from a word of the registry or of `../lexicon.ts`, and are no slip: a
// summer is no summary, and the north is not nothing. From the most frequent 30,000 words of SUBTLEX (ISC).

export const LOOK_ALIKES: ReadonlySet<string> = new Set(
  `
  north south east west northern southern
  accent accents acquit acquitted actin addition additional additions adjutant admirable admirably admirals
  admiration admire admired admirer admirers admires admiring admit admits admitted admitting advocate
  advocated advocates advocating alien alienate alienated alienating alienation aliens allotment allow
  allowance allowances allowed allowing allows alloy altar altercation alternate alternating alternative
  alternatively alternatives alternator amply analyst analysts analytical apple applicable applicant applicants
  application applications aptly arise articulate assets atone attack attacked attacker attackers attacking
  attacks attest auction auctioned auctioneer auctions audio avert averted batter battered battering beard
  bearded beards beast beasts beater beaut belated bettor bitter bitterness bitters black blacked blacking
  blackness blacks bookie bookies boots boring bridge bridges brig brine brink brook browns browser budge
  burying bushy busty butter buttered calculus cancer cancers canine cannon cannons canyons cared caste cause
  chafing changer chanted charger charitable charm chaser chasers chasm chaste cheat cheek cheeks chucked
  cities clack clams clan clang clanging clash cleanse cleansed cleansing cliche clink clinking clock clocked
  clocking clocks closer closet closets clover cluck clucking coherent combing comet comets comme commie
  commotion commute compadre compartment compartments compel compelled compelling compels complaint complaints
  complex complexes complexity comply component components compost concert concerts conch conducive conduit
  cone confine confined confinement confines confining conform conformed conformity consider considered
  considering considers convent convention conventional conventions converge convergence converging
  conversation conversational conversations converse conversing conversion couch couches counties court courted
  courting courts coven covet coveted cower cradle crafty crash crashed crashes crashing crate crates craw
  creak creaking creaks cream creamed creams crease creases cremate cremated cremation crept crest crone curry
  daft dagger daggers dames dancer dancers dares dears decade decadence decadent decades decedent decode
  decoded decoder decoding deduce deduced defect defected defection defective defects defile defiled deign
  delicate delicately delivery deluge demon demonic demons demoted demotion depleted deplorable deployment
  deprivation deprive deprived depriving derail derailed desert deserted deserter deserters deserting desertion
  deserts destroyer destroyers detain detained detaining detention detest dialled dialling disco discontent
  discovery dismount displace displaced displacement dive divine divinely divinity division divisions drafty
  drift drifted drifting drifts drivel driver drivers droop dynamo ease eater eaters economies economy enraged
  entire entirely entree entrees eras escape escaped escapes escaping evacuate evacuated evacuating evacuation
  evens eventual eventually exclusion exclusive exclusively expansion expedient expel expelled expert expertise
  experts explanation explanations explode exploded explodes exploding extension extensions extensive
  extensively extent extenuating extort extortion faire falter fellow fellows fiance fibre fiend fiends fight
  fighting fights filet filler filly finalist financial financially financier fined fir fists flaps flats flaws
  flighty forged forger formal formalities formality formally forum forums found founded founding freed freer
  freezes freezing fright frightful frills garde gasps gender genetic genetically genetics giant giver glade
  goalie goggles goner goodie goodies goody governess graced graceful graces grader graders graft grafts grand
  granite grape grapes grate grateful grating grave graves graze grazed grazing great greatness greats greed
  green greens grift groupie groupies grouse grout growl growling growls grunt grunting grunts guest guests
  handler handy haven heady healing hearing heating heaving herding hid historic historical historically horse
  hostel hostels hovel identity immortal immortality immortalized immortals impart imposter impotence impotent
  improbable improper incentive incentives incite inciting inert inevitability inevitable inevitably
  infestation infested ingest ingested innit instability instilled integer intend intended intending intends
  intense intensely intensity intensive inter invisibility invisible joint joints joker jokers jumpy knobs
  knots lasts lateral leaks lean leans leaps leash least lends lengthy lifts linen linens liner liners local
  locale localized locally locals logos loner loners longs lookee looky loopy loose lop louse lover lovers
  lunch lunches lunching maker makers march marched marches marching massage massaged massages massaging math
  medic medical medically medicate medicated medication medications medics melting memorable memorise memorize
  memorized memorizing mere merger messin missis mode modem modems moderate moderately moderation moderator
  modes module modules monkey monkeys mopey moping mosey motel motels motif mover movers movie mowing naked
  needle needles needn needy newer nodes nominee nominees noses notch notches nuclear nudie numeric numerical
  numerous offed older optic optical optics optimist organist outlive outlived outlying overdid pace paint
  painted painting paintings paints palace pamper pampered pampering parka pasta pasty patch patched patches
  patching paternal paternity patter pauper peace perception perceptions perceptive perforated persuasion
  persuasive phoney phonies phony photon piazza pickle pickled pickles picky pinch pinche pinched pinches
  pinching pint plaid plain plait plank plant planted planting plants plate plates plating playa plush ply
  point pointed pointing points poker police polices ponds position positioned positioning positions positive
  positively pots pounce predicament predicated premise premises presence prevent prevented preventing
  prevention prevents pricey pricks pride prides prime primed princes prize prized prizes probe probed probes
  probing profess profession professions profit profitable profited profiting profits prominence prominent
  promo prose prospectus protest protested protesters protesting protests provision provisions prowess pure
  purse pushy quartet quite racked rad rages raked rat react reacted reacting reacts reap rears rebate rebates
  rebel rebelled rebelling rebels reboot reception receptive recipe recipes recon reconciliation recovery
  reduction reductions redundancies redundancy redundant reeds reefer referee referral referrals registration
  relate related relates relating relation relations relax relaxation relaxed relaxes relaxing remainder
  remanded remembrance remote remotely remotes repent repentance reprieve reproduction reproductive resent
  resented resentful resenting resentment resents resist resistance resistant resisted resisting resists
  resonance resonate resort resorting resorts rest retching retire retired retirement retires retiring retro
  revel revelation revels revenge revision revisions revival revive revived reviving revolve revolver revolves
  revolving reward rewarded rewarding rewards rewind rise roach roaches roadie roads robes ropes roses rouse
  roust router rubles ruler rulers runes sable safari safes sakes salami salts saver savin sawing scale scaled
  scales scares scone scones scope scopes scoping scorer scorn scorned scrap scrapped scraps scream screamed
  screaming screams scrip seeds sensor sensors server servers seven sevens sewer sewers shade shades shading
  shaft shafts shake shakes shaking shame shamed shameful shape shaped shapely shapes shaping shard shards
  shark sharks sharp shaving sheep sheer shell shelled shelling shells shifty shirt shirts shock shocked
  shocking shocks shoes shops shores shorted shorter shorting shortness shorts sides sift signage simple sing
  sipping skeet skipping slapping slats slave slaved slaves slaving sleet slice sliced slices slicing slider
  slime slit slobs small smart smarts smell smelled smelling smells smock snare sneak sneaked sneaking sneaks
  snide snitch snitched snitches snitching snores snort snorted snorting snorts snows sole soles sores sorta
  spare spared spares sparing spear specific specifically specifics speck spell speller spelling spells spend
  spending spends spit splat splint sponge sponges spores spout spouting stable stables stabs stain stained
  stains stair stairs stake staked stakes staking stalk stalked stalking stalks staple stapled staples star
  starch startle startled startling starve starved starving stasis stat state stature statute statutes steak
  steaks steam steamed steaming steep stems still stillness stills stimulant stimulants stimulate stimulated
  stimulates stimulating stimulation stitched stitches stitching stogie stoked stomp stomped stomping stone
  stoned stones stoop stormy stove strange strangely strangeness strategic strategically stray strayed strays
  streak streaking streaks strep string stringing strings strung stunk suave subsection summat summation summer
  summers summit supple surveillance suspense suspension swamp swamped swamps swatch swatches sweet sweetness
  sweets swell swelled swelling swells swift synch tach tack tacks tain taker takers talkie talky taming tanks
  tears teat teats tech temptation temptations terminus termite termites terms testy thanked thankful thanking
  thick thicket thickness thin thingies thingy thrash thrashed thrashing threat threats ticked ticker tides
  timer timers timetable tires tiring tolls toner trace traced traces tracing tract trail trailed trailing
  trails trainee trainees trait traits trashy tread treading treads treaties treaty trick tricked tricking
  tricks tripe triple tripled triples truck trucking trucks twinge tying unclean understatement unison unload
  unloaded unloading upset upsets upsetting urn usher ushers vague valise valve valves verily waist weakling
  white whites winds wines wings winks winos wiper wipers wit witch witches withhold withholding words worms
  worthy wreak writ writer writers writhing yearn yearned yearning
`
    .split(/\s+/)
    .filter(Boolean),
)
