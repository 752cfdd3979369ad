// Things of everyday life that are nothing in sales, as far as the letter l.
// From the most frequent 20,000 words of SUBTLEX (ISC) that WordNet (Princeton) knows as nouns before all; none is a word of the
// registry or of `../lexicon.ts`.

export const NOUNS_A_TO_L = `
  abandonment abdomen abduction ability abomination abortion abrasion abs absence absolution abstinence abundance
  abyss ac accent access accessory accident accommodation accomplice accomplishment accordance accordion accuracy
  accused achievement acid acne acoustic acquaintance acquisition acres act actin activist actor actress ad addict
  addition adhesive adieu adjutant administration admirer admission ado adolescence adoption adrenaline adult
  adultery advantage adventure adversary adversity advertisement advertising advisement advisor advisory aerial
  aerobics aeroplane affair affection affidavit affliction afterlife aftermath age agency agent aggravation
  aggression agony aide air aircraft airfield airline airlock airplane airport airspace airstrip airway aisle
  alarm albatross albino album alcohol ale algebra alias alibi alimony allegation allegiance allergy alley
  alleyway allies alligator allowance alloy almond alphabet altar alternative altitude aluminum amateur ambassador
  ambition ambrosia ambulance ambush amenities amigo ammo ammonia ammunition amnesia amnesty amount amour amp
  amputation amulet amusement analogy analyst anarchy anatomy ancestor anchovy android anecdote anesthesia
  aneurysm angel anger angina angle angst anguish animal ankle annihilation anniversary annulment anomaly
  anonymity ant antelope antenna anthem anthrax anthropologist anthropology anticipation antidote antler anxiety
  aorta apartment ape aphrodisiac apocalypse app apparatus appeal appearance appendix appetite appetizer applause
  apple appliance application appreciation apprehension apprentice apron aptitude aquarium arcade archaeologist
  archery architect architecture archives arena arguing argument aristocrat arithmetic arm armada armor armory
  armour armpit army aroma arraignment array arrival arrogance arrow arsenal arson arsonist art artery arthritis
  artifact artillery artist artwork asbestos ascension ash ashtray asparagus aspect asphalt aspiration aspirin
  assailant assassin assault assembly assets assistance assumption assurance asteroid asthma astrology astronaut
  astronomy asylum ate atheist athlete atmosphere atom atrocity atropine attacker attempt attire attitude attorney
  attraction auction audacity audience audio auditorium aunt aura authenticity auto autobiography autograph
  automobile autopilot autopsy autumn aversion aviation avocado awakening award awareness awe axe axle babbling
  babe baboon baby babysitter babysitting bachelor bachelorette backbone backer backfire backpack backseat
  backside backstage backup backyard bacon bacteria badge badgering baffled bag bagel baggage bait bakery baking
  balance balcony bale ball ballad ballast ballerina ballet ballgame ballistics balloon ballot ballpark ballroom
  baloney bam bamboo banana band bandage bandit bandstand banging banister banjo bank banker bankroll bankruptcy
  banner banquet banshee banter baptism bar barbarian barber barbershop barf bargain barge bark barley barn
  barnyard baron barrack barrage barrel barricade barrier barrister bartender barter baseball basement bash basics
  basin basket basketball bass batch bath bathrobe bathroom bathtub battalion battery batting battle battlefield
  battleship bawling bayonet bayou bazaar bazooka bbs beach beacon beads beak beam bean beard bearer bearing beast
  beaut beauty bed bedbug bedpan bedroom bedside bedtime bee beef beehive beeper beer beet beetle beggar begging
  beginner beginning behavior behaviour beige belief believing bell bellboy bellman belly belongings belt bench
  bending benefactor beneficiary benefit bent beret berry berserk berth betrayal beverage bias biceps bickering
  bicycle bidder bidding bike biker bikini bile bilge billboard billionaire bimbo bin binding binge binoculars
  biography biologist biology biopsy bird birth birthmark birthplace birthright biscuit bishop bistro bitterness
  biz blackboard blackjack blackmailer blackness blackout blacksmith bladder blade blah blanket blaring blasphemy
  blaze blazer bleach bleachers bleeder bleeding bleep blender blessing blimp blindness blip bliss blitz blizzard
  blob blockade blockhead blogger blok bloke blood bloodbath bloodhound bloodshed bloodstain bloodstream blooming
  blossom blot blouse blow blowjob blowout blowtorch blueberry blueprint blues bluff blunder blur boa boar
  boardwalk boat bobsled bodega bodyguard bog bogeyman boiler boiling bologna bolt bomb bombardment bomber
  bombshell bond bondage bonehead boner bones bonfire bong bonnet bonsai bonus booby booger boogie bookcase bookie
  bookkeeper bookshop bookstore booster boot booth booty booze bop border boredom borough borrowing bosom bot
  botanical bottle bottom boudoir bouncer bouncing boundary bounds bounty bouquet bourbon bout boutique bowel
  bowing bowl bowler box boxer boy boyfriend bozo bra bracelet braces bragging braid brain brake brakes bran
  branch brand brandy brass brat bravery brawl bread breakdown breaker breakfast breaking breakthrough breakup
  breath breather breeder breeze brethren brewery brewing bribe bribery brick bride bridegroom bridesmaid bridge
  briefcase brig brigade brilliance brim brimstone brink brisket britches broccoli broker brooch brood brook broom
  broomstick broth brother brotherhood brow brownie brunch brunette brushing brutality bubble bucket buckshot bud
  buff buffer buffoon buggy bugle builder buildup bulb bulge bulk bulkhead bull bulldozer bullet bulletin bullion
  bullying bum bummer bumper bundle bungalow bunk bunker bunny buns burden burger burglar burglary burial burner
  burning burp burrito burro burying bus busboy bush businessman businessmen butler butter buttermilk buttocks
  button buzzard buzzer bystander cab cabana cabaret cabbage cabin cabinet cable cactus cad cadaver caddy cadet
  cafe cafeteria caffeine cage cake calcium calculus calf caliber callback caller calming calorie camel camera
  cameraman camp camper campfire campus canal canary cancer candidate candle candlelight candor candy cane canine
  canister cannibal cannon canoe canopy cant canteen canvas cap capability capital cappuccino capsule captain
  captivity car caramel caravan carbon carburetor carcass cardboard career caretaker cargo caring carnage
  carnation carnival carousel carpet carriage carrier carrot cart cartel carton cartoon cartridge carving cashier
  cashmere casino casket casserole cassette casting castle casualty cat catalog catalogue catalyst catastrophe
  catcher catching category catering caterpillar catfish cathedral catheter cattle causing caution cavalier
  cavalry cave cavern caviar cavity ceiling celery celibacy cell cellar cello cellophane cellphone cement cemetery
  censor censorship census cent center centimeter centre cereal ceremony certainty certificate cesspool chain
  chainsaw chair chalk challenger chamber champ champagne championship chandelier channel chanting chaos chap
  chapel chaperone chaplain chapter character charade charcoal charger chariot charisma charity charlatan charm
  charmer charter chaser chastity chatbot chateau chauffeur cheater checkbook checkers checkout checkpoint checkup
  cheek cheer cheerleader cheese cheeseburger cheesecake chef chemist chemistry chemotherapy cheque cherry chess
  chest chewing chick chicken chickenshit child childbirth childhood chili chill chime chimney chimp chimpanzee
  chin chip chipmunk chiropractor chisel chitchat chivalry chlamydia chloride chloroform chocolate choice choir
  choking cholera cholesterol chopper chopstick chord chore choreographer choreography chorus chosen chow chowder
  chrome chromosome chum chump chunk church churn chute cider cigar cigarette cinch cinema cinnamon cipher circle
  circuit circuitry circulation circumstances circus citation citizen citizenship civilization clam clan clapping
  clarinet clash class classic classmate classroom clause clavicle claw cleaner cleanup clearance cleavage cleaver
  clemency clergy clerk cliche clientele cliff climate climax climber climbing clinic clip clipper cloak clock
  clockwork closet closure clot clothes cloud clout clover clown club clubhouse clue cluster clutches clutter coal
  coalition coast coaster coat cobbler cocaine cocker cockpit cockroach cocksucker cocktail cocoa coconut cocoon
  coffee coffin cognac coin coincidence coleslaw collaboration collar collarbone colleague collector college
  collision cologne colon colony color colours column columnist coma comb combat combo combustion comeback
  comedian comedy comet comfort comma command commando commendation comment commentary commerce commie commodity
  commotion communion community comp companion companionship comparison compartment compassion compensation
  competence complaint complement complexion complexity compliance complication compliment component composition
  comprehension compression compromise compulsion comrade con concealing concentration concept concert concession
  concierge conclusion concubine concussion condition conditioner condo condolence conductor conduit cone
  confession confessional confetti confidentiality configuration confinement conflict confrontation confusion
  conga congregation conjecture conjunction conquering conqueror conquest conscience consciousness consensus
  consent consequence conservatory consideration consolation conspiracy constable constellation consulate
  consultant consumer consumption container contamination contempt contender content contest continent contingency
  continuance continuum contractor contradiction contraption contribution control controversy contusion
  convenience convention conveyor conviction convoy cooking cooky cooler cooling coon cooperation coordinator cop
  copilot coping copper copycat cord cordon core cork corkscrew corn cornbread corner coronary coroner corporation
  corps corpse corpus corral correspondence corridor corruption corsage corset cortex cos cost costume cosy cot
  cotillion cottage cotton couch coughing council councilman counsel counsellor counselor countdown counter
  counterattack countermeasure countryside coup coupon courage courier course court courtesy courthouse courtroom
  courtship courtyard cousin covert cow coward cowardice cowboy cowgirl coyote crab cracker cracking crackling
  crackpot cradle craftsman cramp cran cranberry cranium crapper crash crate crater craving crayon craze craziness
  creaking cream creation creativity creator creature credentials credibility creditor creeps cremation crepe
  crest cretin crew crewman crib cricket crime criminal crisis crit critic critter crock crocodile croissant crook
  crop crossbow crossfire crossing crossroads crossword crotch crowbar crowd crown crucifix crud cruelty cruiser
  crumb crunch crusade crust crutch crybaby crypt crystal cub cubby cube cubicle cuckoo cucumber cuddling cue cuff
  cuisine culprit cult culture cum cup cupboard cupcake cur curator curb curfew curing curiosity curling currency
  curriculum curtain curve cuss custard custodian custody cutback cutter cutthroat cyanide cycle cylinder cynic
  dad daddy dagger dah daiquiri dairy daisy dam damage dame damnation damper damsel dancer dancing dandruff dandy
  dangling darkness darkroom darling darts database daughter dawn daybreak daycare daydreaming daytime deadbeat
  deadline dealer dealership dearest dearie death deathbed debate debriefing debris debt debut debutante decaf
  decay deceit decency deception decimal declaration decoration decorum decoy decree dedication deduction deed
  deer default defeat defect defence defendant defense defiance deficiency deficit definition degradation degree
  dehydration deli delicacy delicatessen delight delivery delusion demeanor dementia demise democracy demographic
  demolition demon den denial density dentist deodorant department departure deployment deportation deposition
  depository depot depression deprivation deputy descendant descent desire desk despair desperation dessert
  destination destiny destroyer destruction detachment detector detention detergent detonator detour detox deuce
  devastation device devil devotion dew diabetes diagnosis diagram dialect dialogue dialysis diameter diamond
  diaper diaphragm diarrhea diary dias dibs dice dickhead dictator dictatorship dictionary diesel diet difficulty
  digestion digging digit dignity dildo dilemma diligence dime dimension dimple diner dining dinner dinnertime
  dinosaur diocese dioxide diploma diplomacy diplomat direction directory dirt dis disadvantage disagreement
  disappearance disappointment disaster disc discharge disciple discipline disclosure disco discomfort discontent
  discovery discredit discrepancy discretion discrimination disease disgrace disguise disgust dish dishwasher
  disinfectant disk dismissal disorder dispatcher dispenser displacement disposal disposition disrespect
  disruption dissection dissertation distance distinction distortion distraction distress distributor district
  disturbance ditch ditty dive diver diversion divinity division divorce dizziness doc dock doctor doctrine
  documentary dodging dodo dog doggy doghouse dole doll dolphin domain dome domination dominion dominoes donation
  donkey donor donut doodle doomsday door doorbell doorknob doorman doorstep doorway dopamine dope dork dorm
  dormitory dosage dose dossier dot doubles doubt dough doughnut dove downer downfall downside dowry dozen
  drainage drama drawer drawing dream dreamer dresser dressing drifter drifting driftwood drilling drinker
  drinking dripping driver driveway drone drool dropout drought drove drug drugstore drum drummer drunkard dryer
  ducat ducking ducky duct dud duel duet duffel dug dugout dummy dumping dumplings dumpster dune dungeon duration
  duress dusk dust duty dwelling dy dynamite dysentery dysfunction ear earnings earplug earth earthquake eater
  eating echo eclipse economy ecstasy edema edge edible editor editorial eel efficiency effort egghead eggnog
  eggplant eggs ego elbow election electrician electricity electrocution electronics elegance elements elephant
  elevator elf elimination elite elixir ell elves embarrassment embassy embezzlement embracing emergency emissary
  emotion empathy emperor emphasis empire employer encore encouragement encyclopedia endeavor endorsement
  endurance enema enemy enforcement engine enigma enjoyment enlightenment ensemble entertainment enthusiasm entity
  entourage entrails entrance entrapment entree entrepreneur entry envelope environment envoy enzyme eon epi
  epilepsy epinephrine epiphany episode equality equation equilibrium equipment equity equivalent er era errand
  error escrow ese espionage espresso essay essence est establishment estate esteem etcetera eternity ether ethics
  etiquette eulogy eunuch euphemism evacuation evasion eviction evidence evolution exaggeration exam exception
  exchange excitement excrement excuse exec executioner exercise exhaustion exhibition existence exit exorcism
  expansion expectation expense experience expert expiration explanation exploitation explosion exposure
  expression expressway expulsion extension extent exterminator extinction extinguisher extortion extradition
  eyeball eyebrow eyelash eyelid eyeliner eyes eyesight eyewitness fabric facade face facial facility faction
  factor factory faculty fad fading failing failure fairness fairy faith faker fallout falls fame family famine
  fan fanatic fanfare fang fantasy farce fare farewell farm farmer farmhouse fascination fashion fastball fatality
  fate father fatigue faucet fault favorite favourite fe fear feast feat feather fed fee feeding feeling fella
  feller fellowship felon felony feminist femur fence fender fertilizer festival fetish fetus feud fever fiance
  fiancee fiasco fib fiber fiction fiddle fidelity field fiend fiesta fig fighter fighting figment figure filet
  filly film filmmaker filth fin finalist finder finesse finger fingernail fingerprint fingertip firearm fireball
  firecracker firefighter firefly firehouse fireman fireplace firepower firewall firewood firework firstborn fish
  fisherman fist fives fixture flagship flair flak flame flannel flapping flare flashback flashing flashlight
  flask flats flattery flavor flavour flaw flea fleece flesh flexibility flier flies flirting floater flock flood
  floor floorboard floppy florist floss flour flow flower flu fluff fluid fluke flunk flute flux flyer foam focus
  focusing foe fog foil folder folding folklore folly fondue font food fool foolishness foot footage football
  footlocker footprint footstep footwear footwork force forearm forefather forehead foreigner foreman forensics
  foreplay forest forgery forging forgiveness fork forklift formality formula fornication fortnight fortress
  fortune forum fossil foundation founding fountain fox foxhole foyer fraction fragment fragrance frame franc
  franchise frat fraternity fraud freak freckle freebie freedom freestyle freeway freezer freezing freight
  freighter frenzy frequency freshman friction fridge friend friendship fries fright fringe frock frog frolic
  front frontier frostbite frosting fruit fruitcake frustration frying fuck fucker fuel fugitive fulfillment fumes
  fun function fundraiser funeral fungus funk funnel fur furnace furniture fury fuselage fusion future fuzz gadget
  gag gal gala galaxy gall gallery galley gallon gallows gam gambler gambling game gander gang gangrene gangsta
  gangster garage garbage garden garlic garment garter gas gasoline gate gateway gator gauze gazebo gazelle geek
  geezer geisha gel gem gen gender generosity genetics genie genitals genius genocide genre gent gentleman gentry
  geography geologist geology geometry germ gesture getaway getup ghetto ghost ghoul gibberish gig gigolo gill
  gimmick gimp gin ginger giraffe girdle girl girlfriend gist git giveaway giver gizmo gladiator glamour glance
  gland glass gleam glee glimmer glimpse glitch gloating globe gloom glory gloss glove glucose goalie goat goatee
  goblin god goddess godmother godsend godson goggles gold goldfish golf golfer goner goo goodby goodwill goody
  goofy goon goose gopher gorilla gospel gossip goulash gourmet gout governess governor gown grace grad grader
  graduation graffiti graft grain gram grandchild granddad granddaddy granddaughter grandfather grandmother
  grandparent grandson granite grape grapefruit grapevine graphics grass grasshopper grate gratification gratitude
  gravel graves graveyard gravity gravy grazing grease greatness greed greenhouse greens grenade grid grief
  grievance grill grinder grinding gringo grinning gripe grits grizzly grocery groin grooming groove groundhog
  groupie groves growling grownup grub grudge guacamole guard guardian guerrilla guest guidance guideline guile
  guillotine guilt guinea guitar gully gum gumbo gun gunfight gunfire gunman gunnery gunpoint gunpowder gunshot
  gurney guru gusto guts gutter gym gymnasium gymnastics gynecologist gypsy habit habitat hackathon hacker hag
  hair haircut hairdo hairdresser hairline halftime hall hallucination hallway halo ham hamburger hammer hammock
  hamster handbag handbook handcuff handgun handicap handkerchief handler handout handshake handwriting handyman
  hangar hanger hanging hangman hangover hanky happening happiness harassment hardball hardship harem harlot harm
  harmonica harness harp harpoon hash hashtag hassle haste hat hatchet hatred hauling haven havoc hay haystack
  hazard haze headache headlight headline headmaster headphone headquarters headset headstone healer health heap
  hearing hearsay hearse heart heartache heartbeat heartbreak heat heater heathen heaven heavyweight hedge heel
  heifer height heir heiress heirloom helicopter helium hellhole helmet helper hem hematoma hemisphere hemorrhage
  hemorrhoid hen hepatitis herb herbal herd heresy heritage hermit hernia hero heroin heroism herpes herring
  hesitation heterosexual hex hiccup hick hickey hideaway hideout highway hijacking hike hill hillbilly hillside
  hind hindsight hinge hip hippie hippo hissing historian hitchhiker hitter hitting hives ho hoax hobby hobo
  hockey hoe holder holding holdup hole holiday hollering holster homage hombre home homeboy homecoming homeland
  homeless homeowner homepage homeroom homestead hometown homework homicide homosexuality honcho honesty honky
  honoring honour hooch hood hoodlum hooey hoof hooks hookup hooky hooligan hoops hooter hops horde horizon
  hormone horn horoscope horror horse horseback horsepower horseshit horseshoe hose hospital host hostage hostess
  hostility hotshot hound hourglass houseboat household housekeeper housewife housework howling hubby hugging hula
  hull humanoid humans humbug humidity humiliation humility humming humor humour hunch hunchback hunger hunk
  hunter hunting hurricane hurting husband hustler hut hybrid hydrant hydrogen hyena hygiene hymn hype hypnosis
  hypnotist hypocrisy hypocrite hypothesis hysteria iceberg icebox icon identity idiot idol ignition iguana
  illness illusion image imagery imagination imbalance imbecile imitation immigration immortality immunity impact
  implication imposition impostor imprisonment impulse inability incarceration incense incentive incest inch
  incident incision inclination income incompetent inconvenience incubator independence index indication
  indictment indifference indigestion indiscretion individuality indulgence infant infantry infatuation infection
  inferiority inferno infidelity infiltration infinity infirmary inflation influence infrastructure ingenuity
  ingredient inhabitant inhaler inheritance inhibition inhibitor initiative injection injunction injury injustice
  ink inmate inn inning innocence innuendo inquest inquiry insanity inscription insect insecurity insight insignia
  insisting insolence insomnia inspector inspiration instability instant instinct institution instructions
  instructor instrument insubordination insulation insulin insurance intake intellect intensity intercom
  intercourse interface interference interior intermission internet internship interpretation interrogation
  interruption intersection interval intervention intestine intimacy intrigue intruder intrusion intubation
  intuition invader invalid invasion invention inventor inventory investor iodine iron irony irrigation island
  isle isn isolation itching itinerary ivory jackass jacket jackpot jacks jail jailhouse jam janitor jar java jaw
  jazz jealousy jeans jeep jelly jellyfish jeopardy jerking jest jester jet jewel jewellery jewelry jiffy jiggle
  jinx jitters jock jockey jogging joker jolt journalist journey joust joy joyride judgement judgment judo jug
  juggling jugular juice jukebox jumper juncture jungle junk junket junkie junkyard jurisdiction juror jury
  justice kamikaze kangaroo karaoke karate karma keel keeper keg keister kennel kerosene ketchup kettle key
  keyboard keyhole kibble kicker kicking kickoff kid kiddy kidnapper kidnapping kidney killer kilo kilometer
  kimono kin kindergarten king kingdom kingpin kink kisser kissing kit kitchen kite kitten kiwi klutz knack knee
  kneeling knickers knife knitting knob knocking knockout knot knucklehead knuckles lab labor laboratory labour
  labyrinth lac laceration lacrosse lad ladder laddie lady lagoon lair lake lamb lamp lan land landfill landlady
  landlord landmark landscape landslide language lantern lap lapse laptop larceny lark larynx lasagna laser lass
  lasso latex latitude latrine latte laughingstock laughter launcher laundering laundry lava lavage lavatory law
  lawman lawn lawyer laxative layer laying layman layout lb leader leadership leaf league leak leaping learner
  leash leather lecture led ledge ledger leech leftovers leg legacy legend legislation legislature leisure lemon
  lemonade lending lens lent leopard leper leprechaun lesion lesson letter lettuce leukemia level lever leverage
  liability liaison liar libel liberation liberty librarian licking licorice lid lidocaine lied liege lieu
  lieutenant life lifeboat lifeguard lifeline lifesaver lifestyle lifetime light lighter lighthouse lightning
  likelihood liking lily limb limbo lime limit limo limousine limping lineage linen liner lineup lingering lingo
  lint lion lip liposuction lipstick liquor liter literature lithium litigation litter livelihood liver livery
  livestock lizard llama loaf loafer loan lobby lobe lobotomy lobster locker locket locksmith lockup locomotive
  locust lode lodging loft logic logo loins lollipop loneliness loner longing longitude loo looker lookout loon
  loony loophole loot lord loser lotion lottery lotto loudmouth loudspeaker louse lovebird loveliness lovemaking
  lover lowlife lox loyalty luau luck luggage lull lullaby lumber lump lunacy lunch luncheon lunchtime lung lust
  luxury lying lynching lyric
`
