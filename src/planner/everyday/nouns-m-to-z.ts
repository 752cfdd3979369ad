// Things of everyday life that are nothing in sales, from the letter m.
// From the most frequent 20,000 words of SUBTLEX (ISC) that WordNet (Princeton) knows as nouns before all; none is a word of the
// registry or of `../lexicon.ts`.

export const NOUNS_M_TO_Z = `
  ma macaroni machete machine machinery macho mackerel madder madhouse madman madness mag magazine maggot magician
  magistrate magnesium magnet magnitude mahjong maid maiden mailbox mailman mainframe mainland mainstream
  maintenance majority makeover maker makeup malaria malfunction malice mall malpractice mambo mammal mandate
  maneuver manger mango manhood manhunt mania maniac manifestation manipulation mankind mannequin manners
  manoeuvre manor manpower mansion manslaughter mantle mantra manual manufacturer manure manuscript maple marathon
  marble march mare margarita margin mariachi marijuana marker market marketplace marksman marmalade marriage
  marrow marshals marshmallow martini martyr mascara mascot mask mass masseuse mast master masterpiece mat matador
  matchbook matchmaker mate mater material maternity math mathematician mathematics matinee matrimony matron
  matter mattress maturity matzo mausoleum mayhem mayonnaise mayor maze meadow meal means meantime measles meat
  meatball meatloaf mechanic med medal medallion medication medicine meditation medium melody melon meltdown mem
  member membership membrane memento memoir memory men menace mending menopause mentality mentor menu mercenary
  merchandise merchant mercy merger merit mermaid mess messenger metabolism metal metaphor meteor meteorite meter
  meth methane method metre mic microchip microfilm microphone microscope microwave midday middleman middleweight
  midst midterm migraine mike mil milady mile mileage militia milk milkman milkshake mill millennium milligram
  millimeter millionaire milord mime min mine minefield miner mingling mini minibar mining minion minister minivan
  mink minority mint miracle mirage mirror miscarriage mischief misconduct misdemeanor misery misfortune mishap
  missile mission missionary missus mist mistake mister mistletoe mistress mistrial misunderstanding mite mitt
  mitten mitzvah mixer mixing mixture moat mob mobster mocha mockery mode modem modesty modification module mogul
  moisture mojo mol molasses mole molecule molester mom momentum mommy mon monarch monastery mongrel monk monkey
  monogamy monolith monologue monoxide monsoon monster montage monument mooch mood moody moon moonlight moonshine
  moose morale mores morgue moron morphine mortality mortar mortgage mosque mosquito motel moth mother
  motherfucker motherhood motion motor motorcade motorcycle motto mound mountain mounting mourning mouse mousse
  moustache mouth mouthpiece mouthwash movement mover movie mower mph mud muffin muffler mug mugger mule mumbling
  mumps munch munition mural murder murmuring muscle museum mush mushroom music musician musketeer mustache
  mustard mutant mutation mutilation mutiny mutt muttering mutton muzzle mystery myth mythology nanny nap napalm
  napkin nappy narc narrative nation nature nausea navel navigator necessity neck necklace necktie nectar needle
  negligence neighbor neighborhood neighbour neighbourhood nemesis neon nephew nerd nerve nest network neurologist
  neuron neurosurgeon newcomer newlywed newspaper newspaperman newsstand niche nickel nickname nicotine niece
  nightcap nightclub nightfall nightgown nightmare nighttime nincompoop ninja ninny nitrate nitrogen nitwit
  nobility noise nominee nonsense noodle nook noose nose nosebleed nostalgia nostril notebook nothingness notion
  nourishment novel novelist novelty novice nowadays nucleus nudity nugget nuisance nun nurse nursery nut nutcase
  nuthouse nutrition nutshell nylon oaf oak oar oasis oat oath oatmeal obedience obituary obligation oblivion
  obscenity observation observatory obsession obstacle obstruction occupation occurrence ocean octopus odds odor
  oeuvre offence offender offense office offspring ogre oil ointment omelet omelette omen oncologist onion onset
  oozing opera operation opinion opium opponent opposition oppression ops optimist orang orb orbit orchard
  orchestra orchid ordeal ordinance ordnance ore oregano orgy orientation origin ornament orphanage ostrich ounce
  outback outbreak outburst outcast outcome outfit outing outlet outlook outpost output outrage outsider ovary
  ovation oven overcoat overlapping oversight overtime overture owl ownership oxide oxygen oyster ozone pac pace
  package packet packing pact pad pagan pageant pager pail pain painkiller painter painting pajama palace palate
  palm pamphlet pan pancake pancreas panda panel panic pansy pantry pants panty pantyhose panzer pap papaya
  paperwork paprika par para parachute paradise paradox parakeet paralegal paralysis paramedic parameter paranoia
  parasite parcel pardner parent parenthood parish parking parlor parlour parole parrot parsley participation
  particle partnership party pas passageway passenger passing passion passport pasta pastime pastrami pastry
  pasture patch patent paternity path pathologist pathology pathway patience patient patio patriot patrol
  patrolman patron pavement paw pawn pawnshop payback paycheck payday payoff payroll pea peace peach peak peanut
  pear pearl peasant pebble pecan pecker peddling pedestal pedestrian pediatrician pedicure pedigree pedophile
  peek peeling peeper pellet pelvis pen penalty penance pencil pendant penetration penguin penicillin peninsula
  penny pension pentagram penthouse pentothal pep peppermint pepperoni percentage perception perfection
  perfectionist perfume peril perimeter period periscope perjury perk perm permission peroxide perpetrator
  persecution persistence personnel perspective persuasion perversion peso pest pet petal petition petrol
  petroleum petticoat pew pharmacist pharmacy phase pheasant phenomenon pheromone philanthropist philistine
  philosopher philosophy phobia phoney phonograph photograph photography physician physicist physics physiology pi
  pianist piano picket pickle pickup picnic pie pier pig pigeon piggy pigsty pigtail pile pileup pilgrim
  pilgrimage pill pillar pillow pilot pimple pinball pine pineapple pinhead pinkie pinning pint pip pipe piracy
  piranha pirate pissing pistol piston pit pitcher pixie placement plaid plaintiff plane planet plank planner
  plant plantation plaque plasma plaster plate platform platinum platoon platter playback player playground
  playlist playmate playoff playroom playtime playwright plea pleading pleasure plenty pliers plight plot plough
  ploy plug plumber plumbing plunder plunger plutonium pneumonia poacher poaching pocket pocketbook pod podcast
  podium poet poetry point pointer poison poker pol pole police policeman polio polishing politician politics
  polka pollen pollution polo polyester polygraph poncho pond pony ponytail poodle poof pool popcorn popping
  popularity population porcelain porch pore pork porno pornography porridge port portal porter portfolio portion
  portrait posing position posse possession possibility possum postage postcard poster postman postmortem posture
  pot potassium potato potion pottery pouch poultry pout poverty powder power pox practice practitioner prairie
  prank prayer preacher preaching precaution precedent precinct precision predator predecessor predicament prefect
  preference pregnancy prejudice premiere premises premonition prep prerogative preschool prescription presence
  preservation pressure prestige pretending pretense pretext pretzel preview prey pride priest priestess prima
  prince princess principle printer prison privacy privates privilege privy prize probability probation problem
  procedure proceeding proceeds processor proclamation prodigal prodigy profession professor profit prognosis
  progress projectile projector prom promenade proof prop propaganda propeller property prophecy prophets
  proportion proposition proprietor propulsion prose prosecution prosecutor prosperity prostate protector protein
  protest protocol prototype proverb province provisions provocation prowess prowler proximity proxy prude prying
  psyche psychiatrist psychiatry psycho psychologist psychology psychopath psychosis pub puberty publicist
  publicity puck pudding puke pulp pulse pumpkin pun punishment punk pup pupil puppet puppy purgatory purity purse
  purser pursuit pus pusher pushover pushup puss pussy pussycat putz pyjama python quack quad quadrant quake
  quantity quantum quarantine quarry quart quarterback quartermaster quartet queen quest questionnaire queue
  quiche quickie quicksand quid quirk quitter quiz rabbi rabbit rabble rabies raccoon race racehorse racer
  racetrack racism racist rack racket racquetball rad radiation radio radioactivity radium radius raffle raft rag
  rage raid rail railroad railway rain rainbow raincoat rainstorm raisin ramification ramp rampage ranch rancher
  ransom ranting rapper rapture rascal rash raspberry rat ratio ration rattlesnake rattling ravine raving ray
  razor reaction reactor reader realist reality realization realm realtor reaper rear rebel rebellion rebirth
  rebuilding reception receptionist receptor recipe recipient recital reckoning recognition recollection
  reconciliation reconnaissance reconstruction recovery recreation recruitment recycling redemption redhead
  redneck reduction reef reefer reel reenactment ref referee refinery reflection reflex reform refrain
  refrigerator refuge refugee refusal reggae regime regimen regiment registration regrets regulation
  rehabilitation rehearsal rein reincarnation reindeer reinforcement relations relationship relaxation relevance
  relic relief religion relish reluctance remainder remains remark rematch remedy remission remorse rendering
  rendezvous renegade renovation rent rental repairman repellent repercussion replica representation
  representative repression reprieve reproduction reptile reputation requirement resemblance resentment reservoir
  residence residue resignation resistance resolution resource respiration rest restraint restriction restroom
  resurrection retainer retaliation retirement retraction retreated retribution retro reunion revelation revenge
  revival revolt revolution revolver reward rhino rhubarb rhyme rhythm rib ribbon rice riches riddance rider ridge
  riding riffraff rifle rift rigging righteousness rigor rim ringer ringside rink riot ripple risotto rite ritual
  rivalry river roach road roadblock roadside roaring roasting robber robbery robe robot rock rocker rocket rod
  rodent rodeo rogue roller rom romance roof rooftop rookie room roomie roommate rooster root rope rosary rose
  roster rotation rotting roulette rounding roundup routine row rowboat royalty rubber rubbing rubbish rubble ruby
  ruckus rudder rudeness rug rugby ruin ruler rum rumba rumble rummy rumor rumour rump rundown rung runner runt
  runway ruse rushing rustling rut rye saber sable sabotage sac sack sacrifice saddle sadist sadness safari
  safekeeping safety saga sage sahib sailboat sailing sailor saint salad salami salesman saline saliva salmon
  salon saloon salsa salt salvation sample samurai sanctity sanctuary sand sandal sandbox sandstorm sandwich sang
  sanitarium sanitation sanity saran sarcasm sardine sash sass sat satchel satellite satin satisfaction sauce
  saucer sauerkraut sauna sausage savin savior saviour sax saxophone scale scalp scalpel scam scandal scanner
  scapegoat scar scarecrow scarf scavenger scenario scene scenery scent scepter scheme schizophrenia schmuck
  schnitzel scholar scholarship school schoolboy schoolgirl schoolhouse schoolmaster schoolteacher schoolwork
  schoolyard science scientist scissors scone scoop scooter scorn scorpion scoundrel scourge scouting scrap
  scrapbook scratching screamer screeching screen screenplay screw screwball screwdriver scrimmage scripture
  scroll scrubbing scruples scrutiny scuba sculptor sculpture scum scurvy sea seaboard seafood seagull sealing
  seam seaman season seat seatbelt seaweed sec secrecy secretary section sector security sedan sedation sedative
  seduction seed seeker seeking segment segregation seizing seizure self selfie selfishness seltzer semantics
  semester semi seminar seminary senator sens sensation sense sensitivity sensor sent sentiment sentry sequel
  serenade serenity sergeant series seriousness sermon serpent serum servant server service serving sesame session
  setback settlement settler settling setup sevens sewage sewer sewing sex sexist sexuality shack shackle shade
  shadow shaft shag shakedown shaker shaking sham shaman shambles shame shampoo shan shank shape shareholder shark
  sharper shaving shawl shears sheep sheik shelf shell shellfish shelter shenanigan sheriff shield shilling shin
  shindig shipment shipyard shirt shite shithead shock shocker shoe shoelace shoes shook shooter shooting shootout
  shop shoplifting shopper shore shortage shortcut shorthand shorts shortstop shot shotgun shoulder shouting
  shovel showdown shower showgirl showtime shrapnel shred shrew shriek shrimp shrine shrinking shunt shutdown
  shutter shutting sibling sickness side sidebar sideburn sidekick sideline sideshow sidewalk siege sight
  sightseeing signature significance silence silicone silk silo silverware similarity simplicity sin sincerity
  singer singing singles singularity sinking sinner sinus siren sis sister sitcom site sitter situation sixties
  skate skateboard skater skeleton sketch ski skill skillet skimming skin skirt skit skull skunk sky skydiving
  skylight skyscraper slab slacks slain slammer slander slant slaughter slaughterhouse slav slave slavery slayer
  slaying sleaze sled sledgehammer sleep sleeper sleeping sleepover sleeve sleigh slice slick slicker slight
  slinging slingshot slipper slipstream slit slob slogan slope slowing slugger slum smacking smallpox smartphone
  smashing smear smelling smelt smog smoke smoker smoother smudge smuggler smuggling smut snack snail snake
  snapshot sneaker sneeze snip sniper sniveling snob snooze snoring snorting snot snout snow snowball snowboarding
  snowman snowstorm snuff soaking soap sobbing soccer socialist society sociopath sock socket sod soda sodium sofa
  softball soil sol solace soldier solicitation solicitor solidarity solitaire solitude solo solution somebody
  someone son sonar songwriter soot sophistication sophomore sorcerer sorority sorrow soul sound soundtrack soup
  southeast southwest souvenir soy spa space spacecraft spaceman spaceship spade spaghetti span spaniel spank
  spark sparkle sparring spasm spatter spatula speaker speakerphone specialist speciality specialty species
  specimen speck specs spectacle spectator spectrum speculation speech speed spell spender spending sperm sphere
  sphincter spice spider spik spinach spinal spine spinning spinster spiral spirit spirituality spite spitting
  splashing splatter spleen splendor splint splinter spoiling spoke spokesman spokesperson spontaneity spook spoon
  sport spotlight spotter spouse spray spreading spree springtime sprinkler sprinkles spud spunk spur spy squad
  squadron square squatting squaw squeezing squid squirrel stability stack stadium staff stagecoach staircase
  stairs stairway stairwell stake stakeout stalker stalking stallion stamina stance standby standpoint staple
  stapler star starboard starch starship starter starvation stash statement stateroom station stationery
  statistics stature statute stead steak stealing stealth steamer steel steering stem stench stenographer
  stepfather stepmother stereo sternum steroid stethoscope steward stewardess stick sticker stickler stickup
  stimulation stinger stinging stinker stirring stitch stockade stockbroker stockholder stole stomach stomachache
  stone stool storage storeroom storm stove straightaway strain straitjacket strand stranger strangling
  strangulation strap straw strawberry streak street streetcar stress stretcher stretching stride strife strings
  strip stripe stripes stroke stroll stroller structure strudel struggle strut stub student studio study stuffing
  stump stunt stupidity stylist subcommittee submarine submission subscription substance subtlety suburb
  subversive subway success successor sucker sucking suction suede suffering sugar suicide suit suitcase suitor
  sulfur sultan summer summertime summit summons sumo sun sundae sundown sung sunglasses sunlight sunrise
  sunscreen sunset sunshine suntan sunup superintendent superiority supermarket supermodel superstar superstition
  supervising supervision supervisor supper supplement supporter surf surface surfboard surfer surgeon surgery
  surname surprise surrogate surroundings surveillance survival survivor sushi suspension suspicion suture swamp
  swan swearing sweat sweater sweatshirt sweepstakes sweetheart sweetie sweetness swelling swig swimmer swimming
  swimsuit swine swinger swinging switchboard sword swordfish swordsman syllable symbol symmetry sympathy symphony
  symptom synagogue syndicate syndrome syphilis syringe syrup tab table tablecloth tablet tabloid taco tact
  tactics tad tail taillight taint takeoff takeout takeover taker takin tale talent talisman talker tambourine
  tampering tan tangle tango tank tanker tantrum tape tapping tar tarantula tarp taste tattoo tavern tax taxi
  taxicab taxpayer tea teacher teahouse teammate teamwork teapot tears teasing technicality technician technique
  tee teenager teens teeth telegram telegraph telepathy telephone television teller temp temper temperament
  temperature temple tempo temptation tenant tendency tenderness tending tennis tenor tense tension tent tentacle
  tenure tequila termite terms terrace terrain terrier terror terrorist testament testimony testosterone tetanus
  textbook texture theater theatre theft theme theory therapist therapy thermometer thermos thermostat thesis
  thief thigh thinker thinner thirst thong thoracotomy thorn thoroughbred thoroughfare thou thought threads threat
  threesome threshold thrill thriller throat throne throttle thruster thug thumb thumping thunder ti tiara tick
  ticker tickling tide tier tiger tightening tights tile timber timer timetable tin tire tissue titanium titty
  toad toast toaster tobacco toddler toe toenail tofu toga toilet toke token tolerance toll tomato tomb toner
  tongs tongue tons tonsil toolbox toot tooth toothache toothbrush toothpaste toothpick topic topside tor torch
  tore torment tornado torpedo torso tortoise tot tote totem touchdown toupee tour tourist tournament tourniquet
  tout tow towel tower town townspeople toxicology toxin toy tracer tracing tracker tract traction tractor trad
  trade trademark trader tradition traffic tragedy trail trailer trainee trainer trait traitor trajectory tram
  tranquilizer transaction transfusion transient transit transmission transmitter transmitting transponder
  transport transvestite trap trapeze trauma travesty tray treachery treadmill treason treasure treatment treaty
  tree tremor trench trend triad triage trial triangle tribe tribunal tribute trick trifle trillion trimester
  trinket trio tripe triplet tripod triumph trivia troll trolley trombone trooper troops trophy tropics trouble
  troublemaker trough troupe trousers trout truce truck trucker truffle trumpet trunk trustee trusty truth tryout
  tub tuba tube tuition tulip tumbling tummy tumor tun tuna tune turban turbine turbulence turf turkey turmoil
  turnip turnout turnpike turpentine turquoise turret turtle turtleneck tush tutor tux tuxedo tweetstorm tweezer
  twenties twerp twig twilight twins twisting twit twitching tycoon tying type typewriter typhoon typist tyr
  tyranny tyrant tyre ugliness ulcer ultimatum ultrasound umbilical umbrella umpire un uncertainty uncle underdog
  underpants understanding understatement understudy undertaker underwear underworld undies unemployment
  unhappiness unicorn unification uniform unit unity universe unloading unrest unveiling upbringing upholstery
  uplink uprising uproar upside uptown uranium urgency urging urine urn uterus utility vacancy vacation vaccine
  vacuum valedictorian valet valley valor valve vampire van vandalism vanilla vanishing vanity vantage variation
  variety varmint varsity vase vasectomy vat vaudeville vault veal vector vegetable vegetarian vehicle vein
  velocity velvet vendetta vending veneer vengeance venom vent ventilation ventriloquist venue verb verdict verge
  vermin vermouth verse vertigo vessel veterinarian veto vial vibe vibration vicar vice vicinity victim victory
  videotape view viewers viewpoint vigil vigilante villa village villain vine vinegar vineyard vintage vinyl
  violation violence violet violin virgin virtue virus visa visibility vision visionary visitor vitals vitamin
  vixen vocabulary vocation vodka volcano volleyball volt voltage volume vomiting voodoo vortex voter voting
  voucher voyage vulnerability vultur wacko waffle wager wages wagon wailing waist waiter waitress waiver waking
  wall wallet wallpaper walnut walrus waltz wand wannabe war ward warden wardrobe warehouse warfare warhead
  warlock warmer warmth warpath warranty warrior warship wart wartime washer washing washroom wasp wasteland
  wasting watchdog watchman water waterfall waterfront watermelon wattle wave wax weakling wealth weapon weaponry
  wearing weasel weatherman weaving web wedding wedge wedgie wedlock weed weekly weenie weighing weight weirdness
  weirdo welfare wench werewolf wetland wetting whale wharf whatnot wheat wheel wheelchair whereabouts whiff whim
  whirlwind whirring whiskers whiskey whisky whispering whistling whit whoopee whopper wickedness widow wiener
  wife wifi wig wildcat wilderness wildlife wile willies willingness willpower wimp winch wind windbag windmill
  window windpipe windshield wine wingman wings winner wino winter wire wireless wisdom wishing wit witch
  witchcraft withholding wizard woe wolf woman womanhood womb wont woodpecker woods woodwork wool wop worker
  workman workout workplace workshop world worm wormhole worrying worship wound wrapper wrapping wrath wreath
  wreckage wrecking wrestler wrestling wretch wrinkle wrist wristwatch writ writer wuss yacht yak yam yard yarn
  yearbook yearning yeast yelling yen yodel yoga yogurt youngster youth yuppie zebra zillion zinc zing zipper zit
  zombie zoo zucchini
`
